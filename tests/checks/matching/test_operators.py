"""Every matcher: what it takes, what it refuses, and what it says."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from itk.checks.matching.matchers import Matcher, read_matcher, why_not
from itk.checks.matching.operators import NAMES
from itk.checks.matching.patterns import found
from itk.checks.matching.values import kind_of, same, shown
from itk.checks.matching.wrongs import Wrongs

# matcher as it is written, a value that it takes, one that it does not, and what is said of that one
CASES: list[tuple[Any, Any, Any, str]] = [
    ("ok", "ok", "error", "is error, not ok"),
    ({"eq": 200}, 200.0, 500, "is 500, not 200"),
    ({"eq": [1, {"a": True}]}, [1, {"a": True}], [1, {"a": 1}], 'is [1, {"a": 1}], not [1, {"a": true}]'),
    ({"ne": 500}, 200, 500, "is 500, not anything but 500"),
    ({"gt": 1}, 2, 1, "is 1, not more than 1"),
    ({"gte": 1}, 1, 0, "is 0, not at least 1"),
    ({"lt": 1}, 0, 1, "is 1, not less than 1"),
    ({"lte": 1}, 1, 2, "is 2, not at most 1"),
    ({"lt": "b"}, "a", "c", "is c, not less than b"),
    ({"between": [1, 5]}, 5, 6, "is 6, not from 1 to 5"),
    ({"approx": [12.5, 0.01]}, 12.509, 12.52, "is 12.52, not 12.5 give or take 0.01"),
    ({"in": ["ok", "blocked"]}, "blocked", "error", "is error, not one of ok, blocked"),
    ({"not_in": ["error"]}, "ok", "error", "is error, not none of error"),
    ({"contains": "fund"}, "refund", "order", "is order, not something that contains fund"),
    ({"contains": 7}, [1, 7], [1], "is [1], not something that contains 7"),
    ({"not_contains": "pass"}, "word", "password", "is password, not something without pass"),
    ({"starts_with": "ITK-"}, "ITK-1", "X", "is X, not something that starts with ITK-"),
    ({"ends_with": ".json"}, "a.json", "a.csv", 'is a.csv, not something that ends with ".json"'),
    ({"matches": "^ITK-[0-9]+$"}, "ITK-12", "ITK-x", 'is ITK-x, not something that matches `^ITK-[0-9]+$`'),
    ({"type": "integer"}, 3, 3.5, "is 3.5, not of type integer"),
    ({"type": "string"}, "3", 3, "is 3, not of type string"),
    ({"length": 2}, [1, 2], "abc", "has a length that is 3, not 2"),
    ({"length": {"gte": 1}}, {"a": 1}, {}, "has a length that is 0, not at least 1"),
    ({"subset": {"a": {"b": 1}}}, {"a": {"b": 1, "c": 2}, "d": 3}, {"a": 1}, None),  # type: ignore[list-item]
    ({"subset": [{"id": 1}]}, [{"id": 2}, {"id": 1, "n": 0}], [], "is [], not something that holds [{\"id\": 1}]"),
    ({"exists": True}, 0, None, "is null, not some value"),
    ({"exists": False}, None, 0, "is 0, not no value"),
    ({"absent": True}, None, "", 'is "", not no value'),
    ({"one_of": [{"lt": 5}, {"gt": 10}]}, 11, 7, "is 7, not less than 5 and is 7, not more than 10"),
    ({"gte": 1, "lt": 5}, 4, 5, "is 5, not less than 5"),
]  # fmt: skip


def read(written: Any, *, in_ms: bool = False) -> Matcher:
    wrongs = Wrongs()
    matcher = read_matcher(written, (), wrongs, in_ms=in_ms)
    wrongs.raise_any("matcher")
    return matcher


@pytest.mark.parametrize(("written", "good", "bad", "said"), CASES, ids=lambda value: str(value)[:40])
def test_takes_the_one_and_tells_of_the_other(written: Any, good: Any, bad: Any, said: str | None) -> None:
    matcher = read(written)

    assert why_not(matcher, good) == ""
    assert why_not(matcher, bad) == (said if said is not None else why_not(matcher, bad)) != ""
    assert matcher.wants


def test_every_matcher_is_shown_above() -> None:
    shown_above = {name for written, *_ in CASES if isinstance(written, dict) for name in written}
    assert set(NAMES) == shown_above


@pytest.mark.parametrize("written", [w for w, *_ in CASES if w not in ({"absent": True}, {"exists": False})], ids=str)
def test_no_value_is_no_match(written: Any) -> None:
    """Also of `ne` and `not_in`: what nobody said is not another value."""
    assert why_not(read(written), None)


@pytest.mark.parametrize(
    ("written", "value", "said"),
    [
        ({"eq": 200}, "200", 'is the text "200", which cannot be compared with the number 200'),
        ({"ne": 200}, "200", 'is the text "200", which cannot be compared with the number 200'),
        ({"eq": True}, 1, "is the number 1, which cannot be compared with the truth value true"),
        ({"lt": 5}, "4", 'is the text "4", which cannot be compared with the number 5'),
        ({"in": [1, 2]}, "1", 'is the text "1", which cannot be compared with the number 1'),
        ({"not_in": [1, 2]}, "1", 'is the text "1", which cannot be compared with the number 1'),
        ({"contains": 1}, "123", 'is the text "123", which cannot be compared with the number 1'),
        ({"not_contains": "a"}, 5, "is the number 5, which is not a text or a list"),
        ({"starts_with": "1"}, 12, "is the number 12, which is not a text"),
        ({"matches": "1"}, 12, "is the number 12, which is not a text"),
        ({"length": 1}, 5, "is the number 5, which has no length"),
        ({"between": [1, 2]}, "1", 'is the text "1", which cannot be compared with the number 1'),
        ({"approx": [1, 0]}, "1", 'is the text "1", which cannot be compared with the number 1'),
        ({"subset": {"a": 1}}, "a", "is the text a, which is not an object"),
    ],
    ids=str,
)
def test_unlike_types_are_told_and_never_compared(written: Any, value: Any, said: str) -> None:
    assert why_not(read(written), value) == said


@pytest.mark.parametrize(
    "written",
    [
        None, [], {}, {"lik": 1}, {"eq": None}, {"gt": True}, {"gt": [1]}, {"in": 3}, {"in": []}, {"in": [None]},
        {"starts_with": 3}, {"matches": "("}, {"matches": "(?=a)"}, {"matches": "(a)\\1"}, {"type": "text"},
        {"subset": 1}, {"length": {"x": 1}}, {"length": None}, {"length": "2"}, {"length": {"gt": "a"}},
        {"exists": 1}, {"absent": "yes"}, {"one_of": {}},
        {"one_of": [{"x": 1}]}, {"between": [2, 1]}, {"between": [1]}, {"between": [1, "2"]}, {"approx": [1, -1]},
        {"approx": 1},
    ],
    ids=str,
)  # fmt: skip
def test_what_makes_no_sense_is_refused(written: Any) -> None:
    with pytest.raises(ValidationError):
        read(written)


@pytest.mark.parametrize(("written", "ms"), [("500ms", 500), ("2s", 2000), ("1.5m", 90_000), (7, 7)])
def test_lengths_of_time_are_milliseconds(written: Any, ms: float) -> None:
    assert why_not(read({"eq": written}, in_ms=True), ms) == ""
    assert why_not(read({"one_of": [{"in": [written]}]}, in_ms=True), ms) == ""


@pytest.mark.parametrize("written", ["500", "fast", "", "ms"])
def test_a_length_of_time_has_a_unit(written: str) -> None:
    """`"500"` may be a variable's text: nobody knows whether it is seconds."""
    with pytest.raises(ValidationError, match="not a length of time"):
        read({"lt": written}, in_ms=True)


def test_no_regular_expression_runs_away() -> None:
    """With Python's own `re` this would not end in the lifetime of the reader."""
    assert not found("((a+)+)+$", "a" * 5_000 + "b")
    assert found("(?i)which ORDER", "well: Which order?")


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@given(value=values.filter(lambda value: value is not None), other=values)
def test_equality_is_of_type_and_value(value: Any, other: Any) -> None:
    assert same(value, value)
    if same(value, other):
        assert kind_of(value) == kind_of(other)
        assert same(other, value)
        assert value == other


@given(value=values, written=st.sampled_from([w for w, *_ in CASES]))
def test_any_value_gets_an_answer(value: Any, written: Any) -> None:
    assert isinstance(why_not(read(written), value), str)


@given(values)
def test_whatever_is_shown_is_short(value: Any) -> None:
    deep: Any = value
    for _ in range(500):
        deep = [deep, deep]

    assert len(shown(deep, 50)) <= 50
    assert len(shown(value, 50)) <= 50
