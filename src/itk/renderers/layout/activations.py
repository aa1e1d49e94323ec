"""Bars on the lifelines: how long each piece of work lasts, and how long a message lies in a queue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import msgspec

from itk.model.trace import Trace
from itk.renderers.layout.story import Story

BAR = 10.0
LANE = 6.0
CUT = 21.0  # how far above its row a cut begins


class Activation(msgspec.Struct, frozen=True, kw_only=True):
    """A piece of work on a lifeline (`work`), or a message that lies in a queue (`dwell`)."""

    kind: Literal["work", "dwell"]
    span: int
    column: int
    lane: int
    x: float
    y1: float
    y2: float
    open_ended: bool = False


class _Heights(msgspec.Struct):
    """What the rows say of each span: where its work begins and ends, its column, and where something is missed."""

    begin: dict[int, float] = {}
    finish: dict[int, float] = {}
    column: dict[int, int] = {}
    awaited: dict[int, float] = {}
    cuts: list[float] = []


def activations(
    trace: Trace, story: Story, lifelines: Sequence[float], rows: Sequence[float]
) -> tuple[Activation, ...]:
    """One bar a span, beside the bars of its column that are still open where it begins.

    `lifelines` are the x of the participants, `rows` the y of the arrow of each step.
    """
    heights = _heights(story, rows)
    deepest = _deepest(story, heights)
    lanes: dict[int, list[float]] = {}
    placed = []
    for at, y1 in sorted(heights.begin.items(), key=lambda item: (item[1], item[0])):
        column = heights.column[at]
        kind, lasts, open_ended = _extent(trace, story, heights, deepest, at)
        y2 = max(lasts, y1 + 8)
        ends = lanes.setdefault(column, [])
        lane = next((n for n, end in enumerate(ends) if end < y1), len(ends))
        ends[lane:] = [y2, *ends[lane + 1 :]]
        x = round(lifelines[column] - BAR / 2 + lane * LANE, 1)
        placed.append(
            Activation(kind=kind, span=at, column=column, lane=lane, x=x, y1=y1, y2=y2, open_ended=open_ended)
        )
    return tuple(placed)


def _heights(story: Story, rows: Sequence[float]) -> _Heights:
    found = _Heights()
    for step, y in zip(story.steps, rows, strict=True):
        if step.kind == "cut":
            found.cuts.append(y)
        if step.span is None:
            continue
        if step.kind == "ghost":
            found.awaited[step.span] = y - 9
        elif step.kind in ("return", "end"):
            found.finish[step.span] = y
            _begin_at_cut(found, step.span, step.target if step.source is None else step.source)
        else:
            found.begin[step.span], found.column[step.span] = y, step.target
    return found


def _begin_at_cut(heights: _Heights, span: int, column: int) -> None:
    """Work that began where nothing is told comes out of the cut."""
    if span not in heights.begin and heights.cuts:
        heights.begin[span], heights.column[span] = heights.cuts[-1] + 1, column


def _deepest(story: Story, heights: _Heights) -> dict[int, float]:
    """Where the last row of a span, or of what it caused, is."""
    nodes = story.tree.nodes
    deepest = dict(heights.begin)
    for at in sorted(deepest, key=lambda at: -nodes[at].depth):
        deepest[at] = max(deepest[at], heights.finish.get(at, 0.0))
        parent = nodes[at].parent
        if parent is not None and parent in deepest:
            deepest[parent] = max(deepest[parent], deepest[at])
    return deepest


def _extent(
    trace: Trace, story: Story, heights: _Heights, deepest: Mapping[int, float], at: int
) -> tuple[Literal["work", "dwell"], float, bool]:
    """What the bar of a span is, how far down it reaches, and whether its end was not seen."""
    span, begin = trace.spans[at], heights.begin
    if span.kind == "PRODUCER":
        taken = [begin[child] for child in _taken_up(story, begin, at)]
        return "dwell", max(taken, default=begin[at] + 18), not taken
    unfinished = span.end_ns is None
    if at in heights.finish:
        return "work", heights.finish[at], unfinished
    if at in story.going_on:
        return "work", next((y - CUT for y in heights.cuts if y > deepest[at]), deepest[at] + 14), False
    return "work", max(deepest[at] + (22 if unfinished else 14), heights.awaited.get(at, 0.0)), unfinished


def _taken_up(story: Story, begin: Mapping[int, float], at: int) -> list[int]:
    """Who took the message up, as far as that is told."""
    return [child for child in story.tree.nodes[at].children if story.tree.nodes[child].delivery and child in begin]
