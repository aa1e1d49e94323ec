from __future__ import annotations

from typing import Any

import pytest

from tests.checks.agents import LIKELY, agent, called, parameters, tool, unseen
from tests.checks.build import facts, receipt, said, verdict


@pytest.mark.parametrize(
    ("asked", "passes", "fails", "why"),
    [
        ({"allow": ("orders/*", "see")}, ["orders/lookup", "see"], ["orders/lookup", "pay"], "`pay` is not allowed"),
        ({"deny": ("pay",)}, ["orders/lookup"], ["bank/pay"], "`pay` is denied"),
        ({"max_calls": 2}, ["a", "b"], ["a", "b", "c"], "3 calls, 2 at most"),
        ({"max_calls": 0}, [], ["a"], "1 call, 0 at most"),
        ({"allow": ()}, [], ["a"], "`a` is not allowed"),
        (
            {"max_repeat": 2},
            ["a", "b", "a"],
            ["a", "a", "b", "a"],
            "`a` was called 3 times with the same arguments, 2 at most",
        ),
    ],
)
def test_every_bound_passes_and_fails(asked: dict[str, Any], passes: list[str], fails: list[str], why: str) -> None:
    assert said("tools", called(*passes), **asked) == "passed"
    found = verdict("tools", called(*fails), **asked)
    assert (found.status, found.message) == ("failed", why)
    assert found.expected
    assert found.actual.startswith(f"{len(fails)} call")
    assert [near.differs for near in found.nearest] == [why]
    assert set(found.span_ids) == {near.span_id for near in found.nearest}


def test_the_same_tool_with_other_arguments_is_no_repetition() -> None:
    calls = [tool(n, "a", parameters(id=str(n))) for n in (1, 2, 3)]
    assert said("tools", facts(agent(), *calls, receipt=receipt("agent")), max_repeat=1) == "passed"


def test_an_agent_that_called_no_tool_keeps_to_its_tools() -> None:
    found = verdict("tools", called(), deny=("pay",), max_calls=3)
    assert (found.status, found.actual, found.span_ids) == ("passed", "no tool call", ("a",))


def test_without_an_agent_there_is_nothing_to_judge() -> None:
    found = verdict("tools", unseen(), deny=("pay",))
    assert (found.status, found.message) == ("failed", "nothing to judge: no agent and no tool call was seen")


def test_an_agent_that_only_itk_tells_of_was_not_seen() -> None:
    assert said("tools", facts(agent(evidence=()), receipt=receipt("agent")), deny=("pay",)) == "failed"


def test_an_offence_stands_at_once_and_its_absence_only_at_the_end() -> None:
    assert said("tools", called("pay", complete=False), deny=("pay",)) == "failed"
    assert said("tools", called("a", complete=False), deny=("pay",)) == "inconclusive"


def test_a_call_whose_caller_is_inferred_decides_nothing() -> None:
    of = facts(agent(), tool(1, "pay", join=LIKELY), receipt=receipt("agent"))
    found = verdict("tools", of, deny=("pay",))
    assert (found.status, found.actual) == ("failed", "nothing")
    assert found.message == "nothing to judge: who called pay is only inferred; if an agent did: `pay` is denied"
    assert said("tools", of, deny=("close",)) == "passed"


def test_something_must_be_asked() -> None:
    with pytest.raises(ValueError, match="nothing is asked"):
        said("tools", called())
