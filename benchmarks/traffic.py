"""Is a record ever silently in a wrong run? Over seeded traffic SQS -> Lambda -> agent -> Lambda -> SQS -> Lambda.

    python benchmarks/traffic.py [--records 100000] [--quick]

Batches of 1 to 10 messages, 1 to 50 runs in flight beside other traffic, ids missing from lines, sessions reused, keys
left over on warm loggers. Each record's truth is known. `wrong` counts records that a run claims and that did not serve
it. `alone` is the recall over records that served one run only; `all` counts also those of shared invocations that name
nobody: ITK counts them as shared and does not guess. Beside it the baseline: everything that shares an id is one trace,
and a trace goes to the run that most of it names. Exit code 1 where a goal is missed: 0 wrong, and a recall `alone` of
0.97 over all settings in which no identity id is missing.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from itk.model.evidence import EventKey, Observation
from itk.stitch import own_records
from itk.stitch.mentions import mentioned
from itk.stitch.units import read_units
from tests.stitch.traffic import Style, Traffic, observe

GOAL_RECALL = 0.97
# Name, how the applications log, and whether every identity id is there.
STYLES: tuple[tuple[str, Style, bool], ...] = (
    ("all ids", Style(), True),
    ("all ids, events dumped, JSON", Style(dump=True, json_platform=True), True),
    ("all ids, much trouble", Style(trouble=0.8), True),
    ("10 % of ids missing", Style(drop_ids=0.1), False),
    ("50 % of ids missing", Style(drop_ids=0.5), False),
    ("10 % of sessions reused", Style(reuse_sessions=0.1), True),
    ("keys left over", Style(stale=True, dump=True), False),
    ("keys left over, 50 % of ids missing", Style(stale=True, dump=True, drop_ids=0.5), False),
    ("X-Ray sampled and late", Style(xray=0.5, dump=True), True),
    ("a bus, nothing names the run", Style(envelope="eventbridge", dump=True, machine=True, unmarked=True), True),
)
IN_FLIGHT = (1, 10, 50)


@dataclass(slots=True)
class Tally:
    """What was found in one setting."""

    records: int = 0
    wrong: int = 0
    alone_due: int = 0
    alone_found: int = 0
    all_due: int = 0
    all_found: int = 0
    union_wrong: int = 0
    union_placed: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(*(getattr(self, name) + getattr(other, name) for name in self.__slots__))


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--records", type=int, default=100_000, help="at least so many records in all")
    parser.add_argument("--quick", action="store_true", help="a twentieth of that")
    asked = parser.parse_args(arguments)
    wanted = asked.records // (20 if asked.quick else 1)
    settings = [(name, style, runs, whole) for name, style, whole in STYLES for runs in IN_FLIGHT]
    print(f"{'ids':<38}{'in flight':>10}{'records':>9}{'wrong':>7}{'alone':>8}{'all':>8}{'union of ids wrong':>20}")
    total, complete, began = Tally(), Tally(), time.process_time()
    for name, style, runs, whole in settings:
        tally = measure(style, runs, wanted // len(settings) + 1)
        total += tally
        complete += tally if whole else Tally()
        print(f"{name:<38}{runs:>10}{row(tally)}")
    print(f"{'in all':<48}{row(total)}   {time.process_time() - began:.0f} s of CPU")
    recall = complete.alone_found / complete.alone_due
    reached = not total.wrong and total.records >= wanted and recall >= GOAL_RECALL
    print(f"goal: 0 wrong of >= {wanted:,}: {total.wrong} of {total.records:,}")
    print(f"goal: recall alone >= {GOAL_RECALL} where no identity id is missing: {recall:.3f}")
    return 0 if reached else 1


def row(tally: Tally) -> str:
    alone, everything = tally.alone_found / tally.alone_due, tally.all_found / tally.all_due
    union = f"{tally.union_wrong / max(1, tally.union_placed):.1%}"
    return f"{tally.records:>9}{tally.wrong:>7}{alone:>8.3f}{everything:>8.3f}{union:>20}"


def measure(style: Style, runs: int, wanted: int) -> Tally:
    tally = Tally()
    for seed in count(1_000):
        if tally.records >= wanted:
            return tally
        tally += judged(Traffic(seed, runs, others=max(1, runs // 2), style=replace(style)))
    raise AssertionError


def judged(went: Traffic) -> Tally:
    seen = observe(went.events)
    tally = Tally(records=len(went.events))
    for receipt in went.receipts:
        own = own_records(receipt, seen)
        due = {place for place, served in went.truth.items() if receipt.run_id in served}
        alone = {place for place in due if len(went.truth[place]) == 1}
        tally.wrong += len(own - due)
        tally.all_due, tally.all_found = tally.all_due + len(due), tally.all_found + len(own & due)
        tally.alone_due, tally.alone_found = tally.alone_due + len(alone), tally.alone_found + len(own & alone)
    for place, run in union_of_ids(seen).items():
        tally.union_placed += 1
        tally.union_wrong += run not in went.truth[place]
    return tally


def union_of_ids(seen: Sequence[Observation]) -> dict[EventKey, str]:
    """The baseline: records that share any id are of one trace; a trace belongs to the run that most of it names."""
    parents: dict[object, object] = {}

    def top(one: object) -> object:
        while (above := parents.setdefault(one, one)) != one:
            parents[one] = parents[above]
            one = above
        return one

    reading = read_units(seen)
    votes: defaultdict[object, Counter[str]] = defaultdict(Counter)
    for record in reading.records:
        for i in mentioned(record):
            parents[top(record.keys[0])] = top(i)
        if record.unit is not None:
            parents[top(record.keys[0])] = top(record.unit.request_id)
    for record in reading.records:
        votes[top(record.keys[0])].update(i.value for i in mentioned(record) if i.kind == "run_id")
    traces = {place: votes[top(place)] for place in (record.keys[0] for record in reading.records)}
    return {place: min(named, key=lambda run: (-named[run], run)) for place, named in traces.items() if named}


if __name__ == "__main__":
    sys.exit(main())
