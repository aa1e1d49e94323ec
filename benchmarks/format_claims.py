"""What `benchmarks/formats.py` claims, told by the records themselves and by nothing that the reader made of them."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from msgspec.structs import replace

from itk.model.evidence import LogEvent
from itk.model.trace import Span, Trace
from itk.reading.timetext import unix_ns
from tests.corpus import Told, below, stitched

SLACK_NS = 2_000_000
OK = ("ok", "unknown")


class Claim(NamedTuple):
    """`broken` names each case of `cases` that does not hold. Without a case nothing is claimed."""

    what: str
    cases: int
    broken: tuple[str, ...]

    @property
    def holds(self) -> bool:
        return not self.broken


def claims(read: Sequence[Told]) -> Iterator[Claim]:
    turns = [Turn(one) for one in read if any(event.source == "agent_stream" for event in one.sample.events)]
    yield from _of_agents(turns)
    yield from _of_traces([one for one in read if any(_raw_spans(one))])
    yield from _of_functions(read)
    yield from _of_state_machines(read)


def _judged(what: str, cases: Iterable[tuple[str, bool]]) -> Claim:
    found = list(cases)
    return Claim(what, len(found), tuple(name for name, holds in found if not holds))


# Agents


class Turn:
    """One stream of InvokeAgent: its parts as they came, and the trace that was made of them."""

    def __init__(self, one: Told) -> None:
        self.name = one.sample.path.name
        parts = [json.loads(event.message) for event in one.sample.events]
        self.steps = [step for part in parts if "trace" in part for step in _steps(part["trace"])]
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
        if kind in ("guardrailTrace", "failureTrace"):
            yield Step(str(body["traceId"])[:36], str(body["traceId"]), kind, body)
        elif isinstance(body, dict):
            for name, step in body.items():
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


def _of_agents(turns: Sequence[Turn]) -> Iterator[Claim]:
    traced = [turn for turn in turns if turn.steps]
    yield _judged("agents' streams have one root", ((t.name, _one_root(t)) for t in turns))
    spans = [(turn, span, agent) for turn in traced for span in turn.trace.spans if (agent := turn.agent_of(span))]
    yield _judged(
        "spans of agents lie inside their agent's span, +- 2 ms",
        ((f"{turn.name} {span.name}", _inside(span, agent)) for turn, span, agent in spans),
    )
    stated = [(turn, step, told) for turn in traced for step in turn.steps for told in below(step.body, "metadata")]
    own = [each for each in stated if _times(each[2]) and not list(_collaborators(each[1]))]
    yield _judged(
        "times that streams state are a span's, its end - start = totalTimeMs +- 2 ms",
        ((f"{turn.name} {step.name} {step.native}", _timed(turn, told)) for turn, step, told in own),
    )
    yield _judged(
        "streams with as many agents, model calls and tool calls as they state",
        ((f"{t.name}: {dict(_drawn(t))}, stated {dict(_stated(t))}", _drawn(t) == +_stated(t)) for t in traced),
    )
    calls = [(turn, step, called) for turn in traced for step in turn.steps for called in _collaborators(step)]
    yield _judged(
        "collaborators below the agent that called them, by clientRequestId, within its time of them +- 2 ms",
        ((f"{turn.name} {called}", _called(turn, step, called)) for turn, step, called in calls),
    )
    yield _judged(
        "request ids of InvokeAgent that are the outermost agent's own",
        ((t.name, t.trace.spans[0].ids.get("bedrock_invocation_id") == t.request_id) for t in traced if t.request_id),
    )


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


# OpenTelemetry


def _raw_spans(one: Told) -> Iterator[dict[str, Any]]:
    for event in one.sample.events:
        if event.source == "otlp" or '"spanId"' in event.message:
            body = json.loads(event.message) if event.message.startswith("{") else {}
            if isinstance(body, dict) and "spanId" in body and "name" in body and "body" not in body:
                yield body


def _of_traces(read: Sequence[Told]) -> Iterator[Claim]:
    raw = [(one, span) for one in read for span in _raw_spans(one)]
    by_trace: defaultdict[tuple[int, str], list[dict[str, Any]]] = defaultdict(list)
    for one, span in raw:
        by_trace[id(one), span["traceId"]].append(span)
    files = {id(one): one for one in read}
    traces = [(files[where], trace_id, spans) for (where, trace_id), spans in by_trace.items()]
    yield _judged(
        "OpenTelemetry traces whose spans are all in one tree",
        ((f"{one.sample.path.name} {t}", len(_spans_of(one, t)) == len(spans)) for one, t, spans in traces),
    )
    yield _judged(
        "OpenTelemetry traces whose tokens count once",
        (
            (
                f"{one.sample.path.name} {t}: {_counted(one, t):,}, stated {_tokens(spans):,}",
                _counted(one, t) == _tokens(spans),
            )
            for one, t, spans in traces
            if _tokens(spans)
        ),
    )
    failed = [(one, span) for one, span in raw if _tool_failed(span)]
    yield _judged(
        "failed tools are failed spans, whatever stands above them",
        ((f"{one.sample.path.name} {span['name']}", _shown_failed(one, span)) for one, span in failed),
    )


def _spans_of(one: Told, trace_id: str) -> list[Span]:
    spans = (span for trace in one.traces for span in trace.spans)
    return [span for span in spans if span.parent_span_id and span.ids.get("otel_trace_id") == trace_id]


def _input_tokens(span: dict[str, Any]) -> int:
    said = span.get("attributes") or {}
    return int(said.get("gen_ai.usage.input_tokens") or 0) if isinstance(said, dict) else 0


def _tokens(spans: Sequence[dict[str, Any]]) -> int:
    """Of each chain of spans that report tokens, the innermost."""
    parents = {span["spanId"]: span.get("parentSpanId") for span in spans}
    above: set[str] = set()
    for span in spans:
        at = parents.get(span["spanId"]) if _input_tokens(span) else None
        while at and at not in above:
            above.add(at)
            at = parents.get(at)
    return sum(_input_tokens(span) for span in spans if span["spanId"] not in above)


def _counted(one: Told, trace_id: str) -> int:
    usages = (span.usage for span in _spans_of(one, trace_id))
    return sum(usage.input_tokens or 0 for usage in usages if usage is not None and usage.counted)


def _tool_failed(span: dict[str, Any]) -> bool:
    said = span.get("attributes") or {}
    is_tool = isinstance(said, dict) and (
        "gen_ai.tool.name" in said or said.get("gen_ai.operation.name") == "execute_tool"
    )
    return is_tool and (
        said.get("gen_ai.tool.status") == "error" or (span.get("status") or {}).get("code") in (2, "ERROR")
    )


def _shown_failed(one: Told, raw: dict[str, Any]) -> bool:
    shown = [
        span for span in _spans_of(one, raw["traceId"]) if span.component.type == "tool" and span.name == raw["name"]
    ]
    return any(span.status == "error" and span.error is not None for span in shown)


# Lambda


class Failure(NamedTuple):
    """What one line of the platform says of an end that was none."""

    kind: str  # timeout, crash, out of memory, init
    request_id: str


_REQUEST = re.compile(r"RequestId: (\S+)|^\S+Z (\S+) Task timed out")
_TEXT: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("init failure", re.compile(r"^(INIT|RESTORE)_REPORT .*Status: (timeout|error|failure)")),
    ("out of memory", re.compile(r"signal: killed|Runtime\.OutOfMemory")),
    ("timeout", re.compile(r"Task timed out after \d|Status: timeout")),
    (
        "crash",
        re.compile(r"Runtime exited|Process exited before|Runtime\.ExitError|Task failed|Status: (error|failure)"),
    ),
)
_KINDS = tuple(name for name, _ in _TEXT)


def failure(event: LogEvent) -> Failure | None:
    """By the words of the line alone."""
    record = _platform(event.message)
    if record is not None:
        kind, told = record
        failed = told.get("status") in ("timeout", "error", "failure")
        if not failed:
            return None
        if kind.startswith(("platform.init", "platform.restore")):
            return Failure("init failure", "")
        memory = "OutOfMemory" in str(told.get("errorType"))
        name = "out of memory" if memory else "timeout" if told["status"] == "timeout" else "crash"
        return Failure(name, str(told.get("requestId", "")))
    found = next((name for name, words in _TEXT if words.search(event.message)), None)
    if found is None or event.message.lstrip().startswith(("{", "[")):
        return None
    request = _REQUEST.search(event.message)
    if found != "init failure" and request is None:
        return None
    return Failure(found, (request[1] or request[2]) if request else "")


def _platform(message: str) -> tuple[str, dict[str, Any]] | None:
    if not message.startswith("{") or '"platform.' not in message:
        return None
    body = json.loads(message)
    told = body.get("record")
    return (
        (body["type"], told) if isinstance(told, dict) and str(body.get("type", "")).startswith("platform.") else None
    )


def _of_functions(read: Sequence[Told]) -> Iterator[Claim]:
    found: defaultdict[str, list[tuple[str, bool]]] = defaultdict(list)
    for one in read:
        for event in one.sample.events:
            if (seen := failure(event)) is not None:
                name = f"{one.sample.path.name} {event.event_id}: {event.message[:60]!r}"
                found[seen.kind].append((name, _is_error_span(one, event, seen)))
    for kind in _KINDS:
        yield _judged(f"Lambda: each {kind} is an error span with its reason", found[kind])


def _is_error_span(one: Told, event: LogEvent, seen: Failure) -> bool:
    traces = one.traces if seen.request_id else (_next_invocation(event),)
    wanted = seen.request_id or NEXT
    spans = (span for trace in traces for span in trace.spans if span.ids.get("lambda_request_id") == wanted)
    return any(_failed(span, seen) for span in spans)


def _failed(span: Span, seen: Failure) -> bool:
    told = span.error is not None and bool(span.error.type or span.error.message)
    return told and (span.status == "timeout" if seen.kind == "timeout" else span.status not in OK)


NEXT = "00000000-0000-4000-8000-000000000001"


def _next_invocation(event: LogEvent) -> Trace:
    """An init names no invocation: what comes next on its stream, and reports no success, is the one that it failed."""
    start = replace(
        event, event_id="~1", time_ms=event.time_ms + 1, message=f"START RequestId: {NEXT} Version: $LATEST\n"
    )
    report = f"REPORT RequestId: {NEXT}\tDuration: 1.00 ms\tBilled Duration: 1 ms\tMemory Size: 128 MB\t\n"
    return stitched([event, start, replace(event, event_id="~2", time_ms=event.time_ms + 2, message=report)], "init")


# Step Functions


def _of_state_machines(read: Sequence[Told]) -> Iterator[Claim]:
    cases = []
    for one in read:
        failed = {arn for event in one.sample.events if (arn := _failed_execution(event))}
        spans = [span for trace in one.traces for span in trace.spans if span.component.type == "state_machine"]
        for arn in sorted(failed):
            shown = any(s.status not in OK and s.error is not None and s.ids.get("execution_arn") == arn for s in spans)
            cases.append((f"{one.sample.path.name} {arn}", shown))
    yield _judged("Step Functions: executions that failed are error spans with their reason", cases)


def _failed_execution(event: LogEvent) -> str:
    if '"Execution' not in event.message:
        return ""
    try:
        body = json.loads(event.message)
    except ValueError:
        return ""
    if not isinstance(body, dict) or body.get("type") not in (
        "ExecutionFailed",
        "ExecutionTimedOut",
        "ExecutionAborted",
    ):
        return ""
    return str(body.get("execution_arn") or event.stream)
