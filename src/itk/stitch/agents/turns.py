"""Turns what a Bedrock agent says of itself into spans: agents, models, tools, knowledge bases, guardrails.

One agent span for each invocation, known by the UUID that opens its traceIds. Its times are those of the final
response; `eventTime` is never a start, an end or a sort key, as actions are reported after they ran.

A collaborator is *one* span, the agent's own: the call that its caller made is the edge (and gives request, response
and name), so nothing is drawn or counted twice. The edge is exact: the call's `clientRequestId` is the UUID of the
collaborator's traceIds. Where a collaborator left no steps, the call alone stands for it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import msgspec

from itk.model.evidence import AgentChunk, AgentStep, ErrorFact, Evidence
from itk.model.ids import span_id
from itk.model.trace import Component, Payload, Span, SpanStatus
from itk.stitch.agents.edges import Edge, chain_of, collaborations, edges_of, is_collaboration
from itk.stitch.agents.steps import (
    Pair,
    Paired,
    call_spans,
    failure_of,
    guardrail_span,
    ids_of,
    intervention,
    join_of,
    model_spans,
    note,
    pair,
    status_of,
)


class _Answer(NamedTuple):
    """What the caller of InvokeAgent got: the answer, and how its stream ended."""

    text: str
    ended: bool
    error: ErrorFact | None
    evidence: tuple[Evidence, ...]


def agent_spans(steps: Sequence[AgentStep], chunks: Sequence[AgentChunk] = ()) -> tuple[Span, ...]:
    """The spans of every InvokeAgent call in `steps` and `chunks`, each call depth first.

    Roots have no parent: who called them is for the caller to find, by `bedrock_invocation_id` (the request id of
    InvokeAgent), `session_id` or `logged_by_request_id` (the Lambda invocation that logged the trace). The order of the
    input does not matter, and the same part twice counts once.
    """
    found = _invocations(steps)
    carriers = {key: sorted({s.request_id for s in group if s.request_id}) for key, group in found.items()}
    invocations = {key: _unique(group) for key, group in found.items()}
    paired = {key: pair(group) for key, group in invocations.items()}
    answers = _answers(chunks, invocations)
    edges = edges_of(invocations, paired)
    children: dict[str, list[str]] = defaultdict(list)
    for child in edges:
        children[edges[child].caller].append(child)
    drawn = set(invocations)
    spans: list[Span] = []

    waiting = [key for key in sorted(invocations, reverse=True) if key not in edges]
    while waiting:
        key = waiting.pop()
        group, mine = invocations[key], paired[key]
        edge = edges.get(key)
        agent = _agent_span(key, group, mine, answers.get(key), edge)
        if len(carriers[key]) == 1:
            agent = msgspec.structs.replace(agent, ids={**agent.ids, "logged_by_request_id": carriers[key][0]})
        owned = {id(edges[child].call) for child in children[key]}
        inner = _inner_spans(key, agent.span_id, mine, owned, drawn)
        ends = [s.end_ns for s in inner if s.end_ns is not None]
        spans.append(_timed(agent, inner, ends))
        spans.extend(sorted(inner, key=lambda s: (s.start_ns is None, s.start_ns or 0, s.span_id)))
        waiting.extend(sorted(children[key], reverse=True))
    spans.extend(_untraced(key, answer) for key, answer in sorted(answers.items()) if key not in invocations)
    return tuple(spans)


def _invocations(steps: Iterable[AgentStep]) -> dict[str, list[AgentStep]]:
    """Steps by invocation, in stream order; ITK's own stream before what a function logged of the same call."""
    groups: dict[str, list[AgentStep]] = defaultdict(list)
    for step in steps:
        groups[_key(step)].append(step)
    for group in groups.values():
        group.sort(key=_position)
    return dict(groups)


def _key(step: AgentStep) -> str:
    if step.invocation_id:
        return step.invocation_id
    if step.evidence.source == "agent_stream" and len(step.caller_chain) <= 1:
        return step.evidence.stream
    return f"{step.agent_id}/{step.session_id}"


def _position(step: AgentStep) -> tuple[object, ...]:
    seen = step.evidence
    return (
        seen.source != "agent_stream",
        step.sequence,
        seen.group,
        seen.stream,
        seen.event_id,
        step.trace_id,
        step.step,
    )


def _unique(group: list[AgentStep]) -> list[AgentStep]:
    """The same part twice, in two lines or in log and stream, is one. boto3 cuts times to microseconds."""
    kept: dict[tuple[object, ...], AgentStep] = {}
    for step in group:
        if step.event_time_ns is not None:
            mark: object = step.event_time_ns // 1_000
        else:
            mark = repr((step.request, step.response))[:2_000]
        call = repr(step.call) if step.call else ""
        began = None if step.start_ns is None else step.start_ns // 1_000
        said = (step.client_request_id, step.guardrail_action, call, step.text[:200])
        key = (step.trace_id, step.stage, step.step, mark, began, *said)
        kept.setdefault(key, step)
    return list(kept.values())


def _inner_spans(key: str, parent: str, paired: Paired, owned: set[int], drawn: set[str]) -> list[Span]:
    tools = [call for call in paired.calls if not is_collaboration(call)]
    spans = [*model_spans(key, parent, paired), *call_spans(key, parent, paired, tools)]
    spans.extend(guardrail_span(key, parent, step, n) for n, step in enumerate(paired.guardrails, 1))
    absent = [call for call in collaborations(paired) if id(call) not in owned]
    spans.extend(_stand_in(key, parent, call, n, paired, drawn) for n, call in enumerate(absent, 1))
    return spans


def _agent_span(key: str, group: list[AgentStep], paired: Paired, answer: _Answer | None, edge: Edge | None) -> Span:
    first, final = group[0], paired.final
    call = edge.call if edge is not None else None
    asked = call.asked.call if call is not None and call.asked is not None else None
    got = call.got if call is not None else None
    said = next((s.agent_name for s in group if s.agent_name), "")
    agent_id = next((s.agent_id for s in group if s.agent_id), "")
    name = (asked.name if asked is not None else "") or said or agent_id or "inline agent"
    alias = (chain_of(group) or ("",))[-1]
    status, error = _outcome(paired, answer, got)
    times = next(
        (s for s in (final, *paired.failures, *paired.guardrails) if s and s.operation_total_ms is not None), final
    )
    if (times is None or times.start_ns is None or times.end_ns is None) and got is not None:
        times = got
    took = None if times is None else times.operation_total_ms if times is not got else times.total_ms
    response = final.text if final is not None else answer.text if answer is not None else ""
    ids = {k: v for k, v in ids_of(first).items() if k != "bedrock_trace_id"}
    ids.setdefault("bedrock_invocation_id", key)
    ids.update({k: v for k, v in (("agent_id", agent_id), ("agent_alias_id", first.agent_alias_id)) if v})
    ends = [s.evidence for s in (call.asked if call else None, final, got) if s is not None]
    return Span(
        span_id=span_id("agent", key),
        parent_span_id=None if edge is None else span_id("agent", edge.caller),
        join=None if edge is None else edge.join,
        name=f"invoke_agent {name}",
        kind="SERVER",
        component=Component("agent", name, alias or agent_id),
        operation="invoke_agent",
        start_ns=None if times is None else times.start_ns,
        end_ns=None if times is None else times.end_ns,
        duration_ms=took,
        duration_source=None if took is None else "reported",
        status=status,
        error=error,
        ids=ids,
        request=None if asked is None or asked.input is None else Payload(value=asked.input),
        response=Payload(value=response) if response else None,
        events=tuple(note(step) for step in paired.notes),
        evidence=(first.evidence, *(e for e in ends if e != first.evidence), *(answer.evidence if answer else ())),
    )


def _outcome(paired: Paired, answer: _Answer | None, got: AgentStep | None) -> tuple[SpanStatus, ErrorFact | None]:
    """Failures before blocks before success; an agent that nobody saw finish is incomplete."""
    error = next((step.error for step in paired.failures if step.error is not None), None)
    if error is None and answer is not None:
        error = answer.error
    if error is not None:
        return status_of(error), error
    if paired.guardrails:
        return "blocked", intervention(paired.guardrails[0])
    handed_back = any(
        c.got is None and c.asked and c.asked.call and c.asked.call.execution_type == "RETURN_CONTROL"
        for c in paired.calls
    )
    if paired.final is not None or got is not None or handed_back or (answer is not None and answer.ended):
        return "ok", None
    return "incomplete", None


def _timed(agent: Span, inner: list[Span], ends: list[int]) -> Span:
    """Where nobody reported the agent's own times (a block, a failure), what happened inside bounds them."""
    if agent.start_ns is not None and agent.end_ns is not None:
        return agent
    starts = [s.start_ns for s in inner if s.start_ns is not None]
    start = min(starts, default=None) if agent.start_ns is None else agent.start_ns
    end = agent.end_ns
    if end is None and agent.status != "incomplete":
        end = max(ends, default=None)
    if start is None or end is None or agent.duration_ms is not None:
        return msgspec.structs.replace(agent, start_ns=start, end_ns=end)
    took = (end - start) / 1_000_000
    return msgspec.structs.replace(agent, start_ns=start, end_ns=end, duration_ms=took, duration_source="computed")


def _stand_in(key: str, parent: str, call: Pair, n: int, paired: Paired, drawn: set[str]) -> Span:
    """A collaborator of which nothing is known but the call. `drawn`: agents that have a span already."""
    asked = call.asked.call if call.asked is not None else None
    got = call.got
    child = got.client_request_id if got is not None else None
    error = failure_of(call, paired.failures)
    name = (asked.name if asked else "") or (got.text if got else "") or "unknown"
    ids = {k: v for k, v in ids_of(call.one).items() if k == "session_id"}
    own = span_id("collaborator", key, call.one.trace_id, name, n)
    if child:
        ids["bedrock_invocation_id"] = child
        if child not in drawn:  # the id that the agent's own span will have, once its steps come
            own = span_id("agent", child)
            drawn.add(child)
    took = got.total_ms if got is not None else None
    return Span(
        span_id=own,
        parent_span_id=parent,
        join=join_of(call),
        name=f"invoke_agent {name}",
        kind="SERVER",
        component=Component("agent", name, asked.collaborator_alias_arn if asked else ""),
        operation="invoke_agent",
        start_ns=got.start_ns if got else None,
        end_ns=got.end_ns if got else None,
        duration_ms=took,
        duration_source=None if took is None else "reported",
        status=status_of(error) if error else "ok" if got else "incomplete",
        error=error,
        ids=ids,
        request=Payload(value=asked.input) if asked and asked.input is not None else None,
        response=Payload(value=got.response) if got and got.response is not None else None,
        evidence=tuple(s.evidence for s in (call.asked, got) if s is not None),
    )


def _answers(chunks: Iterable[AgentChunk], invocations: dict[str, list[AgentStep]]) -> dict[str, _Answer]:
    """Pieces of the answer, joined by stream. A stream belongs to the invocation whose steps came on it."""
    owner: dict[str, str] = {}
    for key in sorted(invocations):
        for step in invocations[key]:
            if step.evidence.source == "agent_stream" and len(step.caller_chain) <= 1:
                owner.setdefault(step.evidence.stream, key)
    streams: dict[str, dict[tuple[int, str], AgentChunk]] = defaultdict(dict)
    for chunk in chunks:
        seen = chunk.evidence
        streams[seen.stream].setdefault((len(seen.event_id), seen.event_id), chunk)
    return {owner.get(stream, stream): _joined([parts[k] for k in sorted(parts)]) for stream, parts in streams.items()}


def _joined(parts: list[AgentChunk]) -> _Answer:
    return _Answer(
        text="".join(part.text for part in parts),
        ended=any(part.ended for part in parts),
        error=next((part.error for part in parts if part.error is not None), None),
        evidence=tuple(part.evidence for part in parts),
    )


def _untraced(key: str, answer: _Answer) -> Span:
    """An agent that answered without a trace: when it began and ended, nobody said."""
    group = answer.evidence[0].group
    name = group.rpartition("agent-alias/")[2].partition("/")[0] or "unknown"
    status: SpanStatus = "ok" if answer.ended else "incomplete"
    return Span(
        span_id=span_id("agent", key),
        name=f"invoke_agent {name}",
        kind="SERVER",
        component=Component("agent", name, group),
        operation="invoke_agent",
        status=status_of(answer.error) if answer.error else status,
        error=answer.error,
        ids={"bedrock_invocation_id": key},
        response=Payload(value=answer.text) if answer.text else None,
        evidence=answer.evidence,
    )
