"""One case in `comparison.md`: what differs place by place, or the figures of many runs."""

from __future__ import annotations

from collections.abc import Iterator

from itk.model.regression import CaseCompared, CaseSide, ManyRuns, Position, Rate
from itk.model.wording import counted
from itk.renderers import units
from itk.renderers.comparison import wording
from itk.renderers.markdown import bullets, code, table, text

ROWS_MAX = 50


def details(case: CaseCompared) -> Iterator[str]:
    """The section of a case."""
    yield f"## Case {text(case.id)}"
    yield ""
    if case.a is not None and case.b is not None:
        yield from table(("", "A", "B"), _sides(case.a, case.b))
    yield from bullets(text(limit) for limit in case.limits) if case.limits else ()
    if case.differences:
        yield from _differences(case)
    if case.many is not None:
        yield from _many(case.many)


def _sides(a: CaseSide, b: CaseSide) -> Iterator[list[str]]:
    yield ["status", text(wording.side(a)), text(wording.side(b))]
    if a.run_id and b.run_id:
        yield ["run", code(a.run_id), code(b.run_id)]
        yield ["spans", f"{a.spans:,}", f"{b.spans:,}"]
        yield ["retries", f"{a.retries:,}", f"{b.retries:,}"]
    if a.path and b.path:
        said = code(b.path[:8]) + ("" if a.path == b.path else ", another path")
        yield ["path", code(a.path[:8]), said]


def _differences(case: CaseCompared) -> list[str]:
    rows = (
        [each.kind, code(f"{each.component} {each.operation}"), code(each.under) if each.under else "",
         text(wording.difference(each), 700)]
        for each in case.differences[:ROWS_MAX]
    )  # fmt: skip
    more = len(case.differences) + case.more_differences - ROWS_MAX
    rest = [f"{counted(more, 'more difference')}: see comparison.json, and the page.", ""] if more > 0 else []
    return [*table(("kind", "where", "under", "what"), rows), *rest]


def _many(many: ManyRuns) -> Iterator[str]:
    yield from table(("", "A", "B", "difference, B minus A", "detectable"), _rates(many))
    yield "*detectable*: the drop, or shift, that four of five such comparisons would show."
    yield ""
    yield from _paths(many)
    if many.failing:
        rows = ([code(each.where), text(each.error), *_rate(each.rate)] for each in many.failing[:ROWS_MAX])
        yield from ["### Errors", "", *table(("where", "error", "in A", "in B", "difference"), rows)]
        yield from _more(len(many.failing) + many.more_failing, "error")
    if many.positions:
        head = ("where", "runs", "median in A", "in B", "shift", "p", "detectable")
        yield from ["### Latency", "", *table(head, map(_position, many.positions[:ROWS_MAX]))]
        yield from _more(len(many.positions) + many.more_positions, "place")
        yield "p is that of Mann and Whitney, corrected by Holm for the number of places; the shift is Hodges and"
        yield "Lehmann's. *exact*: from the distribution itself."
        yield ""


def _rates(many: ManyRuns) -> Iterator[list[str]]:
    drop = "" if many.passed.detectable is None else f"{many.passed.detectable:.1%}"
    yield ["passed, of the judged", *_rate(many.passed), drop or "no drop"]
    yield ["needed a retry", *_rate(many.retried), ""]
    yield ["inconclusive, not judged", *(f"{n:,}" for n in many.inconclusive), "", ""]
    yield ["error, not judged", *(f"{n:,}" for n in many.errors), "", ""]


def _paths(many: ManyRuns) -> list[str]:
    rows = (
        [code(each.path[:8]), f"{each.spans:,}", code(each.example), *_rate(each.rate)]
        for each in many.paths[:ROWS_MAX]
    )
    head = ("path", "spans", "for example", "in A", "in B", "difference")
    return ["### Paths", "", *table(head, rows), *_more(len(many.paths) + many.more_paths, "path")]


def _rate(rate: Rate) -> list[str]:
    """Three cells: both sides with their n, and the interval."""
    cells = [f"{k:,}/{n:,} {wording.percent(share)}".strip() for k, n, share in
             ((rate.a, rate.n_a, rate.share_a), (rate.b, rate.n_b, rate.share_b))]  # fmt: skip
    if rate.difference is None:
        return [*cells, "no runs to compare"]
    low, high = (f"{end:+.1%}" for end in (rate.difference.low, rate.difference.high))
    return [*cells, f"{low} to {high}, {'shown' if rate.shown else 'not shown'}"]


def _position(each: Position) -> list[str]:
    shift = "" if each.shift_ns is None else units.offset(round(each.shift_ns))
    if each.interval_ns is not None:
        shift += f" ({units.offset(round(each.interval_ns.low))} to {units.offset(round(each.interval_ns.high))})"
    if each.p_holm is None:
        tested = "too few: not shown"
    else:
        exact = ", exact" if each.exact else ""
        tested = f"{each.p_holm:.3g}{exact}, {'shown' if each.shown else 'not shown'}"
    return [
        code(each.where) if each.where else "the run as a whole",
        f"{each.n_a:,} and {each.n_b:,}",
        units.duration(each.median_a_ns),
        units.duration(each.median_b_ns),
        shift,
        tested,
        "no shift" if each.detectable_ns is None else units.duration(round(each.detectable_ns)),
    ]


def _more(all_of_them: int, noun: str) -> list[str]:
    more = all_of_them - ROWS_MAX
    return [f"{counted(more, f'more {noun}')}: see comparison.json.", ""] if more > 0 else []
