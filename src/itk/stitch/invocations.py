"""One span for one Lambda invocation, with what the platform said of it."""

from __future__ import annotations

import msgspec

from itk.model import ids
from itk.model.evidence import ErrorFact, LambdaFact, Line
from itk.model.trace import Attempt, Component, Faas, Join, Link, Span, SpanEvent, SpanStatus
from itk.stitch.draft import Draft, line_ids, log_event, told_event
from itk.stitch.mentions import markers
from itk.stitch.messages.causes import CONSUMED, cause_of
from itk.stitch.units import Record, Unit, said_at

# START, END and REPORT are stamped by one clock, in milliseconds; an init takes far longer than that can be off.
_BY_FAR_MS, _BY_FAR = 100, 0.1


def unit_span_id(unit: Unit) -> str:
    return unit.span_id


def unit_component(unit: Unit) -> Component:
    return Component("lambda", unit.function_name)


def unit_span(draft: Draft, unit: Unit) -> Span:
    """The invocation as Lambda saw it, with its lines of this run, not yet hung under a parent."""
    ours = draft.ours
    own = [record for record in unit.records if ours.has(record)]
    start, report = unit.fact("start"), unit.fact("report")
    # REPORT closes the span, not END: it carries the duration that Lambda measured itself.
    end = report or unit.fact("runtime_done", "end")
    status, error = outcome(unit)
    init, loaded = unit.fact("init_start", "init_report"), unit.fact("init_report")
    return Span(
        span_id=unit_span_id(unit),
        name=f"invoke {unit.function_name}",
        kind="SERVER",
        component=unit_component(unit),
        operation="Invoke",
        start_ns=said_at(start),
        end_ns=said_at(end),
        duration_ms=report.duration_ms if report else None,
        duration_source="reported" if report and report.duration_ms is not None else None,
        status=status,
        error=error,
        ids=_ids(unit),
        faas=Faas(
            cold_start=True if init or (report and report.init_ms is not None) else (False if report else None),
            init_ms=next((fact.init_ms for fact in (report, loaded) if fact and fact.init_ms is not None), None),
            suppressed_init=_suppressed_init(unit),
            billed_ms=report.billed_ms if report else None,
            memory_mb=report.memory_mb if report else None,
            max_memory_mb=report.max_memory_mb if report else None,
            version=start.version if start else None,
            batch_size=ours.batch_size(unit),
            log_stream="" if unit.stream.startswith("LogResult:") else unit.stream,
        ),
        attempt=Attempt(n=unit.occurrence, kind="lambda_async") if unit.occurrence > 1 else None,
        events=tuple(event for record in own if (event := _event(record)) is not None),
        evidence=tuple(fact.evidence for fact in unit.facts) or tuple(r.observation.evidence for r in own[:1]),
    )


def _event(record: Record) -> SpanEvent | None:
    return log_event(record.observation) if isinstance(record.observation, Line) else told_event(record)


def outcome(unit: Unit) -> tuple[SpanStatus, ErrorFact | None]:
    """How the invocation ended. Old text logs say it only beside REPORT; new ones only on it."""
    raised, told = _uncaught(unit), _told(unit)
    if unit.fact("timeout") or _reported(unit, "timeout"):
        return "timeout", told or ErrorFact(type="Timeout", message="Task timed out", origin="platform")
    if unit.fact("crash") or _reported(unit, "error", "failure"):
        return "error", raised or told or ErrorFact(type="Error", message="the invocation failed", origin="platform")
    if raised is not None:
        return "error", raised
    if (init := _failed_init(unit)) is not None:
        said = "timed out" if init.status == "timeout" else "failed"
        return "error", told or ErrorFact(type="InitError", message=f"the init phase {said}", origin="platform")
    if unit.fact("report"):
        return "ok", None
    return "incomplete", None


def _told(unit: Unit) -> ErrorFact | None:
    """The reason that the platform gives: of the invocation before that of its init, in words before a bare name."""
    errors = [
        fact.error
        for fact in sorted(unit.facts, key=lambda fact: fact.phase == "init_report")
        if fact.error is not None and (fact.error.message or fact.error.type)
    ]
    return next((error for error in errors if error.message), None) or next(iter(errors), None)


def _failed_init(unit: Unit) -> LambdaFact | None:
    """The init without which the invocation cannot have run.

    One that failed before START is done again within the invocation, so alone it decides nothing.
    """
    if _reported(unit, "success"):
        return None
    last = next((fact for fact in reversed(unit.facts) if fact.phase == "init_report"), None)
    failed = last is not None and last.status in ("error", "failure", "timeout")
    return last if failed and last is not None and last.init_phase != "init" else None


def _suppressed_init(unit: Unit) -> bool | None:
    """Whether Lambda initialised again within the invocation, after a crash or a timeout: Duration then holds it.

    It shows where Duration is by far longer than what lies between START and END.
    """
    if any(fact.init_phase == "invoke" for fact in unit.facts):
        return True
    start, end, report = unit.fact("start"), unit.fact("end"), unit.fact("report")
    if start is None or end is None or report is None or report.duration_ms is None:
        return None
    hidden_ms = report.duration_ms - (end.time_ns - start.time_ns) / 1e6
    return True if hidden_ms > max(_BY_FAR_MS, report.duration_ms * _BY_FAR) else None


def _reported(unit: Unit, *statuses: str) -> bool:
    return any(fact.status in statuses for fact in unit.facts if fact.phase in ("report", "runtime_done"))


def _uncaught(unit: Unit) -> ErrorFact | None:
    # The runtime's own error line names no request: the bracket says whose it is. An application's error line may be
    # about something that it then handled.
    for record in unit.records:
        entry = record.observation
        if isinstance(entry, Line) and entry.error is not None and entry.error.origin == "platform":
            # Of a batch with other runs: that it died is everybody's business, what it said of them is not.
            return ErrorFact(type=entry.error.type, origin="platform") if markers(record) else entry.error
    return None


def _ids(unit: Unit) -> dict[str, str]:
    found: dict[str, str] = {"lambda_request_id": unit.request_id}
    for i in (i for fact in unit.facts for i in fact.ids):
        found.setdefault(i.kind, i.value)
    return found


def add_units(draft: Draft) -> None:
    """The invocations of this run, with its own log lines; not yet hung under a parent."""
    for unit in draft.units:
        span = unit_span(draft, unit)
        company = "" if draft.ours.alone(unit) else draft.ours.company(unit)
        if company:
            link = Link(span_id="", reason="sqs_batch", tier="exact", rule="message_id", detail=company)
            span = msgspec.structs.replace(span, links=(link,))
        draft.spans[span.span_id] = span
        called_by_us = draft.receipt.target_type == "lambda" and unit.occurrence == 1
        if called_by_us and unit.request_id == draft.root.ids.get("lambda_request_id"):
            draft.merge_into_root(span)


def hang_units(draft: Draft) -> None:
    """Each invocation under the message, the tool or the call that caused it."""
    received: dict[int, list[str]] = {}
    unnamed: set[int] = set()
    for delivery in draft.deliveries:
        if delivery.message_id in draft.senders:
            received.setdefault(id(delivery.unit), []).append(delivery.message_id)
            if not delivery.named:
                unnamed.add(id(delivery.unit))
    callers = _Callers(draft)
    # First attempts first: a retry hangs where the first one hangs.
    for unit in sorted(draft.units, key=lambda unit: unit.occurrence):
        span_id = unit_span_id(unit)
        if span_id in draft.renamed:
            continue
        span, mine = draft.spans[span_id], received.get(id(unit))
        if mine:
            join = Join(tier="exact", rule="message_id", detail=f"messageId {mine[0]}")
            join = draft.carried.get(mine[0], join)
            if id(unit) in unnamed:
                why = f"{unit.function_name} is fed from the queue, and its records name this run"
                join = Join(tier="structural", rule="event_source_mapping", detail=why)
            links = tuple(_batch_link(draft.senders[message], message) for message in mine[1:])
            draft.put(span, draft.senders[mine[0]], join, links=span.links + links, kind="CONSUMER")
        elif unit.occurrence > 1 and (first := draft.spans.get(draft.final(_id_of_attempt(unit, 1)))) is not None:
            again = f"RequestId {unit.request_id} started again: Lambda's own retry of an asynchronous call"
            join = Join(tier="exact", rule="lambda_request_id", detail=again)
            before = _id_of_attempt(unit, unit.occurrence - 1)
            retry = Link(span_id=before, reason="retry_of", tier="exact", rule="lambda_request_id", detail=again)
            draft.put(span, first.parent_span_id or first.span_id, join, links=(*span.links, retry))
        else:
            parent, join = callers.named(unit) or cause_of(draft, unit) or callers.guessed(unit)
            draft.put(span, parent, join, kind="CONSUMER" if join.rule in CONSUMED else span.kind)


def _id_of_attempt(unit: Unit, n: int) -> str:
    return ids.span_id("lambda", unit.request_id, n)


def _batch_link(span_id: str, message_id: str) -> Link:
    return Link(span_id=span_id, reason="sqs_batch", tier="exact", rule="message_id", detail=f"messageId {message_id}")


class _Callers:
    """Who called an invocation, by what callers logged of their calls."""

    def __init__(self, draft: Draft) -> None:
        self.root_id = draft.root_id
        self.by_request: dict[str, Span] = {}
        self.tools: dict[str, list[Span]] = {}  # by session: tool calls whose invocation is not known by its id
        known = {unit.request_id for unit in draft.reading.units}
        invocations = {unit_span_id(unit) for unit in draft.units}
        for span in draft.spans.values():
            if span.span_id in invocations or not (span.kind == "CLIENT" or span.component.type in ("tool", "api")):
                continue
            request = span.ids.get("lambda_request_id")
            if request:
                self.by_request.setdefault(request, span)
            if span.component.type == "tool" and "session_id" in span.ids and request not in known:
                self.tools.setdefault(span.ids["session_id"], []).append(span)

    def named(self, unit: Unit) -> tuple[str, Join] | None:
        """Who names the invocation's RequestId."""
        caller = self.by_request.get(unit.request_id)
        if caller is None:
            return None
        rule = "client_request_id" if caller.component.type == "tool" else "lambda_request_id"
        return caller.span_id, Join(tier="exact", rule=rule, detail=f"the caller names RequestId {unit.request_id}")

    def guessed(self, unit: Unit) -> tuple[str, Join]:
        return self._only_tool_of_session(unit) or (
            self.root_id,
            Join(tier="unresolved", rule="run_id", detail="its records name this run; who called it is not proven"),
        )

    def _only_tool_of_session(self, unit: Unit) -> tuple[str, Join] | None:
        """No id of the call itself, but one session, and in it one tool call whose invocation is not known."""
        sessions = {i.value for r in unit.records for i in line_ids(r) if i.kind == "session_id"}
        tools = [tool for session in sessions for tool in self.tools.get(session, ())]
        if len(tools) != 1:
            return None
        detail = f"the only tool call of session {tools[0].ids['session_id']} whose invocation is not known by its id"
        return tools[0].span_id, Join(tier="structural", rule="session_id", detail=detail)
