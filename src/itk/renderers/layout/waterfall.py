"""Geometry of the waterfall: a time scale that can break, rows in tree order, bars, waits and marks. Pixels."""

from __future__ import annotations

from collections.abc import Iterable
from statistics import median

import msgspec

from itk.model.trace import Span, Trace
from itk.model.tree import FAILING, Tree, grow
from itk.renderers import units
from itk.renderers.layout.story import ending, wait_ns
from itk.renderers.text import one_line

ROW = 28.0
PAD = 16.0
CHART = 620.0
BREAK = 72.0
BREAK_MIN_NS = 1_000_000_000
BAR_MIN = 3.0
TAIL = 176.0  # room for the text of the last bar
TICK_MIN = 96.0


class Segment(msgspec.Struct, frozen=True, kw_only=True):
    """A stretch of the axis. `broken`: drawn shorter than it was, and marked so."""

    t0: int
    t1: int
    x0: float
    x1: float
    broken: bool = False


class TimeScale(msgspec.Struct, frozen=True, kw_only=True):
    """Nanoseconds to pixels; it never runs backwards."""

    segments: tuple[Segment, ...]

    def x(self, ns: int) -> float:
        if not self.segments:
            return PAD
        for segment in self.segments:
            if ns <= segment.t1:
                break
        if ns <= segment.t0 or segment.t1 == segment.t0:
            return segment.x0
        part = min((ns - segment.t0) / (segment.t1 - segment.t0), 1.0)
        return round(segment.x0 + part * (segment.x1 - segment.x0), 2)


class Tick(msgspec.Struct, frozen=True, kw_only=True):
    x: float
    label: str


class Mark(msgspec.Struct, frozen=True, kw_only=True):
    """A log line or another event within a span."""

    x: float
    level: str  # error, warning or plain
    title: str


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One span, or one thing that was not seen (`missing`)."""

    span: int | None
    missing: int | None = None
    y: float
    depth: int
    bar: tuple[float, float] | None  # None: no time is known
    wait: tuple[float, float] | None = None
    wait_text: str = ""
    open_ended: bool = False
    failed: bool = False
    text: str
    text_x: float
    marks: tuple[Mark, ...] = ()


class WaterfallLayout(msgspec.Struct, frozen=True, kw_only=True):
    scale: TimeScale
    ticks: tuple[Tick, ...]
    rows: tuple[Row, ...]
    width: float
    height: float
    tree: Tree


def layout(trace: Trace) -> WaterfallLayout:
    """Place every span in a row of its own, then what was not seen."""
    tree = grow(trace)
    scale = time_scale(trace)
    end = scale.segments[-1].x1 if scale.segments else PAD + CHART
    rows = [_row(trace, tree, at, n, scale, end) for n, at in enumerate(tree.order)]
    for n, missing in enumerate(trace.missing):
        at = next((i for i, s in enumerate(trace.spans) if missing.span_id and s.span_id == missing.span_id), None)
        start_ns = None if at is None else trace.spans[at].start_ns
        rows.append(
            Row(
                span=at,
                missing=n,
                y=len(rows) * ROW,
                depth=0,
                bar=(PAD if start_ns is None else scale.x(start_ns), end),
                open_ended=True,
                text=f"not seen: {one_line(missing.what)}",
                text_x=(PAD if start_ns is None else scale.x(start_ns)) + 8,
            )
        )
    return WaterfallLayout(
        scale=scale,
        ticks=_ticks(scale, tree.origin_ns or 0),
        rows=tuple(rows),
        width=round(end + TAIL, 1),
        height=len(rows) * ROW,
        tree=tree,
    )


def time_scale(trace: Trace) -> TimeScale:
    """A linear axis, but for silences that dwarf all work: those are cut short and marked as broken."""
    busy = _merged(_intervals(trace.spans))
    if not busy:
        return TimeScale(segments=())
    active = sum(t1 - t0 for t0, t1 in busy)
    pieces: list[tuple[int, int, bool]] = [(*busy[0], False)]
    for t0, t1 in busy[1:]:
        gap = t0 - pieces[-1][1]
        if gap >= BREAK_MIN_NS and gap > 2 * active:
            pieces.append((pieces[-1][1], t0, True))
            pieces.append((t0, t1, False))
        else:
            pieces[-1] = (pieces[-1][0], t1, False)
    broken = sum(1 for *_, is_broken in pieces if is_broken)
    linear = max(sum(t1 - t0 for t0, t1, is_broken in pieces if not is_broken), 1)
    per_ns = max(CHART - broken * BREAK, CHART / 3) / linear * _stretch(trace.spans, linear)
    segments, x = [], PAD
    for t0, t1, is_broken in pieces:
        x1 = x + (BREAK if is_broken else max((t1 - t0) * per_ns, BAR_MIN))
        segments.append(Segment(t0=t0, t1=t1, x0=round(x, 2), x1=round(x1, 2), broken=is_broken))
        x = round(x1, 2)
    return TimeScale(segments=tuple(segments))


def _stretch(spans: tuple[Span, ...], linear: int) -> float:
    """Up to four times wider where many spans would be slivers: scrolling beats bars that nobody can hit."""
    lengths = [s.end_ns - s.start_ns for s in spans if s.start_ns is not None and s.end_ns is not None]
    if len(spans) <= 30 or not lengths:
        return 1.0
    typical = max(float(median(lengths)), 1.0)
    return min(max(16.0 * linear / (typical * CHART), 1.0), 4.0)


def _intervals(spans: tuple[Span, ...]) -> Iterable[tuple[int, int]]:
    for span in spans:
        known = [ns for ns in (span.start_ns, span.end_ns) if ns is not None]
        if known:
            yield min(known), max(known)
        for event in span.events:
            yield event.time_ns, event.time_ns


def _merged(intervals: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for t0, t1 in sorted(intervals):
        if merged and t0 <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], t1))
        else:
            merged.append((t0, t1))
    return merged


def _row(trace: Trace, tree: Tree, at: int, n: int, scale: TimeScale, end: float) -> Row:
    span, node = trace.spans[at], tree.nodes[at]
    bar: tuple[float, float] | None = None
    open_ended = span.start_ns is not None and span.end_ns is None
    if span.start_ns is not None:
        x0 = scale.x(span.start_ns)
        x1 = end if span.end_ns is None else scale.x(span.end_ns)
        bar = (x0, max(x1, x0 + BAR_MIN))
    elif span.end_ns is not None:
        bar = (scale.x(span.end_ns), scale.x(span.end_ns) + BAR_MIN)
    wait, wait_text = _wait(trace, tree, at, scale)
    text = ending(span)
    if bar is None:
        text = f"no time known, {text}"
    elif open_ended:
        text = "no end seen"
    return Row(
        span=at,
        y=n * ROW,
        depth=node.depth,
        bar=bar,
        wait=wait,
        wait_text=wait_text,
        open_ended=open_ended,
        failed=span.status in FAILING,
        text=text,
        text_x=round((PAD if bar is None else bar[1]) + 8, 2),
        marks=tuple(_mark(event.time_ns, event.level, event.name, event.text, scale) for event in span.events),
    )


def _wait(trace: Trace, tree: Tree, at: int, scale: TimeScale) -> tuple[tuple[float, float] | None, str]:
    """The time a message lay in a queue, as a bar before the span that took it up."""
    node = tree.nodes[at]
    if not node.delivery or node.parent is None:
        return None, ""
    parent, span = trace.spans[node.parent], trace.spans[at]
    waited = wait_ns(parent, span)
    put_down = parent.end_ns if parent.end_ns is not None else parent.start_ns
    if waited is None or waited < 0 or put_down is None or span.start_ns is None:
        return None, ""
    return (scale.x(put_down), scale.x(span.start_ns)), units.duration(waited)


def _mark(time_ns: int, level: str | None, name: str, text: str, scale: TimeScale) -> Mark:
    word = (level or "").upper()
    kind = "error" if word in ("ERROR", "CRITICAL", "FATAL") else "warning" if word.startswith("WARN") else "plain"
    said = one_line(f"{word} {text}" if word else f"{name}: {text}")[:200]
    return Mark(x=scale.x(time_ns), level=kind, title=said)


def _ticks(scale: TimeScale, origin: int) -> tuple[Tick, ...]:
    ticks: list[Tick] = []
    for segment in scale.segments:
        length, room = segment.t1 - segment.t0, segment.x1 - segment.x0
        if segment.broken or length <= 0:
            continue
        step = _nice(length * TICK_MIN / room)
        at = origin + -((origin - segment.t0) // step) * step
        while at <= segment.t1:
            x = scale.x(at)
            if at >= segment.t0 and (not ticks or x - ticks[-1].x >= TICK_MIN * 0.6):
                ticks.append(Tick(x=x, label=units.offset(at - origin)))
            at += step
    return tuple(ticks)


def _nice(least: float) -> int:
    """The smallest of 1, 2, 5, 10, 20, ... nanoseconds that is not under `least`."""
    step = 1
    while step * 10 < least:
        step *= 10
    return next(step * factor for factor in (1, 2, 5, 10) if step * factor >= least or factor == 10)
