"""Records over several events: what was printed over many lines is read as one, and no event is lost or read twice."""

from __future__ import annotations

import json
import pprint
import traceback
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from itk import formats
from itk.model.evidence import LambdaFact, Line, LogEvent, MessageReceived, Unread
from itk.reading.blocks import LINES_MAX
from itk.reading.records import GAP_MS, records, whole
from tests.formats.reading import REQUEST_ID, RUN_ID, TIME_MS, event, samples

OPENING = st.sampled_from(["{", "[", '"a": {', "Received: {", "{'a': [", "}, {", "[1,", "{'a': 'b',", "it's {", "("])
CLOSING = st.sampled_from(["}", "]", "}]", "},", "],", ")", "} done", '"x": 1', '"y": [],', "'z': \"}\",", "", "  "])
STACKS = st.sampled_from(
    [
        "Traceback (most recent call last):",
        "[ERROR] KeyError: 'x'",
        '  File "a.py", line 1, in h',
        "\u00a0\u00a0File x",
        "KeyError: 'x'",
        "During handling of the above exception, another exception occurred:",
        "java.lang.RuntimeException: no",
        "\tat a.B.c(B.java:1)",
        "\t... 3 more",
        "Caused by: java.lang.Error: x",
        "Error: x",
        "    at f (a.js:1:2)",
        "REPORT RequestId: r\tDuration: 1 ms",
        "XRAY TraceId: 1-6747b2f6-3f1c2d4e5a6b7c8d9e0f1a2b",
        "RequestId: r Error: Runtime exited with error: exit status 1",
        "Runtime.ExitError",
    ]
)
PLATFORM = (f"START RequestId: {REQUEST_ID} Version: 1\n", f"END RequestId: {REQUEST_ID}\n")
any_line = OPENING | CLOSING | STACKS | st.sampled_from(PLATFORM) | st.text(max_size=20)
any_value = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=15,
)
any_object = st.dictionaries(st.text(max_size=8), any_value, min_size=1, max_size=5)


def stream(lines: Sequence[str], step_ms: int = 0, name: str = "s") -> list[LogEvent]:
    """One event a line, as Lambda stores what Python 3.13 prints."""
    return [
        event(line, stream=name, event_id=f"{at:06}", time_ms=TIME_MS + at * step_ms) for at, line in enumerate(lines)
    ]


def texts(events: Sequence[LogEvent]) -> list[str]:
    """The records of more than one event."""
    return [whole(record).message for record in records(events) if len(record) > 1]


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(any_line, st.sampled_from(["s", "t"]), st.integers(0, 3)), max_size=40), st.randoms())
def test_every_event_is_in_one_record_whatever_the_order_they_came_in(lines: Any, random: Any) -> None:
    """CloudWatch promises neither order nor that an event comes once."""
    events = [
        event(text, stream=name, event_id=f"{at:06}", time_ms=TIME_MS + at * ms * GAP_MS // 2)
        for at, (text, name, ms) in enumerate(lines)
    ]
    again = [*events, *events[::3]]
    random.shuffle(again)

    found = list(records(events))

    assert list(records(again)) == found
    assert sorted(e.event_id for record in found for e in record) == sorted(e.event_id for e in events)
    assert all(len({e.stream for e in record}) == 1 for record in found)
    assert formats.read_all(again) == formats.read_all(events)


@settings(max_examples=100, deadline=None)
@given(st.lists(any_line, max_size=30))
def test_every_event_is_read_part_of_a_record_silent_or_unread(lines: list[str]) -> None:
    events = stream(lines)

    found = formats.read_all(events)

    named = {i for seen in found.observations for i in (seen.evidence.event_id, *seen.evidence.parts)}
    assert len(named) + found.silent + len(found.unread) == len(events)


@settings(max_examples=100, deadline=None)
@given(st.lists(any_line, max_size=30))
def test_platform_lines_are_never_part_of_what_was_printed(lines: list[str]) -> None:
    for record in records(stream(lines)):
        if len(record) > 1:
            assert not any(each.message in PLATFORM for each in record)


@settings(max_examples=200, deadline=None)
@given(any_object, st.sampled_from(["", "Received event: ", "it's the event: "]), st.integers(1, 4))
def test_json_printed_with_an_indent_reads_as_if_it_came_in_one_event(value: Any, head: str, indent: int) -> None:
    text = head + json.dumps(value, indent=indent)
    lines = ["before\n", *(line + "\n" for line in text.split("\n")), "after\n"]

    *_, found, _ = formats.read_all(stream(lines)).observations

    [expected] = formats.read(event(text))  # type: ignore[misc]
    assert isinstance(found, Line)
    assert isinstance(expected, Line)
    assert (found.text, found.body) == (expected.text, expected.body)
    assert len(found.evidence.parts) == text.count("\n")


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.text("abcdef", min_size=1, max_size=8), any_value, min_size=2, max_size=5))
def test_what_pprint_prints_over_many_lines_is_one_record(value: Any) -> None:
    lines = pprint.pformat(value, width=20).split("\n")

    found = formats.read_all(stream(lines)).observations

    if len(lines) > 1:
        [line] = found
        assert isinstance(line, Line)
        assert len(line.evidence.parts) == len(lines) - 1


@pytest.mark.parametrize("name", ["emf", "powertools", "sqs_event", "agent_trace", "contract_span"])
def test_every_json_sample_reads_the_same_pretty_printed_over_events(name: str) -> None:
    for sample in samples(name):
        try:
            value = json.loads(sample["message"])
        except ValueError:
            continue
        lines = json.dumps(value, indent=2).split("\n")
        several = formats.read_all(stream(lines)).observations
        at_once = formats.read(event("\n".join(lines)))

        assert not isinstance(at_once, Unread)
        assert [type(seen) for seen in several] == [type(seen) for seen in at_once], sample["note"]
        assert all(seen.evidence.format == once.evidence.format for seen, once in zip(several, at_once, strict=True))
        assert all(len(seen.evidence.parts) == len(lines) - 1 for seen in several)


def test_a_printed_event_names_its_messages() -> None:
    dumped = {"Records": [{"messageId": "m-1", "eventSource": "aws:sqs", "body": json.dumps({"run": RUN_ID})}]}

    [found] = formats.read_all(stream(json.dumps(dumped, indent=4).split("\n"))).observations

    assert isinstance(found, MessageReceived)
    assert (found.message_id, found.body) == ("m-1", {"run": RUN_ID})


def raised(chained: bool) -> list[str]:
    try:
        try:
            {}["order_id"]  # type: ignore[index]
        except KeyError as error:
            if not chained:
                raise
            raise ValueError("no such order") from error
    except (KeyError, ValueError) as error:
        return [line for part in traceback.format_exception(error) for line in part.splitlines()]
    return []


@pytest.mark.parametrize("indent", [" ", "\u00a0"])
@pytest.mark.parametrize(
    ("chained", "type_", "message"), [(False, "KeyError", "'order_id'"), (True, "ValueError", "no such order")]
)
def test_a_traceback_over_events_is_one_error(chained: bool, type_: str, message: str, indent: str) -> None:
    lines = [line.replace("  ", indent * 2) for line in raised(chained)]

    before, found, after = formats.read_all(stream(["could not save", *lines, "went on"])).observations

    assert isinstance(found, Line)
    assert found.error is not None
    assert (found.error.type, found.error.message) == (type_, message)
    assert len(found.evidence.parts) == len(lines) - 1
    assert (before.evidence.parts, after.evidence.parts) == ((), ())


def test_an_uncaught_error_over_events_is_the_runtimes_own() -> None:
    """Lambda's runtime names the error before the traceback, not behind it."""
    lines = ["[ERROR] KeyError: 'x'", "Traceback (most recent call last):", '\u00a0\u00a0File "/var/task/a.py", line 1']

    [found, end] = formats.read_all(stream([*lines, PLATFORM[1]])).observations

    assert isinstance(found, Line)
    assert found.error is not None
    assert (found.error.type, found.error.message, found.error.origin) == ("KeyError", "'x'", "platform")
    assert isinstance(end, LambdaFact)


JAVA = ["java.lang.RuntimeException: no order", "\tat a.B.c(B.java:1)", "Caused by: java.lang.Error: x", "\t... 3 more"]
NODE = ["TypeError: x is not a function", "    at handler (/var/task/index.js:3:9)", "    at Runtime.handle (x.js:1:1)"]
DOTNET = [
    "System.InvalidOperationException: no order",
    " ---> System.Exception: gone",
    "   at A.B.C() in /app/B.cs:line 3",
    "   --- End of inner exception stack trace ---",
    "   at A.B.D()",
]


@pytest.mark.parametrize(
    ("lines", "type_", "message"),
    [
        pytest.param(JAVA, "java.lang.RuntimeException", "no order", id="Java"),
        pytest.param(NODE, "TypeError", "x is not a function", id="Node"),
        pytest.param(["Uncaught " + NODE[0], *NODE[1:]], "TypeError", "x is not a function", id="Node, uncaught"),
        pytest.param(DOTNET, "System.InvalidOperationException", "no order", id=".NET"),
    ],
)
def test_a_stack_over_events_is_one_error(lines: list[str], type_: str, message: str) -> None:
    found = formats.read_all(stream(["x", *lines, "y"])).observations

    assert [len(seen.evidence.parts) for seen in found] == [0, len(lines) - 1, 0]
    assert isinstance(found[1], Line)
    assert found[1].error is not None
    assert (found[1].error.type, found[1].error.message) == (type_, message)


def test_what_lambda_writes_on_two_lines_may_come_as_two() -> None:
    """So it does where a log was copied line by line."""
    report = f"REPORT RequestId: {REQUEST_ID}\tDuration: 1.00 ms\tBilled Duration: 1 ms\tMemory Size: 128 MB"
    xray = "XRAY TraceId: 1-6747b2f6-3f1c2d4e5a6b7c8d9e0f1a2b\tSegmentId: 6f1c2d4e5a6b7c8d\tSampled: true"
    crash = f"RequestId: {REQUEST_ID} Error: Runtime exited with error: signal: killed"

    found = formats.read_all(stream([report, xray, crash, "Runtime.ExitError"])).observations

    assert [(f.phase, len(f.evidence.parts)) for f in found if isinstance(f, LambdaFact)] == [
        ("report", 1),
        ("crash", 1),
    ]
    assert [i.kind for i in found[0].ids] == ["xray_root", "xray_segment_id"]
    assert isinstance(found[1], LambdaFact)
    assert found[1].error is not None
    assert found[1].error.type == "Runtime.ExitError"


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param(["{", '  "a": 1', PLATFORM[1], "}"], id="a platform line between"),
        pytest.param(["{", '  "a": 1', '{"time":"x","type":"platform.end","record":{}}', "}"], id="and in JSON"),
        pytest.param(["if x {", "  go()", "}"], id="words in braces"),
        pytest.param(["{", '  "a": 1'], id="never closed"),
        pytest.param(["{", '  "a": he said,', "}"], id="no value"),
        pytest.param(["Traceback (most recent call last):", "nothing"], id="a traceback without frames"),
        pytest.param(["order accepted", "    at once"], id="at, the word"),
        pytest.param(['{"message": "Error: x"}', "    at f (a.js:1:2)"], id="JSON before frames"),
        pytest.param(["[", *["1,"] * LINES_MAX, "1]"], id="too long"),
        pytest.param(["{", '"a": "' + "x" * 1_100_000 + '"', "}"], id="too large"),
    ],
)
def test_what_makes_no_record_stays_line_by_line(lines: list[str]) -> None:
    assert texts(stream(lines)) == []


def test_lines_that_came_later_are_another_print() -> None:
    lines = ["{", '  "a": 1', "}"]

    assert len(texts(stream(lines, GAP_MS))) == 1
    assert texts(stream(lines, GAP_MS + 1)) == []


def test_lines_of_two_streams_are_never_one_record() -> None:
    first, *rest = stream(["{", '  "a": 1', "}"])

    assert texts([first, *(event(each.message, stream="t", event_id=each.event_id) for each in rest)]) == []


def test_a_bracket_that_was_never_closed_does_not_hide_what_follows() -> None:
    lines = ["loop {", "{", '  "a": {', '    "b": 1', "  }", "}", "end"]

    assert texts(stream(lines)) == ["\n".join(lines[1:6])]


def test_the_stream_of_an_agent_is_never_put_together() -> None:
    events = [event(text, source="agent_stream", event_id=str(at)) for at, text in enumerate(["{", '"a": 1', "}"])]

    assert texts(events) == []


@pytest.mark.parametrize(
    "lines", [["{"], ["foo {", "}"], ["  Traceback (most recent call last):"], ["Error: x", " at y"]]
)
def test_work_grows_with_the_number_of_lines(lines: list[str]) -> None:
    """Counted, not timed: how often neighbours are asked for."""
    from itk.reading.blocks import blocks

    def looks(n: int) -> int:
        asked = 0

        def adjacent(at: int) -> bool:
            nonlocal asked
            asked += 1
            return at > 0

        list(blocks(lines * n, adjacent))
        return asked

    assert looks(4_000) <= 2 * looks(2_000) + 100
