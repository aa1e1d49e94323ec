"""Geometry of the sequence diagram: columns, rows, arrows, activations. Pixels at natural size."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec

from itk.model.trace import Span, Tier, Trace
from itk.model.tree import tier_of
from itk.renderers.layout.activations import BAR, LANE, Activation, activations
from itk.renderers.layout.pills import Pill, pill_width, pills_of
from itk.renderers.layout.story import ITK, Participant, Step, Story
from itk.renderers.text import fit, width_px

GUTTER = 92.0  # times of day, left of everything
HEAD = 64.0
FONT = 12.0
BOX = 130.0
GAP_MIN, GAP_MAX = 142.0, 330.0
FAR = 420.0  # a longer arrow has its label at its beginning, where the eye is
ROWS = {
    "call": 38.0,
    "send": 38.0,
    "deliver": 42.0,
    "self": 40.0,
    "found": 38.0,
    "return": 32.0,
    "end": 28.0,
    "ghost": 46.0,
    "pause": 40.0,
    "cut": 44.0,
}


class Column(msgspec.Struct, frozen=True, kw_only=True):
    """A participant and the x of its lifeline."""

    participant: Participant
    x: float


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """One row. The arrow goes from x1 to x2 at y; the row fills top..top+height."""

    step: Step
    top: float
    height: float
    y: float
    x1: float
    x2: float
    label: str
    text_x: float
    anchor: Literal["start", "middle"]
    pills: tuple[Pill, ...] = ()
    tier: Tier = "exact"


class SequenceLayout(msgspec.Struct, frozen=True, kw_only=True):
    """All that is drawn."""

    columns: tuple[Column, ...]
    messages: tuple[Message, ...]
    activations: tuple[Activation, ...]
    width: float
    height: float
    story: Story


def place(trace: Trace, story: Story) -> SequenceLayout:
    """Place a story, which may be an excerpt."""
    columns = _columns(trace, story)
    tops, bottom = _rows(story.steps)
    arrows = [_arrow_y(step, top) for step, top in zip(story.steps, tops, strict=True)]
    bars = activations(trace, story, [column.x for column in columns], arrows)
    edges = _Edges(columns, bars)
    messages = tuple(_message(trace, story, step, top, edges) for step, top in zip(story.steps, tops, strict=True))
    right = max((m.text_x + _text_px(m) + 40 for m in messages if m.anchor == "start"), default=0.0)
    last = columns[-1].x + GAP_MIN / 2 if columns else GUTTER
    return SequenceLayout(
        columns=columns,
        messages=messages,
        activations=bars,
        width=round(max(last, right), 1),
        height=bottom + 24,
        story=story,
    )


def _text_px(message: Message) -> float:
    """The label and the note after it."""
    note = message.step.note
    return width_px(message.label) + (width_px(note, FONT) + 12 if note else 0)


def _wanted(trace: Trace, step: Step) -> float:
    """Room that the text of a step would like to have."""
    text = f"{step.label}  {step.note}" if step.note else step.label
    pills = pills_of(trace.spans[step.span]) if step.span is not None and step.kind not in ("return", "end") else ()
    bold = 1.12 if step.failed else 1.0
    return width_px(text, FONT) * bold + sum(pill_width(words) + 6 for _, words in pills) + 44


def _columns(trace: Trace, story: Story) -> tuple[Column, ...]:
    gaps = [GAP_MIN] * len(story.participants)
    for step in story.steps:
        if step.kind in ("ghost", "pause", "cut"):
            continue
        left = min(step.target, step.target if step.source is None else step.source)
        right = max(step.target, step.target if step.source is None else step.source)
        if right - left <= 1:
            gaps[left] = max(gaps[left], min(_wanted(trace, step), GAP_MAX))
    x = GUTTER + BOX / 2
    columns = []
    for participant, gap in zip(story.participants, gaps, strict=True):
        columns.append(Column(participant=participant, x=round(x, 1)))
        x += gap
    return tuple(columns)


def _rows(steps: Sequence[Step]) -> tuple[tuple[float, ...], float]:
    tops, y = [], 8.0
    for step in steps:
        tops.append(y)
        y += ROWS[step.kind]
    return tuple(tops), y


def _arrow_y(step: Step, top: float) -> float:
    return top + ROWS[step.kind] - (20 if step.kind == "self" else 10)


class _Edges:
    """Where arrows touch: the edge of an activation, else the lifeline."""

    def __init__(self, columns: Sequence[Column], activations: Sequence[Activation]) -> None:
        self.columns = columns
        self._of = {activation.span: activation for activation in activations}

    def x(self, column: int, span: int | None, *, right: bool) -> float:
        bar = self._of.get(span) if span is not None else None
        if bar is None or bar.column != column:
            return self.columns[column].x
        return bar.x + BAR if right else bar.x


def _message(trace: Trace, story: Story, step: Step, top: float, edges: _Edges) -> Message:
    span = None if step.span is None else trace.spans[step.span]
    parent = None if step.span is None else story.tree.nodes[step.span].parent
    target_x = edges.columns[step.target].x if edges.columns else GUTTER
    source_span, target_span = (step.span, parent) if step.kind in ("return", "ghost") else (parent, step.span)
    if step.kind in ("pause", "cut"):
        x1, x2 = GUTTER, edges.columns[-1].x if edges.columns else GUTTER
    elif step.source is None or step.source == step.target:
        x2 = edges.x(step.target, step.span, right=True)
        x1 = target_x - 56 if step.kind == "found" else x2
        x2 = edges.x(step.target, step.span, right=False) if step.kind == "found" else x2
    else:
        rightward = edges.columns[step.source].x < target_x
        x1 = edges.x(step.source, source_span, right=rightward)
        x2 = edges.x(step.target, target_span, right=not rightward)
    label, text_x, anchor, pills = _texts(step, span, x1, x2)
    return Message(
        step=step,
        top=top,
        height=ROWS[step.kind],
        y=_arrow_y(step, top),
        x1=x1,
        x2=x2,
        label=label,
        text_x=text_x,
        anchor=anchor,
        pills=pills,
        tier=tier_of(span),
    )


def _texts(
    step: Step, span: Span | None, x1: float, x2: float
) -> tuple[str, float, Literal["start", "middle"], tuple[Pill, ...]]:
    """The label cut to its room, where it stands, and the pills before it."""
    beside = step.source is None or step.source == step.target
    if step.kind in ("pause", "cut"):
        return step.label, GUTTER + 6, "start", ()
    words = pills_of(span) if span is not None and step.kind not in ("return", "end", "ghost") else ()
    widths = [pill_width(text) for _, text in words]
    room = (620.0 if step.kind == "ghost" else GAP_MAX) if beside else abs(x2 - x1) - 20
    if step.kind == "ghost" and not beside:
        room = max(room, 420.0)
    spent = sum(widths) + 6 * len(widths) + (width_px(step.note, FONT) + 12 if step.note else 0)
    label = fit(step.label, max(room - spent, 48.0), FONT)
    total = width_px(label, FONT) + spent
    if beside:
        left = max(x1, x2) + {"self": 30, "ghost": 15}.get(step.kind, 10)
        left = min(x1, x2) if step.kind == "found" else left
    else:
        left = (x1 + x2) / 2 - total / 2 if total <= abs(x2 - x1) else min(x1, x2) + 15
    far = not beside and abs(x2 - x1) > FAR and total <= abs(x2 - x1) - 28
    if far:
        left = x1 + 16 if x2 > x1 else x1 - total - 16
    pills = []
    for (kind, text), width in zip(words, widths, strict=True):
        pills.append(Pill(kind=kind, text=text, x=round(left, 1), width=width))
        left += width + 6
    if beside or pills or far or total > abs(x2 - x1):
        return label, round(left, 1), "start", tuple(pills)
    return label, round((x1 + x2) / 2, 1), "middle", ()


__all__ = ["BAR", "ITK", "LANE", "Activation", "Column", "Message", "Pill", "SequenceLayout", "place"]
