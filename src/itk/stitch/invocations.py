"""One span for one Lambda invocation, with what the platform said of it."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from itk.model import ids
from itk.model.evidence import ErrorFact, Line, MessageReceived
from itk.model.trace import Component, Faas, Join, Link, Span, SpanEvent, SpanStatus
from itk.stitch.draft import Draft, line_ids, log_event
from itk.stitch.ownership import received
from itk.stitch.units import Unit


def unit_span_id(unit: Unit) -> str:
    return ids.span_id("lambda", unit.request_id, unit.occurrence)


def unit_component(unit: Unit) -> Component:
    return Component("lambda", unit.function_name)


def unit_span(unit: Unit, events: tuple[SpanEvent, ...]) -> Span:
    """The invocation as Lambda saw it, not yet hung under a parent."""
    start, report = unit.fact("start"), unit.fact("report")
    # REPORT closes the span, not END: it carries the duration that Lambda measured itself.
    end = report or unit.fact("runtime_done", "end")
    status, error = outcome(unit)
    init = unit.fact("init_start")
    return Span(
        span_id=unit_span_id(unit),
        name=f"invoke {unit.function_name}",
        kind="SERVER",
        component=unit_component(unit),
        operation="Invoke",
        start_ns=start.time_ns if start else None,
        end_ns=end.time_ns if end else None,
        duration_ms=report.duration_ms if report else None,
        duration_source="reported" if report and report.duration_ms is not None else None,
        status=status,
        error=error,
        ids=_ids(unit),
        faas=Faas(
            cold_start=True if init or (report and report.init_ms is not None) else (False if report else None),
            init_ms=report.init_ms if report else None,
            billed_ms=report.billed_ms if report else None,
            memory_mb=report.memory_mb if report else None,
            max_memory_mb=report.max_memory_mb if report else None,
            version=start.version if start else None,
            batch_size=_batch_size(unit),
            log_stream=unit.stream,
        ),
        events=events,
        evidence=tuple(fact.evidence for fact in unit.facts) or tuple(r.observation.evidence for r in unit.records[:1]),
    )


def outcome(unit: Unit) -> tuple[SpanStatus, ErrorFact | None]:
    """How the invocation ended. Old text logs say it only beside REPORT; new ones only on it."""
    told = next((fact.error for fact in unit.facts if fact.error is not None and fact.error.message), None)
    told = told or next((fact.error for fact in unit.facts if fact.error is not None), None)
    raised = _uncaught(unit)
    if unit.fact("timeout") or _reported(unit, "timeout"):
        return "timeout", told or ErrorFact(type="Timeout", message="Task timed out", origin="platform")
    if unit.fact("crash") or _reported(unit, "error", "failure"):
        return "error", raised or told or ErrorFact(type="Error", message="the invocation failed", origin="platform")
    if raised is not None:
        return "error", raised
    if unit.fact("report"):
        return "ok", None
    return "incomplete", None


def _reported(unit: Unit, *statuses: str) -> bool:
    return any(fact.status in statuses for fact in unit.facts if fact.phase in ("report", "runtime_done"))


def _uncaught(unit: Unit) -> ErrorFact | None:
    # The runtime's own error line names no request: the bracket says whose it is. An application's error line may be
    # about something that it then handled.
    for record in unit.records:
        entry = record.observation
        if isinstance(entry, Line) and entry.error is not None and entry.error.origin == "platform":
            return entry.error
    return None


def _batch_size(unit: Unit) -> int | None:
    sizes = [e.batch_size for r in unit.records if isinstance(e := r.observation, MessageReceived) and e.batch_size]
    return max([*sizes, len(received(unit))]) or None


def _ids(unit: Unit) -> dict[str, str]:
    found: dict[str, str] = {"lambda_request_id": unit.request_id}
    for i in (i for fact in unit.facts for i in fact.ids):
        found.setdefault(i.kind, i.value)
    return found


def add_units(draft: Draft, units: Sequence[Unit]) -> None:
    """The invocations of this run, with its own log lines; not yet hung under a parent."""
    for unit in units:
        lines = [r.observation for r in unit.records if draft.ours.has(r) and isinstance(r.observation, Line)]
        span = unit_span(unit, tuple(log_event(line) for line in lines))
        if not draft.ours.alone(unit):
            link = Link(span_id="", reason="sqs_batch", tier="exact", rule="message_id", detail=_company(draft, unit))
            span = msgspec.structs.replace(span, links=(link,))
        draft.spans[span.span_id] = span
        called_by_us = draft.receipt.target_type == "lambda" and unit.occurrence == 1
        if called_by_us and unit.request_id == draft.root.ids.get("lambda_request_id"):
            draft.merge_into_root(span)


def hang_units(draft: Draft, units: Sequence[Unit]) -> None:
    """Each invocation under the message, the tool or the call that caused it."""
    for unit in units:
        span_id = unit_span_id(unit)
        if span_id in draft.renamed:
            continue
        mine = [d for d in draft.deliveries if d.unit is unit and d.message_id in draft.senders]
        if mine:
            sender = draft.senders[mine[0].message_id]
            join = Join(tier="exact", rule="message_id", detail=f"messageId {mine[0].message_id}")
            links = tuple(_batch_link(draft.senders[d.message_id], d.message_id) for d in mine[1:])
            span = draft.spans[span_id]
            draft.put(span, sender, join, links=span.links + links, kind="CONSUMER")
        else:
            draft.put(draft.spans[span_id], *_caller(draft, unit))


def _batch_link(span_id: str, message_id: str) -> Link:
    return Link(span_id=span_id, reason="sqs_batch", tier="exact", rule="message_id", detail=f"messageId {message_id}")


def _company(draft: Draft, unit: Unit) -> str:
    others = sum(not draft.ours.message(message_id) for message_id in received(unit))
    return f"{others} more message(s) in the same batch" if others else "this invocation served other runs too"


def _caller(draft: Draft, unit: Unit) -> tuple[str, Join]:
    if unit.occurrence > 1:
        first = ids.span_id("lambda", unit.request_id, 1)
        before = draft.spans.get(draft.final(first))
        if before is not None:
            detail = f"RequestId {unit.request_id} started again: Lambda's own retry of an asynchronous call"
            parent = before.parent_span_id or before.span_id
            return parent, Join(tier="exact", rule="lambda_request_id", detail=detail)
    for span in draft.spans.values():
        names_it = span.ids.get("lambda_request_id") == unit.request_id and span.span_id != unit_span_id(unit)
        if names_it and (span.kind == "CLIENT" or span.component.type == "tool"):
            rule = "client_request_id" if span.component.type == "tool" else "lambda_request_id"
            return span.span_id, Join(tier="exact", rule=rule, detail=f"the caller names RequestId {unit.request_id}")
    return _only_tool_of_session(draft, unit) or (
        draft.root_id,
        Join(tier="unresolved", rule="run_id", detail="its records name this run; who called it is not proven"),
    )


def _only_tool_of_session(draft: Draft, unit: Unit) -> tuple[str, Join] | None:
    """No id of the call itself, but one session, and in it one tool call whose invocation is not known."""
    sessions = {i.value for r in unit.records for i in line_ids(r) if i.kind == "session_id"}
    known = {u.request_id for u in draft.reading.units}
    tools = [
        span
        for span in draft.spans.values()
        if span.component.type == "tool"
        and span.ids.get("session_id") in sessions
        and span.ids.get("lambda_request_id") not in known
    ]
    if len(tools) != 1:
        return None
    detail = f"the only tool call of session {tools[0].ids['session_id']} whose invocation is not known by its id"
    return tools[0].span_id, Join(tier="structural", rule="session_id", detail=detail)
