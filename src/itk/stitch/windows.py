"""Lines that name nobody, logged while one message was being processed.

A handler that takes the records of its batch one after the other says so by the times of its consumer spans: they do
not overlap, and there is one for each message. What it logs between the start of such a span and the line that ends it
is about that message. Where spans overlap, or a message has none, nothing is concluded.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from itk.model.evidence import MessageReceived, SpanFact
from itk.stitch.mentions import consumed, markers, processing
from itk.stitch.units import Reading, Record, Unit

_MS = 1_000_000  # lines are stamped in milliseconds: finer times cannot be compared with theirs


class _Window(NamedTuple):
    at: int  # place of the consumer's line on the stream
    start_ms: int
    end_ms: int
    message_id: str


def place_in_windows(reading: Reading) -> None:
    """Tell each nameless record of a shared invocation the message that was being processed, where that is certain."""
    for unit in reading.units:
        here = [record for record in unit.records if _is_here(record, unit)]
        windows = _one_by_one(unit, here)
        if windows:
            _place(here, windows)


def _is_here(record: Record, unit: Unit) -> bool:
    said = record.observation.evidence
    return (said.group, said.stream) == unit.place


def _one_by_one(unit: Unit, here: Sequence[Record]) -> list[_Window]:
    windows = [window for at, record in enumerate(here) if (window := _window(at, record)) is not None]
    messages = {window.message_id for window in windows}
    if not windows or len(messages) < len(windows) or _sizes(unit) - {len(windows)}:
        return []
    if len(windows) == 1 and not _sizes(unit):
        return []  # nothing shows that this handler takes one after the other
    if any(after.start_ms < before.end_ms for before, after in pairwise(windows)):
        return []
    named = {message for record in unit.records for message in (*consumed(record), *processing(record))}
    return windows if named == messages else []


def _window(at: int, record: Record) -> _Window | None:
    fact = record.observation
    if not isinstance(fact, SpanFact) or fact.kind != "CONSUMER" or fact.start_ns is None or fact.end_ns is None:
        return None
    messages = consumed(record)
    return _Window(at, fact.start_ns // _MS, fact.end_ns // _MS, messages[0]) if len(messages) == 1 else None


def _sizes(unit: Unit) -> set[int]:
    facts = (record.observation for record in unit.records)
    return {fact.batch_size for fact in facts if isinstance(fact, SpanFact | MessageReceived) and fact.batch_size}


def _place(here: Sequence[Record], windows: Sequence[_Window]) -> None:
    following = iter(windows)
    window = next(following, None)
    for at, record in enumerate(here):
        while window is not None and window.at <= at:
            window = next(following, None)
        if window is None:
            return
        time_ms = record.observation.evidence.time_ms
        # A line of the same millisecond as the start may have come before it.
        if window.start_ms < time_ms <= window.end_ms and not processing(record) and not markers(record):
            record.within = window.message_id
