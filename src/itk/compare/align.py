"""Two trees, side by side: which span of the one is which of the other.

The children of spans that belong together are aligned as lists, from the roots down. Equal subtrees are anchors. What
is left then is looked for elsewhere: below a hop that was taken out or put in, or at another place of the same list.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable

import msgspec

from itk.compare.contents import Contents
from itk.compare.sequences import ALONE, Aligner, Work
from itk.compare.signature import Mark, Signed

_WORK_FREE = 1_000_000
_WORK_A_SPAN = 20
_ROUNDS_MAX = 8

Key = tuple[object, ...]


class Alignment(msgspec.Struct, frozen=True, kw_only=True):
    """Partners of the spans of both trees, by index."""

    to_b: list[int | None]
    to_a: list[int | None]
    moved: set[int]  # spans of A that were found elsewhere in B
    order: list[tuple[int, int]]  # all pairs, in an order that does not depend on which run is called A
    steps: int  # comparisons made
    hit: bool  # the bound on work was reached


def align(a: Signed, b: Signed, contents: tuple[Contents, Contents]) -> Alignment:
    """The same pairs in either direction: always the trace with the smaller digest is aligned to the other."""
    if a.digest <= b.digest:
        return _Aligning(a, b, contents).run()
    turned = _Aligning(b, a, contents[::-1]).run()
    return Alignment(
        to_b=turned.to_a,
        to_a=turned.to_b,
        moved={a for b, a in turned.order if b in turned.moved},
        order=[(a, b) for b, a in turned.order],
        steps=turned.steps,
        hit=turned.hit,
    )


class _Aligning:
    """An alignment in the making."""

    def __init__(self, a: Signed, b: Signed, contents: tuple[Contents, Contents]) -> None:
        self.a, self.b = a, b
        self.to_b: list[int | None] = [None] * len(a.own)
        self.to_a: list[int | None] = [None] * len(b.own)
        self.moved: set[int] = set()
        self.work = Work(_WORK_FREE + _WORK_A_SPAN * (len(a.own) + len(b.own)))
        self._contents = contents
        self._open: deque[tuple[int, int]] = deque()

    def run(self) -> Alignment:
        """From the roots down, and then what is left."""
        self._lists(self.a.roots, self.b.roots)
        self._down()
        rounds = 0
        while self._leftovers():
            rounds += 1
            if rounds == _ROUNDS_MAX:
                self.work.hit = True
                break
        return Alignment(
            to_b=self.to_b,
            to_a=self.to_a,
            moved=self.moved,
            order=[(a, b) for a in self.a.tree.order if (b := self.to_b[a]) is not None],
            steps=self.work.spent,
            hit=self.work.hit,
        )

    def _down(self) -> None:
        while self._open:
            a, b = self._open.popleft()
            left = [at for at in self.a.tree.nodes[a].children if self.to_b[at] is None]
            right = [at for at in self.b.tree.nodes[b].children if self.to_a[at] is None]
            if left and right:
                self._lists(left, right)

    def _lists(self, left: list[int], right: list[int]) -> None:
        if len(left) == len(right) and all(self._same_subtree(a, b) for a, b in zip(left, right, strict=True)):
            for a, b in zip(left, right, strict=True):
                self._pair(a, b)
            return
        ours, theirs = self._contents

        def cost(i: int, j: int) -> int | None:
            a, b = left[i], right[j]
            if self.a.subtree[a] == self.b.subtree[b]:
                return 1
            if self.a.own[a] == self.b.own[b]:
                return 1 if ours.of(a) == theirs.of(b) else 2
            return unlikeness(self.a.marks[a], self.b.marks[b])

        keys = [ours.key(at) for at in left], [theirs.key(at) for at in right]
        for i, j in Aligner(*keys, cost, self.work).matches():
            self._pair(left[i], right[j])

    def _same_subtree(self, a: int, b: int) -> bool:
        self.work.spent += 1
        return self.a.subtree[a] == self.b.subtree[b]

    def _pair(self, a: int, b: int) -> None:
        self.to_b[a], self.to_a[b] = b, a
        self._open.append((a, b))

    def _leftovers(self) -> bool:
        """Spans without a partner, by the surest likeness first. Says whether any found one."""
        if None not in self.to_b or None not in self.to_a:
            return False
        ours, theirs = self._contents
        before = len(self.moved)
        above_a, above_b = self._anchors()
        self._match(lambda at: (ours.key(at), above_a[at]), lambda at: (theirs.key(at), above_b[at]))
        self._match(lambda at: (self.a.own[at], above_a[at]), lambda at: (self.b.own[at], above_b[at]))
        self._match(lambda at: (*_role(self.a, at), above_a[at]), lambda at: (*_role(self.b, at), above_b[at]))
        self._match(lambda at: (ours.key(at),), lambda at: (theirs.key(at),), once=True)
        return len(self.moved) > before

    def _match(self, key_a: Callable[[int], Key], key_b: Callable[[int], Key], *, once: bool = False) -> None:
        left = {at: key_a(at) for at in self.a.tree.order if self.to_b[at] is None}
        right = {at: key_b(at) for at in self.b.tree.order if self.to_a[at] is None}
        self.work.spent += len(left) + len(right)
        if once:
            left, right = _only_once(left), _only_once(right)
        waiting: dict[Key, deque[int]] = {}
        for at, key in right.items():
            waiting.setdefault(key, deque()).append(at)
        for a, key in left.items():
            queue = waiting.get(key)
            while queue and self.to_a[queue[0]] is not None:
                queue.popleft()
            if queue and self.to_b[a] is None:
                self._pair(a, queue.popleft())
                self.moved.add(a)
                self._down()

    def _anchors(self) -> tuple[list[int], list[int]]:
        """For each span the closest ancestor that has a partner, as an index of B; -1 at the top."""
        above_a, above_b = [-1] * len(self.to_b), [-1] * len(self.to_a)
        for at in self.a.tree.order:
            if (parent := self.a.tree.nodes[at].parent) is not None:
                partner = self.to_b[parent]
                above_a[at] = above_a[parent] if partner is None else partner
        for at in self.b.tree.order:
            if (parent := self.b.tree.nodes[at].parent) is not None:
                above_b[at] = above_b[parent] if self.to_a[parent] is None else parent
        return above_a, above_b


def unlikeness(a: Mark, b: Mark) -> int | None:
    """What it costs to take one span for the other; None: they have nothing in common.

    Two that have a name in common are one span that changed. That costs less than to take one out and put one in
    (twice `ALONE`), but more than half of it: two hops that changed places are no two renamed ones.
    """
    if a.label == b.label:
        return 3 if (a.operation, a.kind) == (b.operation, b.kind) else ALONE + 1
    if a.operation != b.operation:
        return None
    return ALONE + 2 if a.label.partition(":")[0] == b.label.partition(":")[0] else ALONE + 3


def _role(signed: Signed, at: int) -> tuple[str, str]:
    return signed.marks[at].label, signed.marks[at].operation


def _only_once(keys: dict[int, Key]) -> dict[int, Key]:
    counts = Counter(keys.values())
    return {at: key for at, key in keys.items() if counts[key] == 1}
