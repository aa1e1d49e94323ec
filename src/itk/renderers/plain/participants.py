"""Participants of the drawing: their heads, lifelines and bars."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from itk.renderers import icons, palette
from itk.renderers.layout.sequence import BAR, BOX, Activation, Column
from itk.renderers.markup import Markup, el, join
from itk.renderers.plain.limits import said
from itk.renderers.plain.marks import HATCH, LINE, MUTED, PAPER, WARN, px
from itk.renderers.text import fit_two, shorten

BOLD_FONT = 13.75  # what 12.5 px take in bold letters


def head(column: Column, colours: Mapping[str, palette.Colour]) -> Markup:
    """Icon, name and kind; of a participant that was only missed with dashes and the words."""
    component, ghost = column.participant.component, column.participant.ghost
    left = px(column.x - BOX / 2)
    name = fit_two(_short(column), BOX - 46, BOLD_FONT)
    top = 28 if len(name) == 1 else 22
    kind = component.type.replace("_", " ") + (", not seen" if ghost else "")
    colour = colours[component.label]
    box = {"x": left, "y": 8, "width": px(BOX), "height": 46, "rx": 7}
    return el(
        "g",
        el("title", said(f"{component.label} {component.id}", 160)),
        _ghost_box(box) if ghost else _box(box, colour),
        None if ghost else el("rect", x=left, y=8, width=5, height=46, rx=2, fill=palette.stroke(colour),
                              class_=f"p-stripe {paint(colour)}"),
        el("path", d=icons.path_of(component.type), fill="none", stroke="currentColor", stroke_width=1.4,
           stroke_linecap="round", stroke_linejoin="round", transform=f"translate({left + 12} 22) scale(1.13)"),
        *(el("text", shorten(part, 60), x=left + 37, y=top + 13 * n, font_size=12.5, font_weight=600)
          for n, part in enumerate(name)),
        el("text", kind, x=left + 37, y=44 if len(name) == 1 else 48, font_size=10.5, fill=MUTED, class_="p-quiet"),
    )  # fmt: skip


def lifelines(columns: Sequence[Column], top: float, bottom: float) -> Markup:
    """Those of participants that were seen, and of those that were only missed."""
    seen, missed = (
        "".join(f"M{px(column.x)} {px(top)}V{px(bottom)}" for column in columns if column.participant.ghost is ghost)
        for ghost in (False, True)
    )
    dashed = el("path", d=missed, stroke=WARN, stroke_width=1.5, stroke_dasharray="3 6", class_="p-missed")
    return el("path", d=seen, stroke=LINE, stroke_width=1.5, class_="p-life") + (dashed if missed else Markup())


def bars(activations: Iterable[Activation], colours: Sequence[palette.Colour], top: float, bottom: float) -> Markup:
    """The bars on a sheet, or the parts of them; those of a participant have one colour and stand in one group."""
    ordered = sorted(activations, key=lambda bar: bar.column)
    groups = groupby(ordered, key=lambda bar: (bar.column, bar.kind))
    return join(
        [
            el(
                "g",
                [_bar(bar, top, bottom) for bar in found],
                fill=f"url(#{HATCH})" if kind == "dwell" else palette.fill(colours[column]),
                stroke=palette.stroke(colours[column]),
                stroke_linejoin="round",
                class_=f"{'p-wait' if kind == 'dwell' else 'p-area'} {paint(colours[column])}",
            )
            for (column, kind), found in groups
        ]
    )


def _bar(activation: Activation, top: float, bottom: float) -> Markup:
    y1, y2 = max(activation.y1, top), min(activation.y2, bottom + 12)
    width, height = px(BAR), px(max(y2 - y1, 4.0))
    dashes = "4 3" if activation.open_ended else None
    return el("path", d=f"M{px(activation.x)} {px(y1)}h{width}v{height}h{-width}z", stroke_dasharray=dashes)


def paint(colour: palette.Colour) -> str:
    """The classes of `colours.css`."""
    return f"hue{colour.hue} tone{colour.tone}"


def _box(box: dict[str, int], colour: palette.Colour) -> Markup:
    return el("rect", **box, fill=palette.fill(colour), stroke=palette.stroke(colour), class_=f"p-area {paint(colour)}")


def _ghost_box(box: dict[str, int]) -> Markup:
    return el("rect", **box, fill=PAPER, stroke=WARN, stroke_dasharray="5 4", class_="p-paper p-missed")


def _short(column: Column) -> str:
    """The name; of a model id without the vendor in front, which would leave no room for the model."""
    label = column.participant.label
    last = label.rsplit(".", 1)[-1]
    return last if column.participant.component.type == "model" and len(last) > 3 else label
