"""Failures of real functions, recorded by others: each is an error span with its reason once it is stitched."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest
from benchmarks.format_claims import claims
from msgspec.structs import replace

from itk import formats
from itk.model.evidence import LogEvent
from itk.model.ids import Id
from itk.model.trace import Span
from itk.stitch import stitch
from tests.corpus import single_lines
from tests.corpus import told as told_of
from tests.formats.reading import corpus, event, recorded
from tests.stitch.lines import R1, Log, to_function


def logged(*messages: str, times: Sequence[int] = ()) -> list[LogEvent]:
    moments = times or range(1_000, 1_000 + len(messages))
    return [event(m, event_id=f"{n:04}", time_ms=t) for n, (m, t) in enumerate(zip(messages, moments, strict=True))]


def called(request_id: str, events: Sequence[LogEvent]) -> list[Span]:
    """The attempts of the invocation that ITK called with this RequestId, the first merged with its call."""
    ids = (Id("run_id", to_function().run_id), Id("lambda_request_id", request_id))
    seen = formats.read_all(events)
    assert not seen.unread
    trace = stitch(replace(to_function(), ids=ids), seen.observations)
    return [span for span in trace.spans if span.component.type == "lambda"]


def told(span: Span) -> tuple[str, str, str]:
    assert span.error is not None
    return (span.status, span.error.type, span.error.message)


def of(name: str) -> list[LogEvent]:
    [one] = recorded("lambda_platform", name)
    return list(one.events)


def test_what_the_benchmark_claims_holds() -> None:
    """`benchmarks/formats.py` prints the same."""
    alone = {path for folder in corpus().iterdir() if folder.is_dir() for path in single_lines(folder)}
    read = [told_of(one, alone=one.path.name in alone) for one in recorded()]

    found = list(claims(read))

    assert [(claim.what, claim.broken) for claim in found if not claim.holds] == []
    assert sum(claim.cases for claim in found) >= 100


@pytest.mark.parametrize(
    ("name", "request_id"),
    [
        ("nr_entry_lambda_timeout.json", "2ea49a23-ff39-4bf5-8761-439f99b7c5f6"),
        ("dd_cloudwatch_log_timeout.json", "7c9567b5-107b-4a6c-8798-0157ac21db52"),
    ],
)
def test_a_timeout_the_old_way_after_its_report(name: str, request_id: str) -> None:
    [span] = called(request_id, of(name))

    assert told(span) == ("timeout", "", "Task timed out after 3.00 seconds")


def test_a_timeout_the_new_way_is_a_status() -> None:
    rows = [json.loads(event.message) for event in of("dd_platform_report.jsonl")]
    found = [row for row in rows if row["record"]["status"] == "timeout"]
    assert found
    for row in found:
        [span] = called(row["record"]["requestId"], logged(json.dumps(row)))
        assert told(span) == ("timeout", "Timeout", "Task timed out")
        assert span.duration_ms == row["record"]["metrics"]["durationMs"]


def test_an_exception_that_nobody_caught_fails_both_tries() -> None:
    spans = called("<request-id>", of("ls_test_invocation_type_event_error.json"))

    assert [told(span) for span in spans] == [("error", "CustomException", "some error occurred")] * 2
    assert [span.attempt.n if span.attempt else 1 for span in spans] == [1, 2]


EXITED = ("error", "Runtime.ExitError", "Runtime exited without providing a reason")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("ls_test_lambda_handler_exit.json", EXITED),
        ("ls_test_lambda_runtime_exit.json", EXITED),
        (
            "ls_test_lambda_runtime_wrapper_not_found.json",
            ("error", "Runtime.ExitError", "Runtime exited with error: exit status 127"),
        ),
        (
            "ls_test_lambda_invoke_with_timeout.json",
            ("timeout", "Sandbox.Timedout", "Task timed out after 1.00 seconds"),
        ),
    ],
)
@pytest.mark.parametrize("split", [False, True])
def test_what_lambda_answers_it_logs_too(name: str, expected: tuple[str, str, str], split: bool) -> None:
    """The same words stand in the log, the type on a second line: of one event, or an event of its own."""
    start, died = (event.message for event in of(name))
    request_id = start.split()[2]

    [span] = called(request_id, logged(start, *(died.splitlines() if split else [died])))

    assert told(span) == expected


def test_datadogs_report_lines() -> None:
    lines = [event.message for event in of("dd_ext_formatted_lines.txt")]
    failed = {
        line: "timeout" if "timed out" in line else "error" for line in lines if "REPORT" in line and "Task" in line
    }
    real = {line: status for line, status in failed.items() if "{" not in line}
    assert len(real) == 3

    for line, status in real.items():
        [span] = called("test-request-id", logged(line))
        assert told(span)[0] == status
        assert told(span)[2].startswith("Task ")


def test_a_restore_that_failed_is_the_reason() -> None:
    [failed] = [event.message for event in of("dd_ext_telemetry.jsonl") if "RestoreError" in event.message]
    log = Log().at(0, {"time": "x", "type": "platform.restoreStart", "record": {}}).at(1, failed)

    [span] = called(R1, log.start(2, R1).end(3, R1).events)

    assert told(span)[:2] == ("error", "RestoreError")


def test_two_clocks_agree_that_nothing_else_failed() -> None:
    """Of every recorded invocation that has a REPORT, none is in error but those above."""
    bad: list[tuple[str, str]] = []
    for one in recorded("lambda_platform"):
        if not one.path.name.startswith("dd_cloudwatch_log"):
            continue
        requests = {o.request_id for o in formats.read_all(one.events).observations if getattr(o, "request_id", None)}
        for request in sorted(str(r) for r in requests):
            bad.extend((one.path.name, request) for span in called(request, one.events) if span.status != "ok")

    assert bad == [("dd_cloudwatch_log_timeout.json", "7c9567b5-107b-4a6c-8798-0157ac21db52")]
