"""Spans of Bedrock agents, from steps as they stream."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Sequence
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from itk import formats
from itk.model.evidence import AgentChunk, AgentStep, LogEvent
from itk.model.trace import Span
from itk.stitch.agents.turns import agent_spans
from tests.formats.reading import recorded

A, B, C = (f"{d * 8}-{d * 4}-4{d * 3}-8{d * 3}-{d * 12}" for d in "abc")  # invocation ids
CALL = "9e5d3c1b-1a2b-4c3d-8e4f-5a6b7c8d9e0f"
ROOT, CHILD = (
    f"arn:aws:bedrock:eu-west-1:111122223333:agent-alias/{n}/ALIAS00001" for n in ("ROOT000001", "CHILD00001")
)
START = 1_795_332_660


class Stream:
    """Writes an agent's stream, part by part, and reads it as ITK does."""

    def __init__(self, stream: str = A, source: str = "agent_stream") -> None:
        self.events: list[LogEvent] = []
        self.stream, self.source = stream, source

    def put(self, value: dict[str, Any], time_ms: int = START * 1_000) -> None:
        n = len(self.events)
        self.events.append(
            LogEvent(
                source=self.source,  # type: ignore[arg-type]
                group=ROOT,
                stream=self.stream,
                event_id=str(n),
                time_ms=time_ms + n,
                message=json.dumps(value),
            )
        )

    def part(self, trace: dict[str, Any], chain: Sequence[str] = (ROOT,)) -> None:
        n = len(self.events)
        self.put(
            {
                "agentId": chain[-1].split("/")[1],
                "agentAliasId": "ALIAS00001",
                "callerChain": [{"agentAliasArn": arn} for arn in chain],
                "sessionId": "s-1",
                "eventTime": f"2026-11-22T08:00:{n % 60:02}.{n:06}Z",  # far from the truth: it must not matter
                "trace": trace,
            }
        )

    def orchestration(self, trace_id: str, chain: Sequence[str] = (ROOT,), **inner: Any) -> None:
        [(key, value)] = inner.items()
        self.part({"orchestrationTrace": {key: {**value, "traceId": trace_id}}}, chain)

    def model(self, trace_id: str, at: float, took: float, chain: Sequence[str] = (ROOT,), tokens: int = 10) -> None:
        asked = {"foundationModel": "anthropic.claude", "text": '{"system":"x"}', "type": "ORCHESTRATION"}
        self.orchestration(trace_id, chain, modelInvocationInput=asked)
        answered = {"metadata": {**times(at, took), "usage": {"inputTokens": tokens, "outputTokens": 5}}}
        self.orchestration(trace_id, chain, modelInvocationOutput=answered)

    def tool(self, trace_id: str, function: str, value: str = "42", execution: str = "LAMBDA") -> None:
        asked = {
            "actionGroupName": "orders",
            "function": function,
            "executionType": execution,
            "parameters": [{"name": "id", "type": "string", "value": value}],
        }
        self.orchestration(
            trace_id, invocationInput={"invocationType": "ACTION_GROUP", "actionGroupInvocationInput": asked}
        )

    def tool_result(self, trace_id: str, at: float, took: float, text: str = "shipped", request: str = CALL) -> None:
        output = {"text": text, "metadata": times(at, took, request)}
        self.orchestration(trace_id, observation={"type": "ACTION_GROUP", "actionGroupInvocationOutput": output})

    def collaborate(self, trace_id: str) -> None:
        asked = {"agentCollaboratorName": "Billing", "agentCollaboratorAliasArn": CHILD, "input": {"text": "pay"}}
        self.orchestration(
            trace_id,
            invocationInput={"invocationType": "AGENT_COLLABORATOR", "agentCollaboratorInvocationInput": asked},
        )

    def collaborated(self, trace_id: str, at: float, took: float, child: str) -> None:
        output = {
            "agentCollaboratorName": "Billing",
            "output": {"text": "paid"},
            "metadata": times(at, took, child),
        }
        self.orchestration(
            trace_id, observation={"type": "AGENT_COLLABORATOR", "agentCollaboratorInvocationOutput": output}
        )

    def final(self, trace_id: str, at: float, took: float, chain: Sequence[str] = (ROOT,)) -> None:
        metadata = times(at, took)
        metadata["operationTotalTimeMs"] = metadata.pop("totalTimeMs")
        self.orchestration(
            trace_id, chain, observation={"type": "FINISH", "finalResponse": {"text": "done", "metadata": metadata}}
        )

    def read(self) -> tuple[list[AgentStep], list[AgentChunk]]:
        found = [o for e in self.events if isinstance(r := formats.read(e), tuple) for o in r]
        return [o for o in found if isinstance(o, AgentStep)], [o for o in found if isinstance(o, AgentChunk)]

    def spans(self) -> tuple[Span, ...]:
        return agent_spans(*self.read())


def times(at: float, took: float, request: str = "") -> dict[str, Any]:
    def iso(s: float) -> str:
        return f"2026-11-22T07:31:{s:012.9f}Z"

    found: dict[str, Any] = {"startTime": iso(at), "endTime": iso(at + took), "totalTimeMs": round(took * 1_000)}
    return {**found, "clientRequestId": request} if request else found


def with_a_collaborator() -> Stream:
    stream = Stream()
    both = (ROOT, CHILD)
    stream.model(f"{A}-0", 1, 1)
    stream.orchestration(f"{A}-0", rationale={"text": "ask billing"})
    stream.collaborate(f"{A}-0")
    stream.model(f"{B}-0", 2.2, 1, both)
    stream.final(f"{B}-0", 2.1, 1.5, both)
    stream.collaborated(f"{A}-0", 2, 1.7, B)
    stream.tool(f"{A}-1", "ship")
    stream.tool_result(f"{A}-1", 4, 0.5)
    stream.final(f"{A}-1", 0.5, 4.5)
    stream.put({"chunk": {"text": "do"}})
    stream.put({"chunk": {"text": "ne"}})
    stream.put({"end": True})
    return stream


def named(spans: Sequence[Span], name: str) -> list[Span]:
    return [s for s in spans if s.name == name]


def test_a_collaborator_is_one_span_under_its_caller() -> None:
    spans = with_a_collaborator().spans()

    root, child = spans[0], named(spans, "invoke_agent Billing")[0]
    assert [s.name for s in spans if s.parent_span_id is None] == ["invoke_agent ROOT000001"]
    assert child.parent_span_id == root.span_id
    assert child.join is not None
    assert (child.join.tier, child.join.rule, child.join.detail) == ("exact", "client_request_id", B)
    assert child.request is not None
    assert child.request.value == {"text": "pay"}
    assert Counter(s.component.type for s in spans) == {"agent": 2, "model": 2, "tool": 1}
    assert sum(s.usage.input_tokens or 0 for s in spans if s.usage) == 20


def test_times_are_those_of_the_metadata() -> None:
    spans = with_a_collaborator().spans()

    root = spans[0]
    assert (root.start_ns, root.duration_ms, root.duration_source) == (
        (START + 0) * 10**9 + 500_000_000,
        4500.0,
        "reported",
    )
    assert all(s.end_ns is not None and s.start_ns is not None for s in spans)


def test_a_tool_carries_the_request_id_of_its_function() -> None:
    [tool] = named(with_a_collaborator().spans(), "execute_tool orders/ship")

    assert tool.ids["lambda_request_id"] == CALL
    assert (tool.component.label, tool.operation, tool.status) == ("tool:orders/ship", "execute_tool", "ok")
    assert tool.request is not None
    assert tool.request.value == {"parameters": [{"name": "id", "type": "string", "value": "42"}]}
    assert tool.response is not None
    assert tool.response.value == "shipped"


@settings(max_examples=60, deadline=None)
@given(st.randoms(use_true_random=False), st.data())
def test_neither_order_nor_repetition_matters(rng: random.Random, data: st.DataObject) -> None:
    """CloudWatch promises no order, and pages overlap; a span must not come twice."""
    steps, chunks = with_a_collaborator().read()
    expected = agent_spans(steps, chunks)
    more = [*steps, *data.draw(st.lists(st.sampled_from(steps)))]
    rng.shuffle(more)
    rng.shuffle(chunks)

    assert agent_spans(more, [*chunks, *chunks]) == expected


def test_the_same_part_in_stream_and_log_is_one() -> None:
    stream, logged = with_a_collaborator(), with_a_collaborator()
    logged.events = [
        LogEvent(group="/aws/lambda/x", stream="l", event_id=e.event_id, time_ms=e.time_ms, message=e.message)
        for e in stream.events
        if "trace" in e.message
    ]
    steps, chunks = stream.read()

    assert [s.span_id for s in agent_spans([*logged.read()[0], *steps], chunks)] == [s.span_id for s in stream.spans()]


@given(st.integers(0, 14))
@settings(deadline=None)
def test_more_evidence_keeps_span_ids(n: int) -> None:
    """While a run is watched, the spans of an earlier look are those of the next, a call without a name apart."""
    stream = with_a_collaborator()
    whole = {s.span_id for s in stream.spans()}
    stream.events = stream.events[:n]

    early = {s.span_id for s in stream.spans() if s.status != "incomplete"}

    assert early <= whole


def test_a_collaborator_without_steps_is_its_call() -> None:
    stream = Stream()
    stream.collaborate(f"{A}-0")
    stream.collaborated(f"{A}-0", 2, 1.5, B)
    stream.final(f"{A}-0", 1, 3)

    [child] = named(stream.spans(), "invoke_agent Billing")

    assert (child.ids["bedrock_invocation_id"], child.duration_ms, child.status) == (B, 1500.0, "ok")
    assert child.span_id == named(with_a_collaborator().spans(), "invoke_agent Billing")[0].span_id


def test_a_collaborator_that_still_works_is_found_by_its_chain() -> None:
    stream = Stream()
    stream.collaborate(f"{A}-0")
    stream.model(f"{B}-0", 2.2, 1, (ROOT, CHILD))

    root, *rest = stream.spans()
    [child] = named(rest, "invoke_agent Billing")

    assert (child.parent_span_id, child.status, root.status) == (root.span_id, "incomplete", "incomplete")
    assert child.join is not None
    assert (child.join.tier, child.join.rule) == ("structural", "caller_chain")


def test_parallel_calls_are_paired_by_order_and_say_so() -> None:
    stream = Stream()
    stream.tool(f"{A}-0", "ship")
    stream.tool(f"{A}-0", "bill")
    stream.tool_result(f"{A}-0", 1, 1, "shipped")
    stream.tool_result(f"{A}-0", 1, 2, "billed")
    stream.final(f"{A}-1", 0.5, 4.5)

    ship, bill = (named(stream.spans(), f"execute_tool orders/{f}")[0] for f in ("ship", "bill"))

    assert ship.response is not None
    assert bill.response is not None
    assert (ship.response.value, bill.response.value) == ("shipped", "billed")
    assert ship.join is not None
    assert ship.join.tier == "structural"


def test_the_same_call_again_is_a_further_attempt() -> None:
    stream = Stream()
    for n in range(3):
        stream.tool(f"{A}-{n}", "ship", "42" if n < 2 else "43")
        stream.tool_result(f"{A}-{n}", 1 + n, 0.5, request="")

    first, second, other = named(stream.spans(), "execute_tool orders/ship")

    assert first.attempt is not None
    assert second.attempt is not None
    assert (first.attempt.n, first.attempt.of, second.attempt.n, other.attempt) == (1, 2, 2, None)
    assert [(link.span_id, link.reason) for link in second.links] == [(first.span_id, "retry_of")]


def test_a_reprompt_is_an_event_and_a_further_attempt_of_the_model() -> None:
    stream = Stream()
    stream.model(f"{A}-0", 1, 1)
    stream.orchestration(
        f"{A}-0", observation={"type": "REPROMPT", "repromptResponse": {"source": "PARSER", "text": "?"}}
    )
    stream.model(f"{A}-1", 2, 1)

    agent, first, second = stream.spans()

    assert [(e.name, e.text) for e in agent.events] == [("reprompt", "?")]
    assert first.attempt is None
    assert second.attempt is not None
    assert (second.attempt.n, second.attempt.kind) == (2, "reprompt")


def test_a_guardrail_that_blocks_is_a_span_and_one_that_lets_pass_an_event() -> None:
    stream = Stream()
    for action, n in (("NONE", 0), ("INTERVENED", 1)):
        assessed = {"inputAssessments": [{"topicPolicy": {"topics": []}}]} if n else {}
        guardrail = {"action": action, "traceId": f"{A}-guardrail-pre-{n}", "metadata": times(1 + n, 0.5), **assessed}
        stream.part({"guardrailTrace": guardrail})
    stream.put({"chunk": {"text": "Sorry."}})
    stream.put({"end": True})

    agent, guardrail_span = stream.spans()

    assert (agent.status, guardrail_span.status) == ("blocked", "blocked")
    assert [e.name for e in agent.events] == ["guardrail"]
    assert guardrail_span.error is not None
    assert (guardrail_span.error.origin, guardrail_span.error.message) == ("guardrail", "topicPolicy")
    assert agent.response is not None
    assert agent.response.value == "Sorry."
    assert (agent.duration_ms, agent.duration_source) == (500.0, "computed")


def test_a_guardrail_that_let_pass_and_then_blocked_in_one_moment_is_two() -> None:
    """Both assess under one traceId, chunk by chunk, and a reader may have cut the times."""
    stream = Stream()
    for action, at in (("NONE", 1), ("INTERVENED", 2)):
        guardrail = {"action": action, "traceId": f"{A}-guardrail-post-0", "metadata": times(at, 0.5)}
        part = {"agentId": "ROOT000001", "sessionId": "s-1", "eventTime": "2026-11-22T08:00:00Z"}
        stream.put({**part, "trace": {"guardrailTrace": guardrail}})

    agent, blocked = stream.spans()

    assert (agent.status, blocked.component.type) == ("blocked", "guardrail")


def test_a_failure_is_the_failure_of_the_open_call_with_its_trace_id() -> None:
    stream = Stream()
    stream.model(f"{A}-0", 1, 1)
    stream.tool(f"{A}-0", "ship")
    failure = {"failureCode": 424, "failureReason": "Lambda function timed out", "traceId": f"{A}-0"}
    stream.part({"failureTrace": failure})

    agent, model, tool = sorted(stream.spans(), key=lambda s: s.component.type)

    assert (agent.status, model.status, tool.status) == ("timeout", "ok", "timeout")
    assert tool.error is not None
    assert tool.error.message == "Lambda function timed out"


def test_an_exception_in_the_stream_is_the_agents() -> None:
    stream = Stream()
    stream.orchestration(f"{A}-0", modelInvocationInput={"foundationModel": "m", "text": "x"})
    stream.put({"error": {"type": "throttlingException", "message": "slow down"}})

    agent, model = stream.spans()

    assert (agent.status, model.status, model.start_ns) == ("throttled", "incomplete", None)


def test_a_call_that_is_handed_back_is_not_unfinished() -> None:
    stream = Stream()
    stream.tool(f"{A}-0", "confirm", execution="RETURN_CONTROL")

    agent, tool = stream.spans()

    assert (agent.status, tool.status) == ("ok", "unknown")


def test_code_that_failed_is_an_error() -> None:
    stream = Stream()
    asked = {"invocationType": "ACTION_GROUP_CODE_INTERPRETER", "codeInterpreterInvocationInput": {"code": "1/0"}}
    stream.orchestration(f"{A}-0", invocationInput=asked)
    output = {"executionError": "ZeroDivisionError", "metadata": times(1, 1)}
    seen = {"type": "ACTION_GROUP_CODE_INTERPRETER", "codeInterpreterInvocationOutput": output}
    stream.orchestration(f"{A}-0", observation=seen)

    [code] = named(stream.spans(), "execute_tool code_interpreter")

    assert (code.status, code.request and code.request.value) == ("error", "1/0")


def test_an_answer_without_a_trace_is_an_agent() -> None:
    stream = Stream()
    stream.put({"chunk": {"bytes": "WW91ciBvcmRlcg=="}})
    stream.put({"end": True})

    [agent] = stream.spans()

    assert (agent.name, agent.status, agent.start_ns) == ("invoke_agent ROOT000001", "ok", None)
    assert agent.ids == {"bedrock_invocation_id": A}
    assert agent.response is not None
    assert agent.response.value == "Your order"


def test_agents_that_call_each_other_in_a_circle_still_make_a_tree() -> None:
    stream = Stream()
    for caller, child in ((A, B), (B, C), (C, A)):
        stream.collaborate(f"{caller}-0")
        stream.collaborated(f"{caller}-0", 1, 1, child)

    spans = stream.spans()

    by_id = {s.span_id: s for s in spans}
    assert len(by_id) == len(spans) == 4  # the edge that closes the circle is drawn as a call
    assert [s.parent_span_id for s in spans].count(None) == 1


def _any_step() -> st.SearchStrategy[Any]:
    ids = st.sampled_from([f"{i}-{n}" for i in (A, B, C) for n in (0, 1)] + ["", "short"])
    chains = st.sampled_from([(ROOT,), (ROOT, CHILD), (CHILD,), ()])
    return st.tuples(
        st.sampled_from(["model", "tool", "tool_result", "collaborate", "collaborated", "final", "failure", "block"]),
        ids,
        chains,
        st.sampled_from([A, B, C, CALL]),
    )


@settings(max_examples=150, deadline=None)
@given(st.lists(_any_step(), max_size=14), st.randoms(use_true_random=False))
def test_any_steps_at_all_make_a_forest(parts: list[Any], rng: random.Random) -> None:
    """Broken, partial and circular evidence: every span once, every parent there, no circle, no order but its own."""
    stream = Stream()
    for kind, trace_id, chain, child in parts:
        match kind:
            case "model":
                stream.model(trace_id, 1, 1, chain or (ROOT,))
            case "tool":
                stream.tool(trace_id, "ship")
            case "tool_result":
                stream.tool_result(trace_id, 1, 1, request=child)
            case "collaborate":
                stream.collaborate(trace_id)
            case "collaborated":
                stream.collaborated(trace_id, 1, 1, child)
            case "final":
                stream.final(trace_id, 1, 1, chain or (ROOT,))
            case "failure":
                stream.part({"failureTrace": {"failureReason": "x", "traceId": trace_id}})
            case _:
                stream.part({"guardrailTrace": {"action": "INTERVENED", "traceId": trace_id}})
    steps, chunks = stream.read()

    spans = agent_spans(steps, chunks)

    by_id = {s.span_id: s for s in spans}
    assert len(by_id) == len(spans)
    for span in spans:
        seen = set()
        at: Span | None = span
        while at is not None and at.parent_span_id is not None:
            assert at.span_id not in seen
            seen.add(at.span_id)
            at = by_id[at.parent_span_id]
    rng.shuffle(steps)
    assert agent_spans(steps, chunks) == spans


def test_who_logged_the_trace_is_kept() -> None:
    request = "7f0c2a52-3d0f-4c7e-9a55-0b6f1c9f7a11"
    logged = Stream(source="cloudwatch_logs")
    part = {"sessionId": "s", "trace": {"orchestrationTrace": {"rationale": {"text": "x", "traceId": f"{A}-0"}}}}
    logged.put({"timestamp": "2026-11-22T07:31:02Z", "level": "INFO", "requestId": request, "message": part})

    [agent] = logged.spans()

    assert agent.ids["logged_by_request_id"] == request


def test_recorded_streams() -> None:
    """Over every recorded stream: one root, everything inside its agent, times as AWS measured them, tree by ids."""
    counts: Counter[str] = Counter()
    exact = 0
    for one in recorded("bedrock_agent"):
        if not one.events:
            continue  # the HTTP around a stream
        stream = Stream(one.path.stem)
        for event in one.events:
            stream.put(json.loads(event.message))
        stream.put({"end": True})
        spans = stream.spans()
        by_id = {s.span_id: s for s in spans}
        assert len(by_id) == len(spans)
        assert [s.parent_span_id for s in spans].count(None) == 1, one.path.name
        for span in spans:
            counts[span.component.type] += 1
            if span.start_ns is None:
                assert len(spans) == 1  # answered without a trace
                continue
            assert span.end_ns is not None
            assert span.duration_ms is not None
            assert abs((span.end_ns - span.start_ns) / 1e6 - span.duration_ms) <= 2
            if span.parent_span_id is not None:
                parent = by_id[span.parent_span_id]
                assert parent.start_ns is not None
                assert parent.end_ns is not None
                assert parent.start_ns <= span.start_ns <= span.end_ns <= parent.end_ns
                if span.component.type == "agent":
                    assert span.join is not None
                    exact += (span.join.tier, span.join.rule) == ("exact", "client_request_id")

    # 13 streams, 4 of them without a trace. A collaborator's call is its agent's span: 2 calls have none of their own.
    assert counts == {"agent": 15, "model": 27, "tool": 4, "knowledge_base": 2}
    assert exact == 2
