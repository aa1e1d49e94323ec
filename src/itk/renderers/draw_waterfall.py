"""The waterfall as SVG: a column of labels and a ruler that stay in view, and the bars."""

from __future__ import annotations

from itk.model.trace import Trace
from itk.model.tree import tier_of
from itk.renderers import certainty, palette, units
from itk.renderers.icons import icon
from itk.renderers.layout.pills import PILL_FONT, pill_width, pills_of
from itk.renderers.layout.waterfall import ROW, Row, TimeScale, WaterfallLayout
from itk.renderers.markup import Markup, el
from itk.renderers.text import fit, one_line, width_px

LABELS = 300.0
RULER = 34.0
_INDENT, _INDENT_MAX = 15.0, 9


def corner() -> Markup:
    return el("svg", el("text", "span", x=12.0, y=22.0, class_="tick"), class_="corner", width=LABELS, height=RULER)


def ruler(placed: WaterfallLayout) -> Markup:
    """Time since the first thing that was seen."""
    ticks = [
        el(
            "g",
            el("line", x1=t.x, x2=t.x, y1=RULER - 8, y2=RULER),
            el("text", t.label, x=t.x + 4, y=22.0, class_="tick"),
        )
        for t in placed.ticks
    ]
    cuts = [
        el(
            "text",
            f"{units.duration(s.t1 - s.t0)} cut",
            x=(s.x0 + s.x1) / 2,
            y=13.0,
            text_anchor="middle",
            class_="cut",
        )
        for s in placed.scale.segments
        if s.broken
    ]
    return el("svg", ticks, cuts, class_="ruler", width=placed.width, height=RULER, aria_hidden="true")


def labels(placed: WaterfallLayout, trace: Trace) -> Markup:
    """Icon, operation and component, indented by depth."""
    colours = palette.classes(span.component for span in trace.spans)
    ys = {row.span: row.y for row in placed.rows if row.missing is None}
    rows = [_label(row, trace, colours, _parent_y(row, placed, ys)) for row in placed.rows]
    return el("svg", rows, class_="labels", width=LABELS, height=placed.height + 12, aria_hidden="true")


def bars(placed: WaterfallLayout, trace: Trace) -> Markup:
    """Bars, waits and marks on the time scale."""
    colours = palette.classes(span.component for span in trace.spans)
    grid = [el("line", x1=t.x, x2=t.x, y1=0.0, y2=placed.height, class_="grid") for t in placed.ticks]
    return el(
        "svg",
        el("g", grid),
        _breaks(placed.scale, placed.height),
        el("g", [_row(row, placed.width, trace, colours) for row in placed.rows]),
        class_="bars",
        width=placed.width,
        height=placed.height + 12,
        role="list",
        aria_label="Spans as a tree",
    )


def _parent_y(row: Row, placed: WaterfallLayout, ys: dict[int | None, float]) -> float | None:
    parent = None if row.span is None else placed.tree.nodes[row.span].parent
    return None if parent is None else ys[parent]


def _label(row: Row, trace: Trace, colours: dict[str, str], parent_y: float | None) -> Markup:
    band = el("rect", x=0.0, y=row.y, width=LABELS, height=ROW, class_="band", data_s=row.span)
    if row.span is None or row.missing is not None:
        words = "not seen"
        if row.span is not None:
            words += f": {one_line(trace.spans[row.span].component.label)}"
        shown = icon("incomplete", x=12.0, y=row.y + 6, size=16) + el(
            "text", fit(words, LABELS - 50), x=34.0, y=row.y + 18, class_="ghost-text"
        )
        return el("g", band, shown, class_="lab ghostly", data_s=row.span)
    span = trace.spans[row.span]
    x = 12 + min(row.depth, _INDENT_MAX) * _INDENT
    name = one_line(span.operation or span.name) or "(no name)"
    deeper = f"{row.depth}› " if row.depth > _INDENT_MAX else ""
    room = LABELS - x - 34
    first = fit(deeper + name, room * 0.62, 12.5)
    second = fit(one_line(span.component.name), room - width_px(first, 12.5) - 8, 11.5)
    level = row.y + ROW / 2
    elbow = None if parent_y is None else f"M{x - 7:.1f} {parent_y + ROW - 4:.1f}V{level:.1f}h5"
    return el(
        "g",
        el("title", f"{name} on {span.component.label}"),
        band,
        el("path", d=elbow, class_=f"elbow t-{tier_of(span)}") if elbow and row.depth <= _INDENT_MAX else None,
        icon(span.component.type, x=x, y=row.y + 6, size=16),
        el("text", first, el("tspan", second, dx=7, class_="note"), x=x + 22, y=row.y + 18, class_="label"),
        class_=f"lab {colours[span.component.label]}",
        data_s=row.span,
    )


def _row(row: Row, width: float, trace: Trace, colours: dict[str, str]) -> Markup:
    span = None if row.span is None else trace.spans[row.span]
    ghost = row.missing is not None
    colour = "ghostly" if span is None or ghost else colours[span.component.label]
    said = (
        row.text
        if span is None or ghost
        else f"{one_line(span.operation or span.name)} on {span.component.label}, {row.text}"
    )
    if row.wait_text:
        said += f", waited {row.wait_text}"
    if span is not None and not ghost and (why := certainty.why(span)):
        said += f", {why}"
    return el(
        "g",
        el("title", said),
        el("rect", x=0.0, y=row.y, width=width, height=ROW, class_="band", data_s=row.span),
        _wait(row),
        _bar(row, ghost),
        [_mark(mark.x, row.y, mark.level, mark.title) for mark in row.marks],
        _beside(row, trace, ghost),
        class_=f"row {colour}" + (" bad" if row.failed else ""),
        data_s=row.span,
        data_open=row.span is not None and not ghost,
        data_missing=row.missing,
        role="listitem",
        aria_label=said,
    )


def _bar(row: Row, ghost: bool) -> Markup | None:
    if row.bar is None:
        return None
    x0, x1 = row.bar
    names = "ghost-box" if ghost else "bar open" if row.open_ended else "bar"
    return el("rect", x=x0, y=row.y + 6, width=x1 - x0, height=ROW - 13, rx=3, class_=names)


def _wait(row: Row) -> Markup | None:
    if row.wait is None or row.wait[1] - row.wait[0] < 1:
        return None
    x0, x1 = row.wait
    shape = {"x": x0, "y": row.y + 9, "width": x1 - x0, "height": ROW - 19, "rx": 2}
    text = f"waited {row.wait_text}"
    fits = width_px(text, 11) + 10 < x1 - x0
    words = el("text", text, x=(x0 + x1) / 2, y=row.y + 18, text_anchor="middle", class_="wait-text") if fits else None
    return el("g", el("rect", **shape, class_="wait"), el("rect", **shape, fill="url(#hatch)", class_="hatch"), words)


def _mark(x: float, y: float, level: str, title: str) -> Markup:
    """Log lines: a triangle for errors, a diamond for warnings, a stroke for the rest."""
    foot = y + ROW - 4
    shapes = {
        "error": f"M{x:.1f} {foot - 8:.1f}l5 8h-10z",
        "warning": f"M{x:.1f} {foot - 8:.1f}l4 4-4 4-4-4z",
        "plain": f"M{x:.1f} {foot - 6:.1f}v6",
    }
    return el("path", el("title", title), d=shapes[level], class_=f"mark l-{level}")


def _beside(row: Row, trace: Trace, ghost: bool) -> Markup:
    x, pieces = row.text_x, []
    if row.failed:
        pieces.append(el("g", icon("error", x=x, y=row.y + 7.5, size=13), class_="cross"))
        x += 18
    if row.span is not None and not ghost:
        for kind, text in pills_of(trace.spans[row.span]):
            width = pill_width(text)
            pieces.append(
                el(
                    "g",
                    el("rect", x=x, y=row.y + 6, width=width, height=16.0, rx=8),
                    el("text", text, x=x + width / 2, y=row.y + 17.6, text_anchor="middle", font_size=PILL_FONT),
                    class_=f"pill p-{kind}",
                )
            )
            x += width + 6
    if row.wait_text and (row.wait is None or row.wait[1] - row.wait[0] < width_px(f"waited {row.wait_text}", 11) + 10):
        pieces.append(el("text", f"{row.text}, waited {row.wait_text}", x=x, y=row.y + 18, class_="beside"))
    else:
        pieces.append(el("text", row.text, x=x, y=row.y + 18, class_="ghost-text" if ghost else "beside"))
    return el("g", pieces)


def _breaks(scale: TimeScale, height: float) -> Markup:
    """Where the axis was cut: two wavy lines and the length that is not drawn."""
    drawn = []
    for segment in scale.segments:
        if segment.broken:
            x = (segment.x0 + segment.x1) / 2
            waves = "".join("q3 7 0 14t0 14" for _ in range(max(1, int(height // 28))))
            drawn.append(el("path", d=f"M{x - 4:.1f} 0{waves}M{x + 4:.1f} 0{waves}", class_="break"))
    return el("g", drawn)
