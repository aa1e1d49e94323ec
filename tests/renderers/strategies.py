"""Traces as no sane application writes them: any names, any parents, times that run backwards or are not there."""

from __future__ import annotations

from hypothesis import strategies as st

from itk.model.ids import span_id
from itk.model.trace import Attempt, Component, Join, Missing, Span, Trace

names = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        ["end", "a;b", "x#y", "a\nb", "(p)", "", "p0->>p1: x", "wrap: z", "%%{init: {}}%%", "\ud800", "🦊"]
    ),
)
components = st.builds(
    Component,
    type=st.sampled_from(["queue", "lambda", "agent", "tool", "table", "client", "bus"]),
    name=st.sampled_from(["a", "b", "end"]) | names,
)
times = st.none() | st.integers(min_value=0, max_value=90_000).map(
    lambda ms: 1_772_350_262_000_000_001 + ms * 1_000_000
)


@st.composite
def spans(draw: st.DrawFn, at: int, count: int) -> Span:
    parent = draw(st.integers(min_value=-2, max_value=count - 1))
    known = span_id("h", parent) if parent >= 0 else None if parent == -1 else "not-here"
    return Span(
        span_id=span_id("h", at),
        parent_span_id=known,
        join=None
        if known is None
        else Join(tier=draw(st.sampled_from(["exact", "structural", "inferred", "unresolved"])), rule="r"),
        name=draw(names),
        kind=draw(st.sampled_from(["PRODUCER", "CONSUMER", "CLIENT", "INTERNAL"])),
        component=draw(components),
        operation=draw(names),
        start_ns=draw(times),
        end_ns=draw(times),
        status=draw(st.sampled_from(["ok", "error", "timeout", "throttled", "incomplete", "unknown"])),
        attempt=draw(st.none() | st.builds(Attempt, n=st.integers(1, 4), kind=st.just("app"))),
    )


@st.composite
def traces(draw: st.DrawFn, most: int = 9) -> Trace:
    count = draw(st.integers(min_value=0, max_value=most))
    found = tuple(draw(spans(at, count)) for at in range(count))
    ids = st.sampled_from([span.span_id for span in found] + ["", "gone"])
    missing = draw(st.lists(st.builds(Missing, what=names, component=names, span_id=ids), max_size=3))
    return Trace(trace_id="0" * 32, run_id="r", spans=found, missing=tuple(missing))
