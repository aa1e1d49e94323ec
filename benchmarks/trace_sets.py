"""Trace sets with ground truth: read them, drop ids, fold them, skew clocks, and guess parents in simpler ways."""

from __future__ import annotations

import gzip
import hashlib
import json
import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

from itk.stitch.inference import CallGraph, Signature, Work, fold

Works = list[Work]


class TraceSet(NamedTuple):
    """A set, split in time: what was learned from, and what is judged."""

    name: str
    earlier: Works
    judged: Works
    depth: int  # median over the traces
    tick_ns: int


def read(path: Path, traces_max: int | None, share: float) -> TraceSet:
    """The first `share` of the traces by start are the earlier exact runs."""
    traces: defaultdict[str, Works] = defaultdict(list)
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            work = _work(json.loads(line))
            traces[work.run or ""].append(work)
    for works in traces.values():
        _forget_absent_parents(works)
    ordered = sorted(traces.values(), key=lambda works: (min(w.start_ns for w in works), works[0].run))[:traces_max]
    first = round(len(ordered) * share)
    depth = sorted(map(_depth, ordered))[len(ordered) // 2]
    tick = next(t for t in (1_000_000, 1_000) if all(w.start_ns % t == 0 for trace in ordered for w in trace))
    return TraceSet(path.name.removesuffix(".jsonl.gz"), _flat(ordered[:first]), _flat(ordered[first:]), depth, tick)


def _work(span: dict[str, object]) -> Work:
    def text(field: str) -> str:
        return str(span.get(field) or "")

    def name(span_id: object) -> str:
        """Hashed: an order by id must not tell which spans belong together."""
        return hashlib.sha256(f"{span['trace_id']} {span_id}".encode()).hexdigest()[:16]

    return Work(
        id=name(span["span_id"]),
        component=text("component") or text("service"),
        operation=text("operation"),
        kind=text("kind"),
        peer=text("peer"),
        instance=text("instance"),
        start_ns=round(float(str(span["start_us"]))) * 1000,
        end_ns=round(float(str(span["end_us"]))) * 1000,
        run=text("trace_id"),
        parent=name(span["parent_span_id"]) if span["parent_span_id"] else None,
    )


def _forget_absent_parents(works: Works) -> None:
    """A parent that is not in the set cannot be found; its child counts as the beginning of a tree."""
    there = {work.id for work in works}
    works[:] = [w if w.parent in there else msgspec.structs.replace(w, parent=None) for w in works]


def _depth(works: Works) -> int:
    parents = {work.id: work.parent for work in works}

    def of(at: str | None) -> int:
        return 0 if at not in parents else 1 + of(parents[at])

    return max(map(of, parents))


def _flat(traces: Iterable[Works]) -> Works:
    return [work for trace in traces for work in trace]


def by_run(works: Iterable[Work]) -> list[Works]:
    runs: defaultdict[str, Works] = defaultdict(list)
    for work in works:
        runs[work.run or ""].append(work)
    return list(runs.values())


def folded(works: Works, in_flight: int) -> Works:
    """The traces laid over one another, each with its own times, until so many are in flight on average."""
    return _flat(fold(by_run(works), in_flight))


def skewed(works: Works, by_ms: int) -> Works:
    """Each component's clock is set forward or back by as much; seeded by its name."""
    names = sorted({work.component for work in works})
    rng = random.Random(0)
    shift = {name: rng.choice((-by_ms, by_ms)) * 1_000_000 for name in names}
    return [
        msgspec.structs.replace(w, start_ns=w.start_ns + shift[w.component], end_ns=w.end_ns + shift[w.component])
        for w in works
    ]


Drop = Callable[[Works], Works]


def parents_lost(share: float) -> Drop:
    return lambda works: [msgspec.structs.replace(w, parent=None) if _lost(w, share) else w for w in works]


def both_lost(share: float, draw: int = 0) -> Drop:
    return lambda works: [
        msgspec.structs.replace(w, parent=None, run=None) if _lost(w, share, draw) else w for w in works
    ]


def inner_links_lost(works: Works) -> Works:
    """TraceWeaver's setting: links over the network are known; links inside a service and all trace ids are lost."""
    component = {work.id: work.component for work in works}
    return [
        msgspec.structs.replace(w, run=None, parent=w.parent if component.get(w.parent or "") != w.component else None)
        for w in works
    ]


def _lost(work: Work, share: float, draw: int = 0) -> bool:
    return int(hashlib.sha256(f"lost {draw} {work.id}".encode()).hexdigest()[:8], 16) < share * 2**32


def nearest_enclosing(works: Works, graph: CallGraph | None) -> dict[str, str | None]:
    """The baselines: the enclosing work of the same run (if known) that starts last, among callers that `graph` allows.

    Without a graph this is the naive nearest enclosing interval.
    """
    allowed = graph.pairs(work.signature for work in works) if graph is not None else None
    ordered = sorted(works, key=lambda work: (work.start_ns, -work.end_ns, work.id))
    active: Works = []
    found: dict[str, str | None] = {}
    for work in ordered:
        active = [other for other in active if other.end_ns >= work.start_ns]
        if work.parent is None:
            callers = allowed.get(work.signature, {}) if allowed is not None else None
            found[work.id] = _nearest(work, active, callers)
        active.append(work)
    return found


def _nearest(work: Work, active: Sequence[Work], callers: dict[Signature, bool] | None) -> str | None:
    for other in reversed(active):
        if other.end_ns < work.end_ns or (None not in (work.run, other.run) and work.run != other.run):
            continue
        if callers is None or other.signature in callers:
            return other.id
    return None
