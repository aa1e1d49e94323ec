"""Laws of the sequence diagram's geometry; no browser is needed to hold them."""

from __future__ import annotations

from itertools import combinations, pairwise

import msgspec
import pytest
from hypothesis import given, settings

from itk.model.trace import Trace
from itk.renderers.layout.sequence import BAR, LANE, SequenceLayout, place
from itk.renderers.layout.story import tell
from itk.renderers.text import width_px
from tests.renderers import build
from tests.renderers.strategies import traces

BEGINS = ("call", "send", "deliver", "self", "found")
light = settings(max_examples=60, deadline=None)


def layout(trace: Trace) -> SequenceLayout:
    return place(trace, tell(trace))


@light
@given(traces())
def test_every_span_begins_once_and_ends_at_most_once(trace: Trace) -> None:
    steps = tell(trace).steps

    assert sorted(s.span for s in steps if s.kind in BEGINS and s.span is not None) == list(range(len(trace.spans)))
    ends = [s.span for s in steps if s.kind in ("return", "end")]
    assert len(ends) == len(set(ends))


@light
@given(traces())
def test_steps_follow_time_and_ghosts_come_last(trace: Trace) -> None:
    steps = tell(trace).steps
    real = [s.order_ns for s in steps if s.kind not in ("ghost", "pause")]

    assert real == sorted(real)
    assert [s.missing for s in steps if s.kind == "ghost"] == list(range(len(trace.missing)))
    assert all(s.kind == "ghost" for s in steps[len(steps) - len(trace.missing) :])


@light
@given(traces())
def test_activations_of_one_lane_never_overlap(trace: Trace) -> None:
    bars = layout(trace).activations

    for one, two in combinations(bars, 2):
        if (one.column, one.lane) == (two.column, two.lane):
            assert one.y2 < two.y1 or two.y2 < one.y1


@light
@given(traces())
def test_arrows_end_at_their_components(trace: Trace) -> None:
    placed = layout(trace)
    lanes = max((bar.lane for bar in placed.activations), default=0)
    reach = BAR + LANE * lanes

    for message in placed.messages:
        step = message.step
        if step.kind == "pause":
            continue
        assert abs(message.x2 - placed.columns[step.target].x) <= reach
        if step.source is not None:
            assert abs(message.x1 - placed.columns[step.source].x) <= reach


@light
@given(traces())
def test_rows_do_not_overlap_and_lie_in_the_drawing(trace: Trace) -> None:
    placed = layout(trace)

    for one, two in pairwise(placed.messages):
        assert one.top + one.height == two.top
    for message in placed.messages:
        assert 0 <= message.top < message.y < message.top + message.height <= placed.height
    assert all(column.x < placed.width for column in placed.columns)
    for message in placed.messages:
        if message.anchor == "start":
            assert message.text_x + width_px(f"{message.label} {message.step.note}".strip()) <= placed.width


def test_the_story_of_a_happy_run() -> None:
    story = tell(build.happy_trace())
    labels = [member.component.label for member in story.participants]
    told = [
        (step.kind, None if step.source is None else labels[step.source], labels[step.target], step.label, step.note)
        for step in story.steps
    ]

    assert told[0] == ("send", "client:itk", "queue:intake", "SendMessage", "41 ms")
    assert told[1] == ("deliver", "queue:intake", "lambda:intake", "process intake", "waited 149 ms")
    assert told[2] == ("call", "lambda:intake", "agent:gatekeeper", "InvokeAgent", "")
    assert ("return", "agent:gatekeeper", "lambda:intake", "1.87 s", "") in told
    assert told[-3][0] == "pause"
    assert told[-2] == ("deliver", "queue:notify", "lambda:notify", "process notify", "waited 1.51 s")


def test_a_message_nobody_took_is_a_dwell_without_end() -> None:
    dwells = [bar for bar in layout(build.inconclusive().trace).activations if bar.kind == "dwell"]

    assert [bar.open_ended for bar in dwells] == [False, True]


def test_what_was_never_seen_has_a_ghost_of_its_own() -> None:
    story = tell(build.inconclusive().trace)
    ghost = story.participants[-1]

    assert (ghost.component.label, ghost.ghost) == ("lambda:notify", True)
    assert story.participants[story.steps[-1].source or 0].component.label == "queue:notify"


@pytest.mark.parametrize("count", [50, 500])
def test_many_spans_stay_at_natural_size(count: int) -> None:
    placed = layout(build.many(count).trace)

    assert len([m for m in placed.messages if m.step.kind in BEGINS]) == count
    assert min(message.height for message in placed.messages) >= 28


def test_spans_that_are_their_own_ancestors_are_still_told() -> None:
    trace = build.happy_trace()
    looped = tuple(
        msgspec.structs.replace(span, parent_span_id=trace.spans[(n + 1) % len(trace.spans)].span_id)
        for n, span in enumerate(trace.spans)
    )
    story = tell(msgspec.structs.replace(trace, spans=looped))

    assert len([s for s in story.steps if s.kind in BEGINS]) == len(trace.spans)
