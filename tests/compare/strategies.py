"""Traces of any shape: few names, so that much looks alike; ids, times and payloads as runs have them."""

from __future__ import annotations

from typing import Any

import msgspec
from hypothesis import strategies as st

from itk.model.ids import span_id, trace_id
from itk.model.trace import Attempt, Component, Payload, Span, Trace

T0 = 1_772_350_262_120_000_001
MS = 1_000_000
replace = msgspec.structs.replace

COMPONENTS = st.sampled_from(
    [
        Component(type="queue", name="intake"),
        Component(type="lambda", name="intake"),
        Component(type="lambda", name="notify"),
        Component(type="table", name="orders"),
    ]
)
UUIDS = st.integers(0, 5).map(lambda n: f"{n:08x}-aaaa-4bbb-8ccc-dddddddddd{n:02x}")
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(-5, 5), st.sampled_from(["", "A-17", "shipped", "Where is it?"]), UUIDS
)
PAYLOADS: st.SearchStrategy[Any] = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["order", "items", "id", "status"]), inner, max_size=3)
    ),
    max_leaves=6,
)


@st.composite
def traces(draw: st.DrawFn, run: str = "run-a", spans_max: int = 12) -> Trace:
    """Each span hangs under one before it, or under nobody."""
    spans: list[Span] = []
    for n in range(draw(st.integers(0, spans_max))):
        parent = draw(st.none() | st.sampled_from(spans)) if spans else None
        start = draw(st.none() | st.integers(0, 5_000))
        spans.append(
            Span(
                span_id=span_id(run, n),
                parent_span_id=None if parent is None else parent.span_id,
                name="work",
                kind=draw(st.sampled_from(["CLIENT", "PRODUCER", "CONSUMER"])),
                component=draw(COMPONENTS),
                operation=draw(st.sampled_from(["Invoke", "SendMessage", "GetItem"])),
                start_ns=None if start is None else T0 + start * MS,
                end_ns=None if start is None else T0 + (start + draw(st.integers(0, 900))) * MS,
                status=draw(st.sampled_from(["ok", "ok", "ok", "error"])),
                attempt=draw(st.none() | st.builds(Attempt, n=st.integers(1, 3), kind=st.just("app"))),
                request=draw(st.none() | st.builds(Payload, value=PAYLOADS)),
                response=draw(st.none() | st.builds(Payload, value=PAYLOADS)),
            )
        )
    return Trace(trace_id=trace_id(run), run_id=run, spans=tuple(spans))


@st.composite
def edited(draw: st.DrawFn, trace: Trace, run: str = "run-b") -> Trace:
    """The trace after a few changes: spans gone, renamed, hung elsewhere, doubled, or in another order."""
    spans = list(trace.spans)
    for _ in range(draw(st.integers(0, 4))):
        if not spans:
            break
        at = draw(st.integers(0, len(spans) - 1))
        chosen = spans[at]
        match draw(st.sampled_from(["gone", "lifted", "renamed", "hung elsewhere", "doubled", "later"])):
            case "gone":
                del spans[at]
            case "lifted":
                up = chosen.parent_span_id
                spans = [
                    replace(span, parent_span_id=up) if span.parent_span_id == chosen.span_id else span
                    for span in spans
                    if span is not chosen
                ]
            case "renamed":
                spans[at] = replace(chosen, component=draw(COMPONENTS))
            case "hung elsewhere":
                spans[at] = replace(chosen, parent_span_id=draw(st.sampled_from(spans)).span_id)
            case "doubled":
                spans.insert(at, replace(chosen, span_id=span_id(run, "new", len(spans))))
            case _:
                spans.append(spans.pop(at))
    return msgspec.structs.replace(trace, run_id=run, trace_id=trace_id(run), spans=tuple(spans))


PAIRS = traces("run-a").flatmap(lambda a: st.tuples(st.just(a), traces("run-b") | edited(a)))
