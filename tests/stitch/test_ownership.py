"""Which run a record belongs to: by ids alone, and never by a guess."""

from __future__ import annotations

import json

import pytest

from itk.model.evidence import LogEvent
from itk.model.ids import Id
from itk.model.run import Receipt
from itk.stitch import own_records, stitch
from tests.stitch.lines import (
    API,
    M1,
    M2,
    M3,
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
from tests.stitch.traffic import BASE_MS, Message, observe, sqs_record


def dump(*messages: tuple[str, str]) -> dict[str, object]:
    return {"Records": [sqs_record(Message("intake", message, run, "", 1)) for message, run in messages]}


def own_lines(receipt: Receipt, log: Log) -> int:
    own = own_records(receipt, observe(log.events))
    return sum((e.source, e.group, e.stream, e.event_id) in own for e in log.events if not e.message[0].isupper())


def test_a_batch_shared_with_real_traffic() -> None:
    """Lines that name nobody are counted as shared; those of the unmarked message are not ours."""
    log = Log().start(0, R1).line(1, R1, "2 records").receive(2, R1, M1).receive(3, R1, M2, run="").end(4, R1)
    found = trace(to_queue(), log)
    unit = one(found, "invoke intake")
    assert texts(unit) == []
    assert [(link.reason, link.span_id) for link in unit.links] == [("sqs_batch", "")]
    assert unit.links[0].detail == "1 more message in the same batch"
    assert len(named(found, "CONSUMER intake")) == 1
    assert (found.shared, found.foreign) == (2, 0)
    assert found.missing == ()


def test_silence_is_no_proof_of_being_alone() -> None:
    """A consumer that names only our message may have had silent company: its nameless lines are not taken."""
    log = Log().start(0, R1).line(1, R1, "whose is this?").receive(2, R1, M1).end(4, R1)
    found = trace(to_queue(), log)
    assert texts(one(found, "invoke intake")) == []
    assert one(found, "invoke intake").links == ()  # nor is company claimed
    assert found.shared == 1


@pytest.mark.parametrize("how", ["dump", "batch_size"])
def test_an_invocation_that_says_its_size_is_alone(how: str) -> None:
    """One message, and it is ours: every line of the invocation is."""
    log = Log().start(0, R1).line(1, R1, "mine")
    log = log.line(2, R1, dump((M1, RUN))) if how == "dump" else log
    log = log.receive(2, R1, M1, **({"batch_size": 1} if how == "batch_size" else {})).end(4, R1)
    found = trace(to_queue(), log)
    assert "mine" in texts(one(found, "invoke intake"))
    assert found.shared == 0


def test_a_dump_says_whom_a_batch_served() -> None:
    """Markers on the messages themselves tell ten runs of one batch apart."""
    log = Log().start(0, R1).line(1, R1, dump((M1, RUN), (M2, OTHER))).line(2, R1, "both").end(4, R1)
    found = trace(to_queue(), log)
    unit = one(found, "invoke intake")
    assert unit.faas is not None
    assert unit.faas.batch_size == 2
    assert texts(unit) == []
    assert OTHER not in str(found)


def test_a_record_that_names_two_runs_is_drawn_in_neither() -> None:
    """A conflict is told, not resolved."""
    log = Log().start(0, R1).receive(2, R1, M1).line(3, R1, f"{RUN} met {OTHER}").end(4, R1)
    found = trace(to_queue(), log)
    assert "names this run and 1 other" in found.warnings[0]
    assert OTHER not in str(found)


def test_a_marker_left_over_within_a_batch() -> None:
    """Trap 15: `append_keys(itk_trace_id=...)` for our record, nothing for the next one, which is real traffic."""
    sent = json.dumps(boundary("PRODUCER", "queue", "notify", 5, sqs_message_id=M3))
    log = Log().start(0, R1).receive(2, R1, M1).line(5, R1, sent, sqs_message_id=M2, itk_trace_id=RUN)
    log = log.receive(6, R1, M2, run=RUN).end(7, R1)
    found = trace(to_queue(), log)
    assert named(found, "PRODUCER notify") == []
    assert len(named(found, "CONSUMER intake")) == 1
    assert "keys left on a logger" in found.warnings[0]
    assert found.missing == ()


def test_keys_left_over_from_the_previous_invocation() -> None:
    """Trap 15, warm: the handler's first line still carries the message and the run of the invocation before."""
    log = Log().start(0, R1).receive(2, R1, M1).end(3, R1)
    log = log.start(10, R2).line(11, R2, "got one", sqs_message_id=M1, itk_trace_id=RUN).receive(12, R2, M2, run="")
    found = trace(to_queue(), log.end(13, R2))
    assert len(named(found, "invoke intake")) == 1
    assert named(found, "invoke intake")[0].attempt is None
    assert found.missing == ()


def test_only_the_marker_is_left_over() -> None:
    """The message's key was taken off, the run's was not: what the invocation received decides."""
    log = Log().start(0, R1).receive(2, R1, M1).end(3, R1)
    log = log.start(10, R2).line(11, R2, "got one", itk_trace_id=RUN).receive(12, R2, M2, run="").end(13, R2)
    assert own_lines(to_queue(), log) == 1


def test_a_marker_proves_a_message_that_nobody_logged_to_have_sent() -> None:
    """The application passes the marker on but logs no PRODUCER span: the consumer's own marker is enough."""
    worker = Log("worker", "w").start(10, R2).receive(11, R2, M2).line(12, R2, "x", sqs_message_id=M2).end(13, R2)
    found = trace(to_queue(), Log().start(0, R1).receive(2, R1, M1).end(3, R1), worker)
    (unit,) = named(found, "invoke worker")
    assert unit.join is not None
    assert unit.join.tier == "unresolved"


def test_a_session_of_somebody_else_joins_nothing() -> None:
    """A session groups many runs, unless ITK made it for this one."""
    log = Log("lookup").start(0, R2).line(1, R2, "x", session_id="s-1").end(2, R2)
    assert own_lines(to_queue(), log) == 0
    assert own_lines(to_queue(Id("session_id", "s-1")), log) == 1


def test_an_xray_root_joins_nothing() -> None:
    """One producer call gives all its messages the same root."""
    root = "1-6b02a6fd-644bd3bfa2da2c26ec545dd1"
    log = Log().start(0, R2).line(1, R2, "x", xray_trace_id=root).end(2, R2)
    assert own_lines(to_queue(Id("xray_root", root)), log) == 0


def test_what_this_run_called_is_its_own() -> None:
    """A function that our function called by RequestId serves nobody else, whatever it logs."""
    caller = (
        Log()
        .start(0, R1)
        .receive(1, R1, M1)
        .line(2, R1, json.dumps(boundary("CLIENT", "lambda", "worker", 2, lambda_request_id=R2)), sqs_message_id=M1)
    )
    found = trace(to_queue(), caller.end(3, R1), Log("worker", "w").start(2, R2).line(2, R2, "mine").end(3, R2))
    worker = one(found, "invoke worker")
    assert worker.parent_span_id == one(found, "CLIENT worker").span_id
    assert texts(worker) == ["mine"]


def test_a_function_that_was_called_and_never_seen_is_missing() -> None:
    """Its logs may come seconds later: the caller's line already says that it ran."""
    call = json.dumps(boundary("CLIENT", "lambda", "worker", 2, lambda_request_id=R2))
    found = trace(to_queue(), Log().start(0, R1).receive(1, R1, M1).line(2, R1, call, sqs_message_id=M1).end(3, R1))
    assert [entry.component for entry in found.missing] == ["lambda:worker"]


def test_an_error_of_a_shared_invocation_keeps_others_out() -> None:
    """That the batch died is ours to know; what the traceback says of another run is not."""
    boom = f'[ERROR] ValueError: {OTHER} is bad\nTraceback (most recent call last):\n  File "a.py", line 1, in b\n'
    log = Log().start(0, R1).line(1, R1, "x", sqs_message_id=M1).at(2, boom).end(3, R1)
    found = trace(to_queue(), log)
    unit = one(found, "invoke intake")
    assert unit.status == "error"
    assert unit.error is not None
    assert unit.error.type == "ValueError"
    assert OTHER not in str(found)


def test_parts_of_our_own_stream_are_ours_without_a_trace_id() -> None:
    """What InvokeAgent streams to ITK answers ITK's call: a failure part may name nothing at all."""
    receipt = Receipt(
        run_id=RUN,
        entrypoint="bedrock_invoke_agent",
        operation="InvokeAgent",
        target_type="agent",
        target_name="desk",
        sent_ns=BASE_MS * 1_000_000,
        ids=(Id("run_id", RUN), Id("aws_request_id", API)),
    )
    part = {"agentId": "A", "sessionId": "s", "trace": {"failureTrace": {"failureReason": "no model access"}}}
    event = LogEvent(
        source="agent_stream",
        group="A/B",
        stream=API,
        event_id="1",
        time_ms=BASE_MS,
        message=json.dumps(part),
    )
    found = stitch(receipt, observe([event]))
    assert found.spans[0].status == "error"
    assert (len(found.spans), found.foreign) == (1, 0)


def test_a_killed_consumer_received_what_its_lines_name() -> None:
    """A timeout leaves no consumer span: the keys of its other lines, and of the agent's parts, are what is left."""
    part = {"agentId": "A", "sessionId": M1, "trace": {"orchestrationTrace": {"rationale": {"traceId": f"{API}-0"}}}}
    log = Log().start(0, R1).line(1, R1, json.dumps({"agent_trace": part}), sqs_message_id=M1, itk_trace_id=RUN)
    log = log.end(2, R1, "Status: timeout")
    found = trace(to_queue(), log)
    unit = one(found, "invoke intake")
    assert unit.status == "timeout"
    assert unit.join is not None
    assert unit.join.rule == "message_id"
    assert any("receive 1 of 2 failed" in entry.what for entry in found.missing)
    assert [span.parent_span_id for span in found.spans if span.component.type == "agent"] == [unit.span_id]


def test_a_call_of_ours_is_no_key_of_a_function_we_called() -> None:
    """A direct call's RequestId serves us alone, even where a line names another run: that one line is left out."""
    log = Log().start(0, R1).line(1, R1, "a").line(2, R1, f"remembers {OTHER}").end(3, R1)
    found = trace(to_function(), log)
    assert texts(found.spans[0]) == ["a"]
    assert OTHER not in str(found)
