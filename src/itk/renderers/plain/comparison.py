"""What differs between two runs, as a list."""

from __future__ import annotations

from collections.abc import Iterator

from itk.model.comparison import Comparison, Pair
from itk.model.run import RunResult
from itk.model.wording import counted
from itk.renderers import differences, units, words
from itk.renderers.markup import Markup, el
from itk.renderers.plain.limits import said, take
from itk.renderers.plain.marks import status

DIFFERENCES_MAX = 200
ROOM = 60_000
_SIGNS = {"inserted": "+", "removed": "−", "changed": "~", "moved": "↕"}


def section(before: RunResult, after: RunResult, comparison: Comparison) -> Markup:
    """Both verdicts, how much differs, and each difference as far as there is room."""
    differing = [pair for pair in comparison.pairs if pair.kind != "same"]
    shown = take((_item(pair, before, after) for pair in differing), most=DIFFERENCES_MAX, room=ROOM)
    return el(
        "section",
        el("h2", "Two runs compared"),
        el("table", el("tbody", _side("A", before), _side("B", after))),
        el(
            "p",
            _sentence(comparison),
            " Everything but this list is about run B; files that are named lie beside its own pages.",
        ),
        el("ul", shown) if shown else None,
        _rest(len(differing) - len(shown)),
        el("ul", [el("li", said(limit, 400)) for limit in comparison.limits]) if comparison.limits else None,
        class_="p-compared",
    )


def _side(name: str, result: RunResult) -> Markup:
    started = f"{units.clock(result.started_ns)}, took {words.length(result)}"
    return el(
        "tr",
        el("th", f"run {name}", scope="row"),
        el("td", status(result.status)),
        el("td", f"{said(result.run_id, 120)}, {counted(len(result.trace.spans), 'span')}, {started}"),
    )


def _sentence(comparison: Comparison) -> str:
    if comparison.alike:
        return "Nothing differs but what differs between any two runs: ids, times, durations within the tolerance."
    counts = comparison.counts
    return (
        f"{counted(counts.get('inserted', 0), 'span')} inserted (only in B), {counts.get('removed', 0):,} removed"
        f" (only in A), {counts.get('changed', 0):,} changed, {counts.get('same', 0):,} the same."
    )


def _item(pair: Pair, before: RunResult, after: RunResult) -> Markup:
    kind = differences.kind(pair)
    spans = (after.trace.spans, pair.b) if pair.b is not None else (before.trace.spans, pair.a)
    span = spans[0][spans[1] or 0]
    title = said(words.span_title(span), 200)
    more = differences.sentence(pair)
    return el("li", el("b", f"{_SIGNS[kind]} {kind}"), f" {title}", *_told(more))


def _told(more: str) -> Iterator[str]:
    if more:
        yield f": {said(more, 700)}"


def _rest(left_out: int) -> Markup | None:
    if left_out <= 0:
        return None
    return el(
        "p", f"{counted(left_out, 'more difference')}: with JavaScript this page shows all of them.", class_="p-rest"
    )
