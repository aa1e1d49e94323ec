"""Stitching: from what single records prove to one trace of one run, with the reason for every link.

Which run a record belongs to is decided by ids alone (`ownership`). What cannot be placed is shown as unplaced, and a
parent that is not proven is called unresolved; `likely` may guess it afterwards. The rules: docs/reference/stitching.md
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from itk.model.evidence import EventKey, Line, Observation
from itk.model.ids import Id, trace_id
from itk.model.run import EventSource, Receipt
from itk.model.trace import Trace
from itk.reading.idtext import uuids
from itk.stitch.agents import add_agents
from itk.stitch.boundaries import add_boundaries
from itk.stitch.draft import Draft, RedrivePolicy, loose_event, stray_event
from itk.stitch.invocations import add_units, hang_units
from itk.stitch.mentions import markers
from itk.stitch.messages.causes import add_carried, add_producers
from itk.stitch.messages.dead_letters import add_dead_letters
from itk.stitch.messages.deliveries import add_deliveries, number_attempts
from itk.stitch.missing import find_missing
from itk.stitch.ownership import Ownership, decide
from itk.stitch.services.api_requests import add_api_requests
from itk.stitch.services.async_outcomes import add_outcomes
from itk.stitch.services.executions import add_executions
from itk.stitch.services.model_calls import add_model_calls
from itk.stitch.tracing import add_traced
from itk.stitch.tree import depth_first
from itk.stitch.units import Reading, Record, Unit, event_keys, read_units
from itk.stitch.windows import place_in_windows

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
    reading = _read(receipt, observations)
    ours = decide(receipt, reading, one_by_one(event_sources))
    draft = Draft(receipt, reading, ours, policies or {}, ours.concerned(reading))
    own = [record for record in reading.records if ours.has(record)]
    draft.add_root()
    add_units(draft)
    add_boundaries(draft, own)
    add_agents(draft, own)
    _add_services(draft, own)
    add_deliveries(draft, event_sources)
    hang_units(draft)
    number_attempts(draft)
    add_dead_letters(draft)
    draft.heard = frozenset(at for at in draft.calls if draft.spans[at].evidence)
    placed = add_traced(draft, own)  # last: what tracing knows changes no span that is known without it
    loose = (record for record in own if record.unit is None and id(record) not in placed)
    draft.unplaced.extend(event for record in loose if (event := loose_event(record)))
    if receipt.owns_all:
        draft.unplaced.extend(map(stray_event, reading.strays))
    draft.settle()
    shared, foreign = (0, 0) if receipt.owns_all else _others(reading, ours, draft.units)
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
    reading = _read(receipt, observations)
    ours = decide(receipt, reading, one_by_one(event_sources))
    return _rests_on(reading, ours, ours.concerned(reading))


def _read(receipt: Receipt, observations: Sequence[Observation]) -> Reading:
    reading = read_units(named_in_text(receipt, observations))
    place_in_windows(reading)
    return reading


def named_in_text(receipt: Receipt, observations: Sequence[Observation]) -> list[Observation]:
    """A line whose text holds the messageId that SendMessage gave us names our message: a UUID is no coincidence."""
    sent = {i.value: i for i in receipt.ids if i.kind == "sqs_message_id"}
    if not sent:
        return list(observations)
    return [_named(entry, sent) if isinstance(entry, Line) else entry for entry in observations]


def _named(line: Line, sent: Mapping[str, Id]) -> Line:
    found = {sent[value] for value in uuids(line.text) if value in sent}.difference(line.ids)
    return msgspec.structs.replace(line, ids=(*line.ids, *sorted(found))) if found else line


def one_by_one(event_sources: Sequence[EventSource]) -> frozenset[str]:
    """The functions that get one message at a time: an invocation of theirs serves one run."""
    batched = {source.function for source in event_sources if source.batch_size > 1}
    return frozenset(source.function for source in event_sources) - batched


def _rests_on(reading: Reading, ours: Ownership, units: Sequence[Unit]) -> frozenset[EventKey]:
    lines = {key for record in reading.records if ours.has(record) for key in record.keys}
    seen = {key for unit in units for record in ours.traces.views_of(unit) for key in record.keys}
    return frozenset(lines | seen | {key for unit in units for fact in unit.facts for key in event_keys(fact.evidence)})


def _others(reading: Reading, ours: Ownership, drawn: Sequence[Unit]) -> tuple[int, int]:
    """How many records were shared with other runs, and how many were theirs alone."""
    own = _rests_on(reading, ours, drawn)
    beside = [*(record for unit in drawn for record in unit.records), *ours.traces.near(drawn)]
    shared = {key for record in beside if not markers(record) - {ours.run_id} for key in record.keys} - own
    everything = {key for record in reading.records for key in record.keys}
    facts = (*(fact for unit in reading.units for fact in unit.facts), *reading.strays)
    everything |= {key for fact in facts for key in event_keys(fact.evidence)}
    return len(shared), len(everything - own - shared)


def _warnings(reading: Reading, ours: Ownership, drawn: Sequence[Unit]) -> tuple[str, ...]:
    """What is odd about the evidence of this run; records that a group lost may always have been ours."""
    streams = sorted({unit.place for unit in drawn} & reading.interleaved)
    odd = "invocations interleave; lines without a RequestId are not placed"
    interleaved = [f"{group} {stream}: {odd}" for group, stream in streams]
    return tuple(dict.fromkeys([*interleaved, *reading.warnings, *ours.conflicts]))
