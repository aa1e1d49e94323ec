from __future__ import annotations

import pytest
from pydantic import ValidationError

from tests.checks.build import facts, root, said, span, verdict

OF = facts(root(), span())


@pytest.mark.parametrize(
    "expression", ["length(spans) == `2`", "spans[?component.label=='lambda:intake'] | length(@) == `1`"]
)
def test_passes_where_it_is_true(expression: str) -> None:
    assert said("that", OF, expression=expression) == "passed"


@pytest.mark.parametrize("expression", ["length(spans) == `9`", "spans[0].nothing", "length(spans)", "length(`3`)"])
def test_fails_where_it_is_anything_else(expression: str) -> None:
    """Null, a number or an error of evaluation is not true."""
    assert said("that", OF, expression=expression) == "failed"


def test_says_what_it_gave() -> None:
    assert verdict("that", OF, expression="length(spans)").message == "gives 2"
    found = verdict("that", OF, expression="spans[?component.name=='nope'] | [0].start_ns < `5`")
    assert (found.status, found.message, found.actual) == ("failed", "gives no value", "no value")


@pytest.mark.parametrize(
    ("expression", "why"),
    [
        ("spans[1].start_ns > 'a'", "cannot compare the number 10000000 > the text a"),
        ("length(spans[?name < `5`]) == `0`", 'cannot compare the text "SendMessage intake" < the number 5'),
        ("length(spans[?evidence >= `1`]) == `0`", "cannot compare the list [] >= the number 1"),
        ("!(spans[0].nothing < `5`)", "`!` of a comparison with no value"),
        ("length(spans[?!(duration_ms < `5`)]) == `2`", "`!` of a comparison with no value"),
    ],
)
def test_unlike_things_are_not_compared(expression: str, why: str) -> None:
    """In JMESPath they are null or an error of Python, and `!` makes a truth of null."""
    found = verdict("that", OF, expression=expression)
    assert (found.status, found.actual) == ("failed", why)
    assert found.message == f"`{expression}` cannot be evaluated: {why}"
    if "[?" in expression:
        assert found.span_ids == ("a",)
        assert [near.span_id for near in found.nearest] == ["a"]


@pytest.mark.parametrize(
    "expression",
    [
        "[@, @]" + " | [@, @]" * 200,
        "[@, @]" + " | [@, @][]" * 300,
        "[@, @]" + " | [*][]" + " | [@, @]" * 300,
        "to_string([@, @]" + " | [@, @]" * 200 + ")",
    ],
    ids=len,
)
def test_what_doubles_at_every_step_is_stopped(expression: str) -> None:
    found = verdict("that", OF, expression=expression)
    assert (found.status, found.actual) == ("failed", "the expression builds more than 2,000,000 items")


def test_what_is_nested_too_deep_is_told() -> None:
    with pytest.raises(ValidationError, match="nested too deep"):
        said("that", OF, expression="!" * 1500 + "spans")
    found = verdict("that", OF, expression="[@, @]" + " | [@, @]" * 400)
    assert (found.status, found.actual) == ("failed", "the expression is nested too deep")


def test_a_large_value_is_shown_in_short() -> None:
    found = verdict("that", OF, expression="spans")
    assert len(found.actual) <= 300
    assert found.actual.startswith('[{"span_id": "a"')


def test_what_does_not_compile_is_refused() -> None:
    with pytest.raises(ValidationError, match="not a JMESPath expression"):
        said("that", OF, expression="spans[")


def test_no_answer_holds_while_records_come() -> None:
    for expression in ("length(spans) == `2`", "length(spans) == `9`"):
        assert said("that", facts(root(), span(), complete=False), expression=expression) == "inconclusive"
