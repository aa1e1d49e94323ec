"""What the messages of the drawing say: a row of text each, which is what is read out; its lines are in `arrows`."""

from __future__ import annotations

import msgspec

from itk.model.trace import Span, Trace
from itk.renderers import certainty, units
from itk.renderers.layout.pills import PILL_FONT, Pill
from itk.renderers.layout.sequence import Message
from itk.renderers.markup import Markup, el
from itk.renderers.plain.arrows import MISSED, QUIET, Voice, ghost_place, is_beside, pill_voice, voice
from itk.renderers.plain.limits import cut, said
from itk.renderers.plain.marks import MUTED, px

SPOKEN_MAX = 140
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


class Context(msgspec.Struct, frozen=True):
    """What every message of a drawing is drawn with. `anchors`: where on the page a span is written out."""

    trace: Trace
    names: tuple[str, ...]  # of the participants
    origin_ns: int | None
    anchors: dict[str, str]


def time_text(message: Message, context: Context) -> Markup | None:
    """When, for the column of times."""
    when = _when(message, context)
    return None if when is None else el("text", when, y=px(message.y + 1))


def message_row(message: Message, context: Context) -> Markup:
    """One row; its text leads to the details of its span, where the page has them."""
    step = message.step
    if step.kind in ("pause", "cut"):
        return _break(message)
    span = None if step.span is None else context.trace.spans[step.span]
    return el(
        "g",
        el("title", _spoken(message, context, span)),
        [_pill(pill, message) for pill in message.pills],
        _mark(message) if step.kind == "ghost" else None,
        _linked(_text(message), span, context),
        role="listitem",
        **_painted(voice(message)),
    )


def _painted(voice: Voice) -> dict[str, str | None]:
    """Nothing where the colour is that of the sheet."""
    name, colour = voice
    return {} if name is None else {"class_": name, "color": colour, "fill": "currentColor"}


def _linked(text: Markup, span: Span | None, context: Context) -> Markup:
    anchor = None if span is None else context.anchors.get(span.span_id)
    return text if anchor is None else el("a", text, href=f"#{anchor}")


def _when(message: Message, context: Context) -> str | None:
    step = message.step
    if step.kind in ("ghost", "pause", "cut"):
        return None
    known = step.time_ns is not None and context.origin_ns is not None
    return units.offset(step.time_ns - context.origin_ns) if known else "no time"  # type: ignore[operator]


def _spoken(message: Message, context: Context, span: Span | None) -> str:
    """What the lines say, and the label where it was cut: all else is read out as it stands there."""
    step, names = message.step, context.names
    source = "" if step.source is None or step.source == step.target else f"from {names[step.source]} "
    begins = span is not None and step.kind not in ("return", "end", "ghost")
    parts = [
        f"{_SPOKEN[step.kind]} {source}to {names[step.target]}",
        "" if message.label == step.label else step.label,
        _when(message, context),
        certainty.why(span) if begins and span is not None else "",
        span.status if span is not None else "",
    ]
    return said(", ".join(part for part in parts if part), SPOKEN_MAX)


def _text(message: Message) -> Markup:
    step, beside = message.step, is_beside(message)
    note = el("tspan", step.note, dx=6, fill=MUTED, font_weight=400 if step.failed else None, class_="p-quiet")
    return el(
        "text",
        cut(message.label, LABEL_MAX),
        note if step.note else None,
        x=px(message.text_x + (12 if step.failed and beside else 0)),
        y=px(message.y + 4 if beside else message.y - 6),
        text_anchor=None if message.anchor == "middle" else "start",
        font_weight=600 if step.failed else None,
        font_style="italic" if step.kind == "ghost" else None,
    )


def _mark(message: Message) -> Markup:
    x, y = ghost_place(message)
    return el("text", "?", x=px(x), y=px(y + 4.5), font_weight=700)


def _break(message: Message) -> Markup:
    """A silence, or how many messages are not drawn."""
    cut = message.step.kind == "cut"
    y = message.top + message.height / 2 + (6 if cut else 4)
    text = el("text", message.label, x=px(message.text_x), y=px(y), text_anchor="start", font_style="italic",
              font_weight=600 if cut else None, stroke_width=10)  # fmt: skip
    return el("g", text, role="listitem", **_painted(MISSED if cut else QUIET))


def _pill(pill: Pill, message: Message) -> Markup:
    painted = _painted(pill_voice(pill))
    return el("text", pill.text, x=px(pill.x + pill.width / 2), y=px(message.y - 7.4), font_size=PILL_FONT,
              font_weight=600, **painted)  # fmt: skip
