"""The messages as drawings in SVG: sheets one below the other, each with the participants on top.

Colours and fonts are presentation attributes, so that the drawing stands where style sheets are blocked; its classes
let a style sheet recolour it. A sheet is no taller than a page, so that a printer cuts between messages.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from itk.model.trace import Trace
from itk.renderers import files, palette
from itk.renderers.layout.sequence import HEAD, Message, SequenceLayout
from itk.renderers.markup import Markup, el
from itk.renderers.plain import arrows, participants
from itk.renderers.plain.limits import rest, said
from itk.renderers.plain.marks import HATCH, INK, MUTED, PAPER, px
from itk.renderers.plain.messages import Context, message_row, time_text

PAGE_HEIGHT = 640.0  # of a page in landscape, at natural size
PAGE_RATIO = 0.62  # height to width of what a page in landscape has room for
FONTS = "system-ui, -apple-system, Segoe UI, Liberation Sans, DejaVu Sans, sans-serif"
HEADS = "plain-heads"
KEY = (
    "Filled tip: a call that waits for its answer. Open tip: a message, or an answer. Hatched bar: a message that lies "
    "in a queue. Long dashes: placed by inference, not by an id. Dots: nobody knows who called. Octagon with a cross: "
    "a failure. Question mark: not seen, although it should have been."
)


class Sheet(msgspec.Struct, frozen=True):
    """Messages that stay together on one page; y from `top` to `bottom`."""

    messages: tuple[Message, ...]
    top: float
    bottom: float


def section(placed: SequenceLayout, trace: Trace, anchors: Mapping[str, str]) -> Markup:
    """The drawing with its heading, what it leaves out, and where all of it is."""
    if not placed.messages:
        return el("section", el("h2", "Messages"), el("p", "No span was seen."))
    context = Context(
        trace=trace,
        names=tuple(said(column.participant.label, 60) for column in placed.columns),
        origin_ns=placed.story.tree.origin_ns,
        anchors=dict(anchors),
    )
    colours = palette.assign(column.participant.component for column in placed.columns)
    pages = sheets(placed)
    drawn = [_sheet(placed, page, context, colours, first=page is pages[0]) for page in pages]
    untold = placed.story.untold
    return el(
        "section",
        el("h2", "Messages"),
        rest(untold, "message", files.SEQUENCE, files.SPANS),
        el("p", "With JavaScript this page draws all of them.", class_="p-rest") if untold else None,
        el("div", drawn, class_="p-sheets"),
        el("p", KEY, class_="p-rest"),
        class_="p-drawing",
    )


def sheets(placed: SequenceLayout) -> tuple[Sheet, ...]:
    """The rows, shared out to sheets that are each no taller than a page."""
    height = max(PAGE_HEIGHT, PAGE_RATIO * placed.width) - HEAD
    found: list[Sheet] = []
    rows: list[Message] = []
    for message in placed.messages:
        if rows and message.top + message.height - rows[0].top > height:
            found.append(_closed(rows))
            rows = []
        rows.append(message)
    return (*found, _closed(rows))


def _closed(rows: list[Message]) -> Sheet:
    return Sheet(messages=tuple(rows), top=rows[0].top, bottom=rows[-1].top + rows[-1].height)


def _sheet(
    placed: SequenceLayout, sheet: Sheet, context: Context, colours: Mapping[str, palette.Colour], *, first: bool
) -> Markup:
    """`participants` are drawn once and used again: `<use>` needs the first sheet on the same page."""
    width, top = px(placed.width), px(sheet.top - HEAD)
    height = px(sheet.bottom) - top + 12
    painted = [colours[column.participant.component.label] for column in placed.columns]
    bars = [bar for bar in placed.activations if bar.y1 < sheet.bottom and bar.y2 > sheet.top]
    times = (time_text(message, context) for message in sheet.messages)
    heads = el("g", [participants.head(column, colours) for column in placed.columns], id=HEADS if first else None)
    return el(
        "svg",
        el("defs", _hatch()) if first else None,
        el("rect", y=top, width=width, height=height, fill=PAPER, class_="p-paper"),
        participants.lifelines(placed.columns, sheet.top - 10, sheet.bottom + 12),
        participants.bars(bars, painted, sheet.top, sheet.bottom),
        arrows.lines(sheet.messages),
        el("g", list(times), fill=MUTED, font_size=11, text_anchor="end", transform="translate(78)", class_="p-quiet",
           aria_hidden="true"),
        # The rim of paper around letters, where lines run behind them.
        el("g", [message_row(message, context) for message in sheet.messages], stroke=PAPER, stroke_width=4,
           stroke_linejoin="round", paint_order="stroke", text_anchor="middle", class_="p-halo", role="list",
           aria_label="Messages in the order of time"),
        el("g", heads if first else el("use", href=f"#{HEADS}"), transform=f"translate(0 {top})"),
        class_="p-sheet",
        width=width,
        height=height,
        viewBox=f"0 {top} {width} {height}",
        font_family=FONTS,
        font_size=12,
        fill=INK,
        color=INK,
    )  # fmt: skip


def _hatch() -> Markup:
    """The pattern of a message that waits."""
    paper = el("rect", width=6, height=6, fill=PAPER, class_="p-paper")
    return el("pattern", paper, el("path", d="M0 0V6", stroke=MUTED, stroke_width=2.2), id=HATCH, width=6, height=6,
              patternUnits="userSpaceOnUse", patternTransform="rotate(45)")  # fmt: skip
