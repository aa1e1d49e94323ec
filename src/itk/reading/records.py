"""What a source delivers, put together to records: most events are one each, what was printed over many is one too."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from itk.model.evidence import LOG_SOURCES, LogEvent
from itk.reading.blocks import blocks, joined

GAP_MS = 500  # between one line of a print and the next; an environment without a CPU to itself may stall so long

Record = tuple[LogEvent, ...]


def records(events: Iterable[LogEvent]) -> Iterator[Record]:
    """Every event once, in the order of its stream, with those that make one record together.

    Neither the order of `events` nor their repetition matters. Streams come one after the other.
    """
    streams: defaultdict[tuple[str, str, str], dict[str, LogEvent]] = defaultdict(dict)
    for event in events:
        streams[(event.source, event.group, event.stream)].setdefault(event.event_id, event)
    for (source, _, _), by_id in sorted(streams.items(), key=lambda stream: stream[0]):
        stream = sorted(by_id.values(), key=lambda event: (event.time_ms, event.event_id))
        if source in LOG_SOURCES or source == "lambda_tail":
            yield from _together(stream)
        else:
            yield from ((event,) for event in stream)


def whole(record: Record) -> LogEvent:
    """A record as one event: the first one, with the text of all."""
    return record[0] if len(record) == 1 else replace(record[0], message=joined([each.message for each in record]))


def _together(stream: list[LogEvent]) -> Iterator[Record]:
    def adjacent(at: int) -> bool:
        return at > 0 and stream[at].time_ms - stream[at - 1].time_ms <= GAP_MS

    done = 0
    for block in blocks([event.message for event in stream], adjacent):
        yield from ((event,) for event in stream[done : block.start])
        yield tuple(stream[block.start : block.stop])
        done = block.stop
    yield from ((event,) for event in stream[done:])
