from __future__ import annotations

import random
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from itk.checks._trajectories import Match
from itk.model.trace import Attempt, Link
from itk.ports import Facts
from tests.checks.agents import LIKELY, agent, called, parameters, tool, unseen
from tests.checks.build import facts, receipt, said, verdict

NAME = "expectedTrajectory"
MODES: tuple[Match, ...] = get_args(Match)
names = st.lists(st.sampled_from("abc"), max_size=5)


def holds(match: Match, expected: list[str], calls: list[str]) -> bool:
    return said(NAME, called(*calls), tools=tuple(expected), match=match) == "passed"


@pytest.mark.parametrize(
    ("match", "passes", "fails"),
    [
        ("exact_order", ["a", "b"], ["a", "c", "b"]),
        ("in_order", ["a", "c", "b"], ["b", "a"]),
        ("any_order", ["b", "c", "a"], ["a", "c"]),
        ("superset", ["b", "c", "a", "a"], ["a", "a"]),
        ("subset", ["b", "b"], ["a", "c"]),
    ],
)
def test_every_mode_passes_and_fails(match: Match, passes: list[str], fails: list[str]) -> None:
    assert holds(match, ["a", "b"], passes)
    found = verdict(NAME, called(*fails), tools=("a", "b"), match=match)
    assert found.status == "failed"
    assert (found.expected, found.actual) == (f"{match}: a, b", ", ".join(fails))
    assert found.nearest or match in ("superset", "any_order")


def test_it_is_in_order_unless_said_otherwise() -> None:
    assert verdict(NAME, called("a", "x", "b"), tools=("a", "b")).expected == "in_order: a, b"
    found = verdict(NAME, called("b", "a"), tools=("a", "b"))
    assert found.message == "not called in this order: no call of `b` follows the one before it"
    assert [(near.span_id, near.differs) for near in found.nearest] == [
        ("t1", "call 1 is b, where a is expected"),
        ("t2", "call 2 is a, where b is expected"),
    ]


@settings(deadline=None)
@given(expected=st.lists(st.sampled_from("abc"), min_size=1, max_size=4), calls=names)
def test_a_stricter_mode_implies_the_laxer_ones(expected: list[str], calls: list[str]) -> None:
    passed = {match for match in MODES if holds(match, expected, calls)}
    for strict, lax in (
        ("exact_order", "in_order"),
        ("in_order", "any_order"),
        ("any_order", "superset"),
        ("exact_order", "subset"),
    ):
        assert strict not in passed or lax in passed
    assert ({"superset", "subset"} <= passed) == (bool(calls) and set(calls) == set(expected))
    assert ("exact_order" in passed) == (calls == expected)


@settings(deadline=None)
@given(expected=st.lists(st.sampled_from("abc"), min_size=1, max_size=4), calls=names, seed=st.integers())
def test_modes_without_order_do_not_mind_it(expected: list[str], calls: list[str], seed: int) -> None:
    shuffled = list(calls)
    random.Random(seed).shuffle(shuffled)
    for match in ("any_order", "superset", "subset"):
        assert holds(match, expected, calls) == holds(match, expected, shuffled)


@settings(deadline=None)
@given(expected=st.lists(st.sampled_from("abc"), min_size=1, max_size=4), calls=names, data=st.data())
def test_a_further_call_only_breaks_modes_that_bound(expected: list[str], calls: list[str], data: Any) -> None:
    at = data.draw(st.integers(0, len(calls)))
    more = [*calls[:at], "z", *calls[at:]]
    for match in ("in_order", "any_order", "superset"):
        assert holds(match, expected, more) == holds(match, expected, calls)
    assert not holds("subset", expected, more)
    assert not holds("exact_order", expected, more)


def test_a_name_for_several_tools_takes_the_call_that_another_can_spare() -> None:
    """`orders` fits both calls, `lookupOrder` only the first: both find one."""
    calls = called("orders/lookupOrder", "orders/cancelOrder")
    assert said(NAME, calls, tools=("orders", "lookupOrder"), match="any_order") == "passed"
    assert said(NAME, calls, tools=("lookupOrder", "lookupOrder"), match="any_order") == "failed"


@pytest.mark.parametrize("spelling", ["lookupOrder", "orders/lookupOrder", "orders", "tool:orders/lookupOrder", "*"])
def test_spellings_of_a_function(spelling: str) -> None:
    assert said(NAME, called("orders/lookupOrder"), tools=(spelling,)) == "passed"


@pytest.mark.parametrize("spelling", ["GET /orders/{id}", "/orders/{id}", "orders", "orders/GET /orders/{id}"])
def test_spellings_of_an_operation(spelling: str) -> None:
    assert said(NAME, called("orders/GET /orders/{id}"), tools=(spelling,)) == "passed"


@pytest.mark.parametrize("spelling", ["lookup_order", "tool:lookup_order"])
def test_spellings_of_a_tool_without_a_group(spelling: str) -> None:
    assert said(NAME, called("lookup_order"), tools=(spelling,)) == "passed"
    assert said(NAME, called("lookup_order"), tools=("order",)) == "failed"


def test_no_tool_call_fails_unless_that_is_what_is_expected() -> None:
    for match in MODES:
        assert said(NAME, called(), tools=("a",), match=match) == "failed"
    assert said(NAME, called(), tools=(), match="exact_order") == "passed"
    assert said(NAME, called("a"), tools=(), match="exact_order") == "failed"


@pytest.mark.parametrize("match", [match for match in MODES if match != "exact_order"])
def test_an_empty_list_says_nothing_in_other_modes(match: Match) -> None:
    with pytest.raises(ValueError, match="an empty list says nothing"):
        said(NAME, called("a"), tools=(), match=match)


def test_without_an_agent_there_is_nothing_to_judge() -> None:
    found = verdict(NAME, unseen(), tools=("a",))
    assert (found.status, found.message) == ("failed", "nothing to judge: no agent and no tool call was seen")
    assert said(NAME, unseen(), tools=(), match="exact_order") == "failed"


def test_while_evidence_is_missing_nothing_is_settled() -> None:
    assert said(NAME, called("a", complete=False), tools=("a",)) == "inconclusive"
    assert said(NAME, called("b", complete=False), tools=("a",)) == "inconclusive"


def args(of: Facts, mode: str | None, **value: Any) -> str:
    wanted = {"value": value} | ({"mode": mode} if mode else {})
    return said(NAME, of, tools=("a",), args={"a": wanted})


@pytest.mark.parametrize(
    ("mode", "passes", "fails"),
    [
        ("exact", {"x": 1, "y": "2"}, {"x": 1}),
        ("superset", {"x": 1}, {"x": 1, "y": 2, "z": 3}),
        (None, {"y": 2}, {"y": 3}),
        ("subset", {"x": "1", "y": "2", "z": "3"}, {"x": "1"}),
    ],
)
def test_modes_of_arguments(mode: str | None, passes: dict[str, Any], fails: dict[str, Any]) -> None:
    """The call says x=1 and y=2; Bedrock tells everything as text."""
    of = facts(agent(), tool(1, "a", parameters(x="1", y="2")), receipt=receipt("agent"))
    assert args(of, mode, **passes) == "passed"
    assert args(of, mode, **fails) == "failed"
    assert args(of, "ignore", **fails) == "passed"


def test_every_call_of_the_tool_is_asked() -> None:
    calls = (tool(1, "a", parameters(x="1")), tool(2, "a", parameters(x="7")))
    found = verdict(
        NAME, facts(agent(), *calls, receipt=receipt("agent")), tools=("a",), args={"a": {"value": {"x": 1}}}
    )
    assert (found.status, found.message) == ("failed", '`a`: argument `x` is "7", not 1')
    assert [(near.span_id, near.differs) for near in found.nearest] == [("t2", 'call 2: argument `x` is "7", not 1')]


@pytest.mark.parametrize("told", [{"x": 1, "deep": {"y": [1]}}, '{"x": 1, "deep": {"y": [1]}}'])
def test_arguments_of_tools_that_opentelemetry_tells(told: Any) -> None:
    of = facts(agent(), tool(1, "a", told), receipt=receipt("agent"))
    assert args(of, "exact", x=1, deep={"y": [1]}) == "passed"
    assert args(of, "exact", x=True, deep={"y": [1]}) == "failed"


def test_arguments_in_a_request_body() -> None:
    content = {"application/json": [{"name": "x", "type": "integer", "value": "1"}]}
    told = {"parameters": [{"name": "id", "type": "string", "value": "42"}], "requestBody": {"content": content}}
    of = facts(agent(), tool(1, "a", told), receipt=receipt("agent"))
    assert args(of, "exact", id="42", x=1) == "passed"


def test_arguments_that_nobody_told_fail() -> None:
    assert args(called("a"), "superset", x=1) == "failed"
    assert args(called("a"), "ignore", x=1) == "passed"


def test_arguments_of_a_tool_that_was_not_called_fail() -> None:
    assert said(NAME, called("a"), tools=("a",), args={"b": {"value": {}}}) == "failed"


def test_a_call_whose_caller_is_inferred_decides_nothing() -> None:
    """With it the answer is another one, so there is none; where it changes nothing, there is."""
    of = facts(agent(), tool(1, "a"), tool(2, "b", join=LIKELY), receipt=receipt("agent"))
    found = verdict(NAME, of, tools=("a", "b"))
    assert (found.status, found.message) == (
        "failed",
        "nothing to judge: who called b is only inferred, and the answer depends on it",
    )
    assert said(NAME, of, tools=("a",), match="exact_order") == "failed"
    assert said(NAME, of, tools=("a",)) == "passed"
    assert verdict(NAME, of, tools=("c",)).message == "not called: c"


def test_a_proven_repetition_is_the_same_call_and_a_reprompt_is_another() -> None:
    link = Link(span_id="t1", reason="retry_of", tier="exact", rule="attempt")
    proven = tool(2, "a", attempt=Attempt(n=2, kind="app"), links=(link,))
    asked = tool(2, "a", attempt=Attempt(n=2, of=2, kind="reprompt"), links=(Link(
        span_id="t1", reason="retry_of", tier="inferred", rule="same_call"),))  # fmt: skip
    for again, match in ((proven, "passed"), (asked, "failed")):
        of = facts(agent(), tool(1, "a"), again, receipt=receipt("agent"))
        assert said(NAME, of, tools=("a",), match="exact_order") == match


def test_two_views_of_a_call_are_one() -> None:
    of = facts(agent(), tool(1, "a"), tool(2, "a", parent="t1"), receipt=receipt("agent"))
    assert said(NAME, of, tools=("a",), match="exact_order") == "passed"
