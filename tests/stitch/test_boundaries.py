"""Contract spans: their parents, their two halves, and ids that are not as unique as they should be."""

from __future__ import annotations

import json
from typing import Any

from tests.stitch.lines import R1, R2, Log, boundary, named, one, to_function, trace


def span(name: str, ms: int, own: str = "", parent: str = "", **more: Any) -> str:
    ids = {k: v for k, v in (("span_id", own), ("parent_span_id", parent)) if v}
    return json.dumps(boundary("INTERNAL", "service", name, ms, **ids) | {"name": name} | more)


def one_invocation(*spans: str) -> Log:
    log = Log().start(0, R1)
    for n, text in enumerate(spans, 1):
        log = log.line(n, R1, text)
    return log.end(90, R1)


def test_a_line_may_name_its_parent() -> None:
    found = trace(to_function(), one_invocation(span("inner", 1, "b", "a"), span("outer", 2, "a")))
    inner = one(found, "inner")
    assert inner.parent_span_id == one(found, "outer").span_id
    assert inner.join is not None
    assert (inner.join.tier, inner.join.rule) == ("exact", "parent_span_id")
    assert one(found, "outer").parent_span_id == found.spans[0].span_id


def test_a_ring_of_parents_is_cut_everywhere() -> None:
    """No span of a ring is a better end than another; what hangs on it stays."""
    ring = [span("a", 1, "1", "3"), span("b", 2, "2", "1"), span("c", 3, "3", "2"), span("leaf", 4, "4", "2")]
    found = trace(to_function(), one_invocation(*ring))
    for name in "abc":
        cut = one(found, name)
        assert cut.parent_span_id == found.spans[0].span_id
        assert cut.join is not None
        assert cut.join.tier == "unresolved"
    assert one(found, "leaf").parent_span_id == one(found, "b").span_id


def test_its_own_parent_is_none() -> None:
    found = trace(to_function(), one_invocation(span("a", 1, "1", "1")))
    assert one(found, "a").parent_span_id == found.spans[0].span_id


def test_start_and_end_are_one_span() -> None:
    start, end = span("call", 1, "a", phase="start", end_time=None), span("call", 5, "a", phase="end", start_time=None)
    for lines in ((start, end), (end, start)):
        found = one(trace(to_function(), one_invocation(*lines)), "call")
        assert found.start_ns is not None
        assert found.end_ns is not None
        assert found.duration_ms == (found.end_ns - found.start_ns) / 1e6
        assert found.status == "ok"


def test_a_start_without_an_end_is_missing() -> None:
    """Even where the operation is called Invoke, as an invocation's is."""
    started = span("call", 1, "a", phase="start", operation="Invoke")
    found = trace(to_function(), one_invocation(started))
    assert one(found, "call").status == "incomplete"
    assert "its end was not seen" in found.missing[0].what


def test_spans_that_reuse_an_id_stay_two() -> None:
    """Nothing is dropped where an application numbers badly."""
    found = trace(to_function(), one_invocation(span("x", 1, "7"), span("x", 2, "7"), span("y", 3, "8", "7")))
    assert len(named(found, "x")) == 2
    assert one(found, "y").parent_span_id == found.spans[0].span_id  # which of the two, nobody said


def test_many_spans_in_one_line_stay_many() -> None:
    both = json.dumps({"spans": [json.loads(span("put", 1)), json.loads(span("put", 2))]})
    assert len(named(trace(to_function(), one_invocation(both)), "put")) == 2


def test_ids_that_count_from_one_in_every_invocation() -> None:
    """`1` here is not `1` there: a parent is looked for in the same invocation first."""
    again = span("callee", 20, "2", "1")
    call = json.dumps(boundary("CLIENT", "lambda", "worker", 5, lambda_request_id=R2, span_id="1"))
    log = Log().start(0, R1).line(5, R1, call).end(9, R1)
    worker = Log("worker", "w").start(6, R2).line(7, R2, span("outer", 7, "1")).line(8, R2, again).end(9, R2)
    found = trace(to_function(), log, worker)
    assert one(found, "callee").parent_span_id == one(found, "outer").span_id


def test_a_retry_that_reuses_span_ids_has_spans_of_its_own() -> None:
    """Lambda's own retry keeps the RequestId, and may keep the ids that an application derives from it."""
    log = Log().start(0, R1).line(1, R1, span("put", 1, "7")).end(2, R1)
    log = log.start(60_000, R1).line(60_001, R1, span("put", 60_001, "7")).end(60_002, R1)
    first, second = named(trace(to_function(), log), "put")
    assert first.parent_span_id != second.parent_span_id
