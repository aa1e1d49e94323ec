"""Inferred links decide nothing: whatever parent was thought likely, every check says the same."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from itk.checks import CHECKS
from itk.model.trace import Attempt, Inference, Join, Link, Payload, Span
from itk.ports import Check
from tests.checks.build import EXACT, facts, root, said, span, verdict
from tests.checks.test_registry import PARAMS

LIKELY = Join(tier="inferred", rule="assignment", inference=Inference(confidence=0.999, candidates=3))
EXPRESSIONS = ("length(spans[?parent_span_id=='a']) == `1`", "length(spans[].links[]) == `0`", "`true`")
SELECTIONS: tuple[dict[str, Any], ...] = (
    {"spans": {"component": "lambda:intake"}, "under": {"component": "queue:intake"}},
    {"spans": {"component": "lambda:intake"}, "under": {"component": "lambda:intake"}, "count": 0},
    {"spans": {"component": "queue:*"}, "count": 1},
    {"spans": {"parent_span_id": {"exists": True}}, "count": {"min": 2}},
    {"spans": {"component": "lambda:*"}, "after": {"component": "queue:*"}},
    {"spans": {"component": "lambda:*"}, "all": {"parent_span_id": "a"}},
    {"spans": {"component": "lambda:*"}, "none": {"links": {"length": {"gte": 1}}}},
)
each = pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)


def params(check: Check) -> tuple[dict[str, Any], ...]:
    """Ways to ask, each of which could be answered from a parent or a link."""
    return {
        "that": tuple({"expression": text} for text in EXPRESSIONS),
        "required_components": ({"components": ("queue:intake",)}, {"components": ("*",)}),
        "max_duration_ms": ({"max": 15}, {"max": 15, "component": "intake"}),
        "response_contains": ({"text": "yes"},),
        "spans": SELECTIONS,
        "trace": ({"no_orphans": True}, {"no_cycles": True}, {"coverage": 1}),
        "budget": ({"tokens": 5, "cold_starts": 0}, {"retries": 0, "throttles": 0}, {"e2e": "15ms"}),
    }.get(check.name, (PARAMS.get(check.name, {}),))


@st.composite
def traces(draw: st.DrawFn) -> tuple[Span, ...]:
    """A root and up to four spans, some hung by ids, some by likelihood; applications reuse their own span ids."""
    found = [root()]
    for name in "bcde"[: draw(st.integers(1, 4))]:
        found.append(
            span(
                name,
                draw(st.sampled_from([seen.span_id for seen in found])),
                join=draw(st.sampled_from([EXACT, LIKELY])),
                ids=draw(st.sampled_from([{}, {"span_id": "7"}])),
                evidence=draw(st.sampled_from([(), found[0].evidence, span().evidence])),
                response=draw(st.sampled_from([None, Payload(value="yes")])),
            )
        )
    return tuple(found)


@each
@settings(max_examples=60, deadline=None)
@given(spans=traces(), data=st.data())
def test_where_an_inferred_span_hangs_changes_no_answer(check: Check, spans: tuple[Span, ...], data: Any) -> None:
    moved = tuple(
        msgspec.structs.replace(each, parent_span_id=data.draw(st.sampled_from("abcde")))
        if each.join is LIKELY
        else each
        for each in spans
    )
    for asked in params(check):
        assert said(check.name, facts(*spans), **asked) == said(check.name, facts(*moved), **asked)


def test_an_inferred_parent_is_named_in_its_own_words() -> None:
    unknown = span("c", join=Join(tier="unresolved", rule="run_id"), name="other")
    found = verdict("no_orphan_spans", facts(root(), span(join=LIKELY), unknown))

    assert found.status == "failed"
    assert found.message == (
        "who called lambda:intake `other` is not proven; "
        "who called lambda:intake `invoke intake` is inferred, not proven"
    )
    assert found.actual == "2 orphans"


def test_a_queue_whose_consumer_is_inferred_was_not_seen() -> None:
    asked = {"components": ("queue:intake",)}
    assert said("required_components", facts(root(), span()), **asked) == "passed"
    assert said("required_components", facts(root(), span(join=LIKELY)), **asked) == "failed"


def test_a_record_of_the_run_shows_that_the_stimulus_got_in_whoever_called() -> None:
    assert said("has_entrypoint", facts(root(), span(join=LIKELY))) == "passed"
    assert said("has_entrypoint", facts(root(), span(parent="gone", join=LIKELY))) == "passed"


def test_a_repetition_that_is_only_likely_is_said_and_not_counted() -> None:
    """An agent may ask the same thing twice because it wants to know it twice."""
    link = Link(span_id="b", reason="retry_of", tier="inferred", rule="same_call")
    again = span("c", attempt=Attempt(n=2, kind="reprompt"), links=(link,))
    found = verdict("max_retry_count", facts(root(), span(), again))
    assert (found.status, found.message) == ("passed", "0 seen; 1 more may be repetitions (inferred, not proven)")

    proven = msgspec.structs.replace(again, links=(msgspec.structs.replace(link, tier="exact"),))
    assert said("max_retry_count", facts(root(), span(), proven)) == "failed"
    assert said("max_retry_count", facts(root(), span(), msgspec.structs.replace(again, links=()))) == "failed"
