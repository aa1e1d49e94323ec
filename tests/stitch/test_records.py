"""Records over several events: they count as many events as they are, and nothing else about them is special."""

from __future__ import annotations

import json
from collections.abc import Iterator

import msgspec
import pytest

from itk import formats
from itk.model.evidence import LogEvent
from itk.model.trace import Trace
from itk.stitch import own_records, stitch
from tests.stitch.lines import M1, R1, R2, RUN, Log, to_queue
from tests.stitch.traffic import POLICIES, Style, Traffic

RECORD = {"messageId": M1, "eventSource": "aws:sqs", "body": json.dumps({"run": RUN})}


def printed(log: Log, ms: int, value: object) -> Log:
    for line in json.dumps(value, indent=2).split("\n"):
        log.at(ms, line + "\n")
    return log


def test_a_printed_event_is_proof_and_all_its_lines_are_own() -> None:
    log = printed(Log().start(0, R1), 1, {"Records": [RECORD]}).end(2, R1)
    seen = formats.read_all(log.events)

    trace = stitch(to_queue(), seen.observations)
    own = own_records(to_queue(), seen.observations)

    assert [span.name for span in trace.spans] == ["SendMessage intake", "invoke intake"]
    assert (trace.foreign, trace.shared, seen.silent) == (0, 0, 0)
    assert {key[3] for key in own} == {event.event_id for event in log.events}


def test_every_event_is_own_foreign_shared_silent_or_unread() -> None:
    mine = printed(Log().start(0, R1), 1, {"Records": [RECORD]}).at(2, "EXTENSION\tName: x\n").end(3, R1)
    theirs = printed(Log(stream="s2").start(0, R2), 1, {"order": 1}).at(2, "Traceback (most recent call last):\n")
    theirs.at(2, '  File "a.py", line 1\n').at(2, "KeyError: 'x'\n").end(3, R2)
    events = [*mine.events, *theirs.events]
    seen = formats.read_all(events)

    trace = stitch(to_queue(), seen.observations)
    own = own_records(to_queue(), seen.observations)

    assert seen.silent == 1
    assert len(own) + trace.foreign + trace.shared + seen.silent + len(seen.unread) == len(events)
    assert trace.foreign == len(theirs.events)


def over_many_events(event: LogEvent) -> Iterator[LogEvent]:
    """As if the function had printed its JSON with an indent, on Python 3.13."""
    if not event.message.startswith("{") or '"platform.' in event.message:
        yield event
        return
    for at, line in enumerate(json.dumps(json.loads(event.message), indent=2).split("\n")):
        event_id = f"{event.event_id}-{at:04}" if at else event.event_id
        yield msgspec.structs.replace(event, message=line + "\n", event_id=event_id)


def without_parts(trace: Trace) -> list[dict[str, object]]:
    spans = []
    for span in trace.spans:
        plain = msgspec.to_builtins(span)
        for seen in (*plain["evidence"], *(one["evidence"] for one in plain["events"])):
            seen["parts"] = ()
        spans.append(plain)
    return spans


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("style", [Style(), Style(dump=True, json_platform=True), Style(trouble=0.8)])
def test_the_same_traffic_printed_over_many_events_gives_the_same_traces(seed: int, style: Style) -> None:
    traffic = Traffic(seed, 6, 3, style)
    printed = [line for event in traffic.events for line in over_many_events(event)]
    assert len(printed) > 5 * len(traffic.events)
    at_once, over_many = formats.read_all(traffic.events), formats.read_all(printed)

    for receipt in traffic.receipts:
        expected = stitch(receipt, at_once.observations, policies=POLICIES)
        found = stitch(receipt, over_many.observations, policies=POLICIES)
        own = own_records(receipt, over_many.observations)

        assert without_parts(found) == without_parts(expected)
        assert len(own) + found.foreign + found.shared + over_many.silent == len(printed)
