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


def tiers(trace: Trace) -> dict[str, str]:
    return {s.span_id.lstrip("0"): s.join.tier for s in trace.spans if s.join is not None}


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


def test_that_the_first_call_encloses_a_span_says_nothing() -> None:
    """ITK's own call is there from the beginning to the end, whatever it caused."""
    alone = Trace(
        trace_id="1" * 32,
        run_id="itk-" + "1" * 20,
        spans=(span("root", 0, 200, None), span("c", 20, 30, "root", UNKNOWN)),
    )
    assert tiers(with_likely_parents(alone, CallGraph(), Delays())) == {"c": "unresolved"}


def test_who_only_sends_encloses_nothing() -> None:
    sender = replace(span("a", 10, 50, "root"), kind="PRODUCER")
    trace = replace(run(1), spans=(span("root", 0, 200, None), sender, span("c", 20, 30, "root", UNKNOWN)))
    assert tiers(with_likely_parents(trace, CallGraph(), Delays()))["c"] == "unresolved"


def test_of_two_callers_that_overlap_none_is_chosen_for_being_shorter() -> None:
    spans = (
        span("root", 0, 200, None),
        span("a", 10, 60, "root"),
        span("b", 15, 90, "root"),
        span("c", 20, 30, "root", UNKNOWN),
    )
    trace = replace(run(1), spans=spans)
    assert tiers(with_likely_parents(trace, CallGraph(), Delays()))["c"] == "unresolved"


def together(n: int, apart_ms: float, join: Join = PROVEN) -> Trace:
    """root calls a and b side by side; each calls c, 3 to 8 ms after its start, for 10 to 20 ms."""
    chance = random.Random(n)
    a, b = 10, 10 + apart_ms
    c1, c2 = (start + 3 + 5 * chance.random() for start in (a, b))
    spans = (
        span("root", 0, 200, None),
        span("a", a, a + 40, "root"),
        span("c1", c1, c1 + 10 + 10 * chance.random(), "a" if join is PROVEN else "root", join),
        span("b", b, b + 40, "root"),
        span("c2", c2, c2 + 10 + 10 * chance.random(), "b" if join is PROVEN else "root", join),
    )
    return Trace(trace_id=f"{n:032x}", run_id=f"itk-{n:020x}", spans=spans)


@pytest.mark.parametrize(("apart_ms", "tier"), [(1, "unresolved"), (60, "inferred")])
def test_few_earlier_runs_teach_only_what_is_clear(apart_ms: float, tier: str) -> None:
    """Too few to calibrate: what two callers explain nearly alike is drawn nowhere."""
    few = delays_of_runs(together(n, 60) for n in range(6))
    found = with_likely_parents(together(1000, apart_ms, UNKNOWN), CallGraph(), few)
    assert {tiers(found)["c1"], tiers(found)["c2"]} == {tier}


def test_no_guess_hangs_a_span_under_its_own_work() -> None:
    """Not even through a span whose times nobody said: what hangs in a ring would be drawn nowhere."""
    silent = replace(span("b", 10, 60, "a"), start_ns=None, end_ns=None)
    spans = (span("root", 0, 200, None), span("a", 20, 40, "root", UNKNOWN), silent, span("c", 10, 60, "b"))
    found = with_likely_parents(replace(run(1), spans=spans), CallGraph(), Delays())

    assert {s.span_id for s in found.spans} == {s.span_id for s in spans}
    assert tiers(found)["a"] == "unresolved"


def test_the_only_caller_that_the_graph_knows_is_likely_whatever_the_times() -> None:
    queue = replace(span("root", 0, 5, None, type_="queue"), kind="PRODUCER")
    trace = replace(run(1), spans=(queue, span("c", 20, 30, "root", UNKNOWN)))
    graph = graph_of([EventSource(queue="root", function="c", batch_size=1)])
    [c] = [s for s in with_likely_parents(trace, graph, Delays()).spans if s.span_id.endswith("c")]
    assert c.join is not None
    assert (c.join.tier, c.join.rule) == ("inferred", "only_caller")


def test_runs_with_a_guess_teach_nothing() -> None:
    guessed = with_likely_parents(run(1, UNKNOWN), CallGraph(), Delays())
    assert delays_of_runs([guessed]) == Delays()


def test_an_event_source_mapping_is_a_call() -> None:
    [edge] = graph_of([EventSource(queue="jobs", function="worker", batch_size=1)]).edges
    assert (edge.parent.component, edge.child.component, edge.asynchronous) == ("queue:jobs", "lambda:worker", True)
