"""Which case of A is held against which of B."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from itk.errors import UsageError
from itk.model.wording import closest, counted
from itk.workflows.compare.found import Found, FoundCase

_NAMED_MAX = 6


class CasePair(NamedTuple):
    """One of the two may be missing."""

    a: FoundCase | None
    b: FoundCase | None


class Paired(NamedTuple):
    pairs: tuple[CasePair, ...]
    notes: tuple[str, ...]


def pair(a: Found, b: Found) -> Paired:
    """Cases by their ids, in B's order, those that only A has behind them. Raises UsageError where none is in both."""
    if a.kind == b.kind == "run":
        (left,), (right,) = a.cases.values(), b.cases.values()
        other = () if left.id == right.id else (f"two different cases: A is of {left.id}, B of {right.id}",)
        return Paired((CasePair(left, right),), other)
    if not a.cases.keys() & b.cases.keys():
        raise UsageError(_nothing_in_common(a, b), where=f"{a.place} and {b.place}", fix=_near(a, b))
    if "run" in (a.kind, b.kind):
        return _single(a, b)
    pairs = [CasePair(a.cases.get(case), found) for case, found in b.cases.items()]
    pairs += [CasePair(found, None) for case, found in a.cases.items() if case not in b.cases]
    return Paired(tuple(pairs), tuple(_partial(a, b)))


def check_places(a: Found, b: Found) -> None:
    """Raises UsageError where both are the same directory, or a run is on both sides."""
    fix = "give the baseline, then the new one, each in a directory of its own"
    if a.place.samefile(b.place):
        raise UsageError("A and B are the same directory", where=str(b.place), fix=fix)
    if shared := _runs(a) & _runs(b):
        what = f"{counted(len(shared), 'run')} of A and of B are the same: they would be compared with themselves"
        raise UsageError(what, where=str(min(shared)), fix=fix)


def _runs(found: Found) -> set[Path]:
    return {run.resolve() for case in found.cases.values() for run in case.runs}


def _single(a: Found, b: Found) -> Paired:
    """One run against many cases: only its own case can be compared."""
    one, many, name = (a, b, "B") if a.kind == "run" else (b, a, "A")
    (case,) = one.cases
    rest = len(many.cases) - 1
    notes = (f"only case {case} is compared: {name} holds {counted(rest, 'other case')}",) if rest else ()
    return Paired((CasePair(a.cases[case], b.cases[case]),), notes)


def _partial(a: Found, b: Found) -> Iterator[str]:
    """A suite that did not run all cases misses some for another reason than that they are gone."""
    for name, found in (("A", a), ("B", b)):
        suite = found.suite
        if suite is None:
            continue
        if suite.selection:
            yield f"{name} ran a selection of its cases: {' '.join(suite.selection)}"
        if suite.shard is not None:
            yield f"{name} is one part of a suite: shard {suite.shard.index} of {suite.shard.of}"
        for shard in suite.absent:
            yield f"{name} lacks shard {shard.index} of {shard.of}"
        if suite.stopped:
            yield f"{name} was not run to its end: {suite.stopped}"


def _nothing_in_common(a: Found, b: Found) -> str:
    return f"no case is in both: A is {a.what} ({_names(a)}), B is {b.what} ({_names(b)})"


def _names(found: Found) -> str:
    names = list(found.cases)
    more = f" and {len(names) - _NAMED_MAX:,} more" if len(names) > _NAMED_MAX else ""
    return ", ".join(names[:_NAMED_MAX]) + more


def _near(a: Found, b: Found) -> str:
    for case in b.cases:
        if near := closest(case, a.cases):
            return f"was {near} renamed to {case}? Compare those two runs by their own directories"
    return "compare two runs of the same case, or suites that share cases"
