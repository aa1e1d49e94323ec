"""The small drawing of a case: a lane for each component, a bar for each span, in the colours of the viewer.

Failures are drawn as a cross, later attempts hollow, spans without an end with dashes: colour alone says nothing.
`web/src/suite/drawing.ts` draws the same for the page with a script.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from itk.model.suite import Bar, CaseRow
from itk.model.trace import COMPONENT_TYPES, Component
from itk.renderers import palette
from itk.renderers.markup import Markup, el, num
from itk.renderers.plain.marks import BAD, MUTED
from itk.renderers.text import well_formed

WIDTH, HEIGHT = 160, 30
PITCH_MOST = 6.0  # from lane to lane
BARS_MAX = 120
KINDS = ("ok", "error", "again", "open")
OWN_MOST = 10  # lanes with a colour of their own; those after them share one, and so do bars of the other kinds


def component(label: str) -> Component:
    """The component of a lane: `lambda:intake`. A kind that nobody knows is a service."""
    label = well_formed(label)
    kind, _, name = label.partition(":")
    return Component(type=COMPONENT_TYPES.get(kind, "service"), name=name or label)


def components(cases: Iterable[CaseRow]) -> tuple[Component, ...]:
    """Every component of every drawing, in the order of appearance: the colours are shared out among all of them."""
    return tuple(dict.fromkeys(component(label) for case in cases for label in case.lanes))


def bars(case: CaseRow) -> tuple[Bar, ...]:
    """The bars that can be drawn: within the drawing, in a lane that there is."""
    there = (bar for bar in case.bars[:BARS_MAX] if 0 <= bar.lane < len(case.lanes))
    return tuple(_within(bar) for bar in there)


def sketch(case: CaseRow, colours: Mapping[str, palette.Colour]) -> Markup | None:
    """The drawing for readers without a script: presentation attributes paint it, a style sheet may repaint it."""
    drawn = bars(case)
    if not drawn:
        return None
    pitch = min(PITCH_MOST, HEIGHT / len(case.lanes))
    paths: dict[int, list[Bar]] = {}
    for bar in drawn:
        own = bar.status == "ok" and bar.lane < OWN_MOST
        paths.setdefault(bar.lane if own else OWN_MOST + KINDS.index(bar.status), []).append(bar)
    shapes = [
        _shape(alike, pitch, colours[component(case.lanes[key]).label] if key < OWN_MOST else None)
        for key, alike in sorted(paths.items())
    ]
    crosses = "".join(_cross(bar, pitch) for bar in drawn if bar.status == "error")
    failed = el("path", d=crosses, stroke=BAD, stroke_width=1.6, fill="none", class_="d-cross") if crosses else None
    return el("svg", shapes, failed, width=WIDTH, height=HEIGHT, class_="sketch", aria_hidden="true")


def _shape(alike: list[Bar], pitch: float, colour: palette.Colour | None) -> Markup:
    """One path for all bars that look alike; without a colour of their own they have that of quiet text."""
    kind = alike[0].status
    ink = palette.stroke(colour) if colour else MUTED
    hollow = kind in ("again", "open")
    return el(
        "path",
        d="".join(_box(bar, pitch) for bar in alike),
        fill="none" if hollow else BAD if kind == "error" else ink,
        stroke=ink if hollow else None,
        stroke_dasharray="3 2" if kind == "open" else None,
        class_=f"d-{kind} " + (f"tone{colour.tone} hue{colour.hue}" if colour else "d-shared"),
    )


def _within(bar: Bar) -> Bar:
    start = min(max(bar.start, 0), 1000)
    return Bar(bar.lane, start, min(max(bar.width, 0), 1000 - start), bar.status if bar.status in KINDS else "ok")


def _box(bar: Bar, pitch: float) -> str:
    """A bar is never so short that nobody sees it."""
    width = max(bar.width * WIDTH / 1000, 1.5)
    x = min(bar.start * WIDTH / 1000, WIDTH - width)
    return f"M{num(x)} {num(bar.lane * pitch + 0.5)}h{num(width)}v{num(max(pitch - 1.5, 1.0))}h-{num(width)}z"


def _cross(bar: Bar, pitch: float) -> str:
    """At the end of a bar that failed."""
    x = min(max((bar.start + bar.width) * WIDTH / 1000, 4.0), WIDTH - 4.0)
    y = min(max((bar.lane + 0.5) * pitch, 4.0), HEIGHT - 4.0)
    return f"M{num(x - 3)} {num(y - 3)}l6 6m0-6l-6 6"
