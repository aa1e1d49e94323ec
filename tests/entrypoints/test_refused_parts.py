"""What an answer of HTTP 200 may hide, and what S3 gets."""

from __future__ import annotations

import json
from pathlib import Path

from itk.aws.session import Aws
from itk.entrypoints import entrypoint_for
from itk.model.case import EventBridgeEvent, S3Object, StepFunctionsExecution, Stimulus
from itk.model.run import Receipt
from tests.entrypoints.conftest import RUN_ID, Reply, Wire, cleared, clock

MACHINE = "arn:aws:states:eu-west-1:123456789012:stateMachine:refund"
EVENT = EventBridgeEvent(bus="orders", source="shop", detail_type="Order placed", detail={"n": 1})


def send(aws: Aws, stimulus: Stimulus) -> Receipt:
    return entrypoint_for(stimulus, aws, "ITK_TRACE_ID", clock()).send(cleared(stimulus), RUN_ID)


def test_an_event_that_putevents_refused_in_http_200_was_not_sent(aws: Aws, wire: Wire) -> None:
    refused = {"ErrorCode": "MalformedDetail", "ErrorMessage": "Detail is malformed."}
    wire.replies = [Reply(parts=(json.dumps({"FailedEntryCount": 1, "Entries": [refused]}).encode(),))]

    receipt = send(aws, EVENT)

    assert receipt.error is not None
    assert (receipt.error.type, receipt.error.origin) == ("MalformedDetail", "client")
    assert "Detail is malformed." in receipt.error.message


def test_an_event_carries_the_run_in_its_detail_and_a_trace_header(aws: Aws, wire: Wire) -> None:
    wire.replies = [Reply(parts=(b'{"FailedEntryCount": 0, "Entries": [{"EventId": "e-1"}]}',))]

    receipt = send(aws, EVENT)

    entry = json.loads(wire.received[0].body)["Entries"][0]
    assert json.loads(entry["Detail"]) == {"n": 1, "ITK_TRACE_ID": RUN_ID}
    roots = [i.value for i in receipt.ids if i.kind == "xray_root"]
    assert entry["TraceHeader"].startswith(f"Root={roots[0]};")
    assert receipt.error is None
    assert "e-1" in {i.value for i in receipt.ids if i.kind == "eventbridge_event_id"}


def test_a_synchronous_execution_that_failed_is_an_error_of_the_application(aws: Aws, wire: Wire) -> None:
    ended = {
        "executionArn": "arn:x",
        "startDate": 1,
        "stopDate": 2,
        "status": "FAILED",
        "error": "NoStock",
        "cause": "7",
    }
    wire.replies = [Reply(parts=(json.dumps(ended).encode(),))]

    receipt = send(aws, StepFunctionsExecution(state_machine_arn=MACHINE, sync=True))

    assert receipt.error is not None
    assert (receipt.error.type, receipt.error.message, receipt.error.origin) == ("NoStock", "7", "app")
    assert receipt.response == {"status": "FAILED", "error": "NoStock", "cause": "7"}
    sent = json.loads(wire.received[0].body)
    assert (sent["name"], json.loads(sent["input"])) == (RUN_ID, {"ITK_TRACE_ID": RUN_ID})


def test_a_file_is_sent_byte_for_byte_and_one_that_is_gone_is_not_sent(aws: Aws, wire: Wire, tmp_path: Path) -> None:
    file = tmp_path / "a.bin"
    file.write_bytes(b"\x00\xff\n")
    wire.replies = [Reply(headers={"ETag": '"e"', "x-amz-version-id": "v-1", "x-amz-request-id": "R1"})]

    receipt = send(aws, S3Object(bucket="orders", key="in/a", file=str(file), content_type="application/x-test"))
    file.unlink()
    gone = send(aws, S3Object(bucket="orders", key="in/a", file=str(file)))

    sent = wire.received[0]
    assert b"\x00\xff\n" in sent.body
    assert sent.headers["x-amz-meta-itk-trace-id"] == RUN_ID
    assert sent.headers["x-amz-tagging"] == f"ITK_TRACE_ID={RUN_ID}"
    assert sent.headers["if-none-match"] == "*"
    ids = {i.kind: i.value for i in receipt.ids}
    assert (ids["s3_version_id"], ids["aws_request_id"]) == ("v-1", "R1")
    assert gone.error is not None
    assert gone.error.origin == "client"
    assert len(wire.received) == 1
