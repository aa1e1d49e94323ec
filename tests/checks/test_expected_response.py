from __future__ import annotations

from typing import Any

import pytest

from itk.model.trace import Payload
from tests.checks.agents import agent, unseen
from tests.checks.build import facts, receipt, said, verdict


def answered(value: Any, **fields: Any) -> Any:
    return facts(agent(response=Payload(value=value)), receipt=receipt("agent"), **fields)


@pytest.mark.parametrize(
    "value", [{"text": "It is 42."}, {"statusCode": 200, "body": "It is 42."}, "It is 42.", {"text": " It is 42.\n"}]
)
def test_the_whole_answer_passes(value: Any) -> None:
    assert said("expectedResponse", answered(value), text="It is 42.") == "passed"


def test_a_body_of_json_is_compared_as_compact_json() -> None:
    assert said("expectedResponse", answered({"body": {"n": 42}}), text='{"n":42}') == "passed"


@pytest.mark.parametrize("text", ["It is", "it is 42.", "It is 42"])
def test_a_part_of_it_fails(text: str) -> None:
    found = verdict("expectedResponse", answered({"text": "It is 42."}), text=text)
    assert (found.status, found.expected, found.actual) == ("failed", f"`{text}`", "It is 42.")


def test_without_an_answer_there_is_nothing_to_judge() -> None:
    for of in (unseen(), answered({"text": ""})):
        assert verdict("expectedResponse", of, text="x").message.startswith("nothing to judge")
    assert said("expectedResponse", answered({"text": "x"}, complete=False), text="x") == "inconclusive"
