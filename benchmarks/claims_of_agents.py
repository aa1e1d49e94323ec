"""Streams of Bedrock agents: one root, times inside one another, as many spans as the stream states, callers by ids."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from benchmarks.claim import Claim, judged
from msgspec.structs import replace

from itk.model.trace import Span
from itk.reading.timetext import unix_ns
from tests.corpus import Told, below

SLACK_NS = 2_000_000


class Turn:
    """One stream of InvokeAgent: its parts as they came, and the trace that was made of them."""

    def __init__(self, one: Told) -> None:
        self.name = one.sample.path.name
        parts = [json.loads(event.message) for event in one.sample.events]
        self.steps = [step for part in parts if isinstance(part.get("trace"), dict) for step in _steps(part["trace"])]
        self.trace = one.traces[0]
        self.by_id = {span.span_id: span for span in self.trace.spans}
        exchange = one.sample.path.with_suffix(".http.json")
        headers = json.loads(exchange.read_text())["response"]["headers"] if exchange.is_file() else {}
        self.request_id = str(headers.get("x-amzn-requestid", ""))

    @property
    def invocations(self) -> list[str]:
        return list(dict.fromkeys(step.invocation for step in self.steps))

    def agent_of(self, span: Span) -> Span | None:
        """The nearest agent above."""
        above = self.by_id.get(span.parent_span_id or "")
        while above is not None and above.component.type != "agent":
            above = self.by_id.get(above.parent_span_id or "")
        return above


class Step(NamedTuple):
    """One of the things that a trace part holds: `modelInvocationOutput`, `observation`, ..."""

    invocation: str
    native: str  # traceId
    name: str
    body: dict[str, Any]


_CALLS = {"actionGroupInvocation": "tool", "knowledgeBaseLookup": "tool", "codeInterpreterInvocation": "tool"}


def _steps(trace: dict[str, Any]) -> Iterator[Step]:
    for kind, body in trace.items():
        steps = {kind: body} if kind in ("guardrailTrace", "failureTrace") else body
        for name, step in steps.items() if isinstance(steps, dict) else ():
            native = str(next(below(step, "traceId"), ""))
            if native:
                yield Step(native[:36], native, name, step)


def _stated(turn: Turn) -> Counter[str]:
    """How many agents, model calls and tool calls a stream tells of; an input without an output counts as well."""
    seen: Counter[tuple[str, str, str]] = Counter()
    for step in turn.steps:
        if step.name in ("modelInvocationInput", "modelInvocationOutput"):
            seen[("model", step.native, step.name)] += 1
        for call, kind in _CALLS.items():
            seen.update(
                (kind, f"{step.native} {call}", end) for end in ("Input", "Output") if f"{call}{end}" in step.body
            )
    most: defaultdict[tuple[str, str], int] = defaultdict(int)
    for (kind, native, _), n in seen.items():
        most[kind, native] = max(most[kind, native], n)
    counted = Counter({"agent": len(turn.invocations)})
    for (kind, _), n in most.items():
        counted[kind] += n
    return counted


def _drawn(turn: Turn) -> Counter[str]:
    kinds = {"agent": "agent", "model": "model", "tool": "tool", "knowledge_base": "tool"}
    told = (span for span in turn.trace.spans if span.evidence or span.component.type != "agent")
    return Counter(kinds[span.component.type] for span in told if span.component.type in kinds)


def of_agents(read: Sequence[Told]) -> Iterator[Claim]:
    turns = [Turn(one) for one in read if _is_stream(one)]
    traced = [turn for turn in turns if turn.steps]
    yield judged("agents' streams have one root", ((t.name, _one_root(t)) for t in turns))
    timed = [(turn, span) for turn in traced for span in turn.trace.spans if span.start_ns is not None]
    spans = [(turn, span, agent) for turn, span in timed if (agent := turn.agent_of(span))]
    yield judged(
        "spans of agents lie inside their agent's span, +- 2 ms",
        ((f"{turn.name} {span.name}", _inside(span, agent)) for turn, span, agent in spans),
    )
    stated = [(turn, step, told) for turn in traced for step in turn.steps for told in below(step.body, "metadata")]
    own = [each for each in stated if _times(each[2]) and _is_work(each[1])]
    yield judged(
        "times that streams state are a span's, its end - start = totalTimeMs +- 2 ms",
        ((f"{turn.name} {step.name} {step.native}", _timed(turn, told)) for turn, step, told in own),
    )
    yield judged(
        "streams with as many agents, model calls and tool calls as they state",
        ((f"{t.name}: {dict(_drawn(t))}, stated {dict(_stated(t))}", _drawn(t) == +_stated(t)) for t in traced),
    )
    calls = [(turn, step, called) for turn in traced for step in turn.steps for called in _collaborators(step)]
    yield judged(
        "collaborators below the agent that called them, by clientRequestId, within its time of them +- 2 ms",
        ((f"{turn.name} {called}", _called(turn, step, called)) for turn, step, called in calls),
    )
    yield judged(
        "request ids of InvokeAgent that are the outermost agent's own",
        ((t.name, t.trace.spans[0].ids.get("bedrock_invocation_id") == t.request_id) for t in traced if t.request_id),
    )


def _is_stream(one: Told) -> bool:
    """A stream that was written down, nothing beside it."""
    return bool(one.sample.events) and all(event.source == "agent_stream" for event in one.sample.events)


def _one_root(turn: Turn) -> bool:
    roots = [span for span in turn.trace.spans if span.parent_span_id not in turn.by_id]
    outermost = [s for s in turn.trace.spans if s.component.type == "agent" and turn.agent_of(s) is None]
    return len(roots) == 1 and len(outermost) == 1 and not turn.trace.unplaced and not turn.trace.foreign


def _inside(span: Span, agent: Span) -> bool:
    times = (span.start_ns, span.end_ns, agent.start_ns, agent.end_ns)
    if None in times:
        return False
    start, end, first, last = (time or 0 for time in times)
    return first - SLACK_NS <= start <= end <= last + SLACK_NS


def _is_work(step: Step) -> bool:
    """A collaborator's own parts tell its times, a guardrail that let pass is no work, a failure is that of a step."""
    let_pass = step.name == "guardrailTrace" and step.body.get("action") != "INTERVENED"
    return not (let_pass or step.name == "failureTrace" or list(_collaborators(step)))


def _times(metadata: Any) -> bool:
    return isinstance(metadata, dict) and {"startTime", "endTime"} <= metadata.keys()


def _timed(turn: Turn, metadata: dict[str, Any]) -> bool:
    start, end = unix_ns(metadata["startTime"]), unix_ns(metadata["endTime"])
    total = metadata.get("totalTimeMs")
    agreed = total is None or (start and end and abs((end - start) - total * 1_000_000) <= SLACK_NS)
    return bool(agreed) and any(_near(span, start, end) for span in turn.trace.spans)


def _near(span: Span, start: int | None, end: int | None) -> bool:
    """A span of these times, or the event that was recorded between them."""
    if None in (start, end, span.start_ns, span.end_ns):
        return False
    return abs((span.start_ns or 0) - (start or 0)) <= SLACK_NS and abs((span.end_ns or 0) - (end or 0)) <= SLACK_NS


def _collaborators(step: Step) -> Iterator[str]:
    output = step.body.get("agentCollaboratorInvocationOutput")
    if output and (called := output.get("metadata", {}).get("clientRequestId")):
        yield called


def _called(turn: Turn, step: Step, called: str) -> bool:
    """The caller measures a collaborator too, from before it began to after it ended."""
    found = [span for span in turn.trace.spans if span.ids.get("bedrock_invocation_id") == called]
    agents = [span for span in found if span.component.type == "agent"]
    if len(agents) != 1 or agents[0].join is None or agents[0].join.tier != "exact":
        return False
    above = turn.agent_of(agents[0])
    told = next(below(step.body, "metadata"))
    start, end = unix_ns(told.get("startTime")), unix_ns(told.get("endTime"))
    within = _inside(agents[0], replace(agents[0], start_ns=start, end_ns=end)) if start and end else True
    return within and above is not None and above.ids.get("bedrock_invocation_id") == step.invocation
