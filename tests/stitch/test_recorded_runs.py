"""Runs of the demo application, recorded with all their evidence: without any part of X-Ray's, it is the same trace.

`fixtures/` were recorded with X-Ray on; `recorded/` with Transaction Search, whose spans come as log records.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from itk.model.evidence import LogEvent, Observation
from itk.model.trace import Span, Trace
from itk.sources.recorded import Recording, read_recording
from itk.stitch import RedrivePolicy, stitch
from tests.stitch.traffic import observe

ROOT = Path(__file__).resolve().parents[2]
PLACES = (ROOT / "fixtures", Path(__file__).parent / "recorded")
FILES = {path.stem: path for place in PLACES for path in sorted(place.glob("*.jsonl"))}


@cache
def recording(name: str) -> Recording:
    return read_recording(FILES[name])


def is_traced(event: LogEvent) -> bool:
    return event.source == "xray" or event.group == "aws/spans"


@cache
def observations(name: str) -> tuple[Observation, ...]:
    return tuple(observe(recording(name).events))


def stitched(name: str, left_out: frozenset[str] = frozenset()) -> Trace:
    found = recording(name)
    assert found.receipt is not None
    queues = found.dead_letter_queues
    policies = {q.source_queue: RedrivePolicy(q.source_queue, q.max_receive_count, q.name) for q in queues}
    kept = [seen for seen in observations(name) if seen.evidence.event_id not in left_out]
    return stitch(found.receipt, kept, policies=policies, event_sources=found.event_sources)


def said(span: Span) -> tuple[object, ...]:
    """All of a span but evidence, facts of the platform, attributes and events: those X-Ray adds to."""
    where = (span.span_id, span.parent_span_id, span.join, span.links, span.attempt)
    what = (span.name, span.kind, span.component, span.operation, span.status, span.error, span.request, span.response)
    return (*where, *what, span.start_ns, span.end_ns, span.duration_ms, span.clock, span.usage)


def check(name: str, left_out: frozenset[str]) -> None:
    whole, part = stitched(name), stitched(name, left_out)
    assert [said(span) for span in part.spans] == [said(span) for span in whole.spans]
    assert (part.missing, part.unplaced, part.warnings) == (whole.missing, whole.unplaced, whole.warnings)
    for less, more in zip(part.spans, whole.spans, strict=True):
        assert set(less.evidence) <= set(more.evidence)
        assert less.attributes.keys() <= more.attributes.keys()


def traced(name: str) -> list[str]:
    return sorted(event.event_id for event in recording(name).events if is_traced(event))


@pytest.mark.parametrize("name", FILES)
def test_without_any_of_it_the_trace_is_the_same(name: str) -> None:
    assert traced(name), "recorded with X-Ray on"
    check(name, frozenset(traced(name)))


@pytest.mark.parametrize("name", FILES)
@settings(max_examples=25, deadline=None)
@given(st.data())
def test_without_a_part_of_it_the_trace_is_the_same(name: str, data: st.DataObject) -> None:
    """Sampled, late, throttled: whichever documents are not there."""
    check(name, data.draw(st.frozensets(st.sampled_from(traced(name)))))


@pytest.mark.parametrize("name", FILES)
def test_every_invocation_is_told_by_the_logs_and_by_xray(name: str) -> None:
    for span in stitched(name).spans:
        if span.component.type == "lambda" and span.operation == "Invoke":
            formats = {seen.format for seen in span.evidence}
            assert formats & {"xray_segment", "otel_span"}, span.name
            assert formats & {"lambda_text", "lambda_json"}, span.name
