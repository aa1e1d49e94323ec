"""The fifteen traps that make naive readers wrong, those that show only once records are joined."""

from __future__ import annotations

import json

import pytest

from itk.model.ids import Id
from tests.stitch.lines import (
    M1,
    M2,
    M3,
    OTHER,
    R1,
    R2,
    R3,
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
from tests.stitch.test_agent import A, Stream, times, with_a_collaborator

METRIC = {"_aws": {"Timestamp": 1, "CloudWatchMetrics": [{"Metrics": [{"Name": "ColdStart"}]}]}, "ColdStart": 1}


def test_trap_01_event_time_is_neither_start_nor_end_nor_order() -> None:
    """It is hours off here and runs backwards; what the metadata say is the time, the stream the order."""
    stream = Stream()
    stream.tool(f"{A}-0", "ship")
    stream.tool_result(f"{A}-0", 1, 0.5)
    stream.model(f"{A}-1", 2, 1)
    stream.final(f"{A}-1", 0.5, 3)

    agent, tool, model = stream.spans()

    assert [span.duration_ms for span in (agent, tool, model)] == [3_000.0, 500.0, 1_000.0]
    assert agent.start_ns is not None
    assert tool.start_ns is not None
    assert tool.start_ns - agent.start_ns == 500_000_000


def test_trap_02_the_name_of_a_call_is_no_name_of_the_agent_two_levels_down() -> None:
    """`collaboratorName` of a part is the same at every depth; who was called is what the caller said."""
    spans = with_a_collaborator().spans()

    assert [s.name for s in spans if s.component.type == "agent"] == ["invoke_agent ROOT000001", "invoke_agent Billing"]
    assert len({s.ids["bedrock_invocation_id"] for s in spans if s.component.type == "agent"}) == 2


def test_trap_02_a_session_is_no_run() -> None:
    """A session that the application reuses groups many runs."""
    mine = Log().start(0, R1).receive(1, R1, M1, session_id="shared").line(2, R1, session_id="shared").end(3, R1)
    theirs = Log(stream="s2").start(0, R2).line(1, R2, "theirs", session_id="shared").end(2, R2)

    found = trace(to_queue(), mine, theirs)

    assert "theirs" not in [text for span in found.spans for text in texts(span)]
    assert found.foreign == len(theirs.events)


@pytest.mark.parametrize("after_report", [False, True])
def test_trap_03_task_timed_out_may_come_after_report(after_report: bool) -> None:
    told = f"2026-11-22T07:31:00.009Z {R1} Task timed out after 3.00 seconds\n\n"
    log = Log().start(0, R1).line(1, R1)
    log = log.end(9, R1).at(9, told) if after_report else log.at(9, told).end(9, R1)

    span = trace(to_function(), log).spans[0]

    assert (span.status, span.error and span.error.message) == ("timeout", "Task timed out after 3.00 seconds")


def test_trap_03_a_timeout_the_new_way_is_a_status_alone() -> None:
    span = trace(to_function(), Log().start(0, R1).line(1, R1).end(9, R1, "Status: timeout")).spans[0]

    assert (span.status, span.error and span.error.message) == ("timeout", "Task timed out")


def test_trap_04_neither_lines_nor_metrics_are_spans() -> None:
    log = Log().start(0, R1).line(1, R1).line(2, R1).at(3, METRIC).at(4, "print").end(5, R1)

    [span] = trace(to_function(), log).spans

    assert [event.name for event in span.events] == ["log", "log", "metric", "log"]


def test_trap_04_a_guardrail_that_lets_pass_is_no_span() -> None:
    stream = Stream()
    stream.part({"guardrailTrace": {"action": "NONE", "traceId": f"{A}-guardrail-pre-0", "metadata": times(1, 0.5)}})
    stream.model(f"{A}-0", 2, 1)

    agent, model = stream.spans()

    assert [event.name for event in agent.events] == ["guardrail"]
    assert model.component.type == "model"


def test_trap_05_an_asynchronous_retry_reuses_its_request_id() -> None:
    log = Log().start(0, R1).line(1, R1, "first").end(2, R1, "Status: error")
    log.start(60_000, R1).line(60_001, R1, "second").end(60_002, R1)

    first, second = [span for span in trace(to_function(), log).spans if span.component.type == "lambda"]

    assert (texts(first), texts(second)) == (["first"], ["second"])
    assert (first.status, second.status) == ("error", "ok")
    assert second.attempt is not None
    assert (second.attempt.n, second.attempt.kind) == (2, "lambda_async")


def test_trap_05_a_retry_of_sqs_changes_the_request_id() -> None:
    first = Log().start(0, R1).receive(1, R1, M1, status="error").end(2, R1)
    second = Log(stream="s2").start(30_000, R2).receive(30_001, R2, M1, attempt=2).end(30_002, R2)

    found = trace(to_queue(), first, second)

    assert [s.ids["lambda_request_id"] for s in found.spans if s.name == "invoke intake"] == [R1, R2]
    assert len({s.attempt.n for s in found.spans if s.attempt and s.attempt.kind == "sqs_receive"}) == 2


def test_trap_07_the_call_and_the_invocation_are_one_span() -> None:
    """ITK's own view and Lambda's are two views of one call."""
    found = trace(to_function(), Log().start(0, R1).line(1, R1).end(2, R1))

    assert [span.ids["lambda_request_id"] for span in found.spans] == [R1]
    assert found.spans[0].duration_ms == 9.0


def test_trap_11_a_record_that_failed_hides_in_a_batch_that_did_not() -> None:
    """A partial batch failure: the invocation is fine by REPORT, the message is not."""
    log = Log().start(0, R1).receive(1, R1, M1, status="error").end(2, R1)

    found = trace(to_queue(), log, batch_size=10, partial_failures=True)

    assert one(found, "invoke intake").status == "ok"
    assert [s.status for s in found.spans if s.kind == "CONSUMER" and s.name != "invoke intake"] == ["error"]


def test_trap_11_code_that_failed_hides_in_a_result() -> None:
    stream = Stream()
    output = {"executionError": "ZeroDivisionError", "metadata": times(1, 1)}
    stream.orchestration(f"{A}-0", invocationInput={"codeInterpreterInvocationInput": {"code": "1/0"}})
    stream.orchestration(f"{A}-0", observation={"codeInterpreterInvocationOutput": output})
    stream.final(f"{A}-0", 0.5, 2)

    [code] = [span for span in stream.spans() if span.component.type == "tool"]

    assert (code.status, code.error and code.error.message) == ("error", "ZeroDivisionError")


def test_trap_11_a_guardrail_that_blocks_answers_as_normal_text() -> None:
    stream = Stream()
    guardrail = {"action": "INTERVENED", "traceId": f"{A}-guardrail-pre-0", "metadata": times(1, 0.5)}
    stream.part({"guardrailTrace": guardrail})
    stream.put({"chunk": {"text": "Sorry, I cannot answer that."}})
    stream.put({"end": True})

    agent, blocked = stream.spans()

    assert (agent.status, blocked.status) == ("blocked", "blocked")


def test_trap_11_an_exception_comes_within_http_200() -> None:
    stream = Stream()
    stream.model(f"{A}-0", 1, 1)
    stream.put({"error": {"type": "throttlingException", "message": "slow down"}})

    assert stream.spans()[0].status == "throttled"


def test_trap_12_a_child_before_its_parent_is_neither_clipped_nor_dropped() -> None:
    """Clocks differ, and an init comes before its invocation."""
    early = boundary("CLIENT", "table", "orders", 5)
    log = Log().start(1_000, R1).line(1_001, R1, json.dumps(early)).end(1_010, R1)

    found = trace(to_function(), log)

    [child] = named(found, "CLIENT orders")
    assert child.parent_span_id == found.spans[0].span_id
    assert child.start_ns is not None
    assert found.spans[0].start_ns is not None
    assert child.start_ns < found.spans[0].start_ns


def test_trap_13_a_start_without_a_report_is_not_complete() -> None:
    """The first lines are there, the rest came 15 seconds later: nothing says yet how it ended."""
    log = Log().start(0, R1).receive(1, R1, M1)

    found = trace(to_queue(), log)

    assert any("REPORT" in entry.what for entry in found.missing)
    assert trace(to_queue(), log.end(2, R1)).missing == ()


def test_trap_14_a_batch_has_many_parents() -> None:
    """Two of its messages are ours: the invocation hangs under one, and links to the other."""
    records = [
        {"messageId": m, "eventSource": "aws:sqs", "body": json.dumps({"run": r})}
        for m, r in ((M1, RUN), (M2, RUN), (M3, OTHER))
    ]
    receipt = to_queue(Id("sqs_message_id", M2))
    log = Log().start(0, R1).at(1, {"Records": records}).end(2, R1)

    invocation = one(trace(receipt, log), "invoke intake")

    assert invocation.faas is not None
    assert invocation.faas.batch_size == 3
    assert {link.reason for link in invocation.links} == {"sqs_batch"}


def test_trap_15_keys_that_a_logger_kept_are_not_of_this_request() -> None:
    """A warm function: the messageId and the run id on the line are those of the message before."""
    log = Log().start(0, R1).receive(1, R1, M1).end(2, R1)
    log.start(3, R2).receive(4, R2, M2, run=OTHER).line(5, R2, "stale", sqs_message_id=M1, itk_trace_id=RUN).end(6, R2)

    found = trace(to_queue(), log)

    assert "stale" not in [text for span in found.spans for text in texts(span)]
    assert len(named(found, "invoke intake")) == 1


def test_trap_15_lines_without_an_id_belong_to_nobody_where_invocations_interleave() -> None:
    log = Log().start(0, R1).start(1, R3).line(2, R1, "mine").at(3, "whose?").end(4, R1).end(5, R3)

    found = trace(to_function(), log)

    assert texts(found.spans[0]) == ["mine"]
    assert found.warnings


def test_trap_14_a_message_that_was_given_up_keeps_its_id() -> None:
    """What lies in the dead-letter queue is the same message: a link, no new one."""
    log = Log().start(0, R1).receive(1, R1, M1, status="error").end(2, R1)
    log.start(10, R2).receive(11, R2, M1, status="error", attempt=2).end(12, R2)

    [given_up] = [span for span in trace(to_queue(), log).spans if span.operation == "DeadLetter"]

    assert given_up.ids["sqs_message_id"] == M1
    assert [link.reason for link in given_up.links] == ["redrive"]
