"""One set of work, prepared for assignment: canonical order, clocks corrected, runs closed over exact links."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import msgspec

from itk.stitch.inference.clocks import Offset
from itk.stitch.inference.delays import Call, Delays
from itk.stitch.inference.work import Signature, Work

Key = tuple[Signature, Signature]


@dataclass(slots=True)
class Problem:
    """Work by index in canonical order (time, then content); everything else refers to it by that index."""

    works: list[Work]
    signatures: list[Signature]
    sorts: list[int]  # the same as numbers, which compare faster
    start: list[int]
    end: list[int]
    run: list[str | None]
    parent: list[int | None]  # exact only
    open: list[int]  # whose parent nobody said
    calls: dict[Key, Call]
    parents_of: dict[Signature, dict[Signature, bool]]
    slack: dict[str, int]  # by component: how uncertain the correction of its clock is
    by_signature: dict[Signature, list[int]] = field(default_factory=dict)
    fixed: dict[int, list[int]] = field(default_factory=dict)  # exact children
    runs: dict[str, list[int]] = field(default_factory=dict)  # work by run, where it is known
    not_awaited: set[tuple[int, int]] = field(default_factory=set)  # sorts of parent and child of asynchronous calls
    room: dict[tuple[int, int], int] = field(default_factory=dict)  # by sorts: how many such children a parent may have

    def asynchronous(self, parent: int, child: int) -> bool:
        return (self.sorts[parent], self.sorts[child]) in self.not_awaited


def unique(works: Sequence[Work]) -> list[Work]:
    """Each work once; what was recorded twice under one id counts as the fuller, then the earlier record."""
    found: dict[str, Work] = {}
    for work in sorted(works, key=_record_order):
        found.setdefault(work.id, work)
    return list(found.values())


def _record_order(work: Work) -> tuple[object, ...]:
    return (work.parent is None, work.run is None, *_canonical(work), work.run or "", work.parent or "")


def _canonical(work: Work) -> tuple[object, ...]:
    return (work.start_ns, work.end_ns, work.signature, work.instance, work.id)


def prepare(
    works: Sequence[Work],
    possible: dict[Signature, dict[Signature, bool]],
    delays: Delays,
    ahead: Mapping[str, Offset],
) -> Problem:
    """Correct the clocks, order, and follow exact links. `works` must be unique; `possible` says who may call whom."""
    shift = {name: offset.ahead_ns for name, offset in ahead.items()}
    corrected = [
        msgspec.structs.replace(w, start_ns=w.start_ns - shift[w.component], end_ns=w.end_ns - shift[w.component])
        if shift.get(w.component)
        else w
        for w in works
    ]
    corrected.sort(key=_canonical)
    index = {work.id: at for at, work in enumerate(corrected)}
    parent = [index.get(work.parent) if work.parent is not None else None for work in corrected]
    signatures = [work.signature for work in corrected]
    problem = Problem(
        works=corrected,
        signatures=signatures,
        sorts=[],
        start=[work.start_ns for work in corrected],
        end=[work.end_ns for work in corrected],
        run=closed_runs([work.run for work in corrected], parent),
        parent=parent,
        open=[at for at, work in enumerate(corrected) if work.parent is None and not work.root],
        calls={(call.parent, call.child): call for call in delays.calls},
        parents_of=possible,
        slack={name: offset.slack_ns for name, offset in ahead.items()},
    )
    _index(problem)
    return problem


def _index(problem: Problem) -> None:
    sort = {signature: k for k, signature in enumerate(sorted(set(problem.signatures)))}
    problem.sorts = [sort[signature] for signature in problem.signatures]
    problem.not_awaited = {
        (sort[parent], sort[child])
        for child, parents in problem.parents_of.items()
        for parent, asynchronous in parents.items()
        if asynchronous
    }
    problem.room = {
        (sort[call.parent], sort[call.child]): call.children_max
        for call in problem.calls.values()
        if call.parent in sort and call.child in sort
    }
    by_signature: defaultdict[Signature, list[int]] = defaultdict(list)
    for at, signature in enumerate(problem.signatures):
        by_signature[signature].append(at)
    problem.by_signature = dict(by_signature)
    fixed: defaultdict[int, list[int]] = defaultdict(list)
    for child, parent in enumerate(problem.parent):
        if parent is not None:
            fixed[parent].append(child)
    problem.fixed = dict(fixed)
    for at, run in enumerate(problem.run):
        if run is not None:
            problem.runs.setdefault(run, []).append(at)


def closed_runs(said: Sequence[str | None], parent: Sequence[int | None]) -> list[str | None]:
    """A parent and its child are of one run: what exact evidence says of one holds for all that exact links connect.

    Where the evidence contradicts itself each work keeps what was said of it, and the silent stay silent.
    """
    group = Groups(len(said))
    for child, at in enumerate(parent):
        if at is not None:
            group.join(child, at)
    runs: defaultdict[int, set[str]] = defaultdict(set)
    for at, run in enumerate(said):
        if run is not None:
            runs[group.of(at)].add(run)
    return [run if run is not None else _only(runs.get(group.of(at), set())) for at, run in enumerate(said)]


def _only(runs: set[str]) -> str | None:
    return next(iter(runs)) if len(runs) == 1 else None


class Groups:
    """Who is connected to whom (union-find)."""

    def __init__(self, size: int) -> None:
        self._up = list(range(size))

    def of(self, at: int) -> int:
        while self._up[at] != at:
            self._up[at] = self._up[self._up[at]]
            at = self._up[at]
        return at

    def join(self, one: int, other: int) -> None:
        self._up[self.of(one)] = self.of(other)
