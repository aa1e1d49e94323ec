"""Laws of `spans` and `budget` over made-up runs."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from itk.model.evidence import ErrorFact, Usage
from itk.model.run import CheckVerdict
from itk.model.trace import Attempt, Component, Faas, Span
from tests.checks.build import EXACT, MS, facts, root, said, span, verdict
from tests.checks.test_inferred import LIKELY

LABELS = ("lambda:a", "lambda:b", "table:t", "model:m")
STATUSES = ("ok", "error", "timeout")
MATCHERS: dict[str, tuple[Any, Any]] = {  # a field: a matcher, and the one that holds where it does not
    "status": ({"in": ["ok", "error"]}, {"not_in": ["ok", "error"]}),
    "kind": ("SERVER", {"ne": "SERVER"}),
    "name": ({"contains": "x"}, {"not_contains": "x"}),
    "start_ns": ({"lt": 40 * MS}, {"gte": 40 * MS}),
    "component.name": ({"one_of": ["a", {"matches": "^t"}]}, {"in": ["b", "m"]}),
    "evidence": ({"length": {"gte": 2}}, {"length": {"lt": 2}}),
}


@st.composite
def spans_of_a_run(draw: st.DrawFn) -> tuple[Span, ...]:
    """A root and up to six spans whose every field that is asked for is told."""
    found = [root()]
    for at in range(draw(st.integers(1, 6))):
        type_, name = draw(st.sampled_from(LABELS)).split(":")
        start, lasted = draw(st.integers(1, 8)) * 10 * MS, draw(st.integers(0, 3)) * 5 * MS
        status = draw(st.sampled_from(STATUSES))
        found.append(
            span(
                f"s{at}",
                draw(st.sampled_from([each.span_id for each in found])),
                component=Component(type_, name),  # type: ignore[arg-type]
                join=draw(st.sampled_from([EXACT, EXACT, LIKELY])),
                name=draw(st.sampled_from(["x", "xy", "z"])),
                status=status,
                error=None if status == "ok" else ErrorFact(type="KeyError"),
                kind=draw(st.sampled_from(["SERVER", "CLIENT"])),
                start_ns=start,
                end_ns=start + lasted,
                duration_ms=lasted / MS,
                attempt=draw(st.sampled_from([None, Attempt(n=1, kind="app"), Attempt(n=2, kind="app")])),
                faas=draw(st.sampled_from([None, Faas(cold_start=True), Faas(cold_start=False)])),
                usage=draw(st.sampled_from([None, Usage(input_tokens=3, output_tokens=4)])),
            )
        )
    return tuple(found)


fields = st.sampled_from(list(MATCHERS))
meant = st.sampled_from([{"component": label} for label in (*LABELS, "lambda:*")] + [{"attempt.n": {"gte": 1}}])


@given(run=spans_of_a_run(), field=fields, asked=meant)
def test_all_is_not_any_of_the_opposite(run: tuple[Span, ...], field: str, asked: dict[str, Any]) -> None:
    holds, opposite = MATCHERS[field]
    if said("spans", facts(*run), spans=asked) == "failed":
        return
    answer = said("spans", facts(*run), spans=asked, all={field: holds})

    assert answer == said("spans", facts(*run), spans=asked, none={field: opposite})
    assert (answer == "passed") == (said("spans", facts(*run), spans=asked, any={field: opposite}) == "failed")


@given(run=spans_of_a_run(), field=fields)
def test_counts_add_up(run: tuple[Span, ...], field: str) -> None:
    """Every span has the field or has it not."""
    seen = {"evidence": {"length": {"gte": 1}}}

    def count(more: Any) -> int:
        asked = {"spans": {**seen, **more}}
        return next(n for n in range(10) if said("spans", facts(*run), **asked, count=n) == "passed")

    holds, opposite = MATCHERS[field]
    if field != "evidence":
        assert count({field: holds}) + count({field: opposite}) == count({}) == len(run) - 1


@given(run=spans_of_a_run(), asked=meant, n=st.integers(1, 7))
def test_exactly_is_at_least_and_at_most(run: tuple[Span, ...], asked: dict[str, Any], n: int) -> None:
    def passes(count: Any) -> bool:
        return said("spans", facts(*run), spans=asked, count=count) == "passed"

    assert passes(n) == (passes({"min": n}) and passes({"max": n})) == passes({"min": n, "max": n})
    assert passes(0) == (not any(passes(count) for count in range(1, 8)))


ASKED: tuple[dict[str, Any], ...] = (
    {"spans": {"component": "lambda:a"}},
    {"spans": {"component": "lambda:*"}, "count": {"min": 2}},
    {"spans": {"component": "lambda:*"}, "count": {"max": 2}},
    {"spans": {"component": "lambda:*"}, "count": 1},
    {"spans": {"component": "table:t"}, "count": 0},
    {"spans": {"status": "error"}, "count": 0},
    {"spans": {"component": "*:?", "kind": "SERVER", "status": "ok"}},
    {"spans": {"component": "*:?", "error": {"absent": True}}},
    {"spans": {"component": "*:?", "duration_ms": {"lt": 1}}},
    {"spans": {"component": "lambda:*"}, "under": {"component": "lambda:a"}},
    {"spans": {"component": "lambda:b"}, "under": {"component": "lambda:a"}, "count": 0},
    {"spans": {"component": "lambda:b"}, "after": {"component": "lambda:a"}},
    {"spans": {"component": "lambda:b"}, "before": {"component": "lambda:a"}, "count": 0},
    {"spans": {"component": "lambda:*"}, "all": {"status": "ok", "attempt.n": {"lt": 2}}},
    {"spans": {"component": "lambda:*"}, "none": {"status": "error"}},
    {"spans": {"component": "lambda:*"}, "any": {"attempt.n": 2}},
    {"spans": {"component": "lambda:*"}, "any": {"error": {"absent": True}}},
    {"spans": {"component": "lambda:*"}, "first": {"name": "x"}, "nth": {"2": {"name": "z"}}},
    {"spans": {"duration_ms": {"gt": 5}}, "all": {"duration_ms": {"lt": "7ms"}}},
)
BUDGETS: tuple[dict[str, Any], ...] = (
    {"retries": 0}, {"tokens": 7}, {"tokens": {"gte": 7}}, {"cold_starts": {"lte": 1}}, {"e2e": "60ms", "throttles": 0},
    {"tokens": 14, "allow_unknown": True}, {"retries": {"eq": 1}},
)  # fmt: skip
WISHES = [("spans", asked) for asked in ASKED] + [("budget", asked) for asked in BUDGETS]


def so_far(run: tuple[Span, ...], kept: list[bool], told: list[bool]) -> tuple[Span, ...]:
    """The run when less of it was known: spans that had not been seen, some that seemed well, some without an end."""
    begun = [
        each
        if known
        else msgspec.structs.replace(
            each,
            status="ok" if at % 2 else "incomplete",
            error=None,
            end_ns=each.start_ns if at % 2 else None,
            duration_ms=0.0 if at % 2 else None,
            attempt=None,
            faas=None,
            usage=None,
        )
        for at, (each, known) in enumerate(zip(run[1:], told, strict=False))
    ]
    return (run[0], *(each for each, keep in zip(begun, kept, strict=False) if keep))


@pytest.mark.parametrize(("name", "asked"), WISHES, ids=str)
@settings(max_examples=40, deadline=None)
@given(
    run=spans_of_a_run(),
    kept=st.lists(st.booleans(), min_size=6, max_size=6),
    told=st.lists(st.booleans(), min_size=6, max_size=6),
)
def test_more_evidence_never_turns_an_early_answer(
    name: str, asked: dict[str, Any], run: tuple[Span, ...], kept: list[bool], told: list[bool]
) -> None:
    early = said(name, facts(*so_far(run, kept, told), complete=False), **asked)

    if early != "inconclusive":
        assert said(name, facts(*run, complete=False), **asked) == early
        assert said(name, facts(*run), **asked) == early


@pytest.mark.parametrize(("name", "asked"), WISHES, ids=str)
@settings(max_examples=15, deadline=None)
@given(run=spans_of_a_run(), data=st.data())
def test_where_an_inferred_span_hangs_changes_nothing_that_is_said(
    name: str, asked: dict[str, Any], run: tuple[Span, ...], data: Any
) -> None:
    ids = [each.span_id for each in run]
    moved = tuple(
        msgspec.structs.replace(each, parent_span_id=data.draw(st.sampled_from(ids))) if each.join is LIKELY else each
        for each in run
    )

    def heard(spans: tuple[Span, ...]) -> CheckVerdict:
        return verdict(name, facts(*spans), **asked)

    assert heard(run) == heard(moved)


@pytest.mark.parametrize(("name", "asked"), WISHES, ids=str)
@settings(max_examples=15, deadline=None)
@given(run=spans_of_a_run(), complete=st.booleans())
def test_what_does_not_pass_says_what_was_wanted_and_what_was_there(
    name: str, asked: dict[str, Any], run: tuple[Span, ...], complete: bool
) -> None:
    found = verdict(name, facts(*run, complete=complete), **asked)

    assert found.expected
    assert found.actual
    assert len(found.nearest) <= 5
    assert {near.span_id for near in found.nearest} <= {each.span_id for each in run}
