"""Likely parents: within one run, learned from earlier runs, with the reasons beside them."""

from __future__ import annotations

import random

import pytest
from msgspec.structs import replace

from itk.model.run import EventSource
from itk.model.trace import Component, Join, Span, Trace
from itk.stitch.inference import CallGraph, Delays
from itk.stitch.likely import delays_of_runs, graph_of, with_likely_parents
from tests.stitch.traffic import BASE_MS

pytest.importorskip("scipy", reason="guesses need the extra `inference`")

PROVEN = Join(tier="exact", rule="lambda_request_id")
UNKNOWN = Join(tier="unresolved", rule="run_id", detail="who called it is not proven")


def span(name: str, start: float, end: float, parent: str | None, join: Join | None = PROVEN, type_: str = "") -> Span:
    component = Component(type_ or "lambda", name.rstrip("0123456789"))  # type: ignore[arg-type]
    at = [BASE_MS * 1_000_000 + int(ms * 1e6) for ms in (start, end)]
    return Span(
        span_id=f"{name:0>16}",
        parent_span_id=None if parent is None else f"{parent:0>16}",
        join=None if parent is None else join,
        name=f"invoke {name}",
        kind="SERVER",
        component=component,
        operation="Invoke",
        start_ns=at[0],
        end_ns=at[1],
    )


def run(n: int, lost: Join = PROVEN) -> Trace:
    """root calls a and b one after the other; each calls c, 3 ms after its start."""
    chance = random.Random(n)
    a, b = 10 + chance.random(), 60 + chance.random()
    spans = (
        span("root", 0, 200, None),
        span("a", a, a + 40, "root"),
        span("c1", a + 3 + chance.random(), a + 30, "a" if lost is PROVEN else "root", lost),
        span("b", b, b + 40, "root"),
        span("c2", b + 3 + chance.random(), b + 30, "b" if lost is PROVEN else "root", lost),
    )
    return Trace(trace_id=f"{n:032x}", run_id=f"itk-{n:020x}", spans=spans)


def parents(trace: Trace) -> dict[str, str]:
    return {s.span_id.lstrip("0"): (s.parent_span_id or "").lstrip("0") for s in trace.spans}


def test_earlier_runs_teach_who_called() -> None:
    found = with_likely_parents(run(1000, UNKNOWN), CallGraph(), delays_of_runs(run(n) for n in range(60)))

    assert parents(found) == parents(run(1000))
    [c1] = [s for s in found.spans if s.span_id.endswith("c1")]
    assert c1.join is not None
    assert (c1.join.tier, c1.join.rule) == ("inferred", "delays")
    said = c1.join.inference
    assert said is not None
    assert said.would_be_exact == "would be exact if lambda:a logged the RequestId of the invocation"
    assert said.expected_ms is not None
    assert said.gap_ms is not None
    assert said.expected_ms[0] <= said.gap_ms <= said.expected_ms[1]
    assert said.confidence is None or 0 <= said.confidence <= 1


def test_without_earlier_runs_the_enclosing_work_is_likely_and_uncalibrated() -> None:
    found = with_likely_parents(run(1, UNKNOWN), CallGraph(), Delays())

    assert parents(found) == parents(run(1))
    joins = [s.join for s in found.spans if s.join and s.join.tier == "inferred"]
    assert {join.rule for join in joins} == {"enclosing_interval"}
    assert all(join.inference is not None and join.inference.confidence is None for join in joins)


def test_what_is_proven_is_never_touched() -> None:
    exact = run(7)
    assert with_likely_parents(exact, CallGraph(), delays_of_runs(run(n) for n in range(9))) == exact


def test_where_time_does_not_tell_it_stays_unresolved_and_says_why() -> None:
    trace = run(3, UNKNOWN)
    late = replace(trace.spans[4], start_ns=(trace.spans[0].end_ns or 0) + 9_000_000, end_ns=None)
    apart = replace(trace, spans=(*trace.spans[:4], late))
    found = with_likely_parents(apart, CallGraph(), Delays())

    [c2] = [s for s in found.spans if s.span_id.endswith("c2")]
    assert c2.join is not None
    assert c2.join.tier == "unresolved"
    assert "times are not known" in c2.join.detail


def test_runs_with_a_guess_teach_nothing() -> None:
    guessed = with_likely_parents(run(1, UNKNOWN), CallGraph(), Delays())
    assert delays_of_runs([guessed]) == Delays()


def test_an_event_source_mapping_is_a_call() -> None:
    [edge] = graph_of([EventSource(queue="jobs", function="worker", batch_size=1)]).edges
    assert (edge.parent.component, edge.child.component, edge.asynchronous) == ("queue:jobs", "lambda:worker", True)
