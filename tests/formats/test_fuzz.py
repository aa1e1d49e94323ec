"""Whatever bytes a log event holds, no reader raises, hangs, or works or stores out of proportion.

Real samples, taken apart and put together wrongly: for every registered format, today's and tomorrow's.
"""

from __future__ import annotations

import json
import sys
import tracemalloc
from collections.abc import Callable, Iterator
from typing import Any, get_args

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from itk import formats
from itk.formats import FORMATS, PAYLOAD_DEPTH, PAYLOADS
from itk.model.evidence import Line, SourceName, Unread
from itk.ports import LogFormat, PayloadFormat
from itk.reading.jsontext import document, objects
from tests.formats.reading import SAMPLES, event, samples
from tests.formats.test_laws import one_per

pytestmark = pytest.mark.slow

NAMES = sorted(path.stem for path in SAMPLES.glob("*.jsonl"))
MESSAGES = [sample["message"] for name in NAMES for sample in samples(name)]
SOURCES = get_args(SourceName)

message = st.sampled_from(MESSAGES)
place = st.integers(0, 100_000)
NUMBERS = [
    "9" * 400,
    "-1e999",
    "1e-999",
    "NaN",
    "0x10",
    "1_0",
    "-0",
    "18446744073709551616",
    "٣",
    "1.7976931348623157e309",
]
BYTES = [
    "\x00",
    "\x1b[31m",
    "\r",
    "\u2028",
    "\u00a0",
    "\ufeff",
    "\ud800",
    "\U0010ffff",
    "\u202e",
    "\\",
    '"',
    "'",
    "\x7f",
]
OPENERS = [
    "{",
    "[",
    "(",
    '{"a":',
    "{'a':",
    '{"message":"',
    "[{",
    '"',
    "'",
    "\\u",
    "itk-",
    "Root=1-",
    "{a: [",
    "datetime(",
]


def _at(text: str, at: int) -> int:
    return at % (len(text) + 1)


def _number(text: str, number: str, at: int) -> str:
    """The first run of digits behind a place becomes another number."""
    at = _at(text, at)
    digits = next((i for i in range(at, len(text)) if text[i].isdigit()), None)
    if digits is None:
        return text + number
    end = next((i for i in range(digits, len(text)) if not text[i].isdigit()), len(text))
    return text[:digits] + number + text[end:]


def _key(text: str, value: Any) -> str:
    """Every value of the outermost object becomes `value`."""
    body = document(text)
    return json.dumps(dict.fromkeys(body, value)) if isinstance(body, dict) else text


Change = Callable[[str], str]
odd_value = st.sampled_from(
    [None, True, "", [], {}, 0, -1, 1e308, "x" * 300, ["a"], {"a": {"b": []}}, [[[[]]]], [None]]
)
change: st.SearchStrategy[Change] = st.one_of(
    st.builds(lambda at: lambda t: t[: _at(t, at)], place),
    st.builds(lambda at: lambda t: t[_at(t, at) :], place),
    st.builds(lambda at, other, there: lambda t: t[: _at(t, at)] + other[_at(other, there) :], place, message, place),
    st.builds(
        lambda at, n, times: lambda t: t + t[_at(t, at) : _at(t, at) + n] * times, place, place, st.integers(2, 9)
    ),
    st.builds(lambda at, put: lambda t: t[: _at(t, at)] + put + t[_at(t, at) :], place, st.sampled_from(BYTES)),
    st.builds(lambda put, n: lambda t: put * n + t, st.sampled_from(OPENERS), st.integers(1, 200)),
    st.builds(lambda number, at: lambda t: _number(t, number, at), st.sampled_from(NUMBERS), place),
    st.builds(lambda value: lambda t: _key(t, value), odd_value),
    st.sampled_from(
        [
            lambda t: json.dumps({"message": t}),
            lambda t: json.dumps({"record": t, "type": "function", "time": "x"}),
            lambda t: json.dumps([t, t]),
            lambda t: repr({"message": t}),
            lambda t: "Received: " + t,
            lambda t: t.replace('"', "'"),
            lambda t: t.replace(" ", "\t"),
            lambda t: t.replace("\n", "\r"),
            lambda t: t.upper(),
            lambda t: t + "\n" + t,
        ]
    ),
)
mutant = st.builds(
    lambda text, changes: _changed(text, changes)[:20_000], message, st.lists(change, min_size=1, max_size=5)
)


def _changed(text: str, changes: list[Change]) -> str:
    for each in changes:
        text = each(text)[:20_000]
    return text


@settings(max_examples=500, deadline=None)
@given(mutant, st.sampled_from(SOURCES))
def test_a_mutant_is_read_or_unread_and_can_be_written(text: str, source: SourceName) -> None:
    found = formats.read(event(text, source=source))

    assert found == formats.read(event(text, source=source))
    msgspec.json.encode(found)


@settings(max_examples=150, deadline=None)
@given(text=mutant, source=st.sampled_from(SOURCES))
@one_per(FORMATS)
def test_no_format_raises_on_a_mutant(member: LogFormat, text: str, source: SourceName) -> None:
    found = member.read(event(text, source=source))

    assert found is None or all(seen.evidence.format == member.name for seen in found)


@settings(max_examples=100, deadline=None)
@given(text=mutant)
@one_per(PAYLOADS)
def test_no_payload_raises_on_a_mutant(member: PayloadFormat, text: str) -> None:
    lines = formats.read(event(text), payloads=())

    for line in () if isinstance(lines, Unread) else lines:
        if isinstance(line, Line):
            member.read(line, objects(line.body, PAYLOAD_DEPTH))


@settings(max_examples=150, deadline=None)
@given(st.lists(mutant.flatmap(lambda text: st.sampled_from([[text], text.split("\n"), text.split(",")])), max_size=4))
def test_streams_of_mutants_lose_no_event(pieces: list[list[str]]) -> None:
    lines = [line for piece in pieces for line in piece][:300]
    events = [event(line, event_id=f"{at:06}") for at, line in enumerate(lines)]

    found = formats.read_all(events)

    named = {i for seen in found.observations for i in (seen.evidence.event_id, *seen.evidence.parts)}
    assert len(named) + found.silent + len(found.unread) == len(events)
    msgspec.json.encode(found)


# Sizes: a piece of a sample, or something that opens, over and over.


def _units() -> Iterator[Any]:
    for opener in (*OPENERS, "{}", "[],", '{"a":1},', "{'a': 1}, ", "a=1 ", "x ", "\n", "    at x\n", "Error: ", "\\'"):
        yield pytest.param("", opener, id=f"{opener!r}")
    for name in NAMES:
        head = samples(name)[0]["message"]
        for part in (1, 7, 40):
            yield pytest.param(head, head[-part:], id=f"{name}, its last {part}")
        yield pytest.param(head[: len(head) // 2], head[:20], id=f"{name}, half of it and its first 20")


def _wholes() -> Iterator[Any]:
    """What opens and closes: it is read, not given up."""
    for head, unit, tail in (
        ("[", "[],", "[]]"),
        ("[", "{},", "{}]"),
        ("[", '{"a":1},', "{}]"),
        ("[", "1,", "1]"),
        ('{"a":"', "x", '"}'),
        ('{"message":"', '{\\"a\\":1}', '"}'),
        ('{"Records":[', '{"messageId":"m","receiptHandle":"r"},', "{}]}"),
        ('{"message":[', '{"trace":{"orchestrationTrace":{}}},', "{}]}"),
        ('{"request":[', '{"itk":"span"},', '{}],"itk":"span"}'),
        ("{'a': [", "{'b': None}, ", "]}"),
        ("{'a': [", "datetime.datetime(2026, 1, 1), ", "]}"),
        ("{ a: [", "{ b: [Object] }, ", "] }"),
        ('{"error":', '{"cause":', "1"),
        ("level=info ", "a=1 ", "msg=x"),
    ):
        yield pytest.param(head, unit, tail, id=f"{head}{unit}...{tail}")


UNITS = [pytest.param(*unit.values, "", id=unit.id) for unit in _units()] + list(_wholes())


def _sized(head: str, unit: str, tail: str, size: int) -> str:
    return head + unit * (size // len(unit)) + tail


def _work(text: str) -> int:
    """How many calls reading takes, of Python and of C: a count, so it is the same on every machine."""
    calls = 0

    def count(frame: Any, kind: str, argument: Any) -> None:
        nonlocal calls
        calls += kind in ("call", "c_call")

    document.cache_clear()
    before = sys.getprofile()
    sys.setprofile(count)
    try:
        formats.read(event(text))
    finally:
        sys.setprofile(before)
    return calls


@pytest.mark.parametrize(("head", "unit", "tail"), UNITS)
def test_work_grows_with_the_size(head: str, unit: str, tail: str) -> None:
    small, large = (_work(_sized(head, unit, tail, size)) for size in (2_000, 8_000))

    assert large <= 5 * small + 2_000


@pytest.mark.timeout(60)  # for a reader that hangs; how long it takes is not the question
@pytest.mark.parametrize(("head", "unit", "tail"), UNITS)
def test_memory_stays_in_proportion(head: str, unit: str, tail: str) -> None:
    text = _sized(head, unit, tail, 100_000)
    formats.read(event(text[:1_000]))  # what is loaded once
    document.cache_clear()
    tracemalloc.start()
    try:
        formats.read(event(text))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak <= 60 * len(text) + 500_000, f"{peak / len(text):.0f} bytes for each character"
