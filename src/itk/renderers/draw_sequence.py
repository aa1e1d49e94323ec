"""The sequence diagram as SVG: a head that stays in view, and the body that scrolls under it."""

from __future__ import annotations

from itk.model.trace import Trace
from itk.renderers import certainty, palette, units
from itk.renderers.icons import icon
from itk.renderers.layout.pills import PILL_FONT, Pill
from itk.renderers.layout.sequence import BOX, HEAD, Activation, Column, Message, SequenceLayout
from itk.renderers.markup import Markup, el, num
from itk.renderers.text import fit_two, one_line

_SPOKEN = {
    "call": "call",
    "send": "message sent",
    "deliver": "message delivered",
    "self": "own step",
    "found": "caller not known",
    "return": "answer",
    "end": "end",
    "ghost": "not seen",
    "pause": "pause",
}


def head(placed: SequenceLayout) -> Markup:
    """Participants: icon, name and kind."""
    colours = palette.classes(column.participant.component for column in placed.columns)
    boxes = [_participant(column, colours) for column in placed.columns]
    box = f"0 0 {num(placed.width)} {num(HEAD)}"
    return el("svg", boxes, class_="head", width=placed.width, height=HEAD, viewBox=box, aria_hidden="true")


def body(placed: SequenceLayout, trace: Trace) -> Markup:
    """Lifelines, activations, messages."""
    colours = palette.classes(column.participant.component for column in placed.columns)
    names = [one_line(column.participant.component.label) for column in placed.columns]
    origin = placed.story.tree.origin_ns
    foot = placed.height - 12
    lines = [
        el("line", x1=c.x, x2=c.x, y1=0.0, y2=foot, class_="life ghostly" if c.participant.ghost else "life")
        for c in placed.columns
    ]
    bands = [_band(message, placed.width) for message in placed.messages]
    bars = [
        _activation(bar, colours[placed.columns[bar.column].participant.component.label]) for bar in placed.activations
    ]
    messages = [_message(m, trace, names, origin) for m in placed.messages]
    return el(
        "svg",
        el("g", bands),
        el("g", lines),
        el("g", bars),
        el("g", messages),
        class_="body",
        width=placed.width,
        height=placed.height,
        viewBox=f"0 0 {num(placed.width)} {num(placed.height)}",
        role="list",
        aria_label="Messages in the order of time",
    )


def _participant(column: Column, colours: dict[str, str]) -> Markup:
    component = column.participant.component
    left = column.x - BOX / 2
    ghost = column.participant.ghost
    name = fit_two(_short(column), BOX - 46, 12.5)
    top = 28.0 if len(name) == 1 else 22.0
    kind = component.type.replace("_", " ") + (", not seen" if ghost else "")
    return el(
        "g",
        el("title", f"{component.label} {component.id}".strip()),
        el("rect", x=left, y=8.0, width=BOX, height=46.0, rx=7, class_="box"),
        el("rect", x=left, y=8.0, width=5.0, height=46.0, rx=2, class_="stripe"),
        icon(component.type, x=left + 12, y=22.0, size=18),
        *(el("text", part, x=left + 37, y=top + 13.0 * n, class_="name") for n, part in enumerate(name)),
        el("text", kind, x=left + 37, y=44.0 if len(name) == 1 else 48.0, class_="kind"),
        class_=f"part {colours[component.label]}" + (" ghostly" if ghost else ""),
    )


def _short(column: Column) -> str:
    """The name; of a model id without the vendor in front, which would leave no room for the model."""
    label = column.participant.label
    last = label.rsplit(".", 1)[-1]
    return last if column.participant.component.type == "model" and len(last) > 3 else label


def _band(message: Message, width: float) -> Markup | None:
    """The whole row, to be clicked and to be lit up."""
    if message.step.span is None:
        return None
    return el("rect", x=0.0, y=message.top, width=width, height=message.height, class_="band", data_s=message.step.span)


def _activation(bar: Activation, colour: str) -> Markup:
    height = max(bar.y2 - bar.y1, 4.0)
    shape = {"x": bar.x, "y": bar.y1, "width": 10.0, "height": height, "rx": 2}
    names = f"act {bar.kind} {colour}" + (" open" if bar.open_ended else "")
    hatch = el("rect", **shape, fill="url(#hatch)", class_="hatch") if bar.kind == "dwell" else None
    return el("g", el("rect", **shape, class_="bar"), hatch, class_=names, data_s=bar.span)


def _message(message: Message, trace: Trace, names: list[str], origin: int | None) -> Markup:
    step = message.step
    if step.kind == "pause":
        return _pause(message)
    span = None if step.span is None else trace.spans[step.span]
    when = None if step.time_ns is None or origin is None else units.offset(step.time_ns - origin)
    why = "" if span is None or step.kind in ("return", "end", "ghost") else certainty.why(span)
    said = ", ".join(filter(None, (_spoken(message, names, when), why)))
    classes = f"msg m-{step.kind} t-{message.tier}" + (" bad" if step.failed else "")
    opens = step.kind not in ("return", "end", "ghost")
    return el(
        "g",
        el("title", said if span is None else f"{said} ({span.status})"),
        _time(message, when),
        _ghost_box(message) if step.kind == "ghost" else None,
        _arrow(message),
        el("circle", cx=message.x1, cy=message.y, r=4.5, class_="origin") if step.kind == "found" else None,
        _cross(message) if step.failed else None,
        [_pill(pill, message.y) for pill in message.pills],
        _text(message),
        class_=classes,
        data_s=step.span,
        data_open=opens and step.span is not None,
        data_missing=step.missing,
        role="listitem",
        aria_label=said,
    )


def _spoken(message: Message, names: list[str], when: str | None) -> str:
    step = message.step
    source = "" if step.source is None or step.source == step.target else f"from {names[step.source]} "
    pills = [pill.text for pill in message.pills]
    parts = [f"{_SPOKEN[step.kind]} {source}to {names[step.target]}", step.label, step.note, *pills, when or "no time"]
    return ", ".join(part for part in parts if part)


def _time(message: Message, when: str | None) -> Markup | None:
    if message.step.kind == "ghost":
        return None
    quiet = " quiet" if message.step.kind in ("return", "end") else ""
    return el("text", when or "no time", x=78.0, y=message.y + 1, text_anchor="end", class_=f"time{quiet}")


def _text(message: Message) -> Markup:
    step = message.step
    level = message.y + 4 if _is_beside(message) else message.y - 6
    note = el("tspan", step.note, dx=6, class_="note") if step.note else None
    x = message.text_x + (12 if step.failed and _is_beside(message) else 0)
    return el("text", message.label, note, x=x, y=level, text_anchor=message.anchor, class_="label")


def _is_beside(message: Message) -> bool:
    step = message.step
    return (step.source is None or step.source == step.target) and step.kind != "found"


def _arrow(message: Message) -> Markup | None:
    step, x1, x2, y = message.step, message.x1, message.x2, message.y
    if step.kind == "self":
        loop = f"M{x2:.1f} {y - 7:.1f}h20v14h-18"
        return el("path", d=loop, class_="wire") + _tip(x2 + 1, y + 7, -1, filled=True)
    if step.kind == "end":
        return el("path", d=f"M{x2:.1f} {y:.1f}h7", class_="wire")
    if x1 == x2:
        return None
    way = 1 if x2 > x1 else -1
    wire = el("line", x1=x1, y1=y, x2=x2 - way * (9 if step.kind == "ghost" else 2), y2=y, class_="wire")
    return wire if step.kind == "ghost" else wire + _tip(x2, y, way, filled=step.kind == "call")


def _tip(x: float, y: float, way: int, *, filled: bool) -> Markup:
    """Filled: somebody waits for the answer. Open: a message, or an answer."""
    back = x - way * 9
    end = "z" if filled else ""
    return el(
        "path",
        d=f"M{back:.1f} {y - 4.5:.1f}L{x:.1f} {y:.1f}L{back:.1f} {y + 4.5:.1f}{end}",
        class_="tip filled" if filled else "tip",
    )


def _cross(message: Message) -> Markup:
    """A failure has a shape of its own: an octagon with a cross where the answer arrives."""
    x = message.x2 + 13 if _is_beside(message) else (message.x1 + (12 if message.x2 > message.x1 else -12))
    return el("g", icon("error", x=x - 6.5, y=message.y - 6.5, size=13), class_="cross")


def _ghost_box(message: Message) -> Markup:
    x = message.x1 if message.x1 == message.x2 else message.x2
    return el(
        "g",
        el("rect", x=x - 9, y=message.y - 9, width=18.0, height=18.0, rx=4, class_="ghost-box"),
        el("text", "?", x=x, y=message.y + 4.5, text_anchor="middle", class_="ghost-mark"),
    )


def _pause(message: Message) -> Markup:
    y = message.top + message.height / 2
    return el(
        "g",
        el("line", x1=message.x1 - 60, x2=message.x2 + 60, y1=y, y2=y, class_="pause-line"),
        el("text", message.label, x=message.text_x, y=y + 4, class_="pause-text"),
        class_="pause",
        role="listitem",
    )


def _pill(pill: Pill, y: float) -> Markup:
    return el(
        "g",
        el("rect", x=pill.x, y=y - 19, width=pill.width, height=16.0, rx=8),
        el("text", pill.text, x=pill.x + pill.width / 2, y=y - 7.4, text_anchor="middle", font_size=PILL_FONT),
        class_=f"pill p-{pill.kind}",
    )
