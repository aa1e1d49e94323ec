"""One agent invocation, step by step: which model output answers which input, which result answers which call."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import msgspec

from itk.model.evidence import AgentStep, ErrorFact
from itk.model.ids import span_id
from itk.model.trace import Attempt, Component, Join, Link, Payload, Span, SpanEvent, SpanKind, SpanStatus

_RESULT_OF = {
    "action_group": ("ACTION_GROUP",),
    "knowledge_base": ("KNOWLEDGE_BASE",),
    "collaborator": ("AGENT_COLLABORATOR",),
    "code_interpreter": ("ACTION_GROUP_CODE_INTERPRETER", "CODE_INTERPRETER"),
}
_NOTED = {"rationale": "rationale", "reprompt": "reprompt", "event": "agent_event"}


class Pair(NamedTuple):
    """What was asked and what came back: either may be missing. `sure` is false where only order paired them."""

    asked: AgentStep | None
    got: AgentStep | None
    sure: bool = True
    attempt: int | None = None  # of a model call, counted from the first of a series of reprompts

    @property
    def one(self) -> AgentStep:
        step = self.asked or self.got
        if step is None:
            raise AssertionError("a pair of nothing")
        return step


class Paired(NamedTuple):
    """The steps of one invocation, sorted by what they are."""

    models: list[Pair]
    calls: list[Pair]  # tools, knowledge bases, collaborators, code
    guardrails: list[AgentStep]  # that intervened
    notes: list[AgentStep]  # rationale, reprompts, guardrails that let pass
    failures: list[AgentStep]
    final: AgentStep | None


def pair(steps: Sequence[AgentStep]) -> Paired:
    """Pairs the steps of one invocation, which are in stream order.

    A model's output belongs to the oldest open input with the same traceId in the same kind of trace. A result belongs
    to the open call of its type with the same traceId; parallel calls share it, so then order and name decide.
    """
    models: list[Pair] = []
    calls: list[Pair] = []
    guardrails: list[AgentStep] = []
    notes: list[AgentStep] = []
    failures: list[AgentStep] = []
    final: AgentStep | None = None
    reprompts = 0
    for step in steps:
        match step.step:
            case "model_input":
                models.append(Pair(step, None, attempt=reprompts + 1 if reprompts else None))
            case "model_output":
                _answer(models, step, [i for i, m in enumerate(models) if _is_open(m) and _same_place(m.one, step)])
            case "call":
                reprompts = 0
                calls.append(Pair(step, None))
            case "result":
                reprompts = 0
                _answer(calls, step, _open_calls(calls, step))
            case "guardrail" if step.guardrail_action == "INTERVENED":
                guardrails.append(step)
            case "failure":
                failures.append(step)
            case "final_response":
                final = step
            case _:
                reprompts += step.step == "reprompt"
                notes.append(step)
    return Paired(models, calls, guardrails, notes, failures, final)


def _is_open(pair: Pair) -> bool:
    return pair.got is None


def _same_place(asked: AgentStep, got: AgentStep) -> bool:
    return asked.trace_id == got.trace_id and asked.stage == got.stage


def _open_calls(calls: list[Pair], result: AgentStep) -> list[int]:
    fitting = [
        i
        for i, c in enumerate(calls)
        if _is_open(c) and c.asked is not None and c.asked.call is not None and _fits(c.asked, result)
    ]
    same_id = [i for i in fitting if calls[i].one.trace_id == result.trace_id]
    named = [i for i in same_id if result.text and _name(calls[i]) == result.text]  # collaborators say who answers
    return named or same_id or fitting


def _fits(asked: AgentStep, result: AgentStep) -> bool:
    return asked.call is not None and result.call_type in _RESULT_OF[asked.call.type]


def _name(pair: Pair) -> str:
    return pair.asked.call.name if pair.asked is not None and pair.asked.call is not None else ""


def _answer(pairs: list[Pair], got: AgentStep, candidates: list[int]) -> None:
    if not candidates:
        pairs.append(Pair(None, got))
        return
    pairs[candidates[0]] = pairs[candidates[0]]._replace(got=got, sure=len(candidates) == 1)


def failure_of(pair: Pair, failures: Iterable[AgentStep]) -> ErrorFact | None:
    """A failure with the traceId of an open call or model input is the failure of that."""
    if pair.got is not None:
        return None
    return next((f.error for f in failures if f.trace_id and f.trace_id == pair.one.trace_id), None)


def model_spans(key: str, parent: str, paired: Paired) -> list[Span]:
    """One `chat <model>` span for each model call, tokens included: the only place where tokens are counted."""
    seen: Counter[str] = Counter()
    spans = []
    for each in paired.models:
        place = f"{each.one.trace_id}/{each.one.stage}"
        seen[place] += 1
        model = (each.asked.model_id if each.asked else "") or (each.got.model_id if each.got else "")
        span = _span(each, parent, span_id("model", key, place, seen[place]), failure_of(each, paired.failures))
        ids = dict(span.ids)
        if each.got is not None and each.got.client_request_id:
            # Documented as the requestId of the model invocation log; not yet seen to be equal on a live account.
            ids["aws_request_id"] = each.got.client_request_id
        spans.append(
            msgspec.structs.replace(
                span,
                name=f"chat {model}" if model else "chat",
                component=Component("model", model or "unknown", model),
                operation="chat",
                usage=each.got.usage if each.got else None,
                attempt=None if each.attempt is None else Attempt(n=each.attempt, kind="reprompt"),
                ids=ids,
            )
        )
    return spans


def call_spans(key: str, parent: str, paired: Paired, calls: Sequence[Pair]) -> list[Span]:
    """One span for each tool, knowledge base or code call in `calls`; the same call again is a further attempt."""
    places = [_place(each) for each in calls]
    sames = [f"{place}/{_input(each)!r}" for place, each in zip(places, calls, strict=True)]
    total, seen, before, spans = Counter(sames), Counter[str](), dict[str, str](), list[Span]()
    ordinals: Counter[str] = Counter()
    for each, place, same in zip(calls, places, sames, strict=True):
        where = f"{each.one.trace_id}/{place}"
        ordinals[where] += 1
        seen[same] += 1
        own = span_id("call", key, where, ordinals[where])
        span = _call_span(each, _span(each, parent, own, failure_of(each, paired.failures)))
        if each.asked is not None and total[same] > 1:
            attempt = Attempt(n=seen[same], of=total[same], kind="reprompt")
            span = msgspec.structs.replace(span, attempt=attempt, links=_retry_of(before.get(same)))
        before[same] = own
        spans.append(span)
    return spans


def _retry_of(earlier: str | None) -> tuple[Link, ...]:
    if earlier is None:
        return ()
    # Inferred: an agent may also ask the same thing twice because it wants to know it twice.
    return (Link(span_id=earlier, reason="retry_of", tier="inferred", rule="same_call"),)


def _place(pair: Pair) -> str:
    call = pair.asked.call if pair.asked else None
    return f"{call.type}/{call.name}/{call.function}" if call else pair.one.call_type


def _input(pair: Pair) -> object:
    return pair.asked.call.input if pair.asked is not None and pair.asked.call is not None else None


def _call_span(pair: Pair, span: Span) -> Span:
    call = pair.asked.call if pair.asked else None
    kind = call.type if call else "knowledge_base" if pair.one.call_type == "KNOWLEDGE_BASE" else "action_group"
    name = (call.name if call else "") or ("code_interpreter" if "CODE" in pair.one.call_type else "unknown")
    if kind == "knowledge_base":
        component = Component("knowledge_base", name, name if call else "")
        return msgspec.structs.replace(span, name=f"retrieve {name}", component=component, operation="retrieve")
    ids, status = dict(span.ids), span.status
    if call is not None and call.function:
        name = f"{name}/{call.function}"
    got = pair.got
    if got is not None and got.client_request_id and call is not None and call.execution_type == "LAMBDA":
        # Documented as "identifier of the downstream invocation", so the Lambda RequestId; not yet verified live.
        ids["lambda_request_id"] = got.client_request_id
    if status == "incomplete" and call is not None and call.execution_type == "RETURN_CONTROL":
        status = "unknown"  # the caller runs it: its end is not the agent's to see
    return msgspec.structs.replace(
        span,
        name=f"execute_tool {name}",
        component=Component("tool", name),
        operation="execute_tool",
        ids=ids,
        status=status,
    )


def _span(pair: Pair, parent: str, own: str, failure: ErrorFact | None) -> Span:
    asked, got, one = pair.asked, pair.got, pair.one
    error = got.error if got is not None and got.error is not None else failure
    status: SpanStatus = "ok" if got is not None else "incomplete"
    if error is not None:
        status = status_of(error)
    request = None if asked is None else asked.request if asked.call is None else asked.call.input
    times = got or one
    return Span(
        span_id=own,
        parent_span_id=parent,
        join=join_of(pair),
        name="",
        kind=_CLIENT,
        component=Component("service", ""),
        start_ns=times.start_ns,
        end_ns=times.end_ns,
        duration_ms=times.total_ms,
        duration_source=None if times.total_ms is None else "reported",
        status=status,
        error=error,
        ids=ids_of(one),
        request=None if request is None else Payload(value=request),
        response=None if got is None or got.response is None else Payload(value=got.response),
        evidence=tuple(s.evidence for s in (asked, got) if s is not None),
    )


_CLIENT: SpanKind = "CLIENT"


def join_of(pair: Pair) -> Join:
    """Why the pair hangs under its agent."""
    one = pair.one
    if pair.sure:
        return Join(tier="exact", rule="agent_trace_id", detail=one.trace_id)
    return Join(
        tier="structural", rule="trace_order", detail=f"several calls of the same kind are open in {one.trace_id}"
    )


def guardrail_span(key: str, parent: str, step: AgentStep, n: int) -> Span:
    """A guardrail that stepped in. One that lets pass is an event of its agent: there is one for every chunk."""
    return Span(
        span_id=span_id("guardrail", key, step.trace_id, n),
        parent_span_id=parent,
        join=Join(tier="exact", rule="agent_trace_id", detail=step.trace_id),
        name="apply_guardrail",
        kind="INTERNAL",
        component=Component("guardrail", "guardrail"),
        operation="apply_guardrail",
        start_ns=step.start_ns,
        end_ns=step.end_ns,
        duration_ms=step.total_ms,
        duration_source=None if step.total_ms is None else "reported",
        status="blocked",
        error=intervention(step),
        ids=ids_of(step),
        response=None if step.response is None else Payload(value=step.response),
        evidence=(step.evidence,),
    )


def intervention(step: AgentStep) -> ErrorFact:
    """Which policies stepped in, as an error."""
    lists = step.response.values() if isinstance(step.response, dict) else ()
    names = {name for each in lists if isinstance(each, list) for one in each if isinstance(one, dict) for name in one}
    return ErrorFact(type="GUARDRAIL_INTERVENED", message=", ".join(sorted(names)), origin="guardrail")


def note(step: AgentStep) -> SpanEvent:
    """A step that is no work of its own. Its time is `eventTime`, good enough for an event, never for a span."""
    name = _NOTED.get(step.step, step.step)
    body = step.response if step.step != "guardrail" else {"action": step.guardrail_action, **(step.response or {})}
    time_ns = step.evidence.time_ms * 1_000_000 if step.event_time_ns is None else step.event_time_ns
    return SpanEvent(time_ns=time_ns, name=name, text=step.text, body=body, evidence=step.evidence)


def ids_of(step: AgentStep) -> dict[str, str]:
    """The native ids of a step that are not empty."""
    ids = {
        "bedrock_invocation_id": step.invocation_id,
        "bedrock_trace_id": step.trace_id,
        "session_id": step.session_id,
    }
    return {k: v for k, v in ids.items() if v}


def status_of(error: ErrorFact) -> SpanStatus:
    """How bad an error is, from the words that the service uses."""
    words = f"{error.type} {error.message[:300]}".lower()
    if "throttl" in words or "too many requests" in words or "rate exceeded" in words:
        return "throttled"
    return "timeout" if error.type == "executionTimeout" or "timed out" in words else "error"
