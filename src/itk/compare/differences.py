"""What differs between two spans that are the same place of two runs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from itk.compare.align import Alignment
from itk.compare.payloads import PayloadDiff
from itk.compare.sequences import Work
from itk.compare.sides import Sides
from itk.compare.signature import Signed
from itk.model.comparison import Aspect, Change, Delta, Tolerance
from itk.model.trace import Span
from itk.model.tree import tier_of

_CROSSINGS_MAX = 2_000_000  # siblings looked at, over all spans that moved
_TOKENS = ("input_tokens", "output_tokens", "cache_read_tokens", "cache_write_tokens")


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """All that is to be said of one pair."""

    changes: tuple[Change, ...]
    more: int
    latency: Delta | None
    wait: Delta | None
    too_deep: bool
    cut: bool


class Differ:
    """Compares pairs, one by one: ids that met in an earlier pair are known in a later one."""

    def __init__(self, a: Signed, b: Signed, alignment: Alignment, sides: Sides, tolerance: Tolerance) -> None:
        self._a, self._b = a, b
        self._alignment, self._sides, self._tolerance = alignment, sides, tolerance
        self._ranks = _ranks(a), _ranks(b)
        self._work = Work(_CROSSINGS_MAX)

    @property
    def hit(self) -> bool:
        """Whether there were too many moves to look at what ran in parallel to each."""
        return self._work.hit

    def of(self, a: int, b: int) -> Difference:
        """Everything but what differs between any two runs."""
        before, after = self._a.trace.spans[a], self._b.trace.spans[b]
        latency = _delta(duration_ns(before), duration_ns(after))
        wait = _delta(wait_ns(self._a, a), wait_ns(self._b, b))
        payloads = [PayloadDiff(self._sides, "request"), PayloadDiff(self._sides, "response")]
        payloads[0].compare(before.request, after.request)
        payloads[1].compare(before.response, after.response)
        changes = [
            *self._names(a, b),
            *self._outcome(before, after),
            *self._place(a, b),
            *self._slower("latency", latency),
            *self._slower("wait", wait),
            *payloads[0].changes,
            *payloads[1].changes,
            *_tokens(before, after),
        ]
        return Difference(
            changes=tuple(changes),
            more=sum(diff.more for diff in payloads),
            latency=latency,
            wait=wait,
            too_deep=any(diff.too_deep for diff in payloads),
            cut=any(diff.cut for diff in payloads),
        )

    def _names(self, a: int, b: int) -> Iterator[Change]:
        before, after = self._a.marks[a], self._b.marks[b]
        if before is after:
            return
        yield from _changed("component", before.label, after.label)
        yield from _changed("operation", before.operation, after.operation)
        yield from _changed("kind", before.kind, after.kind)
        yield from _changed("status", before.status, after.status)

    def _outcome(self, before: Span, after: Span) -> Iterator[Change]:
        if before.error != after.error:
            was, now = _error(before), _error(after)
            if not self._sides.alike(was, now):
                yield Change(
                    what="error",
                    edit="added" if was is None else "removed" if now is None else "changed",
                    before=self._sides.shown(0, was),
                    after=self._sides.shown(1, now),
                )
        yield from _changed("attempts", _attempt(before), _attempt(after))
        yield from _changed("tier", tier_of(before), tier_of(after))

    def _place(self, a: int, b: int) -> Iterator[Change]:
        """Only for spans that were found elsewhere. A hop that is gone, or new, between the two says so itself."""
        if a not in self._alignment.moved:
            return
        above_a, above_b = self._a.tree.nodes[a].parent, self._b.tree.nodes[b].parent
        if above_b == (None if above_a is None else self._alignment.to_b[above_a]) and _both(above_a, above_b):
            if not self._in_parallel(a, b):
                yield Change(what="order", before=self._ranks[0][a] + 1, after=self._ranks[1][b] + 1)
        elif self._is_kept(above_a, self._alignment.to_b) and self._is_kept(above_b, self._alignment.to_a):
            yield Change(what="place", before=_label(self._a, above_a), after=_label(self._b, above_b))

    def _is_kept(self, above: int | None, partners: list[int | None]) -> bool:
        return above is None or partners[above] is not None

    def _in_parallel(self, a: int, b: int) -> bool:
        """Whether its turn was open: everything that it changed places with ran at the same time, in either run."""
        to_b, left, right = self._alignment.to_b, _siblings(self._a, a), _siblings(self._b, b)
        if not self._work.take(len(left)):
            return False
        at = {sibling: n for n, sibling in enumerate(right)}
        here, there = self._ranks[0][a], self._ranks[1][b]
        spans_a, spans_b = self._a.trace.spans, self._b.trace.spans
        return all(
            _overlap(spans_a[a], spans_a[x]) or _overlap(spans_b[b], spans_b[y])
            for n, x in enumerate(left)
            if (y := to_b[x]) is not None and y in at and x != a and (n < here) != (at[y] < there)
        )

    def _slower(self, what: Aspect, delta: Delta | None) -> Iterator[Change]:
        if delta is None:
            return
        short, long = sorted((max(delta.before_ns, 0), max(delta.after_ns, 0)))
        if long - short > self._tolerance.absolute_ns and long - short > self._tolerance.relative * short:
            yield Change(what=what, before=delta.before_ns, after=delta.after_ns)


def duration_ns(span: Span) -> int | None:
    """How long it took: as reported, else by its ends."""
    if span.duration_ms is not None:
        return round(span.duration_ms * 1_000_000)
    return None if span.start_ns is None or span.end_ns is None else span.end_ns - span.start_ns


def wait_ns(signed: Signed, at: int) -> int | None:
    """How long its message lay, from the end of sending (else its start); None where there was no message."""
    node, span = signed.tree.nodes[at], signed.trace.spans[at]
    if not node.delivery or node.parent is None or span.start_ns is None:
        return None
    sender = signed.trace.spans[node.parent]
    put_down = sender.end_ns if sender.end_ns is not None else sender.start_ns
    return None if put_down is None else span.start_ns - put_down


def _delta(before: int | None, after: int | None) -> Delta | None:
    return None if before is None or after is None else Delta(before, after)


def _changed(what: Aspect, before: Any, after: Any) -> Iterator[Change]:
    if before != after:
        edit = "added" if before is None else "removed" if after is None else "changed"
        yield Change(what=what, edit=edit, before=before, after=after)  # type: ignore[arg-type]


def _tokens(before: Span, after: Span) -> Iterator[Change]:
    if before.usage == after.usage:
        return
    for field in _TOKENS:
        was = None if before.usage is None else getattr(before.usage, field)
        now = None if after.usage is None else getattr(after.usage, field)
        for change in _changed("tokens", was, now):
            yield msgspec.structs.replace(change, path=field)


def _error(span: Span) -> str | None:
    """Type and message; a stack has line numbers, which say more about the code than about the run."""
    return None if span.error is None else ": ".join(part for part in (span.error.type, span.error.message) if part)


def _attempt(span: Span) -> str | None:
    if span.attempt is None:
        return None
    of = "" if span.attempt.of is None else f" of {span.attempt.of}"
    return f"{span.attempt.n}{of} ({span.attempt.kind})"


def _label(signed: Signed, at: int | None) -> str:
    return "" if at is None else signed.marks[at].label


def _siblings(signed: Signed, at: int) -> list[int]:
    parent = signed.tree.nodes[at].parent
    return signed.roots if parent is None else list(signed.tree.nodes[parent].children)


def _both(one: int | None, two: int | None) -> bool:
    return (one is None) == (two is None)


def _ranks(signed: Signed) -> list[int]:
    """Which of its siblings each span is."""
    ranks = [0] * len(signed.own)
    for siblings in (signed.roots, *(node.children for node in signed.tree.nodes)):
        for n, at in enumerate(siblings):
            ranks[at] = n
    return ranks


def _overlap(one: Span, two: Span) -> bool:
    if one.start_ns is None or one.end_ns is None or two.start_ns is None or two.end_ns is None:
        return False
    return one.start_ns < two.end_ns and two.start_ns < one.end_ns
