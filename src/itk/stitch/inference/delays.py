"""What earlier exact runs teach about time: who calls whom, after which delay, in which order, how often."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from statistics import median

import msgspec

from itk.stitch.inference.gaps import Gaps, fit
from itk.stitch.inference.work import CallGraph, Edge, Signature, Work

OUTLIER_ONE_IN = 500  # one link in so many may lie anywhere, and must not widen the window for all


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """One type of call in earlier exact runs. Gaps are child start - parent start, and parent end - child end."""

    parent: Signature
    child: Signature
    n: int
    callers: int  # parents that made this call at least once
    children_max: int
    asynchronous: bool
    start: Gaps
    end: Gaps
    early_ns: int  # how much before its parent a child may seem to start
    late_ns: int  # how much after its parent a child may seem to end
    midpoint_ns: int  # child midpoint - parent midpoint, median: the asymmetry and the clocks of the earlier runs
    midpoint_spread_ns: int  # median distance from that


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """Inside work like `parent`: how long after an event comes the next act.

    The event is the start of the parent (`after` None), or the start or end of a child; the act is the start of a
    child or, where `then` is None, the end of the parent.
    """

    parent: Signature
    after: Signature | None
    after_end: bool
    then: Signature | None
    gaps: Gaps


class Level(msgspec.Struct, frozen=True, kw_only=True):
    """How often guesses were right in a replay with `in_flight` runs at a time, by margin (see `calibration`)."""

    in_flight: int
    run_known: bool
    calls: tuple[CallCounts, ...]


class CallCounts(msgspec.Struct, frozen=True, kw_only=True):
    """Right and all guesses of one type of call, by margin bin."""

    parent: Signature
    child: Signature
    right: tuple[int, ...]
    all: tuple[int, ...]


class Delays(msgspec.Struct, frozen=True, kw_only=True):
    """A model of delays. It can be kept as JSON (`msgspec.json.encode`) and read again."""

    runs: int = 0
    spans: int = 0
    resolution_ns: int = 1
    calls: tuple[Call, ...] = ()
    steps: tuple[Step, ...] = ()
    parents: tuple[tuple[Signature, int], ...] = ()  # how often each was seen, with or without children
    roots: tuple[tuple[Signature, int], ...] = ()  # how often each began a run
    levels: tuple[Level, ...] = ()

    def graph(self) -> CallGraph:
        """The call graph that the exact runs showed."""
        return CallGraph(tuple(sorted(Edge(call.parent, call.child, call.asynchronous) for call in self.calls)))


def delays_of(works: Iterable[Work]) -> Delays:
    """Delays, without calibration, from exact runs: `run` and `parent` are known, who has no parent began the run."""
    unique = sorted({work.id: work for work in works}.values(), key=lambda work: (work.start_ns, work.end_ns, work.id))
    by_id = {work.id: work for work in unique}
    children: defaultdict[str, list[Work]] = defaultdict(list)
    for work in unique:
        if work.parent in by_id:
            children[work.parent].append(work)
    resolution = _resolution(unique)
    calls = _calls(by_id, children, resolution)
    return Delays(
        runs=len({work.run for work in unique}),
        spans=len(unique),
        resolution_ns=resolution,
        calls=calls,
        steps=_steps(by_id, children, {(c.parent, c.child) for c in calls if c.asynchronous}, resolution),
        parents=tuple(sorted(Counter(work.signature for work in unique).items())),
        roots=tuple(sorted(Counter(work.signature for work in unique if work.parent is None).items())),
    )


def _resolution(works: Sequence[Work]) -> int:
    """The step of the clock: the largest power of ten that divides all times."""
    step = 1_000_000_000
    for work in works:
        while step > 1 and (work.start_ns % step or work.end_ns % step):
            step //= 10
    return step


def _calls(by_id: dict[str, Work], children: dict[str, list[Work]], resolution: int) -> tuple[Call, ...]:
    links: defaultdict[tuple[Signature, Signature], list[tuple[Work, Work]]] = defaultdict(list)
    for parent_id, mine in children.items():
        for child in mine:
            parent = by_id[parent_id]
            links[parent.signature, child.signature].append((parent, child))
    return tuple(_call(key, links[key], resolution) for key in sorted(links))


def _call(key: tuple[Signature, Signature], links: Sequence[tuple[Work, Work]], resolution: int) -> Call:
    starts = [child.start_ns - parent.start_ns for parent, child in links]
    ends = [parent.end_ns - child.end_ns for parent, child in links]
    per_parent = Counter(parent.id for parent, _ in links)
    midpoints = [(start - end) / 2 for start, end in zip(starts, ends, strict=True)]
    middle = median(midpoints)
    return Call(
        parent=key[0],
        child=key[1],
        n=len(links),
        callers=len(per_parent),
        children_max=max(per_parent.values()),
        asynchronous=_asynchronous(key, starts, ends),
        start=fit(starts, resolution),
        end=fit(ends, resolution),
        early_ns=_overhang(starts),
        late_ns=_overhang(ends),
        midpoint_ns=round(middle),
        midpoint_spread_ns=round(median(abs(midpoint - middle) for midpoint in midpoints)),
    )


def _asynchronous(key: tuple[Signature, Signature], starts: Sequence[int], ends: Sequence[int]) -> bool:
    """A caller that waits encloses what it called, whatever the clocks say: after alignment, most must lie inside."""
    if key[0].kind.lower() == "producer" or key[1].kind.lower() == "consumer":
        return True
    aligned = key[0].component != key[1].component
    shift = median((start - end) / 2 for start, end in zip(starts, ends, strict=True)) if aligned else 0
    inside = sum(start - shift >= 0 and end + shift >= 0 for start, end in zip(starts, ends, strict=True))
    return inside < len(starts) / 2


def _overhang(gaps: Sequence[int]) -> int:
    """How far outside of its parent a child was seen, and half as far again: the next one may be a little worse."""
    least = sorted(gaps)[len(gaps) // OUTLIER_ONE_IN]
    return round(-least + (median(gaps) - least) / 2) if least < 0 else 0


StepKey = tuple[Signature, Signature | None, bool, Signature | None]


def _steps(
    by_id: dict[str, Work],
    children: dict[str, list[Work]],
    asynchronous: set[tuple[Signature, Signature]],
    resolution: int,
) -> tuple[Step, ...]:
    calling = {by_id[parent].signature for parent in children}
    gaps: defaultdict[StepKey, list[int]] = defaultdict(list)
    for parent in by_id.values():
        mine = [c for c in children.get(parent.id, ()) if (parent.signature, c.signature) not in asynchronous]
        if parent.signature in calling:
            _walk(parent, mine, gaps)
    order = sorted(gaps, key=lambda key: (key[0], key[1] or Signature(""), key[2], key[3] or Signature("")))
    return tuple(
        Step(parent=key[0], after=key[1], after_end=key[2], then=key[3], gaps=fit(gaps[key], resolution))
        for key in order
    )


def _walk(parent: Work, children: Sequence[Work], gaps: dict[StepKey, list[int]]) -> None:
    """Each act comes after the latest event before it: what a program waited for last is what it waited for."""
    ended: list[tuple[int, Signature]] = []
    begun: tuple[int, Signature | None] = (parent.start_ns, None)
    for child in sorted(children, key=lambda c: (c.start_ns, c.end_ns, c.signature)):
        done = max((e for e in ended if begun[0] <= e[0] <= child.start_ns), default=None)
        at, after = done or begun
        gaps[parent.signature, after, done is not None, child.signature].append(child.start_ns - at)
        begun = (child.start_ns, child.signature)
        ended.append((child.end_ns, child.signature))
    last = max(ended, default=None)
    at, after = last or begun
    gaps[parent.signature, after, last is not None, None].append(parent.end_ns - at)
