"""The X-Ray API, asked through boto3: what is put is found, as segments, by annotation, late, or elsewhere."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Iterator
from typing import Any

import pytest

from itk.sandbox import Sandbox
from tests.sandbox.support import Aws, wait_for


@pytest.fixture(autouse=True)
def habits(itk_sandbox: Sandbox) -> Iterator[None]:
    itk_sandbox.xray()
    yield
    itk_sandbox.xray()


def segment(trace_id: str = "", **fields: Any) -> dict[str, Any]:
    now = time.time()
    trace_id = trace_id or f"1-{int(now):08x}-{secrets.token_hex(12)}"
    usual = {"id": secrets.token_hex(8), "trace_id": trace_id, "name": "shop", "start_time": now - 1, "end_time": now}
    return {**usual, **fields}


def put(aws: Aws, *documents: Any) -> list[dict[str, Any]]:
    texts = [document if isinstance(document, str) else json.dumps(document) for document in documents]
    answer = aws.client("xray").put_trace_segments(TraceSegmentDocuments=texts)
    return list(answer["UnprocessedTraceSegments"])


def trace(aws: Aws, trace_id: str) -> list[dict[str, Any]]:
    [found] = aws.client("xray").batch_get_traces(TraceIds=[trace_id])["Traces"]
    return [json.loads(part["Document"]) for part in found["Segments"]]


def found_by(aws: Aws, expression: str, **options: Any) -> list[str]:
    now = time.time()
    wish = {"StartTime": now - 600, "EndTime": now + 60, "FilterExpression": expression, **options}
    pages = aws.client("xray").get_paginator("get_trace_summaries").paginate(**wish)
    return [summary["Id"] for page in pages for summary in page["TraceSummaries"]]


def test_segments_of_a_trace_come_back_as_json_in_a_string(aws: Aws) -> None:
    one = segment()
    two = segment(one["trace_id"], parent_id=one["id"], name="store")

    assert put(aws, one, two) == []
    assert sorted(trace(aws, one["trace_id"]), key=lambda part: str(part["name"])) == [one, two]


def test_a_loose_subsegment_goes_under_its_parent_and_a_completed_one_replaces(aws: Aws) -> None:
    begun = segment(in_progress=True)
    del begun["end_time"]
    child = segment(begun["trace_id"], type="subsegment", parent_id=begun["id"], name="## work", annotations={"n": 1})
    grandchild = segment(begun["trace_id"], type="subsegment", parent_id=child["id"], name="deeper")
    put(aws, grandchild, begun)
    assert aws.client("xray").get_trace_summaries(StartTime=time.time() - 60, EndTime=time.time())
    put(aws, child, {**begun, "in_progress": False, "end_time": time.time()})

    [only] = trace(aws, begun["trace_id"])
    assert [part["name"] for part in only["subsegments"]] == ["## work"]
    assert [part["name"] for part in only["subsegments"][0]["subsegments"]] == ["deeper"]
    assert not only["in_progress"]


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ("no json", "ParseError"),
        ("[]", "ParseError"),
        (segment(id=""), "MissingId"),
        (segment(id="short"), "InvalidId"),
        (segment("1-2-3"), "InvalidTraceId"),
        (segment(name=""), "MissingName"),
        (segment(start_time=0), "MissingStartTime"),
        (segment(type="subsegment"), "MissingParentId"),
        ({name: value for name, value in segment().items() if name != "end_time"}, "MissingEndTime"),
        (segment(metadata={"x": "x" * 70_000}), "SegmentSizeExceeded"),
    ],
)
def test_what_is_no_segment_is_named_and_the_rest_is_taken(aws: Aws, document: Any, code: str) -> None:
    good = segment()

    [unprocessed] = put(aws, document, good)

    assert unprocessed["ErrorCode"] == code
    assert trace(aws, good["trace_id"]) == [good]


def test_five_ids_a_call(aws: Aws) -> None:
    xray, ids = aws.client("xray"), [segment()["trace_id"] for _ in range(6)]

    assert xray.batch_get_traces(TraceIds=ids[:5])["UnprocessedTraceIds"] == ids[:5]
    with pytest.raises(xray.exceptions.InvalidRequestException, match="Exceeding maximum query size: 5"):
        xray.batch_get_traces(TraceIds=ids)


@pytest.fixture(scope="module")
def shop(itk_sandbox: Sandbox) -> tuple[str, str]:
    """A run id, and the trace that carries it."""
    run = secrets.token_hex(8)
    request = {"url": f"https://shop.example/{run}", "method": "POST"}
    document = segment(
        name=f"shop-{run}",
        annotations={"run_id": run, "tries": 2, "vip": True},
        http={"request": request, "response": {"status": 503}},
        fault=True,
    )
    put(Aws(itk_sandbox), document)
    return run, document["trace_id"]


@pytest.mark.parametrize(
    "expression",
    [
        'annotation.run_id = "{run}"',
        'annotation[run_id] = "{run}"',
        'annotation.run_id BEGINSWITH "{run}" AND annotation.tries = 2',
        'annotation.run_id = "{run}" AND annotation.tries >= 2 AND annotation.vip = true',
        'service("shop-{run}")',
        'service("shop-{run}") AND fault AND !ok AND NOT throttle',
        'http.url CONTAINS "{run}" AND http.status = 503 AND http.method = "POST"',
        'http.url ENDSWITH "{run}" AND (error OR fault) AND responsetime > 0.5 AND duration < 9',
        'annotation.run_id = "{run}" AND annotation.vip',
    ],
)
def test_an_expression_finds_it(aws: Aws, shop: tuple[str, str], expression: str) -> None:
    assert found_by(aws, expression.replace("{run}", shop[0])) == [shop[1]]


@pytest.mark.parametrize(
    "expression",
    [
        'annotation.run_id = "other"',
        'annotation.run_id = "{run}" AND annotation.vip = false',
        'annotation.run_id = "{run}" AND ok',
        'annotation.run_id = "{run}" AND annotation.tries > 2',
        'service("shop-{run}x")',
    ],
)
def test_an_expression_does_not_find_it(aws: Aws, shop: tuple[str, str], expression: str) -> None:
    assert found_by(aws, expression.replace("{run}", shop[0])) == []


@pytest.mark.parametrize(
    ("expression", "named"),
    [
        ('edge("a", "b")', "edge"),
        ('user = "me"', "user"),
        ('annotation.run_id LIKE "x"', "LIKE"),
        ('annotation.run_id = "x" fault', "fault"),
        ('(annotation.run_id = "x"', "parenthesis"),
        ("annotation.run_id =", "too early"),
        ('group.name = "x"', "group.name"),
    ],
)
def test_an_unknown_expression_is_refused_by_name(aws: Aws, expression: str, named: str) -> None:
    with pytest.raises(aws.client("xray").exceptions.InvalidRequestException) as refused:
        found_by(aws, expression)
    assert named in str(refused.value)


def test_a_summary_says_what_it_is(aws: Aws, shop: tuple[str, str]) -> None:
    now = time.time()
    [summary] = aws.client("xray").get_trace_summaries(
        StartTime=now - 600, EndTime=now, FilterExpression=f'annotation.run_id = "{shop[0]}"'
    )["TraceSummaries"]

    assert summary["HasFault"]
    assert not summary["HasThrottle"]
    assert not summary["IsPartial"]
    assert summary["Http"]["HttpStatus"] == 503
    assert [v["AnnotationValue"] for v in summary["Annotations"]["tries"]] == [{"NumberValue": 2.0}]
    assert [v["AnnotationValue"] for v in summary["Annotations"]["vip"]] == [{"BooleanValue": True}]
    assert found_by(aws, f'service("shop-{shop[0]}")', StartTime=now - 900, EndTime=now - 800) == []


def test_summaries_come_in_pages(itk_sandbox_fresh: Sandbox) -> None:
    aws = Aws(itk_sandbox_fresh)
    for _ in range(13):
        put(aws, *(segment() for _ in range(9)))

    assert len(set(found_by(aws, ""))) == 117


def test_a_late_segment_is_found_later(aws: Aws) -> None:
    aws.sandbox.xray(delay_s=0.4)
    late, never = segment(annotations={"late": "yes"}), segment(annotations={"late": "never"})
    put(aws, late)
    aws.sandbox.xray(delay_s=None)
    put(aws, never)

    assert aws.client("xray").batch_get_traces(TraceIds=[late["trace_id"]])["Traces"] == []
    wait_for(lambda: found_by(aws, 'annotation.late = "yes"'))
    assert found_by(aws, 'annotation.late = "never"') == []


def test_transaction_search_has_the_spans_and_x_ray_has_not(aws: Aws) -> None:
    xray = aws.client("xray")
    assert xray.get_trace_segment_destination()["Destination"] == "XRay"
    assert xray.update_trace_segment_destination(Destination="CloudWatchLogs")["Status"] == "PENDING"
    here = xray.get_trace_segment_destination()
    assert (here["Destination"], here["Status"]) == ("CloudWatchLogs", "ACTIVE")
    child = {"id": secrets.token_hex(8), "name": "## work", "start_time": 1.0, "end_time": 2.5, "error": True}
    document = segment(subsegments=[child], annotations={"run_id": "r-1"})
    put(aws, document)

    assert xray.batch_get_traces(TraceIds=[document["trace_id"]])["Traces"] == []
    trace_id = document["trace_id"][2:].replace("-", "")
    spans = [json.loads(message) for message in aws.messages("aws/spans", filterPattern=f'"{trace_id}"')]
    outer, inner = sorted(spans, key=lambda span: str(span["name"]), reverse=True)
    assert (outer["spanId"], outer["traceId"], outer["status"]) == (document["id"], trace_id, {"code": "UNSET"})
    assert outer["attributes"]["run_id"] == "r-1"
    assert (inner["parentSpanId"], inner["durationNano"], inner["status"]["code"]) == (
        outer["spanId"],
        1_500_000_000,
        "ERROR",
    )


def test_an_indexed_trace_is_found_in_both(aws: Aws) -> None:
    aws.sandbox.xray(destination="cloudwatch_logs", indexed=True)
    document = segment()
    put(aws, document)

    assert trace(aws, document["trace_id"]) == [document]


@pytest.mark.parametrize("form", ["XRAY", "OTEL"])
def test_a_retrieval_is_empty_until_it_is_complete(aws: Aws, form: str) -> None:
    aws.sandbox.xray(destination="cloudwatch_logs")
    xray, document, now = aws.client("xray"), segment(), time.time()
    put(aws, document)
    token = xray.start_trace_retrieval(TraceIds=[document["trace_id"]], StartTime=now - 60, EndTime=now)[
        "RetrievalToken"
    ]

    answers = [xray.list_retrieved_traces(RetrievalToken=token, TraceFormat=form) for _ in range(3)]

    assert [answer["RetrievalStatus"] for answer in answers] == ["SCHEDULED", "RUNNING", "COMPLETE"]
    assert [len(answer["Traces"]) for answer in answers] == [0, 0, 1]
    [found] = answers[-1]["Traces"]
    [span] = [json.loads(span["Document"]) for span in found["Spans"]]
    assert span["id" if form == "XRAY" else "spanId"] == document["id"]


def test_a_retrieval_can_be_cancelled_and_needs_transaction_search(aws: Aws) -> None:
    xray, now = aws.client("xray"), time.time()
    wish = {"TraceIds": [segment()["trace_id"]], "StartTime": now - 60, "EndTime": now}
    with pytest.raises(xray.exceptions.ResourceNotFoundException):
        xray.start_trace_retrieval(**wish)
    aws.sandbox.xray(destination="cloudwatch_logs")
    token = xray.start_trace_retrieval(**wish)["RetrievalToken"]

    xray.cancel_trace_retrieval(RetrievalToken=token)

    assert xray.list_retrieved_traces(RetrievalToken=token)["RetrievalStatus"] == "CANCELLED"
    with pytest.raises(xray.exceptions.InvalidRequestException):
        xray.start_trace_retrieval(**{**wish, "TraceIds": wish["TraceIds"] * 101})


def test_other_operations_are_refused_by_name(aws: Aws) -> None:
    with pytest.raises(Exception, match=r"the sandbox has no xray\.GetServiceGraph"):
        aws.client("xray").get_service_graph(StartTime=1, EndTime=2)
