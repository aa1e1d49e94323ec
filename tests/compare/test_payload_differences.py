"""Differences of payloads: where they are, and what is said where not all is looked at."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from itk.model.comparison import Comparison
from itk.model.trace import Payload, Trace
from tests.compare.recorded import compared, told
from tests.compare.test_growth import flat

UUID = "155424cb-e3a3-4ca9-aff4-c56e253465"


def with_request(value: Any, **more: Any) -> Trace:
    trace = flat(2)
    return with_first(trace, request=Payload(value=value, **more))


def with_first(trace: Trace, **fields: Any) -> Trace:
    return msgspec.structs.replace(trace, spans=(msgspec.structs.replace(trace.spans[0], **fields), *trace.spans[1:]))


def differ(a: Any, b: Any, **more: Any) -> tuple[Comparison, list[str]]:
    left, right = with_request(a, **more), with_request(b, **more)
    found = compared(left, right)
    return found, [line.partition(" | request | ")[2] for line in told(found, left, right)]


def nested(depth: int, leaf: Any) -> Any:
    for _ in range(depth):
        leaf = {"in": leaf}
    return leaf


@pytest.mark.parametrize(
    ("a", "b", "said"),
    [
        ({"n": 1}, {"n": 1.0}, []),
        ({"n": 1}, {"n": True}, ["$.n | changed | 1 -> True"]),
        ({"n": 1}, {"n": "1"}, ["$.n | changed | 1 -> 1"]),
        ({"n": None}, {}, ["$.n | removed | None -> None"]),
        ([], {}, ["$ | changed | [] -> {}"]),
        ("plain", '{"json": 1}', ["$ | changed | plain -> {json: 1}"]),
        ('{"a": 1, "b": 2}', '{"b":2,"a":1}', []),
        (["a", "c"], ["a", "b", "c"], ["$[1] | added | None -> b"]),
        (["a", "b", "c"], ["a", "c"], ["$[1] | removed | b -> None"]),
        (["a", "b"], ["a", "x"], ["$[1] | changed | b -> x"]),
        ({"two words": 1}, {"two words": 2}, ['$["two words"] | changed | 1 -> 2']),
        ({f"{UUID}01": "open"}, {f"{UUID}02": "shut"}, ['$["<uuid>"] | changed | open -> shut']),
        ([f"{UUID}01", f"{UUID}01"], [f"{UUID}02", f"{UUID}03"], ["$[1] | changed | <uuid#2> -> <uuid#3>"]),
        # Given to both: it is no new id, and another one in its place is a difference.
        ([f"{UUID}01", f"{UUID}01"], [f"{UUID}01", f"{UUID}03"], ["$[1] | changed | <uuid#2> -> <uuid#3>"]),
        # Keys that are ids: those that met before, not those that stand at the same place.
        (
            {"a": f"{UUID}01", "b": f"{UUID}02", "c": {f"{UUID}01": "one", f"{UUID}02": "two"}},
            {"a": f"{UUID}03", "b": f"{UUID}04", "c": {f"{UUID}04": "two", f"{UUID}03": "one"}},
            [],
        ),
    ],
)
def test_differences(a: Any, b: Any, said: list[str]) -> None:
    assert differ(a, b)[1] == said


def test_not_all_of_many_differences_are_listed_but_all_are_counted() -> None:
    found, lines = differ({f"k{n}": n for n in range(50)}, {f"k{n}": n + 1 for n in range(50)})

    assert len(lines) == 20
    assert found.pairs[0].more == 30


def test_long_texts_are_shown_around_their_difference() -> None:
    _, lines = differ({"t": "x" * 5_000 + "old" + "y" * 5_000}, {"t": "x" * 5_000 + "new" + "y" * 5_000})

    assert "xxxold" in lines[0]
    assert "xxxnew" in lines[0]
    assert "(4,900 characters) ..." in lines[0]
    assert len(lines[0]) < 1_200


def test_a_payload_that_was_cut_is_compared_as_far_as_both_go() -> None:
    text = '{"order": "A-17", "text": "' + "My lamp is broken. " * 20
    same, _ = differ(text, text[:-10], truncated=True)
    other, lines = differ(text, text.replace("A-17", "A-18"), truncated=True)

    assert same.alike
    assert "were cut when recorded" in same.limits[0]
    assert len(lines) == 1
    assert not other.alike


def test_what_is_nested_too_deep_is_said() -> None:
    found, _ = differ(nested(100, 1), nested(100, 2))

    assert "to a depth of 64 keys" in found.limits[0]
    assert not differ(nested(60, 1), nested(60, 2))[0].alike


def test_ids_of_the_run_without_a_shape_are_masked_within_texts() -> None:
    def about(name: str) -> Trace:
        return with_first(with_request({"said": f"hello {name}!"}), ids={"session_id": name})

    assert compared(about("first-session"), about("next-session")).alike
    assert not compared(with_request({"said": "hello first"}), with_request({"said": "hello next"})).alike


def test_more_ids_without_a_shape_than_are_looked_for_are_said() -> None:
    ids = {f"k{n}": f"an-id-of-ours-{n:04}" for n in range(150)}
    found = compared(with_first(flat(2), ids=ids), flat(2))

    said = "50 ids of run A without a shape of their own were looked for as whole values, not within texts (the longest"
    assert found.limits == (f"{said} 100 were)",)
