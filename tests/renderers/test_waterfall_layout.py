"""Laws of the waterfall's geometry."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from itk.model.trace import Trace
from itk.renderers.layout.waterfall import BAR_MIN, ROW, layout, time_scale
from tests.renderers import build
from tests.renderers.strategies import traces

light = settings(max_examples=60, deadline=None)


@light
@given(traces())
def test_every_span_has_one_row_and_so_has_every_gap(trace: Trace) -> None:
    rows = layout(trace).rows

    assert sorted(row.span for row in rows if row.missing is None and row.span is not None) == list(
        range(len(trace.spans))
    )
    assert [row.missing for row in rows if row.missing is not None] == list(range(len(trace.missing)))
    assert [row.y for row in rows] == [n * ROW for n in range(len(rows))]


@light
@given(traces(), st.lists(st.integers(0, 90_000), min_size=2, max_size=6))
def test_the_scale_never_runs_backwards(trace: Trace, moments: list[int]) -> None:
    scale = time_scale(trace)
    places = [scale.x(1_772_350_262_000_000_001 + ms * 1_000_000) for ms in sorted(moments)]

    assert places == sorted(places)


@light
@given(traces())
def test_bars_begin_where_their_time_is_and_can_be_hit(trace: Trace) -> None:
    placed = layout(trace)

    for row in placed.rows:
        if row.span is None or row.missing is not None:
            continue
        span = trace.spans[row.span]
        assert (row.bar is None) == (span.start_ns is None and span.end_ns is None)
        if row.bar is not None:
            assert row.bar[1] - row.bar[0] >= BAR_MIN - 0.01
            assert 0 <= row.bar[0] <= row.bar[1] <= placed.width
        if row.bar is not None and span.start_ns is not None:
            assert row.bar[0] == placed.scale.x(span.start_ns)


def test_children_are_indented_under_their_parents() -> None:
    placed = layout(build.happy_trace())

    assert [row.depth for row in placed.rows] == [0, 1, 2, 3, 3, 4, 5, 3, 2, 3]


def test_a_silence_of_thirty_seconds_is_cut_and_says_so() -> None:
    segments = layout(build.poison().trace).scale.segments

    assert [segment.broken for segment in segments] == [False, True, False, True, False]


def test_a_short_run_is_linear() -> None:
    assert [segment.broken for segment in layout(build.small().trace).scale.segments] == [False]


def test_a_wait_is_drawn_from_the_end_of_sending_to_the_start_of_work() -> None:
    trace = build.small().trace
    placed = layout(trace)
    row = placed.rows[1]

    assert row.wait_text == "79 ms"
    assert row.wait == (placed.scale.x(build.at_known(41)), placed.scale.x(build.at_known(120)))


def test_ticks_are_round_and_apart() -> None:
    placed = layout(build.happy_trace())
    xs = [tick.x for tick in placed.ticks]

    assert placed.ticks[0].label == "+0 ms"
    assert all(two - one >= 50 for one, two in pairwise(xs))
