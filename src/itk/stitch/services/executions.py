"""Executions of state machines as spans: the execution, each visit to a state, each attempt of a task.

A task's attempt is the caller of what it called: the invocation with the RequestId that its answer names, the message
that it sent, the execution that it started.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from itk.model import ids
from itk.model.evidence import ErrorFact, Line, StateEvent
from itk.model.ids import Id
from itk.model.trace import Component, Join, Span, SpanEvent, SpanStatus
from itk.stitch.draft import Draft
from itk.stitch.invocations import unit_span_id
from itk.stitch.services.state_history import History, Visit, histories_of
from itk.stitch.services.tasks import Ending, add_attempt, attempt_ending, evidence_of, payload_of, took_ms, visit_id
from itk.stitch.units import Record


def add_executions(draft: Draft, own: Sequence[Record]) -> None:
    """Spans of every execution of this run, each under whoever started it.

    Of an execution that serves other runs too, the entries that name this run are shown, and are no span.
    """
    entries = [record for record in own if isinstance(record.observation, StateEvent)]
    mine = [record for record in entries if _is_ours(draft, record)]
    theirs = (record.observation for record in entries if not _is_ours(draft, record))
    draft.unplaced.extend(_loose(entry) for entry in theirs if isinstance(entry, StateEvent))
    histories = histories_of(mine)
    for history in histories:
        for visit in history.visits:
            _add_visit(draft, history, visit)
    starters, naming = _starters(draft), _naming(own)
    for history in histories:
        span = _execution(history)
        if draft.root.ids.get("execution_arn") == history.arn and draft.root.component.type == "state_machine":
            draft.merge_into_root(span)
        else:
            draft.put(span, *_starter(draft, history, starters, naming))


def _is_ours(draft: Draft, record: Record) -> bool:
    entry = record.observation
    return isinstance(entry, StateEvent) and Id("execution_arn", entry.execution_arn) in draft.ours.own


def _loose(entry: StateEvent) -> SpanEvent:
    text = f"{entry.event_type} {entry.name} of {entry.execution_arn}"
    return SpanEvent(time_ns=entry.time_ns, name="state_event", text=text, evidence=entry.evidence)


def execution_id(arn: str) -> str:
    return ids.span_id("execution", arn)


def _execution(history: History) -> Span:
    started, ended = history.started, history.ended
    status, error, end_ns = _ended(ended)
    start_ns = started.time_ns if started is not None else None
    machine, arn = _machine(history.arn)
    return Span(
        span_id=execution_id(history.arn),
        name=f"execute {machine}",
        kind="SERVER",
        component=Component("state_machine", machine, arn),
        operation="StartExecution",
        start_ns=start_ns,
        end_ns=end_ns,
        duration_ms=took_ms(start_ns, end_ns),
        duration_source="computed" if start_ns is not None and end_ns is not None else None,
        clock="service",
        status=status,
        error=error,
        ids={"execution_arn": history.arn},
        request=payload_of(started, "input"),
        response=payload_of(ended, "output"),
        evidence=evidence_of(history, history.entries),
    )


def _ended(ended: StateEvent | None) -> Ending:
    if ended is None:
        return Ending("incomplete")
    if ended.event_type == "ExecutionSucceeded":
        return Ending("ok", None, ended.time_ns)
    status: SpanStatus = "timeout" if ended.event_type == "ExecutionTimedOut" else "error"
    return Ending(status, ended.error or ErrorFact(type=ended.event_type, origin="service"), ended.time_ns)


def _machine(arn: str) -> tuple[str, str]:
    """The name and the ARN of the state machine that an execution's ARN is of."""
    parts = arn.split(":")
    if len(parts) < 8 or parts[5] not in ("execution", "express"):
        return arn, ""
    return parts[6], ":".join((*parts[:5], "stateMachine", parts[6]))


def _add_visit(draft: Draft, history: History, visit: Visit) -> None:
    entered, exited = visit.entered, visit.exited
    span_id = visit_id(history, visit)
    parent = visit_id(history, visit.outer) if visit.outer is not None else execution_id(history.arn)
    status, error, end_ns = _visit_ending(history, visit)
    span = Span(
        span_id=span_id,
        name=entered.name or entered.event_type,
        kind="INTERNAL",
        component=Component("state_machine", *_machine(history.arn)),
        operation=entered.event_type.removesuffix("StateEntered"),
        start_ns=entered.time_ns,
        end_ns=end_ns,
        duration_ms=took_ms(entered.time_ns, end_ns),
        duration_source=None if end_ns is None else "computed",
        clock="service",
        status=status,
        error=error,
        request=payload_of(entered, "input"),
        response=payload_of(exited, "output"),
        evidence=evidence_of(history, [entered, *visit.entries, *([exited] if exited else [])]),
    )
    chain = f"entry {entered.history_id} of the history follows entry {entered.previous_id}"
    join = Join(tier="exact", rule="previous_event_id", detail=chain)
    if not visit.chained:
        join = Join(tier="structural", rule="execution_arn", detail=f"{chain}, which is absent")
    draft.put(span, parent, join)
    before = ""
    for n, attempt in enumerate(visit.attempts, 1):
        before = add_attempt(draft, history, visit, attempt, n, before)


def _visit_ending(history: History, visit: Visit) -> Ending:
    if visit.exited is not None:
        return Ending("ok", None, visit.exited.time_ns)
    if visit.blamed is not None and history.ended is not None:
        return _ended(visit.blamed)
    if not visit.over and history.ended is None:
        return Ending("incomplete")
    last = attempt_ending(history, visit, visit.attempts[-1]) if visit.attempts else Ending("unknown")
    failed = next((entry.error for entry in reversed(visit.entries) if entry.error is not None), last.error)
    # That others were aborted follows the entry that ended this one: it is no later end.
    own = [entry for entry in visit.entries if last.end_ns is None or not entry.event_type.endswith("Aborted")]
    end_ns = own[-1].time_ns if own else last.end_ns
    # Left open by what failed around it: given up, not failed.
    return Ending("error" if failed is not None and last.status != "timeout" else last.status, failed, end_ns)


def _starters(draft: Draft) -> dict[str, str]:
    """Execution -> the span that started it: a task of another execution, or a call that a function logged."""
    found = {i.value: span_id for i, span_id in draft.produced.items() if i.kind == "execution_arn"}
    for span in draft.spans.values():
        if span.kind in ("CLIENT", "PRODUCER") and span.span_id != draft.root_id and "execution_arn" in span.ids:
            found.setdefault(span.ids["execution_arn"], span.span_id)
    return found


def _starter(
    draft: Draft, history: History, starters: Mapping[str, str], naming: Mapping[str, Sequence[Record]]
) -> tuple[str, Join]:
    if history.arn in starters:
        join = Join(tier="exact", rule="execution_arn", detail="the caller names the execution")
        return starters[history.arn], join
    for i in history.started.line_ids if history.started is not None else ():
        if i.kind == "eventbridge_event_id" and (i in draft.produced or i in draft.receipt.ids):
            join = Join(tier="exact", rule=i.kind, detail=f"it was started with EventBridge id {i.value}")
            return draft.produced.get(i, draft.root_id), join
    return _named_by_line(history, naming.get(history.arn, ())) or (
        draft.root_id,
        Join(tier="unresolved", rule="run_id", detail="its records name this run; who started it is not proven"),
    )


def _naming(own: Sequence[Record]) -> dict[str, list[Record]]:
    """Execution -> the lines that name it."""
    found: dict[str, list[Record]] = {}
    for record in own:
        if isinstance(record.observation, Line):
            for i in record.observation.ids:
                if i.kind == "execution_arn":
                    found.setdefault(i.value, []).append(record)
    return found


def _named_by_line(history: History, lines: Sequence[Record]) -> tuple[str, Join] | None:
    """An invocation whose line names the execution, that began before it, and that it did not call itself."""
    started = history.started
    called = {i.value for visit in history.visits for a in visit.attempts for e in a.entries for i in e.ids}
    for record in lines:
        unit = record.unit
        if unit is None:
            continue
        before = started is not None and unit.start_ns is not None and unit.start_ns <= started.time_ns
        if before and unit.request_id not in called:
            detail = f"a line of RequestId {unit.request_id} names it, and that invocation began before it"
            return unit_span_id(unit), Join(tier="structural", rule="execution_arn", detail=detail)
    return None
