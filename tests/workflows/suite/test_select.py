"""Which cases are meant."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itk.errors import UsageError
from itk.model.suite import Shard
from itk.workflows.suite.keyword import keyword
from itk.workflows.suite.select import Selection, selected
from tests.workflows.suite.build import candidate, row, suite

CASES = (
    candidate("refund-001", "smoke", "refund", name="A refund reaches the ledger"),
    candidate("refund-002", "slow", "refund", name="A large refund waits"),
    candidate("login-001", "smoke", name="Somebody logs in"),
    candidate("agent-001", name="The agent answers"),
)


def ids(**asked: object) -> list[str]:
    earlier = asked.pop("earlier", None)
    return [each.case.id for each in selected(CASES, Selection(**asked), earlier)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("refund", ["refund-001", "refund-002"]),
        ("REFUND", ["refund-001", "refund-002"]),
        ("ledger", ["refund-001"]),
        ("refund and not slow", ["refund-001"]),
        ("not refund", ["login-001", "agent-001"]),
        ("not (refund or agent)", ["login-001"]),
        ("login or slow and refund", ["refund-002", "login-001"]),
        ("not not agent", ["agent-001"]),
        ("android", []),
    ],
)
def test_words_choose(words: str, found: list[str]) -> None:
    fits = keyword(words)
    texts = {each.case.id: " ".join((each.case.id, each.case.name, *each.case.tags)) for each in CASES}
    assert [case_id for case_id, text in texts.items() if fits(text)] == found


@pytest.mark.parametrize("words", ["and", "a and", "a b", "(a", "a)", "not", "or b", "()", "(" * 60 + "a" + ")" * 60])
def test_an_expression_that_makes_no_sense_says_so(words: str) -> None:
    with pytest.raises(UsageError) as error:
        keyword(words)
    assert "-k" in str(error.value)


@given(st.text("ab ()", max_size=30))
def test_any_expression_chooses_or_is_refused(words: str) -> None:
    try:
        fits = keyword(words)
    except UsageError:
        return
    assert fits("ab") in (True, False)


def test_of_several_tags_one_is_enough() -> None:
    assert ids(tags=("slow", "smoke")) == ["refund-001", "refund-002", "login-001"]


def test_choices_narrow_each_other() -> None:
    assert ids(tags=("smoke",), keyword="refund") == ["refund-001"]


def test_last_failed_takes_all_that_did_not_simply_pass() -> None:
    earlier = suite(
        row("refund-001", "failed"), row("refund-002", "skipped"), row("login-001", tries=2), row("gone", "failed")
    )
    assert ids(last_failed=True, earlier=earlier) == ["refund-001", "refund-002", "login-001"]


def test_last_failed_needs_failures_to_start_from() -> None:
    with pytest.raises(UsageError, match="there is no earlier"):
        ids(last_failed=True)
    with pytest.raises(UsageError, match="nothing failed last time"):
        ids(last_failed=True, earlier=suite(row("login-001")))


def test_nothing_selected_is_an_error_that_helps() -> None:
    with pytest.raises(UsageError) as error:
        ids(tags=("smok",))
    assert error.value.what == "none of 4 cases is selected by --tag smok; nothing was sent"
    assert error.value.fix == "did you mean --tag smoke?"


def test_shards_balance_by_the_earlier_times_and_are_shuffled_afterwards() -> None:
    earlier = suite(row("refund-002", took_ms=9000), *(row(each, took_ms=100) for each in ("refund-001", "login-001")))
    first = ids(shard=Shard(1, 2), earlier=earlier)
    second = ids(shard=Shard(2, 2), earlier=earlier)

    assert first == ["refund-002"]
    assert second == ["refund-001", "login-001", "agent-001"]
    assert sorted(ids(shard=Shard(2, 2), earlier=earlier, seed=3)) == sorted(second)


def test_a_shard_without_cases_is_refused() -> None:
    with pytest.raises(UsageError, match="shard 5/9 holds no case"):
        ids(shard=Shard(5, 9))
