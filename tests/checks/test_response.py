from __future__ import annotations

from typing import Any

import msgspec
import pytest

from tests.checks.build import facts, receipt, root, said, span, verdict


def answered(response: Any, *, complete: bool = True) -> Any:
    sent = msgspec.structs.replace(receipt("lambda"), response=response)
    return facts(root(), span(), receipt=sent, complete=complete)


BODY = {"statusCode": 200, "body": '{"status": "ok", "items": [{"sku": "A"}]}'}


@pytest.mark.parametrize(
    ("response", "fields"),
    [
        (BODY, {"body.status": "ok", "body.items": {"length": {"gte": 1}}, "statusCode": {"lt": 400}}),
        ({"text": "Which order?"}, {"text": {"matches": "(?i)which order"}}),
        ("plain words", {"text": {"contains": "words"}}),
        ([1, 2], {"[1]": 2}),
        (7, {"value": {"between": [1, 9]}}),
    ],
    ids=str,
)
def test_passes_where_every_field_is_right(response: Any, fields: dict[str, Any]) -> None:
    assert said("response", answered(response), fields=fields) == "passed"


@pytest.mark.parametrize(
    ("response", "fields", "expected", "actual"),
    [
        (BODY, {"body.status": "failed"}, "body.status failed", "body.status is ok, not failed"),
        (
            {"n": "7"}, {"n": 7}, "n 7", 'n is the text "7", which cannot be compared with the number 7',
        ),
        (
            {"n": None}, {"n": {"ne": 7}}, "n anything but 7",
            'n has no value, wanted: anything but 7; the answer is {"n": null}',
        ),
    ],
    ids=str,
)  # fmt: skip
def test_fails_with_the_field_that_is_wrong(response: Any, fields: dict[str, Any], expected: str, actual: str) -> None:
    found = verdict("response", answered(response), fields=fields)
    assert (found.status, found.expected, found.actual) == ("failed", expected, actual)
    assert [near.span_id for near in found.nearest] == ["a"]


def test_nothing_to_judge_without_an_answer() -> None:
    for of in (answered(None), answered(""), facts(root(), span(), receipt=None)):
        found = verdict("response", of, fields={"text": "x"})
        assert (found.status, found.actual) == ("failed", "no response")


def test_no_record_changes_what_came_back() -> None:
    assert said("response", answered(BODY, complete=False), fields={"statusCode": 200}) == "passed"
    assert said("response", answered(BODY, complete=False), fields={"statusCode": 500}) == "failed"
    assert said("response", answered(None, complete=False), fields={"statusCode": 500}) == "inconclusive"
