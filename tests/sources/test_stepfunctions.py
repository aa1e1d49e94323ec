"""GetExecutionHistory over HTTP: the steps of an execution, once, until it has ended."""

from __future__ import annotations

import json
import uuid

from itk.aws.session import Aws
from itk.model.ids import Id
from itk.sandbox import Sandbox
from itk.sources.stepfunctions import StepFunctions
from tests.sandbox.support import Aws as Sdk
from tests.sandbox.support import wait_for


def execution(sandbox: Sandbox, *states: str) -> str:
    """The ARN of a finished execution through these Pass states."""
    client, name = Sdk(sandbox).client("stepfunctions"), f"m-{uuid.uuid4().hex[:8]}"
    steps = {
        s: {"Type": "Pass", **({"Next": n} if n else {"End": True})}
        for s, n in zip(states, [*states[1:], ""], strict=True)
    }
    machine = client.create_state_machine(
        name=name,
        definition=json.dumps({"StartAt": states[0], "States": steps}),
        roleArn=f"arn:aws:iam::{sandbox.account}:role/any",
    )["stateMachineArn"]
    arn = client.start_execution(stateMachineArn=machine, input='{"a": 1}')["executionArn"]
    wait_for(lambda: client.describe_execution(executionArn=arn)["status"] == "SUCCEEDED")
    return str(arn)


def test_a_history_comes_once_it_is_known_and_not_after_its_end(aws: Aws, itk_sandbox: Sandbox) -> None:
    arn = execution(itk_sandbox, "First", "Second")
    source = StepFunctions(aws)
    assert source.poll([Id("run_id", "itk-x")]) == []
    assert source.readings() == ()

    events = source.poll([Id("execution_arn", arn)])
    told = [json.loads(event.message) for event in events]
    assert [each["type"] for each in told][:2] == ["ExecutionStarted", "PassStateEntered"]
    assert [event.event_id for event in events] == [str(each["id"]) for each in told]
    assert {(event.source, event.group, event.stream) for event in events} == {
        ("stepfunctions", "GetExecutionHistory", arn)
    }
    assert all(each["timestamp"].endswith("Z") and len(each["timestamp"]) == 24 for each in told)

    before = itk_sandbox.calls()
    assert source.poll([Id("execution_arn", arn)]) == []
    assert {name: n for name, n in itk_sandbox.calls().items() if "GetExecutionHistory" in name} == {
        name: n for name, n in before.items() if "GetExecutionHistory" in name
    }
    (reading,) = source.readings()
    assert (reading.events, reading.truncated, reading.notes) == (len(events), False, ())


def test_what_cannot_be_read_is_a_note_and_stops_nothing(aws: Aws, itk_sandbox: Sandbox) -> None:
    arn = execution(itk_sandbox, "Only")
    express = "arn:aws:states:eu-west-1:123456789012:express:machine:name:8a0c1f7e-0000-4000-8000-000000000001"
    unknown = arn + "-unknown"
    known = [Id("execution_arn", each) for each in (express, unknown, arn)]
    source = StepFunctions(aws)
    events = source.poll(known)
    assert {event.stream for event in events} == {arn}
    (reading,) = source.readings()
    assert any("express workflow has no history" in note for note in reading.notes)
    assert any(unknown in note and "ExecutionDoesNotExist" in note for note in reading.notes)


def test_a_denied_history_is_asked_once(aws: Aws, itk_sandbox: Sandbox) -> None:
    arn = execution(itk_sandbox, "Only")
    itk_sandbox.faults(
        [{"service": "stepfunctions", "operation": "GetExecutionHistory", "code": "AccessDeniedException", "times": 1}]
    )
    source = StepFunctions(aws)
    assert source.poll([Id("execution_arn", arn)]) == []
    assert source.poll([Id("execution_arn", arn)]) == []
    assert "not allowed: states:GetExecutionHistory" in source.readings()[0].notes[0]
