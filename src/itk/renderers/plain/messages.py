"""Messages of the drawing: arrows, what they say, and the marks of failure, doubt and absence."""

from __future__ import annotations

import msgspec

from itk.model.trace import Span, Trace
from itk.renderers import certainty, units
from itk.renderers.layout.activations import CUT
from itk.renderers.layout.pills import PILL_FONT, Pill
from itk.renderers.layout.sequence import Message
from itk.renderers.markup import Attribute, Child, Markup, el
from itk.renderers.plain.limits import cut, said
from itk.renderers.plain.marks import BAD, INK, LINE, MUTED, PAPER, WARN, icon

SPOKEN_MAX = 180
LABEL_MAX = 80  # characters; letters that take no room would let any text fit
_SPOKEN = {
    "call": "call",
    "send": "message sent",
    "deliver": "message delivered",
    "self": "own step",
    "found": "caller not known",
    "return": "answer",
    "end": "end",
    "ghost": "not seen",
}
# A rim of paper around letters, where lines run behind them.
_HALO: dict[str, Attribute] = {
    "stroke": PAPER,
    "stroke_width": 4,
    "stroke_linejoin": "round",
    "paint_order": "stroke",
    "class_": "p-halo",
}
_DASHES = {"inferred": "9 5", "unresolved": "1 4"}


class Context(msgspec.Struct, frozen=True):
    """What every message of a drawing is drawn with. `anchors`: where on the page a span is written out."""

    trace: Trace
    names: tuple[str, ...]  # of the participants
    origin_ns: int | None
    anchors: dict[str, str]


def message_row(message: Message, context: Context) -> Markup:
    """One row; an arrow leads to the details of its span, where the page has them."""
    step = message.step
    if step.kind in ("pause", "cut"):
        return _break(message)
    span = None if step.span is None else context.trace.spans[step.span]
    when = None if step.time_ns is None or context.origin_ns is None else units.offset(step.time_ns - context.origin_ns)
    name, colour = _voice(message)
    return el(
        "g",
        el("title", _spoken(message, context.names, when, span)),
        _time(message, when),
        _ghost_box(message) if step.kind == "ghost" else None,
        _arrow(message),
        el("circle", cx=message.x1, cy=message.y, r=4.5, fill=PAPER, stroke="currentColor", class_="p-paper")
        if step.kind == "found"
        else None,
        _cross(message) if step.failed else None,
        [_pill(pill, message.y) for pill in message.pills],
        _linked(_text(message), span, context),
        class_=name,
        color=colour,
        role="listitem",
    )


def _voice(message: Message) -> tuple[str, str]:
    """Class and colour: failures and gaps stand out, answers stand back."""
    if message.step.failed:
        return "p-bad", BAD
    if message.step.kind == "ghost":
        return "p-warn", WARN
    if message.step.kind in ("return", "end") or message.tier == "unresolved":
        return "p-muted", MUTED
    return "p-ink", INK


def _linked(text: Markup, span: Span | None, context: Context) -> Markup:
    anchor = None if span is None else context.anchors.get(span.span_id)
    return text if anchor is None else el("a", text, href=f"#{anchor}")


def _spoken(message: Message, names: tuple[str, ...], when: str | None, span: Span | None) -> str:
    step = message.step
    source = "" if step.source is None or step.source == step.target else f"from {names[step.source]} "
    begins = span is not None and step.kind not in ("return", "end", "ghost")
    parts = [
        f"{_SPOKEN[step.kind]} {source}to {names[step.target]}",
        step.label,
        step.note,
        *(pill.text for pill in message.pills),
        when or "no time",
        certainty.why(span) if begins and span is not None else "",
        span.status if span is not None else "",
    ]
    return said(", ".join(part for part in parts if part), SPOKEN_MAX)


def _time(message: Message, when: str | None) -> Markup | None:
    if message.step.kind == "ghost":
        return None
    return el("text", when or "no time", x=78.0, y=message.y + 1, text_anchor="end", font_size=11, fill=MUTED,
              class_="p-quiet")  # fmt: skip


def _text(message: Message) -> Markup:
    step = message.step
    level = message.y + 4 if _is_beside(message) else message.y - 6
    note = el("tspan", step.note, dx=6, fill=MUTED, font_weight=400, class_="p-quiet") if step.note else None
    x = message.text_x + (12 if step.failed and _is_beside(message) else 0)
    return el(
        "text",
        cut(message.label, LABEL_MAX),
        note,
        x=x,
        y=level,
        text_anchor="middle" if message.anchor == "middle" else None,
        fill="currentColor",
        font_weight=600 if step.failed else None,
        font_style="italic" if step.kind == "ghost" else None,
        **_HALO,
    )


def _is_beside(message: Message) -> bool:
    step = message.step
    return (step.source is None or step.source == step.target) and step.kind != "found"


def _arrow(message: Message) -> Markup | None:
    step, x1, x2, y = message.step, message.x1, message.x2, message.y
    if step.kind == "self":
        return _wire(message, f"M{x2:.1f} {y - 7:.1f}h20v14h-18") + _tip(x2 + 1, y + 7, -1, filled=True)
    if step.kind == "end":
        return _wire(message, f"M{x2:.1f} {y:.1f}h7")
    if x1 == x2:
        return None
    way = 1 if x2 > x1 else -1
    wire = _wire(message, f"M{x1:.1f} {y:.1f}H{x2 - way * (9 if step.kind == 'ghost' else 2):.1f}")
    return wire if step.kind == "ghost" else wire + _tip(x2, y, way, filled=step.kind == "call")


def _wire(message: Message, path: str) -> Markup:
    dashes = {"return": "3 3", "ghost": "5 4"}.get(message.step.kind) or _DASHES.get(message.tier)
    return el(
        "path",
        d=path,
        fill="none",
        stroke="currentColor",
        stroke_width=2 if message.step.failed else 1.4,
        stroke_dasharray=dashes,
        stroke_linecap="round" if message.tier == "unresolved" else None,
    )


def _tip(x: float, y: float, way: int, *, filled: bool) -> Markup:
    """Filled: somebody waits for the answer. Open: a message, or an answer."""
    back = x - way * 9
    end = "z" if filled else ""
    return el(
        "path",
        d=f"M{back:.1f} {y - 4.5:.1f}L{x:.1f} {y:.1f}L{back:.1f} {y + 4.5:.1f}{end}",
        fill="currentColor" if filled else "none",
        stroke="currentColor",
        stroke_width=1.4,
    )


def _cross(message: Message) -> Markup:
    """A failure has a shape of its own: an octagon with a cross where the answer arrives."""
    x = message.x2 + 13 if _is_beside(message) else (message.x1 + (12 if message.x2 > message.x1 else -12))
    return icon("error", x=x - 6.5, y=message.y - 6.5, size=13)


def _ghost_box(message: Message) -> Markup:
    x, y = (message.x1 if message.x1 == message.x2 else message.x2), message.y
    box = el("rect", x=x - 9, y=y - 9, width=18.0, height=18.0, rx=4, fill=PAPER, stroke="currentColor",
             stroke_width=1.5, stroke_dasharray="4 3", class_="p-paper")  # fmt: skip
    return box + el("text", "?", x=x, y=y + 4.5, text_anchor="middle", fill="currentColor", font_weight=700)


def _break(message: Message) -> Markup:
    """A silence, or messages that are not drawn: a line, or two, across all lifelines."""
    y = message.top + message.height / 2
    left, right = message.x1 - 60, message.x2 + 60
    cut = message.step.kind == "cut"
    lines: list[Child] = [
        el("line", x1=left, x2=right, y1=at, y2=at, stroke=WARN if cut else LINE, stroke_width=2,
           stroke_dasharray="10 6" if cut else "2 5", class_="p-missed" if cut else "p-life")
        for at in ((message.y - CUT, message.y + 1) if cut else (y,))
    ]  # fmt: skip
    halo: dict[str, Attribute] = {**_HALO, "stroke_width": 10}
    colour = WARN if cut else MUTED
    text = el("text", message.label, x=message.text_x, y=y + (6 if cut else 4), fill="currentColor",
              font_style="italic", font_weight=600 if cut else None, **halo)  # fmt: skip
    return el("g", lines, text, role="listitem", color=colour, class_="p-warn" if cut else "p-muted")


def _pill(pill: Pill, y: float) -> Markup:
    colour, name, dashes = _PILLS[pill.kind]
    return el(
        "g",
        el("rect", x=pill.x, y=y - 19, width=pill.width, height=16.0, rx=8, fill=PAPER, stroke="currentColor",
           stroke_dasharray=dashes, class_="p-paper"),
        el("text", pill.text, x=pill.x + pill.width / 2, y=y - 7.4, text_anchor="middle", font_size=PILL_FONT,
           font_weight=600, fill="currentColor"),
        color=colour,
        class_=name,
    )  # fmt: skip


_PILLS = {
    "attempt": (WARN, "p-warn", None),
    "batch": (MUTED, "p-muted", "3 2"),
    "link": (MUTED, "p-muted", None),
    "doubt": (WARN, "p-warn", "4 3"),
}
