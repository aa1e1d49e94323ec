"""LogResult of an Invoke: it fills what CloudWatch has not delivered, and no line counts twice."""

from __future__ import annotations

import itertools
import json

import pytest
from msgspec.structs import replace

from itk.model.evidence import LogEvent
from itk.model.trace import Trace
from itk.stitch import stitch
from tests.stitch.lines import R1, Log, to_function
from tests.stitch.traffic import BASE_MS, iso, observe

WHOLE = (
    Log()
    .at(0, "INIT_START Runtime Version: python:3.12.v1")
    .start(1, R1)
    .line(2, R1, "one")
    .line(3, R1, "two")
    .end(4, R1)
    .events
)
TAIL = [
    replace(event, source="lambda_tail", stream=f"LogResult:{R1}", event_id=f"{n:06d}", time_ms=BASE_MS + 9_000)
    for n, event in enumerate(WHOLE[1:])
]


def traced(*events: LogEvent) -> Trace:
    return stitch(to_function(), observe(list(events)))


def test_the_tail_alone_is_the_whole_invocation_without_times() -> None:
    """Its lines have no times: that REPORT came with the answer does not mean that the function ended then."""
    (span,) = traced(*TAIL).spans
    assert traced(*TAIL).missing == ()
    assert [event.text for event in span.events] == ["one", "two"]
    assert (span.duration_ms, span.status) == (9.0, "ok")
    assert span.start_ns == to_function().sent_ns
    assert span.faas is not None
    assert span.faas.log_stream == ""


@pytest.mark.parametrize("delivered", range(1, len(WHOLE) + 1))
def test_no_line_counts_twice_however_far_cloudwatch_is(delivered: int) -> None:
    """With the first n records of the log there, the tail adds facts that those lack, and no lines."""
    trace = traced(*WHOLE[:delivered], *TAIL)
    (span,) = trace.spans
    texts = [event.text for event in span.events]
    assert len(texts) == len(set(texts))
    assert span.duration_ms == 9.0
    from_tail = {e.source for e in span.evidence} & {"lambda_tail"}
    assert bool(from_tail) == (delivered < len(WHOLE))


def test_a_json_line_of_the_tail_has_its_own_time() -> None:
    """With LoggingConfig JSON the platform's lines say when they were written."""
    told = {"time": iso(BASE_MS + 1), "type": "platform.start", "record": {"requestId": R1, "version": "$LATEST"}}
    start = replace(TAIL[0], message=json.dumps(told))
    assert traced(start, *TAIL[1:]).spans[0].start_ns == (BASE_MS + 1) * 1_000_000


def test_the_whole_log_makes_the_tail_silent() -> None:
    assert traced(*WHOLE, *TAIL).spans == traced(*WHOLE).spans


def test_order_does_not_matter() -> None:
    some = [*WHOLE[:3], *TAIL[1:4]]
    assert len({repr(traced(*order)) for order in itertools.permutations(some)}) == 1
