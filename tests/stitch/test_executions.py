"""State machines: the execution, its states, its tasks, and what they called."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from itk import formats
from itk.model.evidence import StateEvent
from itk.model.ids import Id
from itk.model.run import Receipt
from itk.model.trace import Span, Trace
from itk.stitch import stitch
from tests.formats.reading import recorded
from tests.stitch.lines import M1, M2, OTHER, R1, R2, RUN, Log, boundary, named, one, texts, to_queue
from tests.stitch.services import ARN, NESTED, Machine, answered, bus_event, sent, to_bus, to_machine, trace_of
from tests.stitch.traffic import BASE_MS

NS = 1_000_000


def charged(*, api: bool = False) -> Machine:
    """One state with one function task that goes well."""
    log = Machine(api=api).start().at(1, 2, 0, "TaskStateEntered", name="Charge", input={"order": 1})
    log.at(2, 3, 2, "TaskScheduled", resource="invoke", resourceType="lambda", parameters={"FunctionName": "charge"})
    log.at(3, 4, 3, "TaskStarted", resource="invoke", resourceType="lambda")
    log.at(9, 5, 4, "TaskSucceeded", resource="invoke", resourceType="lambda", output=answered(R1, Payload={"ok": 1}))
    log.at(9, 6, 5, "TaskStateExited", name="Charge", output={"ok": 1})
    return log.at(10, 7, 6, "ExecutionSucceeded", output={"ok": 1})


def invoked(request: str = R1, function: str = "charge") -> Log:
    return Log(function).start(4, request).line(5, request, "charging").end(8, request)


def parent_of(found: Trace, span: Span) -> Span:
    (parent,) = [each for each in found.spans if each.span_id == span.parent_span_id]
    return parent


@pytest.mark.parametrize("api", [False, True])
def test_an_execution_that_itk_started(api: bool) -> None:
    """ITK's call and the execution are one span; the state hangs in it, the task in the state, the function there."""
    found = trace_of(to_machine(), charged(api=api), invoked())
    root, state, task, unit = found.spans
    assert (root.component.label, root.status, root.start_ns) == ("state_machine:orders", "ok", BASE_MS * NS)
    assert root.end_ns == (BASE_MS + 10) * NS
    assert root.request is not None
    assert root.request.value == {"itk_trace_id": RUN}
    assert (state.name, state.operation, state.parent_span_id, state.status) == ("Charge", "Task", root.span_id, "ok")
    assert (task.component.label, task.kind, task.parent_span_id) == ("lambda:charge", "CLIENT", state.span_id)
    assert task.duration_ms == 7.0
    assert task.attempt is None
    assert unit.parent_span_id == task.span_id
    assert unit.join is not None
    assert (unit.join.tier, unit.join.rule) == ("exact", "lambda_request_id")
    assert texts(unit) == ["charging"]  # alone: nobody else calls an invocation of ours
    assert found.missing == ()


def test_log_and_history_are_one() -> None:
    """Both told: the same spans, each with the evidence of both."""
    both = trace_of(to_machine(), charged(), charged(api=True), invoked())
    alone = trace_of(to_machine(), charged(), invoked())
    assert [(s.span_id, s.status, s.start_ns, s.end_ns) for s in both.spans] == [
        (s.span_id, s.status, s.start_ns, s.end_ns) for s in alone.spans
    ]
    assert len(one(both, "Charge").evidence) == 2 * len(one(alone, "Charge").evidence)


def retried() -> Machine:
    log = Machine().start().at(1, 2, 0, "TaskStateEntered", name="Charge")
    for n, ms in enumerate((2, 6)):
        first = 3 + 3 * n
        task = {"resource": "invoke", "resourceType": "lambda"}
        log.at(ms, first, first - 1, "TaskScheduled", **task, parameters={"FunctionName": "charge"})
        log.at(ms, first + 1, first, "TaskStarted", **task)
        cause = {"errorMessage": "no", "errorType": "KeyError", "requestId": (R1, R2)[n]}
        end: dict[str, Any] = {"error": "KeyError", "cause": cause} if n == 0 else {"output": answered(R2)}
        log.at(ms + 2, first + 2, first + 1, "TaskSucceeded" if n else "TaskFailed", **task, **end)
    return log.at(9, 9, 8, "TaskStateExited", name="Charge").at(10, 10, 9, "ExecutionSucceeded")


def test_a_second_try_is_an_attempt_of_the_same_state() -> None:
    found = trace_of(to_machine(), retried(), invoked(R1), Log("charge", "s2").start(7, R2).end(8, R2))
    first, second = named(found, "call charge")
    assert [(s.attempt.n, s.attempt.kind, s.status) for s in (first, second) if s.attempt] == [
        (1, "sfn_retry", "error"),
        (2, "sfn_retry", "ok"),
    ]
    assert first.error is not None
    assert (first.error.type, first.error.message) == ("KeyError", "no")
    assert [(link.span_id, link.reason) for link in second.links] == [(first.span_id, "retry_of")]
    assert one(found, "Charge").status == "ok"
    assert sorted(parent_of(found, unit).span_id for unit in named(found, "invoke charge")) == sorted(
        [first.span_id, second.span_id]
    )


def test_a_map_is_told_apart_by_its_chain() -> None:
    """Two iterations hold a state of the same name at the same time."""
    log = Machine().start().at(1, 2, 0, "MapStateEntered", name="Each").at(1, 3, 2, "MapStateStarted")
    log.at(2, 4, 3, "MapIterationStarted", name="Each").at(2, 5, 3, "MapIterationStarted", name="Each")
    log.at(3, 6, 4, "PassStateEntered", name="Do", input={"n": 0}).at(
        3, 7, 5, "PassStateEntered", name="Do", input={"n": 1}
    )
    log.at(5, 8, 7, "PassStateExited", name="Do", output={"n": 11}).at(
        6, 9, 6, "PassStateExited", name="Do", output={"n": 10}
    )
    log.at(6, 10, 8, "MapIterationSucceeded", name="Each").at(6, 11, 9, "MapIterationSucceeded", name="Each")
    log.at(7, 12, 11, "MapStateSucceeded").at(7, 13, 12, "MapStateExited", name="Each")
    log.at(8, 14, 13, "PassStateEntered", name="Then").at(8, 15, 14, "PassStateExited", name="Then")
    found = trace_of(to_machine(), log.at(9, 16, 15, "ExecutionSucceeded"))
    outer = one(found, "Each")
    inner = named(found, "Do")
    assert [(s.request.value, s.response.value) for s in inner if s.request and s.response] == [
        ({"n": 0}, {"n": 10}),
        ({"n": 1}, {"n": 11}),
    ]
    assert {s.parent_span_id for s in inner} == {outer.span_id}
    assert one(found, "Then").parent_span_id == found.spans[0].span_id
    assert {s.status for s in found.spans} == {"ok"}


def test_a_failed_execution_blames_the_state_that_failed() -> None:
    log = Machine().start().at(1, 2, 0, "ParallelStateEntered", name="Both").at(1, 3, 2, "ParallelStateStarted")
    log.at(2, 4, 3, "PassStateEntered", name="Slow").at(2, 5, 3, "FailStateEntered", name="Refuse")
    log.at(3, 6, 5, "ParallelStateFailed").at(3, 7, 6, "ExecutionFailed", error="Refused", cause="too expensive")
    found = trace_of(to_machine(), log)
    root = found.spans[0]
    assert root.error is not None
    assert (root.status, root.error.type, root.error.message) == ("error", "Refused", "too expensive")
    assert (one(found, "Refuse").status, one(found, "Slow").status) == ("error", "unknown")
    assert found.missing == ()


def test_an_execution_that_has_not_ended_is_missing() -> None:
    log = charged()
    log.events.pop()
    found = trace_of(to_machine(), log, invoked())
    assert [entry.what for entry in found.missing] == [
        "state_machine:orders `Send orders`: started at 07:31:00.000, its end was not seen"
    ]
    assert found.spans[0].status == "incomplete"


@pytest.mark.parametrize("kind", ["ExecutionTimedOut", "ExecutionAborted"])
def test_other_ends(kind: str) -> None:
    log = Machine().start().at(1, 2, 0, "WaitStateEntered", name="Wait").at(5, 3, 2, kind)
    root = trace_of(to_machine(), log).spans[0]
    assert root.status == ("timeout" if kind == "ExecutionTimedOut" else "error")
    assert root.error is not None


def test_a_redrive_opens_it_again() -> None:
    log = Machine().start().at(1, 2, 0, "TaskStateEntered", name="Charge")
    task = {"resource": "putItem", "resourceType": "dynamodb"}
    log.at(2, 3, 2, "TaskScheduled", **task, parameters={"TableName": "orders"})
    log.at(3, 4, 3, "TaskFailed", **task, error="E").at(3, 5, 4, "ExecutionFailed", error="E")
    log.at(20, 6, 5, "ExecutionRedriven").at(21, 7, 6, "TaskScheduled", **task, parameters={"TableName": "orders"})
    assert trace_of(to_machine(), log).spans[0].status == "incomplete"
    log.at(22, 8, 7, "TaskSucceeded", **task).at(22, 9, 8, "TaskStateExited", name="Charge")
    found = trace_of(to_machine(), log.at(23, 10, 9, "ExecutionSucceeded"))
    assert found.spans[0].status == "ok"
    tasks = named(found, "dynamodb:putItem")
    assert [(s.component.label, s.attempt.n) for s in tasks if s.attempt] == [("table:orders", 1), ("table:orders", 2)]


def test_a_message_that_a_task_sent() -> None:
    """The task is the message's sender: its consumer hangs there, and without one the run waits."""
    log = Machine().start().at(1, 2, 0, "TaskStateEntered", name="Tell")
    task = {"resource": "sendMessage", "resourceType": "sqs"}
    log.at(2, 3, 2, "TaskScheduled", **task, parameters={"QueueUrl": "https://sqs.eu-west-1.amazonaws.com/1/intake"})
    log.at(3, 4, 3, "TaskSucceeded", **task, output={"MessageId": M1}).at(3, 5, 4, "TaskStateExited", name="Tell")
    log.at(4, 6, 5, "ExecutionSucceeded")
    assert "nobody was seen to receive it" in trace_of(to_machine(), log).missing[0].what
    found = trace_of(to_machine(), log, Log().start(5, R1).receive(6, R1, M1, run="").end(7, R1))
    unit = one(found, "invoke intake")
    assert parent_of(found, unit).component.label == "queue:intake"
    assert parent_of(found, unit).kind == "PRODUCER"
    assert found.missing == ()


def test_an_execution_within_an_execution() -> None:
    log = Machine().start().at(1, 2, 0, "TaskStateEntered", name="Bill")
    task = {"resource": "startExecution.sync:2", "resourceType": "states"}
    log.at(2, 3, 2, "TaskScheduled", **task, parameters={"StateMachineArn": "arn:aws:states:r:1:stateMachine:billing"})
    log.at(3, 4, 3, "TaskSubmitted", **task, output={"ExecutionArn": NESTED})
    log.at(8, 5, 4, "TaskSucceeded", **task, output={"ExecutionArn": NESTED}).at(
        8, 6, 5, "TaskStateExited", name="Bill"
    )
    log.at(9, 7, 6, "ExecutionSucceeded")
    inner = Machine(NESTED).start(4, {"order": 1}).at(5, 2, 0, "SucceedStateEntered", name="Done")
    inner.at(5, 3, 2, "SucceedStateExited", name="Done").at(6, 4, 3, "ExecutionSucceeded")
    found = trace_of(to_machine(), log, inner)
    child = one(found, "execute billing")
    assert parent_of(found, child).component.label == "state_machine:billing"
    assert child.join is not None
    assert (child.join.tier, child.join.rule) == ("exact", "execution_arn")
    assert found.missing == ()


def started_by(line: dict[str, Any]) -> Trace:
    """A function of ours that says, in some way, which execution it started. Nothing of that names our run."""
    receipt = sent("lambda_invoke", "intake", Id("lambda_request_id", R1), operation="Invoke")
    log = Machine().start(3, {"order": 1}).at(4, 2, 0, "PassStateEntered", name="Do")
    log.at(4, 3, 2, "PassStateExited", name="Do").at(5, 4, 3, "ExecutionSucceeded")
    return trace_of(receipt, Log().start(0, R1).line(2, R1, **line).end(9, R1), log)


def test_an_execution_that_a_function_started_by_a_span_line() -> None:
    call = boundary("CLIENT", "state_machine", "orders", 2, execution_arn=ARN)
    found = started_by({"text": call})
    execution = one(found, "execute orders")
    assert execution.join is not None
    assert (execution.join.tier, execution.join.rule) == ("exact", "execution_arn")
    assert parent_of(found, execution).name == "CLIENT orders"


def test_an_execution_that_a_function_names() -> None:
    found = started_by({"text": "started", "execution_arn": ARN})
    execution = one(found, "execute orders")
    assert execution.join is not None
    assert (execution.join.tier, execution.join.rule) == ("structural", "execution_arn")
    assert parent_of(found, execution).component.label == "lambda:intake"


def test_an_execution_that_a_rule_started() -> None:
    log = Machine().start(3, bus_event()).at(4, 2, 0, "SucceedStateEntered", name="Do")
    found = trace_of(to_bus(), log.at(4, 3, 2, "SucceedStateExited", name="Do").at(5, 4, 3, "ExecutionSucceeded"))
    execution = one(found, "execute orders")
    assert execution.join is not None
    assert (execution.join.tier, execution.join.rule) == ("exact", "eventbridge_event_id")
    assert found.missing == ()


def test_an_execution_that_names_another_run_too_is_nobodys() -> None:
    """What names us is shown; the rest is the other's as much as ours."""
    log = Machine().start(3, [{"itk_trace_id": RUN}, {"itk_trace_id": OTHER}])
    log.at(4, 2, 0, "PassStateEntered", name="Do", input={"itk_trace_id": RUN})
    log.at(5, 3, 2, "PassStateExited", name="Do").at(6, 4, 3, "ExecutionSucceeded")
    found = trace_of(sent("recorded", "x"), log)
    assert [span.component.type for span in found.spans] == ["lambda"]  # the root alone
    assert [event.name for event in found.unplaced] == ["state_event"]
    assert found.foreign == 3
    assert len(found.warnings) == 1


def test_a_batch_of_unknown_owners_is_nobodys() -> None:
    log = Machine().start(3, [{"itk_trace_id": RUN}, {"order": 7}]).at(4, 2, 0, "SucceedStateEntered", name="Do")
    found = trace_of(sent("recorded", "x"), log)
    assert [event.text for event in found.unplaced] == [f"ExecutionStarted  of {ARN}"]
    assert found.foreign == 1


def test_a_left_over_arn_on_a_warm_logger_is_not_believed() -> None:
    """The key was set for an earlier invocation, of real traffic."""
    log = Log().start(0, R2).line(1, R2, "started", execution_arn=ARN).end(2, R2)
    log.start(5, R1).line(6, R1, "mine", execution_arn=ARN).end(7, R1)
    machine = Machine().start(1, {"order": 1}).at(2, 2, 0, "SucceedStateEntered", name="Do")
    found = trace_of(sent("lambda_invoke", "intake", Id("lambda_request_id", R1)), log, machine)
    assert [span.name for span in found.spans] == ["Send intake"]
    assert found.foreign == 6


def _joined(function: str, stream: str, ms: int, request: str, message: str, run: str) -> Log:
    """An invocation of a run that names an execution, as whoever started it would."""
    log = Log(function, stream).start(ms, request).receive(ms + 1, request, message, run=run)
    log.line(ms + 2, request, "joined", execution_arn=ARN, itk_trace_id=run, sqs_message_id=message)
    return log.end(ms + 3, request)


@pytest.mark.parametrize("theirs_ms", [-20, 20])
def test_an_execution_that_two_runs_claim_is_neithers(theirs_ms: int) -> None:
    """Its history names nobody, so that neither line is worth more, whichever came first."""
    ours = _joined("intake", "s1", 0, R1, M1, RUN)
    theirs = _joined("intake", "s2", theirs_ms, R2, M2, OTHER)
    machine = Machine().start(3, {"order": 1}).at(4, 2, 1, "SucceedStateEntered", name="Do")
    found = trace_of(to_queue(), ours, theirs, machine)
    assert {span.component.type for span in found.spans} == {"queue", "lambda"}
    assert [warning for warning in found.warnings if "the same execution" in warning]
    alone = trace_of(to_queue(), ours, machine)
    assert "state_machine" in {span.component.type for span in alone.spans}
    assert not alone.warnings


def test_a_stale_run_in_what_an_execution_called_claims_nothing() -> None:
    ours = _joined("intake", "s1", 0, R1, M1, RUN)
    called = Log("charge", "s2").start(5, R2).line(6, R2, "stale", execution_arn=ARN, itk_trace_id=OTHER).end(7, R2)
    machine = Machine().start(3, {"order": 1}).at(4, 2, 1, "TaskStateEntered", name="Do")
    machine.at(5, 3, 2, "TaskScheduled", resource="invoke", resourceType="lambda")
    machine.at(8, 4, 3, "TaskSucceeded", resource="invoke", resourceType="lambda", output=answered(R2))
    found = trace_of(to_queue(), ours, called, machine)
    assert "state_machine" in {span.component.type for span in found.spans}


def test_without_execution_data_the_states_are_there() -> None:
    """No input, no output, no parameters: nothing of what was called is known, and nothing is claimed."""
    log = Machine().at(0, 1, 0, "ExecutionStarted", roleArn="r").at(1, 2, 0, "TaskStateEntered", name="Charge")
    log.at(2, 3, 2, "TaskScheduled", resource="invoke", resourceType="lambda")
    log.at(3, 4, 3, "TaskSucceeded", resource="invoke", resourceType="lambda")
    log.at(3, 5, 4, "TaskStateExited", name="Charge").at(4, 6, 5, "ExecutionSucceeded")
    found = trace_of(to_machine(), log)
    assert [(s.component.label, s.status, s.request) for s in found.spans] == [
        ("state_machine:orders", "ok", None),
        ("state_machine:orders", "ok", None),
        ("lambda:lambda", "ok", None),
    ]


@pytest.mark.parametrize(
    ("resource", "kind"),
    [("sendMessage", "PRODUCER"), ("sendMessage.waitForTaskToken", "PRODUCER"), ("purgeQueue", "CLIENT")],
)
def test_only_what_sends_is_a_producer(resource: str, kind: str) -> None:
    queue = {"QueueUrl": "https://sqs.eu-west-1.amazonaws.com/111122223333/notify"}
    log = Machine().start().at(1, 2, 0, "TaskStateEntered", name="Tell")
    log.at(2, 3, 2, "TaskScheduled", resource=resource, resourceType="aws-sdk:sqs", parameters=queue)
    [task] = [span for span in trace_of(to_machine(), log).spans if span.component.type == "queue"]
    assert (task.component.label, task.component.id, task.kind) == ("queue:notify", queue["QueueUrl"], kind)


def test_a_map_that_failed_is_the_error_and_not_the_iteration_beside_the_one_that_made_it_fail() -> None:
    """Every entry after the failure follows the try that failed first, also what is said of the Map and the others."""
    log = Machine().start().at(1, 2, 0, "MapStateEntered", name="Each").at(1, 3, 2, "MapStateStarted")
    log.at(2, 4, 3, "MapIterationStarted", name="Each").at(2, 5, 3, "MapIterationStarted", name="Each")
    for at, before in ((6, 4), (7, 5)):
        log.at(3, at, before, "TaskStateEntered", name=f"Charge{before}")
        log.at(3, at + 2, at, "TaskScheduled", resource="invoke", resourceType="lambda")
    log.at(5, 10, 8, "TaskTimedOut", resource="invoke", resourceType="lambda", error="States.Timeout")
    log.at(5, 11, 10, "MapIterationFailed", name="Each").at(5, 12, 10, "TaskStateAborted")
    log.at(9, 13, 10, "MapStateFailed").at(9, 14, 13, "ExecutionFailed", error="States.Timeout")

    found = trace_of(to_machine(), log)

    ended = {name: one(found, name) for name in ("Each", "Charge4", "Charge5")}
    assert {name: (span.status, span.duration_ms) for name, span in ended.items()} == {
        "Each": ("error", 8.0),
        "Charge4": ("timeout", 2.0),
        "Charge5": ("unknown", None),
    }


def test_every_recorded_history_is_a_tree_that_has_ended() -> None:
    """Executions recorded against AWS: one span for each state entered and for each task scheduled."""
    seen = 0
    for one_file in recorded("stepfunctions"):
        entries = [replace(event, stream=ARN) for event in one_file.events if event.source == "stepfunctions"]
        if not entries:
            continue
        observations, name = formats.read_all(entries).observations, one_file.path.name
        trace = stitch(to_machine(), observations)
        kinds = [entry.event_type for entry in observations if isinstance(entry, StateEvent)]
        states = sum(kind.endswith("StateEntered") for kind in kinds)
        tasks = sum(kind.endswith("Scheduled") for kind in kinds)
        assert len(kinds) == len(entries)
        assert len(trace.spans) == 1 + states + tasks, name
        assert all("nobody was seen to receive it" in entry.what for entry in trace.missing), name
        assert trace.spans[0].status == {"ExecutionSucceeded": "ok", "ExecutionFailed": "error"}[kinds[-1]]
        assert all(span.join.tier == "exact" for span in trace.spans[1:] if span.join)
        evidence = {seen.event_id for span in trace.spans for seen in span.evidence}
        assert evidence == {entry.event_id for entry in entries}
        seen += 1
    assert seen >= 15


def test_the_receipt_is_not_asked_for_more() -> None:
    receipt: Receipt = to_machine()
    assert trace_of(receipt).missing[0].what.startswith("state_machine:orders: called")


def test_a_hole_in_the_history_claims_nothing() -> None:
    """Without the entry that began the second try, its end is nobody's: not the first try's."""
    log = retried()
    log.events = [event for event in log.events if '"id": "6"' not in event.message]
    found = trace_of(to_machine(), log, invoked(R1), Log("charge", "s2").start(7, R2).end(8, R2))
    first = one(found, "call charge")
    assert (first.status, first.ids["lambda_request_id"]) == ("error", R1)
    assert [span.join.tier for span in named(found, "invoke charge") if span.join] == ["exact", "unresolved"]
    assert one(found, "Charge").status == "ok"


def test_a_task_that_lambda_refused_is_throttled() -> None:
    """No invocation, so no RequestId: the refusal is the task's alone."""
    log = Machine().start().at(1, 2, 0, "TaskStateEntered", name="Charge")
    task = {"resource": "invoke", "resourceType": "lambda"}
    log.at(2, 3, 2, "TaskScheduled", **task, parameters={"FunctionName": "charge"})
    log.at(3, 4, 3, "TaskFailed", **task, error="Lambda.TooManyRequestsException", cause="Rate Exceeded.")
    found = trace_of(to_machine(), log.at(4, 5, 4, "ExecutionFailed", error="Lambda.TooManyRequestsException"))
    assert [span.status for span in found.spans] == ["error", "error", "throttled"]
    assert found.missing == ()
