"""Participants of the drawing: their heads, lifelines and bars."""

from __future__ import annotations

from collections.abc import Mapping

from itk.renderers import palette
from itk.renderers.layout.sequence import BAR, BOX, Activation, Column
from itk.renderers.markup import Markup, el
from itk.renderers.plain.limits import said
from itk.renderers.plain.marks import HATCH, LINE, MUTED, PAPER, WARN, icon
from itk.renderers.text import fit_two, shorten

BOLD_FONT = 13.75  # what 12.5 px take in bold letters


def head(column: Column, colours: Mapping[str, palette.Colour]) -> Markup:
    """Icon, name and kind; of a participant that was only missed with dashes and the words."""
    component, ghost = column.participant.component, column.participant.ghost
    left = column.x - BOX / 2
    name = fit_two(_short(column), BOX - 46, BOLD_FONT)
    top = 28.0 if len(name) == 1 else 22.0
    kind = component.type.replace("_", " ") + (", not seen" if ghost else "")
    colour = colours[component.label]
    box = {"x": left, "y": 8.0, "width": BOX, "height": 46.0, "rx": 7}
    return el(
        "g",
        el("title", said(f"{component.label} {component.id}", 160)),
        _ghost_box(box) if ghost else _box(box, colour),
        None if ghost else el("rect", x=left, y=8.0, width=5.0, height=46.0, rx=2, fill=palette.stroke(colour),
                              class_=f"p-stripe {paint(colour)}"),
        icon(component.type, x=left + 12, y=22.0, size=18),
        *(el("text", shorten(part, 60), x=left + 37, y=top + 13.0 * n, font_size=12.5, font_weight=600)
          for n, part in enumerate(name)),
        el("text", kind, x=left + 37, y=44.0 if len(name) == 1 else 48.0, font_size=10.5, fill=MUTED, class_="p-quiet"),
    )  # fmt: skip


def lifeline(column: Column, top: float, bottom: float) -> Markup:
    ghost = column.participant.ghost
    return el(
        "line",
        x1=column.x,
        x2=column.x,
        y1=top,
        y2=bottom,
        stroke=WARN if ghost else LINE,
        stroke_width=1.5,
        stroke_dasharray="3 6" if ghost else None,
        class_="p-missed" if ghost else "p-life",
    )


def bar(activation: Activation, colour: palette.Colour, top: float, bottom: float) -> Markup:
    """A bar, or the part of it that lies on a sheet."""
    y1, y2 = max(activation.y1, top), min(activation.y2, bottom + 12)
    shape = {"x": activation.x, "y": y1, "width": BAR, "height": max(y2 - y1, 4.0), "rx": 2}
    waits = activation.kind == "dwell"
    drawn = el(
        "rect",
        **shape,
        fill=PAPER if waits else palette.fill(colour),
        stroke=palette.stroke(colour),
        stroke_dasharray="4 3" if activation.open_ended else None,
        class_=f"{'p-wait' if waits else 'p-area'} {paint(colour)}",
    )
    return drawn + el("rect", **shape, fill=f"url(#{HATCH})") if waits else drawn


def paint(colour: palette.Colour) -> str:
    """The classes of `colours.css`."""
    return f"hue{colour.hue} tone{colour.tone}"


def _box(box: dict[str, float], colour: palette.Colour) -> Markup:
    return el("rect", **box, fill=palette.fill(colour), stroke=palette.stroke(colour), class_=f"p-area {paint(colour)}")


def _ghost_box(box: dict[str, float]) -> Markup:
    return el("rect", **box, fill=PAPER, stroke=WARN, stroke_dasharray="5 4", class_="p-paper p-missed")


def _short(column: Column) -> str:
    """The name; of a model id without the vendor in front, which would leave no room for the model."""
    label = column.participant.label
    last = label.rsplit(".", 1)[-1]
    return last if column.participant.component.type == "model" and len(last) > 3 else label
