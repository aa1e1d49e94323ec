"""Agents between a function that calls them and the function that they call."""

from __future__ import annotations

import json
from typing import Any

from itk.model.trace import Trace
from tests.stitch.lines import API, M1, R1, R2, RUN, Log, boundary, named, one, to_queue, trace
from tests.stitch.traffic import BASE_MS, iso

TOOL = {"actionGroupName": "orders", "function": "find", "executionType": "LAMBDA"}


def part(step: dict[str, Any], session: str = "s-1") -> str:
    trace_part = {"agentId": "AGENT00001", "agentAliasId": "ALIAS00001", "sessionId": session}
    return json.dumps({"agent_trace": trace_part | {"trace": {"orchestrationTrace": step}}})


def result(ms: int, **metadata: Any) -> str:
    times = {"startTime": iso(BASE_MS + ms - 2), "endTime": iso(BASE_MS + ms), "totalTimeMs": 2}
    output = {"text": "{}", "metadata": times | metadata}
    return part({"observation": {"traceId": f"{API}-0", "type": "ACTION_GROUP", "actionGroupInvocationOutput": output}})


def asked(n: int = 0) -> str:
    call = TOOL | {"parameters": [{"name": "n", "value": str(n)}]}
    return part({"invocationInput": {"traceId": f"{API}-{n}", "actionGroupInvocationInput": call}})


def finished(ms: int) -> str:
    times = {"startTime": iso(BASE_MS + 1), "endTime": iso(BASE_MS + ms), "operationTotalTimeMs": ms}
    final = {"text": "done", "metadata": times}
    return part({"observation": {"traceId": f"{API}-0", "type": "FINISH", "finalResponse": final}})


def intake(*lines: str, call: bool = True) -> Log:
    log = Log().start(0, R1)
    for n, text in enumerate(lines, 2):
        log = log.line(n, R1, text, sqs_message_id=M1)
    if call:
        span = boundary("CLIENT", "agent", "desk", 20, aws_request_id=API) | {"request": {"inputText": "where?"}}
        log = log.line(20, R1, json.dumps(span), sqs_message_id=M1)
    return log.receive(21, R1, M1).end(22, R1)


def lookup(request: str = R2, stream: str = "l") -> Log:
    return (
        Log("lookup", stream)
        .start(4, request)
        .line(5, request, "x", session_id="s-1", itk_trace_id=RUN)
        .end(6, request)
    )


def parent_of(found: Trace, name: str) -> str:
    names = {span.span_id: span.name for span in found.spans}
    return names[one(found, name).parent_span_id or ""]


def test_the_call_and_the_agents_own_parts_are_one_span() -> None:
    """The caller knows the name and the question, the agent its times and steps."""
    found = trace(to_queue(), intake(asked(), result(7, clientRequestId=R2), finished(9)), lookup())
    (agent,) = [span for span in found.spans if span.component.type == "agent"]
    assert agent.name == "invoke_agent desk"
    assert agent.request is not None
    assert agent.request.value == {"inputText": "where?"}
    assert agent.duration_ms == 9
    assert parent_of(found, "invoke_agent desk") == "CONSUMER intake"
    assert parent_of(found, "execute_tool orders/find") == "invoke_agent desk"
    assert found.missing == ()


def test_an_action_group_calls_by_its_client_request_id() -> None:
    found = trace(to_queue(), intake(asked(), result(7, clientRequestId=R2), finished(9)), lookup())
    assert parent_of(found, "invoke lookup") == "execute_tool orders/find"
    join = one(found, "invoke lookup").join
    assert join is not None
    assert (join.tier, join.rule) == ("exact", "client_request_id")


def test_without_that_id_the_only_tool_of_the_session_is_structural() -> None:
    """Nobody else of this session could have called it: proven by structure, and said so."""
    found = trace(to_queue(), intake(asked(), result(7), finished(9)), lookup())
    join = one(found, "invoke lookup").join
    assert join is not None
    assert (join.tier, join.rule) == ("structural", "session_id")


def test_two_tools_of_a_session_leave_it_open() -> None:
    """Which of them, time could only guess."""
    again = asked(1)
    found = trace(to_queue(), intake(asked(), result(7), again, finished(9)), lookup())
    join = one(found, "invoke lookup").join
    assert join is not None
    assert join.tier == "unresolved"


def test_an_agent_whose_call_was_never_logged_hangs_where_its_parts_were_logged() -> None:
    """The function died before it logged the call; its logger's keys say whose agent it was."""
    log = Log().start(0, R1).line(2, R1, asked(), sqs_message_id=M1).end(9, R1, "Status: timeout")
    found = trace(to_queue(), log)
    (agent,) = [span for span in found.spans if span.component.type == "agent"]
    assert agent.parent_span_id == one(found, "invoke intake").span_id
    assert any("its end was not seen" in entry.what for entry in found.missing)


def test_an_agent_without_its_trace_is_the_callers_line() -> None:
    found = trace(to_queue(), intake())
    (agent,) = [span for span in found.spans if span.component.type == "agent"]
    assert agent.status == "ok"
    assert found.missing == ()
    assert named(found, "invoke lookup") == []
