"""Stitching: from what single records prove to one trace of one run, with the reason for every link.

Which run a record belongs to is decided by ids alone (`ownership`). Nothing is inferred from time: what cannot be
placed is shown as unplaced, and a parent that is not proven is called unresolved.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from itk.model.evidence import Line, Observation
from itk.model.ids import Id, trace_id
from itk.model.run import EventSource, Receipt
from itk.model.trace import Span, Trace
from itk.stitch.agent_calls import add_agents
from itk.stitch.api_requests import add_api_requests
from itk.stitch.async_outcomes import add_outcomes
from itk.stitch.boundaries import add_boundaries
from itk.stitch.dead_letters import add_dead_letters
from itk.stitch.draft import Draft, RedrivePolicy, loose_event
from itk.stitch.envelopes import add_carried, add_producers
from itk.stitch.executions import add_executions
from itk.stitch.invocations import add_units, hang_units
from itk.stitch.mentions import markers
from itk.stitch.messages import add_deliveries, number_attempts
from itk.stitch.missing import find_missing
from itk.stitch.model_calls import add_model_calls
from itk.stitch.ownership import Ownership, decide
from itk.stitch.units import EventKey, Reading, Record, Unit, event_key, read_units

__all__ = ["RedrivePolicy", "own_records", "stitch"]


def stitch(
    receipt: Receipt,
    observations: Sequence[Observation],
    *,
    policies: Mapping[str, RedrivePolicy] | None = None,
    event_sources: Sequence[EventSource] = (),
    unread: int = 0,
) -> Trace:
    """One trace of the run that `receipt` began; the order and repetition of `observations` do not matter.

    `policies` are redrive policies by queue name, `event_sources` what is known of who takes messages from where;
    `unread` counts records that no format could read.
    """
    reading = read_units(named_in_text(receipt, observations))
    ours = decide(receipt, reading, one_by_one(event_sources))
    draft = Draft(receipt, reading, ours, policies or {}, ours.concerned(reading))
    own = [record for record in reading.records if ours.has(record)]
    draft.add_root()
    add_units(draft)
    add_boundaries(draft, own)
    add_agents(draft, own)
    _add_services(draft, own)
    draft.unplaced.extend(event for record in own if record.unit is None and (event := loose_event(record)))
    add_deliveries(draft, event_sources)
    hang_units(draft)
    number_attempts(draft)
    add_dead_letters(draft)
    draft.settle()
    shared, foreign = _others(reading, ours, draft.units)
    return Trace(
        trace_id=trace_id(receipt.run_id),
        run_id=receipt.run_id,
        spans=depth_first(draft.spans.values()),
        unplaced=tuple(sorted(draft.unplaced, key=lambda event: event.time_ns)),
        unread=unread,
        foreign=foreign,
        shared=shared,
        missing=find_missing(draft),
        warnings=_warnings(reading, ours, draft.units),
    )


def _add_services(draft: Draft, own: Sequence[Record]) -> None:
    """What services told of themselves; then what was caused by whom, and carried in which message."""
    add_executions(draft, own)
    add_api_requests(draft, own)
    add_model_calls(draft, own)
    add_outcomes(draft, own)
    add_producers(draft)
    add_carried(draft, own)


def own_records(
    receipt: Receipt, observations: Sequence[Observation], event_sources: Sequence[EventSource] = ()
) -> frozenset[EventKey]:
    """The records that a trace of this run rests on, by (source, group, stream, event id)."""
    reading = read_units(named_in_text(receipt, observations))
    ours = decide(receipt, reading, one_by_one(event_sources))
    return _rests_on(reading, ours, ours.concerned(reading))


def named_in_text(receipt: Receipt, observations: Sequence[Observation]) -> list[Observation]:
    """A line whose text holds the messageId that SendMessage gave us names our message: a UUID is no coincidence."""
    sent = [i for i in receipt.ids if i.kind == "sqs_message_id"]
    if not sent:
        return list(observations)
    return [_named(entry, sent) if isinstance(entry, Line) else entry for entry in observations]


def _named(line: Line, sent: Sequence[Id]) -> Line:
    found = tuple(i for i in sent if i.value in line.text and i not in line.ids)
    return msgspec.structs.replace(line, ids=line.ids + found) if found else line


def one_by_one(event_sources: Sequence[EventSource]) -> frozenset[str]:
    """The functions that get one message at a time: an invocation of theirs serves one run."""
    batched = {source.function for source in event_sources if source.batch_size > 1}
    return frozenset(source.function for source in event_sources) - batched


def _rests_on(reading: Reading, ours: Ownership, units: Sequence[Unit]) -> frozenset[EventKey]:
    lines = {record.key for record in reading.records if ours.has(record)}
    return frozenset(lines | {event_key(fact.evidence) for unit in units for fact in unit.facts})


def depth_first(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Parents before children, siblings by start; ids break ties, so that equal evidence gives equal order."""
    children: dict[str | None, list[Span]] = {}
    for span in spans:
        children.setdefault(span.parent_span_id, []).append(span)
    for siblings in children.values():
        siblings.sort(key=lambda span: (span.start_ns is None, span.start_ns or 0, span.span_id), reverse=True)
    ordered: list[Span] = []
    stack = children.get(None, [])
    while stack:
        span = stack.pop()
        ordered.append(span)
        stack.extend(children.get(span.span_id, ()))
    return tuple(ordered)


def _others(reading: Reading, ours: Ownership, drawn: Sequence[Unit]) -> tuple[int, int]:
    """How many records were shared with other runs, and how many were theirs alone."""
    own = _rests_on(reading, ours, drawn)
    silent = (record for unit in drawn for record in unit.records if not markers(record) - {ours.run_id})
    shared = {record.key for record in silent} - own
    everything = {record.key for record in reading.records}
    everything |= {event_key(fact.evidence) for unit in reading.units for fact in unit.facts}
    everything |= {event_key(fact.evidence) for fact in reading.strays}
    return len(shared), len(everything - own - shared)


def _warnings(reading: Reading, ours: Ownership, drawn: Sequence[Unit]) -> tuple[str, ...]:
    """What is odd about the evidence of this run; records that a group lost may always have been ours."""
    streams = sorted({(unit.group, unit.stream) for unit in drawn} & reading.interleaved)
    odd = "invocations interleave; lines without a RequestId are not placed"
    interleaved = [f"{group} {stream}: {odd}" for group, stream in streams]
    return tuple(dict.fromkeys([*interleaved, *reading.warnings, *ours.conflicts]))
