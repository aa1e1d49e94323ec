"""Two runs by the rules: which difference is a regression, and on which evidence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from itk.compare.noting import cut, heaviest_first, ms, noted, where
from itk.compare.ranks import case_rank, check_rank, failed
from itk.compare.span_notes import of_pair
from itk.model.comparison import Comparison, Pair
from itk.model.regression import Noted
from itk.model.rules import RuleName, Rules
from itk.model.run import CheckVerdict, QueueReading, RedactedRun, RunResult
from itk.model.trace import Span, Trace
from itk.model.wording import counted


def judge(before: RedactedRun, after: RedactedRun, comparison: Comparison, rules: Rules) -> list[Noted]:
    """Everything that rules are about, the heaviest first. `comparison` is the one of these two runs."""
    return heaviest_first(_notes(before.result, after.result, comparison, rules))


def retries_of(trace: Trace) -> int:
    """Spans that are provably a second or later attempt."""
    return sum(span.is_again for span in trace.spans)


def _notes(a: RunResult, b: RunResult, comparison: Comparison, rules: Rules) -> Iterator[Noted]:
    yield from _checks(a.checks, b.checks, rules)
    yield from _dead_letters(a.dead_letter_queues, b.dead_letter_queues, rules)
    yield from _retries(retries_of(a.trace), retries_of(b.trace), rules)
    yield from _lone(a.trace.spans, b.trace.spans, comparison.pairs, rules)
    for pair in comparison.pairs:
        if pair.a is not None and pair.b is not None and pair.kind == "changed":
            yield from of_pair(a.trace.spans[pair.a], b.trace.spans[pair.b], pair, rules)


def status(before: str, after: str, rules: Rules) -> Iterator[Noted]:
    """Of a whole case."""
    if before != after:
        worse = case_rank(after) > case_rank(before)
        figures = {"before": before, "after": after}
        mild = after == "warning"
        yield noted(rules, "status", f"the case: {before} -> {after}", fires=worse, mild=mild, figures=figures)


def _retries(before: int, after: int, rules: Rules) -> Iterator[Noted]:
    if before != after:
        says = f"{counted(before, 'retry', 'retries')} -> {after:,}"
        figures = {"before": before, "after": after}
        yield noted(rules, "retries", says, fires=after - before > rules.retries.allow, figures=figures)


def _checks(before: Sequence[CheckVerdict], after: Sequence[CheckVerdict], rules: Rules) -> Iterator[Noted]:
    """Checks are the same if they have the same name and title; of several such ones, in their order."""
    left, right = dict(_numbered(before)), dict(_numbered(after))
    for key, check in right.items():
        was = left.get(key)
        if was is not None and was.status != check.status:
            worse = check_rank(check.status) > check_rank(was.status)
            says = f"check {check.title or check.name}: {was.status} -> {check.status}"
            if worse and check.message:
                says += f" ({cut(check.message)})"
            figures = {"check": check.name, "before": was.status, "after": check.status}
            yield noted(rules, "status", says, fires=worse, mild=check.status == "warning", figures=figures)


def _numbered(checks: Sequence[CheckVerdict]) -> Iterator[tuple[tuple[str, str, int], CheckVerdict]]:
    seen: Counter[tuple[str, str]] = Counter()
    for check in checks:
        yield (check.name, check.title, seen[check.name, check.title]), check
        seen[check.name, check.title] += 1


def _dead_letters(before: Sequence[QueueReading], after: Sequence[QueueReading], rules: Rules) -> Iterator[Noted]:
    grew_before = {reading.name: _growth(reading) for reading in before}
    for reading in after:
        was, now = grew_before.get(reading.name, 0), _growth(reading)
        if now > was:
            says = f"{counted(now, 'message')} more in the dead-letter queue after the run; {was:,} in A"
            figures = {"before": was, "after": now}
            yield noted(rules, "new_error", says, fires=True, where=f"queue:{reading.name}", figures=figures)


def _growth(reading: QueueReading) -> int:
    return 0 if reading.before is None or reading.after is None else max(0, reading.after - reading.before)


def _lone(a: Sequence[Span], b: Sequence[Span], pairs: Sequence[Pair], rules: Rules) -> Iterator[Noted]:
    """What only one run has: a note for each branch, and one for each error in it."""
    below = _sizes(pairs)
    for at, pair in enumerate(pairs):
        if pair.kind not in ("inserted", "removed"):
            continue
        mine = b[pair.b] if pair.b is not None else a[pair.a or 0]
        ids: dict[str, Any] = {"b": mine.span_id} if pair.kind == "inserted" else {"a": mine.span_id}
        above = None if pair.parent is None else pairs[pair.parent]
        if above is None or (above.kind, above.again) != (pair.kind, pair.again):
            yield _branch(rules, pair, mine, below[at], ids)
        if pair.kind == "inserted" and failed(mine):
            error = cut(f"{mine.error.type}: {mine.error.message}") if mine.error is not None else mine.status
            figures = {"before": None, "after": error}
            says = f"only in B, and it failed: {error}"
            # Why it was tried again is for the rule of retries; if the last attempt failed too, its pair says so.
            yield noted(rules, "new_error", says, fires=not pair.again, where=where(mine), figures=figures, **ids)


def _branch(rules: Rules, pair: Pair, span: Span, below: int, ids: dict[str, Any]) -> Noted:
    side = "B" if pair.kind == "inserted" else "A"
    more = f", with {counted(below, 'span')} below it" if below else ""
    figures = {"spans": below + 1}
    if pair.again:
        took = "" if span.duration_ms is None else f", {ms(span.duration_ms * 1_000_000)}"
        says = f"an attempt that only {side} has{took}{more}"
        return noted(rules, "retries", says, fires=False, where=where(span), figures=figures, **ids)
    rule: RuleName = "path_new" if pair.kind == "inserted" else "path_missing"
    return noted(rules, rule, f"only in {side}{more}", fires=True, where=where(span), figures=figures, **ids)


def _sizes(pairs: Sequence[Pair]) -> list[int]:
    """How many of the same kind hang below each, without a gap between."""
    sizes = [0] * len(pairs)
    for at in range(len(pairs) - 1, -1, -1):
        above = pairs[at].parent
        if above is not None and (pairs[above].kind, pairs[above].again) == (pairs[at].kind, pairs[at].again):
            sizes[above] += sizes[at] + 1
    return sizes
