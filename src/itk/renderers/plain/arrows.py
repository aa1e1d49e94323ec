"""The lines of the drawing: arrows, crosses, silences. What lines have alike stands once, on the group around them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from itk.renderers.layout.activations import CUT
from itk.renderers.layout.pills import Pill
from itk.renderers.layout.sequence import Message
from itk.renderers.markup import Markup, el
from itk.renderers.plain.marks import BAD, CROSS, LINE, MUTED, PAPER, WARN, px

Voice = tuple[str | None, str | None]  # class and colour; none where they are those of the sheet
PLAIN: Voice = (None, None)
FAILED: Voice = ("p-bad", BAD)
MISSED: Voice = ("p-warn", WARN)
QUIET: Voice = ("p-muted", MUTED)
SILENT: Voice = ("p-silent", LINE)
VOICES = (PLAIN, QUIET, SILENT, MISSED, FAILED)
_DASHES = {"inferred": "9 5", "unresolved": "1 4"}
_PILLS: dict[str, tuple[Voice, str | None]] = {
    "attempt": (MISSED, None),
    "batch": (QUIET, "3 2"),
    "link": (QUIET, None),
    "doubt": (MISSED, "4 3"),
}


def voice(message: Message) -> Voice:
    """Failures and gaps stand out, answers stand back."""
    if message.step.failed:
        return FAILED
    if message.step.kind == "ghost":
        return MISSED
    if message.step.kind in ("return", "end") or message.tier == "unresolved":
        return QUIET
    return PLAIN


def pill_voice(pill: Pill) -> Voice:
    return _PILLS[pill.kind][0]


class Pen(msgspec.Struct, frozen=True):
    """How a line is drawn, beside its colour. None: as the group around it says."""

    fill: str | None = None
    width: float | None = None
    dashes: str | None = None
    cap: str | None = None


class _Sheet:
    """Lines by voice and pen, which together are one path; other shapes on top of them."""

    def __init__(self) -> None:
        self.paths: dict[Voice, dict[Pen, str]] = {each: {} for each in VOICES}
        self.shapes: dict[Voice, list[Markup]] = {each: [] for each in VOICES}

    def line(self, voice: Voice, path: str, pen: Pen) -> None:
        self.paths[voice][pen] = self.paths[voice].get(pen, "") + path

    def groups(self) -> Iterator[Markup]:
        for voice in VOICES:
            name, colour = voice
            drawn = [_path(path, pen) for pen, path in self.paths[voice].items()] + self.shapes[voice]
            if drawn:
                yield el("g", drawn, class_=name, color=colour, stroke="currentColor")


def lines(messages: Sequence[Message]) -> Markup:
    """All lines of a sheet, each voice in a group of its own."""
    sheet = _Sheet()
    for message in messages:
        if message.step.kind in ("pause", "cut"):
            _break(sheet, message)
            continue
        _arrow(sheet, message)
        sheet.shapes[voice(message)] += _marks(message)
        for pill in message.pills:
            sheet.shapes[pill_voice(pill)].append(_pill(pill, message.y))
    return el("g", list(sheet.groups()), fill="none", stroke_width=1.4)


def _path(path: str, pen: Pen) -> Markup:
    return el("path", d=path, fill=pen.fill, stroke_width=pen.width, stroke_dasharray=pen.dashes,
              stroke_linecap=pen.cap)  # fmt: skip


def _arrow(sheet: _Sheet, message: Message) -> None:
    step, x1, x2, y = message.step, message.x1, message.x2, message.y
    if step.kind == "self":
        _wire(sheet, message, f"M{px(x2)} {px(y - 7)}h20v14h-18", _tip(x2 + 1, y + 7, -1))
    elif step.kind == "end":
        _wire(sheet, message, f"M{px(x2)} {px(y)}h7", "")
    elif x1 != x2:
        way = 1 if x2 > x1 else -1
        ghost = step.kind == "ghost"
        wire = f"M{px(x1)} {px(y)}H{px(x2 - way * (9 if ghost else 2))}"
        _wire(sheet, message, wire, "" if ghost else _tip(x2, y, way))


def _wire(sheet: _Sheet, message: Message, path: str, tip: str) -> None:
    """A line and its tip. A filled one: somebody waits for the answer. An open one: a message, or an answer."""
    kind = message.step.kind
    sheet.line(
        voice(message),
        path,
        Pen(
            width=2 if message.step.failed else None,
            dashes={"return": "3 3", "ghost": "5 4"}.get(kind) or _DASHES.get(message.tier),
            cap="round" if message.tier == "unresolved" else None,
        ),
    )
    if tip and kind in ("call", "self"):
        sheet.line(voice(message), f"{tip}z", Pen(fill="currentColor"))
    elif tip:
        sheet.line(voice(message), tip, Pen())


def _tip(x: float, y: float, way: int) -> str:
    return f"M{px(x) - way * 9} {px(y - 4.5)}l{way * 9} 4.5 {-way * 9} 4.5"


def _marks(message: Message) -> Iterator[Markup]:
    """What stands at the ends of an arrow: who called is not known, it failed, it was not seen."""
    step, x1, x2, y = message.step, message.x1, message.x2, message.y
    if step.kind == "found":
        yield el("circle", cx=px(x1), cy=px(y), r=4.5, fill=PAPER, class_="p-paper")
    if step.failed:
        x = x2 + 13 if is_beside(message) else x1 + (12 if x2 > x1 else -12)
        yield el("use", href=f"#{CROSS}", x=px(x - 6.5), y=px(y - 6.5), width=13, height=13)
    if step.kind == "ghost":
        yield _ghost_box(message)


def is_beside(message: Message) -> bool:
    """Does the text stand beside the lifeline, not on an arrow?"""
    step = message.step
    return (step.source is None or step.source == step.target) and step.kind != "found"


def _ghost_box(message: Message) -> Markup:
    x, y = ghost_place(message)
    return el("rect", x=px(x - 9), y=px(y - 9), width=18, height=18, rx=4, fill=PAPER, stroke_width=1.5,
              stroke_dasharray="4 3", class_="p-paper")  # fmt: skip


def ghost_place(message: Message) -> tuple[float, float]:
    return (message.x1 if message.x1 == message.x2 else message.x2), message.y


def _break(sheet: _Sheet, message: Message) -> None:
    """A silence, or messages that are not drawn: a line, or two, across all lifelines."""
    cut = message.step.kind == "cut"
    left, right = px(message.x1 - 60), px(message.x2 + 60)
    for y in (message.y - CUT, message.y + 1) if cut else (message.top + message.height / 2,):
        pen = Pen(width=2, dashes="10 6" if cut else "2 5")
        sheet.line(MISSED if cut else SILENT, f"M{left} {px(y)}H{right}", pen)


def _pill(pill: Pill, y: float) -> Markup:
    return el("rect", x=px(pill.x), y=px(y - 19), width=px(pill.width), height=16, rx=8, fill=PAPER, stroke_width=1,
              stroke_dasharray=_PILLS[pill.kind][1], class_="p-paper")  # fmt: skip
