"""`spans`: every form with a case that passes, one that fails, and one with nothing to judge."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from itk.model.evidence import ErrorFact
from itk.model.trace import Attempt, Component, Join, Payload, Span
from tests.checks.build import EXACT, MS, facts, root, said, span, spec, verdict

LIKELY = Join(tier="inferred", rule="assignment")


def of(label: str, span_id: str, parent: str = "b", start: int = 30, end: int = 40, **fields: Any) -> Span:
    type_, name = label.split(":")
    component = Component(type_, name)  # type: ignore[arg-type]
    times = {"start_ns": start * MS, "end_ns": end * MS, "duration_ms": float(end - start)}
    return span(span_id, parent, component=component, name=f"do {name}", **{**times, **fields})


STEP = of("state_machine:refund", "s", start=20, end=90)
PUT = of("table:ledger", "p", "s", operation="PutItem", request=Payload(value={"Item": {"orderId": {"S": "ITK-7"}}}),
         attributes={"http.status_code": 200})  # fmt: skip
NOTIFY = of("lambda:notify", "n", "s", 50, 60, attempt=Attempt(n=1, kind="sfn_retry"))
RUN = facts(root(), span(), STEP, PUT, NOTIFY)


@pytest.mark.parametrize(
    "asked",
    [
        {"spans": {"component": "lambda:intake"}, "count": 1},
        {"spans": {"component": "intake", "kind": "SERVER"}},
        {"spans": {"component": "lambda:*"}, "count": 2},
        {"spans": {"component": "lambda:*"}, "count": {"min": 2, "max": 3}},
        {"spans": {"component": {"in": ["lambda:notify"]}}, "count": 1},
        {"spans": {"component.type": "lambda", "component.name": {"starts_with": "not"}}, "count": 1},
        {"spans": {"component": "topic:*"}, "count": 0},
        {"spans": {}, "count": {"max": 5}},
        {"spans": {"component": "lambda:notify"}, "under": {"component": "state_machine:refund"}},
        {"spans": {"component": "lambda:notify"}, "under": {"component": "lambda:intake"}, "count": 1},
        {"spans": {"component": "lambda:intake"}, "under": {"component": "state_machine:refund"}, "count": 0},
        {"spans": {"component": "lambda:notify"}, "after": {"component": "table:ledger", "operation": "PutItem"}},
        {"spans": {"component": "table:ledger"}, "before": {"component": "lambda:notify"}},
        {"spans": {"component": "table:ledger"}, "after": {"component": "lambda:notify"}, "count": 0},
        {
            "spans": {"component": "table:ledger"},
            "all": {
                'attributes."http.status_code"': 200,
                "request.Item.orderId.S": {"matches": "^ITK-"},
                "duration_ms": {"lt": "500ms"},
            },
        },
        {"spans": {"component": "lambda:*"}, "any": {"attempt.n": 1}},
        {"spans": {"component": "lambda:*"}, "none": {"status": {"in": ["error", "timeout"]}}},
        {"spans": {"component": "lambda:*"}, "first": {"name": "invoke intake"}, "last": {"name": "do notify"}},
        {"spans": {"component": "lambda:*"}, "nth": {"2": {"component": "lambda:notify"}}},
        {"spans": {"status": "ok"}, "all": {"error": {"absent": True}}},
    ],
    ids=str,
)
def test_passes(asked: dict[str, Any]) -> None:
    found = verdict("spans", RUN, **asked)
    assert found.status == "passed", found.message
    assert found.nearest == ()


@pytest.mark.parametrize(
    ("asked", "expected", "actual", "nearest"),
    [
        (
            {"spans": {"component": "lambda:notify-v2"}},
            "at least 1 span with component lambda:notify-v2", "0 spans",
            "component is lambda:notify, not lambda:notify-v2",
        ),
        (
            {"spans": {"component": "lambda:*"}, "count": 1},
            "exactly 1 span with component lambda:*", "2 spans", "is one of those that were found",
        ),
        (
            {"spans": {"component": "lambda:*"}, "count": {"min": 3}},
            "at least 3 spans with component lambda:*", "2 spans", "component is table:ledger, not lambda:*",
        ),
        (
            {"spans": {"component": "lambda:*"}, "count": {"max": 1}},
            "exactly 1 span with component lambda:*", "2 spans", "is one of those that were found",
        ),
        (
            {"spans": {"component": "lambda:notify"}, "count": 0},
            "no span with component lambda:notify", "1 span", "is one of those that were found",
        ),
        (
            {"spans": {"component": "lambda:intake"}, "under": {"component": "state_machine:refund"}},
            "at least 1 span with component lambda:intake, under one with component state_machine:refund", "0 spans",
            "is not under one with component state_machine:refund",
        ),
        (
            {"spans": {"component": "table:ledger"}, "after": {"component": "lambda:notify"}},
            "each after one with component lambda:notify", "not after it: table:ledger `do ledger`",
            "is not proven to start after one with component lambda:notify",
        ),
        (
            {"spans": {"component": "lambda:notify"}, "before": {"component": "table:ledger"}},
            "each before one with component table:ledger", "not before it: lambda:notify `do notify`",
            "is not proven to end before one with component table:ledger",
        ),
        (
            {"spans": {"component": "lambda:notify"}, "after": {"component": "table:legder"}},
            "each after one with component table:legder", "no span with component table:legder",
            "component is table:ledger, not table:legder",
        ),
        (
            {"spans": {"component": "lambda:notify"}, "after": {"component": "table:ledger"}, "count": 0},
            "no span with component lambda:notify, after one with component table:ledger", "1 span",
            "is one of those that were found",
        ),
        (
            {"spans": {"component": "lambda:notify"}, "all": {"duration_ms": {"lt": "5ms"}}},
            "all: duration_ms less than 5", "1 of 1 differ: duration_ms is 10.0, not less than 5",
            "duration_ms is 10.0, not less than 5",
        ),
        (
            {"spans": {"component": "table:ledger"}, "any": {'attributes."http.status_code"': "200"}},
            'any: attributes."http.status_code" "200"',
            'none is so: attributes."http.status_code" is the number 200, which cannot be compared with the text "200"',
            'attributes."http.status_code" is the number 200, which cannot be compared with the text "200"',
        ),
        (
            {"spans": {"component": "lambda:*"}, "none": {"name": {"contains": "notify"}}},
            "none: name something that contains notify", "1 span of 2 is so",
            "has name something that contains notify",
        ),
        (
            {"spans": {"component": "lambda:*"}, "first": {"component": "lambda:notify"}},
            "first: component lambda:notify", "component is lambda:intake, not lambda:notify",
            "component is lambda:intake, not lambda:notify",
        ),
        (
            {"spans": {"component": "lambda:*"}, "last": {"attempt.n": 2}},
            "last: attempt.n 2", "attempt.n is 1, not 2", "attempt.n is 1, not 2",
        ),
        (
            {"spans": {"component": "lambda:*"}, "nth": {"1": {"attempt.n": 1}}},
            "nth 1: attempt.n 1", "attempt.n has no value, wanted: 1", "attempt.n has no value, wanted: 1",
        ),
    ],
    ids=str,
)  # fmt: skip
def test_fails_and_says_what_came_closest(asked: dict[str, Any], expected: str, actual: str, nearest: str) -> None:
    found = verdict("spans", RUN, **asked)

    assert (found.status, found.expected, found.actual) == ("failed", expected, actual)
    assert found.nearest[0].differs == nearest
    assert len(found.nearest) <= 5


@pytest.mark.parametrize("more", [{}, {"count": 0}, {"all": {"status": "ok"}}, {"none": {"status": "ok"}}], ids=str)
def test_nothing_seen_is_nothing_judged(more: dict[str, Any]) -> None:
    asked = {"spans": {"component": "lambda:x"}, **more}
    assert said("spans", facts(root()), **asked) == "failed"
    assert said("spans", facts(root(), complete=False), **asked) == "inconclusive"


@pytest.mark.parametrize("more", [{}, {"all": {"name": "x"}}, {"none": {"name": "x"}}, {"count": {"max": 3}}], ids=str)
def test_no_match_is_no_pass_unless_it_is_asked_for(more: dict[str, Any]) -> None:
    """A check that is green because it looked at nothing is the bug that everybody has had."""
    found = verdict("spans", RUN, spans={"component": "lambda:gone"}, **more)
    assert (found.status, found.actual) == ("failed", "0 spans")
    assert said("spans", RUN, spans={"component": "lambda:gone"}, count=0) == "passed"


def test_no_order_without_the_other() -> None:
    """`count: 0` with an order to something that never was would be green for the wrong reason."""
    asked = {"spans": {"component": "lambda:notify"}, "after": {"component": "table:gone"}, "count": 0}
    assert said("spans", RUN, **asked) == "failed"


def test_where_a_parent_is_inferred_the_relation_is_not_proven() -> None:
    of_run = facts(root(), span(), STEP, of("lambda:notify", "n", "s", join=LIKELY))
    for count in ({}, {"count": 0}, {"count": 1}):
        found = verdict(
            "spans", of_run, spans={"component": "lambda:notify"}, under={"component": "state_machine:refund"}, **count
        )
        assert found.status == "failed"
        assert found.nearest[0].differs == "under what it lies is not proven"
        assert "perhaps 1 span" in found.actual or "under what it lies is not proven" in found.actual


def test_times_that_are_unknown_or_equal_prove_no_order() -> None:
    asked = {"spans": {"component": "lambda:notify"}, "after": {"component": "table:ledger"}}
    coarse = of("table:ledger", "p", "s", time_precision_ns=MS)  # ended at 40 ms, or nearly at 41
    for put, start_ns in ((PUT, None), (PUT, 40 * MS), (coarse, 40 * MS + 1)):
        late = of("lambda:notify", "n", "s", start_ns=start_ns)
        found = verdict("spans", facts(root(), span(), STEP, put, late), **asked)
        assert found.status == "failed"
        assert found.actual == "not proven, for a time is unknown or too coarse: lambda:notify `do notify`"
    assert said("spans", facts(root(), span(), STEP, PUT, of("lambda:notify", "n", "s", 41)), **asked) == "passed"


def test_spans_that_started_together_have_no_first() -> None:
    twins = of("lambda:a", "x", "s"), of("lambda:b", "y", "s")
    one = verdict("spans", facts(root(), span(), STEP, *twins), spans={"component.name": {"in": ["a", "b"]}},
                  first={"component": "lambda:a"})  # fmt: skip
    assert (one.status, one.actual) == ("failed", "cannot be told")
    assert said("spans", facts(root(), span(), STEP, *twins), spans={"component.name": {"in": ["a", "b"]}},
                first={"component.type": "lambda"}) == "passed"  # fmt: skip


def test_what_itk_sent_was_not_seen_by_anybody() -> None:
    asked = {"spans": {"component": "queue:intake"}}
    assert said("spans", facts(root(), span()), **asked) == "passed"
    found = verdict("spans", facts(root(), span(join=LIKELY)), **asked)
    assert (found.status, found.nearest[0].differs) == ("failed", "no record proves it")


@pytest.mark.parametrize(
    ("early", "asked"),
    [
        ("passed", {"spans": {"component": "lambda:*"}}),
        ("passed", {"spans": {"component": "lambda:*"}, "any": {"attempt.n": 1}}),
        ("passed", {"spans": {"component": "lambda:*"}, "count": {"min": 2}}),
        ("passed", {"spans": {"duration_ms": {"gt": "5ms"}}}),
        ("failed", {"spans": {"component": "lambda:notify"}, "count": 0}),
        ("failed", {"spans": {"component": "lambda:*"}, "count": {"max": 1}}),
        ("failed", {"spans": {"component": "lambda:*"}, "all": {"kind": "CLIENT"}}),
        ("failed", {"spans": {"component": "lambda:*"}, "none": {"kind": "SERVER"}}),
        ("failed", {"spans": {"component": "lambda:notify"}, "all": {"duration_ms": {"lt": "5ms"}}}),
        ("inconclusive", {"spans": {"component": "lambda:*"}, "count": 2}),
        ("inconclusive", {"spans": {"component": "lambda:*"}, "count": 1}),
        ("inconclusive", {"spans": {"component": "lambda:*"}, "count": {"min": 1, "max": 5}}),
        ("inconclusive", {"spans": {"component": "lambda:gone"}, "count": 0}),
        ("inconclusive", {"spans": {"component": "lambda:gone"}}),
        ("inconclusive", {"spans": {"component": "lambda:*"}, "all": {"kind": "SERVER"}}),
        ("inconclusive", {"spans": {"component": "lambda:*"}, "any": {"kind": "CLIENT"}}),
        ("inconclusive", {"spans": {"component": "lambda:*"}, "first": {"name": "invoke intake"}}),
        ("inconclusive", {"spans": {"component": "lambda:notify"}, "after": {"component": "table:ledger"}}),
        # What is known may still change: a span that is well may turn bad, and one without an error get one.
        ("inconclusive", {"spans": {"status": "ok"}}),
        ("inconclusive", {"spans": {"error": {"absent": True}}}),
        ("inconclusive", {"spans": {"duration_ms": {"lt": "500ms"}}}),
        ("inconclusive", {"spans": {"component": "lambda:*"}, "all": {"error.type": "x"}}),
    ],
    ids=str,
)
def test_only_what_no_record_can_change_is_told_early(early: str, asked: dict[str, Any]) -> None:
    so_far = facts(root(), span(), STEP, PUT, NOTIFY, complete=False)
    assert said("spans", so_far, **asked) == early


def test_a_span_that_failed_stays_failed() -> None:
    bad = of("lambda:bad", "x", status="error", error=ErrorFact(type="KeyError"))
    so_far = facts(root(), span(), bad, complete=False)
    assert said("spans", so_far, spans={"status": "error"}) == "passed"
    assert said("spans", so_far, spans={"status": {"in": ["error", "timeout"]}}, count=0) == "failed"


@pytest.mark.parametrize(
    "asked",
    [
        {"spans": {}, "count": -1}, {"spans": {}, "count": True}, {"spans": {}, "count": {}},
        {"spans": {}, "count": 1.5},
        {"spans": {}, "count": {"min": 3, "max": 2}}, {"spans": {}, "count": {"max": 0}}, {"spans": {}, "nth": {}},
        {"spans": {}, "nth": {"x": {"name": "a"}}}, {"spans": {}, "nth": {"1": {}}}, {"spans": {}, "all": None},
        {"spans": {}, "under": {}}, {"spans": {"status": "eror"}}, {"spans": {"status": {"in": ["ok", "no"]}}},
        {"spans": {"attempt.no": 1}}, {"spans": {"componnt": "x"}}, {"spans": {}, "count": 0, "all": {"name": "x"}},
    ],
    ids=str,
)  # fmt: skip
def test_what_makes_no_sense_is_refused(asked: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        spec("spans", **asked)


def test_a_path_goes_where_run_json_goes_and_into_payloads() -> None:
    answer = Payload(value={"body": '{"items": [{"sku": "A"}]}', "value": 1}, truncated=True)
    told = of("lambda:x", "x", response=answer, ids={"sqs_message_id": "m-1"}, join=EXACT)
    of_run = facts(root(), span(), told)
    for path, value in {
        "response.body.items[0].sku": "A", "response.value.body": {"contains": "sku"}, "response.value.value": 1,
        "response.truncated": True, "ids.sqs_message_id": "m-1", "evidence[0].format": "lambda_text",
        "component.label": "lambda:x", "join.tier": "exact", "links": {"length": 0},
        "response": {"subset": {"value": 1}},
    }.items():  # fmt: skip
        found = verdict("spans", of_run, spans={"component": "lambda:x"}, all={path: value})
        assert found.status == "passed", found.actual
