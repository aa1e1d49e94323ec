"""Learn delays from earlier exact runs, and replay those runs to learn how far guesses can be trusted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from itk.stitch.inference import calibration
from itk.stitch.inference.delays import Delays, Level, delays_of
from itk.stitch.inference.flight import Flight
from itk.stitch.inference.guessing import available, infer
from itk.stitch.inference.problem import prepare
from itk.stitch.inference.work import CallGraph, Work

REPLAYED_RUNS_MAX = 1000
LOADS = (None, 2, 5, 10, 20)  # runs in flight in the replays; None: as they were


def learn(works: Iterable[Work], *, loads: Sequence[int | None] = LOADS) -> Delays:
    """Delays, call graph and calibration from exact runs.

    `run` of every work is known, and `parent` too, unless it began the run. Order and repetition do not matter. Where
    one recording shows other clocks than the next, learn from the later one.
    """
    runs = _by_run(works)
    delays = delays_of([work for run in runs for work in run])
    replayed = runs[-REPLAYED_RUNS_MAX:]
    if len(replayed) < 2 or not available():
        return delays
    halves = replayed[0::2], replayed[1::2]
    levels = [_known(halves), *(_unknown(halves, load) for load in loads)]
    return msgspec.structs.replace(delays, levels=tuple(levels))


def _by_run(works: Iterable[Work]) -> list[list[Work]]:
    runs: dict[str, list[Work]] = {}
    for work in sorted(
        {work.id: work for work in works}.values(), key=lambda work: (work.start_ns, work.end_ns, work.id)
    ):
        runs.setdefault(work.run or "", []).append(work)
    return list(runs.values())


Halves = tuple[list[list[Work]], list[list[Work]]]


def _known(halves: Halves) -> Level:
    return calibration.merged([_replay(taught, asked, run_known=True) for taught, asked in (halves, halves[::-1])])


def _unknown(halves: Halves, load: int | None) -> Level:
    folded = halves if load is None else (fold(halves[0], load), fold(halves[1], load))
    return calibration.merged([_replay(halves[k], folded[1 - k], run_known=False) for k in (0, 1)])


def _replay(taught: Sequence[list[Work]], asked: Sequence[list[Work]], *, run_known: bool) -> Level:
    delays = delays_of([work for run in taught for work in run])
    truth = {work.id: work for run in asked for work in run}
    lost = [msgspec.structs.replace(w, parent=None, run=w.run if run_known else None) for w in truth.values()]
    flight = Flight(prepare(list(truth.values()), {}, delays, {}), delays)
    return calibration.count(infer(lost, CallGraph(), delays), truth, flight.usual(), run_known=run_known)


def fold(runs: Sequence[Sequence[Work]], in_flight: int) -> list[list[Work]]:
    """The same runs laid over one another until `in_flight` of them are under way at a time, on average.

    Every run keeps its own times and is moved as a whole, by whole seconds of the fold's period where that is possible,
    so that the ticks of a coarse clock stay where they were.
    """
    extents = [(min(w.start_ns for w in run), max(w.end_ns for w in run)) for run in runs]
    first = min((start for start, _ in extents), default=0)
    length = max((end for _, end in extents), default=0) - first
    period = _round(sum(end - start for start, end in extents) // in_flight)
    if not period or period >= length:
        return [list(run) for run in runs]
    return [_moved(run, (start - first) // period * period) for run, (start, _) in zip(runs, extents, strict=True)]


def _round(period_ns: int) -> int:
    return period_ns // 1_000_000 * 1_000_000 or period_ns


def _moved(run: Sequence[Work], by_ns: int) -> list[Work]:
    return [msgspec.structs.replace(w, start_ns=w.start_ns - by_ns, end_ns=w.end_ns - by_ns) for w in run]
