"""Records over several events: they count as many events as they are, and nothing else about them is special."""

from __future__ import annotations

import json

from itk import formats
from itk.stitch import own_records, stitch
from tests.stitch.lines import M1, R1, R2, RUN, Log, to_queue

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
