"""Which line belongs to which invocation."""

from __future__ import annotations

from typing import Literal

import pytest
from msgspec.structs import replace

from itk.model.evidence import ErrorFact
from itk.model.ids import Id
from itk.model.run import TargetType
from itk.stitch.units import Reading, Unit, read_units
from tests.stitch.lines import (
    API,
    M1,
    OTHER,
    R1,
    R2,
    RUN,
    Log,
    boundary,
    named,
    one,
    texts,
    to_function,
    to_queue,
    trace,
)
from tests.stitch.traffic import observe

TRACEBACK = (
    "[ERROR] KeyError: 'order'\nTraceback (most recent call last):\n  File \"/var/task/app.py\", line 9, in go\n"
)


def read(*logs: Log) -> Reading:
    return read_units(observe(event for log in logs for event in log.events))


def only(reading: Reading) -> Unit:
    (unit,) = reading.units
    return unit


def test_an_asynchronous_retry_reuses_the_request_id() -> None:
    """Two STARTs of one RequestId are two attempts, each with its own lines."""
    log = (
        Log().start(0, R1).line(1, R1, "first").end(2, R1).start(60_000, R1).line(60_001, R1, "second").end(60_002, R1)
    )
    first, second = read(log).units
    assert [(u.occurrence, len(u.facts), len(u.records)) for u in (first, second)] == [(1, 3, 1), (2, 3, 1)]

    found = trace(to_function(), log)
    assert found.missing == ()
    retry = one(found, "invoke intake")
    assert retry.attempt is not None
    assert (retry.attempt.n, retry.attempt.kind) == (2, "lambda_async")
    assert [(link.reason, link.span_id) for link in retry.links] == [("retry_of", found.spans[0].span_id)]
    assert texts(retry) == ["second"]


def test_an_asynchronous_call_that_failed_is_tried_again() -> None:
    """Three attempts in all. A call that waited for its answer is not repeated."""
    bad = "Status: error\tError Type: X"
    once = Log().start(0, R1).end(2, R1, bad)
    assert trace(to_function(), once).missing == ()
    receipt = replace(to_function(), asynchronous=True)
    (missing,) = trace(receipt, once).missing
    assert "attempt 1 of 3 of an asynchronous call failed, so Lambda tries again" in missing.what

    twice = once.start(60_000, R1).end(60_001, R1, bad)
    assert "attempt 2 of 3" in trace(receipt, twice).missing[0].what
    assert trace(receipt, twice.start(180_000, R1).end(180_001, R1, bad)).missing == ()


@pytest.mark.parametrize("kind", ["topic", "bus", "bucket"])
def test_what_a_topic_a_bus_or_a_bucket_calls_is_called_asynchronously(kind: Literal["topic", "bus", "bucket"]) -> None:
    """Unless a queue stands between: then the message comes again under another RequestId."""
    receipt = replace(to_function(), target_type=kind, ids=(Id("run_id", RUN),))
    failed = Log().start(0, R1).line(1, R1, RUN).end(2, R1, "Status: error\tError Type: X")

    (missing,) = trace(receipt, failed).missing

    assert "attempt 1 of 3 of an asynchronous call failed" in missing.what
    assert trace(receipt, Log().start(0, R1).line(1, R1, RUN).end(2, R1)).missing == ()
    behind_a_queue = Log().start(0, R1).receive(1, R1, M1).line(1, R1, RUN).end(2, R1, "Status: error\tError Type: X")
    assert not any("asynchronous" in found.what for found in trace(receipt, behind_a_queue).missing)


def test_an_answer_that_names_the_invocation_is_its_caller() -> None:
    """A function URL answers with the RequestId."""
    receipt = replace(to_function(), target_type="api", operation="POST")

    found = trace(receipt, Log().start(0, R1).end(2, R1))

    root, invocation = found.spans
    assert (root.kind, root.component.type, invocation.component.type) == ("CLIENT", "api", "lambda")
    assert (invocation.parent_span_id, invocation.join.tier if invocation.join else "") == (root.span_id, "exact")


@pytest.mark.parametrize("kind", ["topic", "bus", "bucket", "state_machine", "api"])
def test_any_record_of_the_run_answers_for_what_keeps_no_log_of_its_own(kind: TargetType) -> None:
    receipt = replace(to_function(), target_type=kind, ids=(Id("run_id", RUN),))

    (missing,) = trace(receipt, Log()).missing

    assert "no record of it was seen" in missing.what
    assert trace(receipt, Log().start(0, R1).line(1, R1, RUN).end(2, R1)).missing == ()


@pytest.mark.parametrize(
    ("kind", "origin", "type_", "waits"),
    [
        ("api", "service", "403", False),  # a gateway may refuse by itself
        ("api", "service", "", True),  # it was sent, and no whole answer came
        ("api", "client", "", False),
        ("lambda", "app", "KeyError", True),
        ("state_machine", "app", "FAILED", True),
    ],
)
def test_an_error_is_waited_behind_where_something_was_done(
    kind: TargetType, origin: Literal["app", "service", "client"], type_: str, *, waits: bool
) -> None:
    error = ErrorFact(type=type_, message="no", origin=origin)
    receipt = replace(to_function(), target_type=kind, ids=(Id("run_id", RUN),), error=error)

    assert bool(trace(receipt, Log()).missing) == waits


@pytest.mark.parametrize(("early", "late"), [("a", "b"), ("b", "a")])
def test_a_retry_in_another_environment_hangs_beside_the_first(early: str, late: str) -> None:
    """Whatever the log streams are called, the second attempt hangs where the first does."""
    span = boundary("CLIENT", "lambda", "worker", 5, lambda_request_id=R2)
    caller = Log().start(0, R1).line(5, R1, span).end(6, R1)
    tries = [
        Log("worker", early).start(10, R2).end(11, R2, "Status: error\tError Type: X"),
        Log("worker", late).start(70_000, R2).end(70_001, R2),
    ]
    found = trace(to_function(), caller, *tries)
    first, second = sorted(named(found, "invoke worker"), key=lambda s: s.start_ns or 0)
    assert first.parent_span_id == second.parent_span_id == one(found, "CLIENT worker").span_id
    assert first.attempt is None
    assert second.attempt is not None


def test_interleaved_starts_drop_the_brackets_of_their_stream() -> None:
    """Managed Instances run invocations side by side: a line without an id is then nobody's."""
    log = Log().start(0, R1).start(1, R2).at(2, TRACEBACK).line(3, R1).end(4, R1).end(5, R2)
    reading = read(log)
    assert [record.via for record in reading.records] == ["none", "request_id"]
    found = trace(to_function(), log)
    assert "invocations interleave" in found.warnings[0]
    assert found.spans[0].status == "ok"
    assert found.foreign == 4  # START, END and REPORT of the other, and the traceback


def test_other_streams_keep_theirs() -> None:
    """One odd stream says nothing of another, and its warning is not ours."""
    odd = Log(stream="odd").start(0, R2).start(1, API).end(4, R2).end(5, API)
    found = trace(to_function(), odd, Log().start(0, R1).at(2, TRACEBACK).end(4, R1))
    assert found.warnings == ()
    assert found.spans[0].error is not None


def test_an_uncaught_traceback_lands_by_its_bracket() -> None:
    """The runtime's own error line names no request; a REPORT without a status says nothing of it."""
    found = trace(to_function(), Log().start(0, R1).at(2, TRACEBACK).end(4, R1))
    root = found.spans[0]
    assert root.status == "error"
    assert root.error is not None
    assert (root.error.type, root.error.message) == ("KeyError", "'order'")
    assert texts(root)[0].startswith("KeyError")


def test_a_handled_error_is_no_failure() -> None:
    """logger.exception names the request: the handler went on."""
    log = Log().start(0, R1).line(1, R1, "no such order", level="ERROR", exception_name="KeyError").end(4, R1)
    assert trace(to_function(), log).spans[0].status == "ok"


@pytest.mark.parametrize("order", ["before", "after"])
def test_task_timed_out_may_come_after_report(order: str) -> None:
    """Old text logs say it beside REPORT, in either order."""
    said = f"2026-11-22T07:31:02.120Z {R1} Task timed out after 3.00 seconds\n\n"
    log = Log().start(0, R1)
    log = log.at(9, said).end(9, R1) if order == "before" else log.end(9, R1).at(9, said)
    found = trace(to_function(), log)
    assert len(read(log).units) == 1
    assert found.spans[0].status == "timeout"
    assert found.missing == ()


def test_init_belongs_to_the_next_start() -> None:
    """INIT_START and what the code prints while it is loaded come before START and name nobody."""
    log = (
        Log().at(0, "INIT_START Runtime Version: x\n").at(1, "loading").start(2, R1).end(3, R1).start(4, R2).end(5, R2)
    )
    cold, warm = read(log).units
    assert [record.via for record in cold.records] == ["bracket"]
    assert (len(cold.facts), len(warm.facts), len(warm.records)) == (4, 3, 0)
    root = trace(to_function(), log).spans[0]
    assert root.faas is not None
    assert root.faas.cold_start is True
    assert texts(root) == ["loading"]


def test_an_init_without_a_start_is_counted() -> None:
    """Nothing is dropped: provisioned concurrency loads environments that nobody may ever call."""
    log = Log().at(0, "INIT_START Runtime Version: x\n").at(1, "loading")
    assert len(read(log).strays) == 1
    assert trace(to_function(), log).foreign == 2


def test_a_crash_without_an_id_is_of_the_invocation_it_stands_in() -> None:
    """platform.fault may name nobody; it must not become the next invocation's."""
    fault = {"time": "2026-11-22T07:31:02.120Z", "type": "platform.fault", "record": "the sandbox is gone"}
    first, second = read(Log().start(0, R1).at(1, fault).end(2, R1).start(3, R2).end(4, R2)).units
    assert first.fact("crash") is not None
    assert second.fact("crash") is None


def test_a_line_between_report_and_start_is_nobodys() -> None:
    """Background work after the answer names no request and stands in no bracket."""
    dropped = {"time": "2026-11-22T07:31:02.120Z", "type": "platform.logsDropped", "record": {"droppedRecords": 4}}
    reading = read(Log().start(0, R1).end(2, R1).at(3, dropped).at(4, "late").start(5, R2).end(6, R2))
    assert [record.via for record in reading.records] == ["none"]
    assert "dropped 4 log records" in reading.warnings[0]


def test_a_request_id_of_somebody_else_makes_no_invocation() -> None:
    """`requestId` is also what gateways and AWS calls have; within START..REPORT the line is this invocation's."""
    log = Log().start(0, R1).at(1, {"message": "asked", "requestId": API, "level": "INFO"}).end(2, R1)
    unit = only(read(log))
    assert [record.via for record in unit.records] == ["bracket"]
    assert trace(to_function(), log).missing == ()


def test_lines_of_an_invocation_without_start_are_not_anothers() -> None:
    """START may come late; lines that name their RequestId wait for it, wherever they stand."""
    log = Log().start(0, R1).line(1, R2).end(2, R2)
    assert {unit.request_id: len(unit.records) for unit in read(log).units} == {R1: 0, R2: 1}


def test_lines_in_another_group_belong_to_the_one_invocation() -> None:
    """A function may log to a group of its own while the platform writes to the default one."""
    unit = only(read(Log().start(0, R1).end(2, R1), Log("custom", "x").line(1, R1)))
    assert (unit.group, len(unit.records), unit.occurrence) == ("/aws/lambda/intake", 1, 1)


def test_a_receiver_that_failed_is_tried_under_another_request_id() -> None:
    """SQS keeps the messageId and changes the RequestId: two attempts of one message."""
    log = Log().start(0, R1).receive(1, R1, M1, status="error").end(2, R1)
    log.start(9, R2).receive(10, R2, M1, attempt=2).end(11, R2)
    found = trace(to_queue(), log)
    tries = [span.attempt for span in named(found, "CONSUMER intake")]
    assert [(a.n, a.of, a.kind) for a in tries if a] == [(1, 2, "sqs_receive"), (2, 2, "sqs_receive")]
    assert found.missing == ()
    assert OTHER not in str(found)
