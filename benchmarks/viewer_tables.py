"""The tables of `viewer.py`: each measure beside its budget, and what falls short of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from statistics import median

import msgspec
from benchmarks import viewer_pages
from benchmarks.viewer_browser import Opened
from benchmarks.viewer_pages import Rendered, Weight

KB = 1000


class Page(msgspec.Struct):
    """One page of one size: what it weighs, and what each opening showed."""

    spans: int
    weight: Weight
    opened: list[Opened]


class Row(msgspec.Struct):
    """A measure: how it is read off a page, and its budget for runs of at least so many spans."""

    label: str
    read: Callable[[Page], float | None]
    budget: dict[int, float] = {}
    decides: bool = False  # a count, which is the same on every machine
    digits: int = 0


class Missed(msgspec.Struct):
    what: str
    decides: bool


def _each(read: Callable[[Opened], float | None]) -> Callable[[Page], float | None]:
    """The median over the openings, as far as they showed it."""

    def middle(page: Page) -> float | None:
        seen = [value for one in page.opened if (value := read(one)) is not None]
        return median(seen) if seen else None

    return middle


# VIEWER-STUDY's budgets. Where a budget has sizes, it is that of the biggest of them not above the run's.
ROWS = (
    Row("ready, ms", _each(lambda o: o.ready_ms), {0: 400, 10_000: 600, 100_000: 1000}),
    Row("pan: frame, median ms", _each(lambda o: o.pan.median_ms), digits=1),
    Row("pan: frame, p95 ms", _each(lambda o: o.pan.p95_ms), {0: 34}, digits=1),
    Row("pan: frames a second", _each(lambda o: o.pan.fps)),
    Row("zoom: frame, median ms", _each(lambda o: o.zoom.median_ms), digits=1),
    Row("zoom: frame, p95 ms", _each(lambda o: o.zoom.p95_ms), {0: 34}, digits=1),
    Row("zoom: frames a second", _each(lambda o: o.zoom.fps)),
    Row("DOM nodes at first", _each(lambda o: o.nodes), {0: 1500}, decides=True),
    Row("DOM nodes at most", _each(lambda o: o.nodes_max), {0: 1500}, decides=True),
    Row("JavaScript heap, MiB", _each(lambda o: o.heap_mib), digits=1),
    Row("memory of the page, MiB", _each(lambda o: o.memory_mib), {0: 200}),
    Row("memory after searching, MiB", _each(lambda o: o.memory_after_mib)),
    Row("details of a span, ms", _each(lambda o: o.details_ms), {0: 100}),
    Row("first search, ms", _each(lambda o: o.search_cold_ms)),
    Row("second search, ms", _each(lambda o: o.search_warm_ms), {0: 300}),
    Row("longest task of a search, ms", _each(lambda o: o.search_task_ms), {0: 50}),
    Row("page, kB", lambda p: p.weight.page / KB),
    Row("files beside it, kB", lambda p: p.weight.beside / KB),
    Row("neither index nor payload, kB", lambda p: p.weight.overhead / KB, {0: 150}, decides=True),
    Row("  the viewer, packed, kB", lambda p: p.weight.viewer / KB),
    Row("  what needs no JavaScript, kB", lambda p: p.weight.plain / KB),
    Row("index, bytes a span", lambda p: p.weight.index / p.spans, {100_000: 25}, decides=True, digits=1),
    Row("payloads, bytes a span", lambda p: p.weight.payloads / p.spans, {100_000: 320}, decides=True),
)
GROWTH_MOST, GROWTH_OF = 4.0, (1_000, 100_000)  # how much longer the bigger may take until it is ready
RENDER_S, RENDER_MIB = 1.0, 200.0  # seconds for each 10,000 spans; MiB for any number
# Minified, and zipped. What counts for a reader is what a page carries: that is a part of `neither index nor payload`.
BUNDLE_MOST = {"viewer.js": (120 * KB, 40 * KB), "viewer.css + first.css": (25 * KB, None)}


def told_bundle() -> Iterator[Missed]:
    print(f"{'bundle':<32}{'minified':>9}{'budget':>9}{'zipped':>9}{'budget':>9}{'carried':>9}")
    found = viewer_pages.bundle()
    if not found:
        yield Missed("the bundle is not there; build it with `npm run build` in web/", decides=True)
    for part in found:
        known = tuple(zip((part.minified, part.zipped), BUNDLE_MOST[part.name], strict=True))
        cells = (f"{n:>9,}{'' if most is None else f'{most:,}':>9}" for n, most in known)
        print(f"{part.name:<32}{''.join(cells)}{part.carried:>9,}")
        for (n, most), how in zip(known, ("", ", zipped"), strict=True):
            if most is not None and n > most:
                yield Missed(f"{part.name}{how}: {n:,} bytes, at most {most:,}", decides=True)


def told_rendering(spans: int, rendered: list[Rendered]) -> Iterator[Missed]:
    print(f"\n{f'{spans:,} spans by Python':<32}{'CPU s':>9}{'wall s':>9}{'MiB more':>9}{'files':>9}{'MB':>9}")
    for one in rendered:
        took = f"{one.cpu_s:>9.2f}{one.wall_s:>9.2f}{one.peak_mib:>9.0f}"
        print(f"{one.name:<32}{took}{one.files:>9,}{one.bytes / 1e6:>9.1f}")
    cpu_s, peak_mib = sum(one.cpu_s for one in rendered), max(one.peak_mib for one in rendered)
    print(f"{'all':<32}{cpu_s:>9.2f}{sum(one.wall_s for one in rendered):>9.2f}{peak_mib:>9.0f}")
    most_s = RENDER_S * max(1.0, spans / 10_000)
    if cpu_s > most_s:
        yield Missed(f"{spans:,} spans by Python: {cpu_s:.2f} s, at most {most_s:g}", decides=False)
    if peak_mib > RENDER_MIB:
        yield Missed(f"{spans:,} spans by Python: {peak_mib:.0f} MiB, at most {RENDER_MIB:g}", decides=False)


def told_page(name: str, pages: list[Page]) -> Iterator[Missed]:
    print(f"\n{name:<32}" + "".join(f"{page.spans:>18,}" for page in pages) + "   budget")
    for row in ROWS:
        values = [row.read(page) for page in pages]
        cells = "".join(f"{_cell(value, values[0], row.digits):>18}" for value in values)
        short = [page.spans for page, value in zip(pages, values, strict=True) if _is_short(row, page.spans, value)]
        print(f"{row.label:<32}{cells}   {_said(row, pages, short)}")
        for page, value in zip(pages, values, strict=True):
            if page.spans in short:
                budget = _budget(row, page.spans)
                said = f"{name}, {page.spans:,} spans: {row.label}: {_number(value, row.digits)}, at most {budget:,.0f}"
                yield Missed(said, decides=row.decides)
    # The quickest opening of each: whatever else the machine does can only make one slower.
    ready = {page.spans: min(one.ready_ms for one in page.opened) for page in pages}
    small, big = GROWTH_OF
    if ready.get(small) and big in ready and (growth := ready[big] / ready[small]) > GROWTH_MOST:
        yield Missed(f"{name}: ready takes {growth:.1f} times as long, at most {GROWTH_MOST:g}", decides=True)


def _budget(row: Row, spans: int) -> float | None:
    known = [size for size in row.budget if size <= spans]
    return row.budget[max(known)] if known else None


def _is_short(row: Row, spans: int, value: float | None) -> bool:
    budget = _budget(row, spans)
    return budget is not None and (value is None or value > budget)


def _said(row: Row, pages: list[Page], short: list[int]) -> str:
    budgets = [_budget(row, page.spans) for page in pages]
    if not any(budgets):
        return ""
    each = list(dict.fromkeys("-" if budget is None else f"{budget:,.0f}" for budget in budgets))
    return " / ".join(each) + ("  reached" if not short else "  MISSED at " + ", ".join(f"{n:,}" for n in short))


def _cell(value: float | None, first: float | None, digits: int) -> str:
    ratio = f" x{value / first:.1f}" if value is not None and first else ""
    return f"{_number(value, digits)}{ratio:>8}"


def _number(value: float | None, digits: int) -> str:
    return "not seen" if value is None else f"{value:,.{digits}f}"
