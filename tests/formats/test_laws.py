"""Laws that hold for every registered format, today's and tomorrow's."""

from __future__ import annotations

import json
from typing import Any, get_args

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from itk import formats
from itk.formats import FORMATS, PAYLOAD_DEPTH, PAYLOADS
from itk.model.evidence import Line, LogEvent, Observation, SourceName, Unread
from itk.ports import LogFormat, PayloadFormat
from itk.reading.jsontext import objects
from tests.formats.reading import ROOT, SAMPLES, event, sample_event, samples

CATCH_ALL = ("plain_json", "text")
EVERY_SAMPLE = [sample for path in sorted(SAMPLES.glob("*.jsonl")) for sample in samples(path.stem)]
MESSAGES = [sample["message"] for sample in EVERY_SAMPLE]

SEGMENT = {"trace_id": "1-6747b2f6-3f1c2d4e5a6b7c8d9e0f1a2b", "id": "53995c3f42cd8ad8", "name": "x", "start_time": 1.5}
OTEL = {"traceId": "6747b2f63f1c2d4e5a6b7c8d9e0f1a2b", "spanId": "53995c3f42cd8ad8", "name": "x", "kind": 1}

any_text = st.text(st.characters(), max_size=300)  # lone surrogates too: `characters()` excludes nothing
any_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | any_text,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(any_text, inner, max_size=4),
    max_leaves=12,
)


def _keys_of(value: Any) -> set[str]:
    if isinstance(value, dict):
        return set(value).union(*(_keys_of(v) for v in value.values()))
    return set().union(*(_keys_of(v) for v in value)) if isinstance(value, list) else set()


def _known_keys() -> list[str]:
    found: set[str] = set()
    for message in MESSAGES:
        try:
            found |= _keys_of(json.loads(message))
        except ValueError:
            continue
    return sorted(found)


known_json = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.sampled_from(["", "span", "aws:sqs", "1", "x"])
    | any_text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(_known_keys()), inner, max_size=6),
    max_leaves=20,
)
mutated = st.builds(
    lambda message, at, put, cut: message[: at % (len(message) + 1)] + put + message[at % (len(message) + 1) + cut :],
    st.sampled_from(MESSAGES),
    st.integers(0, 10_000),
    any_text,
    st.integers(0, 40),
)
hostile = st.one_of(
    any_text,
    mutated,
    any_json.map(json.dumps),
    known_json.map(json.dumps),
    known_json.map(repr),
    known_json.map(lambda v: "Received: " + json.dumps(v) + " end"),
)


GROUPS = st.sampled_from(["/aws/lambda/intake", "/shop/access", "API-Gateway-Execution-Logs_a1b2/prod"])


def one_per(members: tuple[Any, ...]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("member", [pytest.param(m, id=m.name) for m in members])


@settings(max_examples=400, deadline=None)
@given(hostile, st.sampled_from(sorted(get_args(SourceName))), GROUPS)
def test_reading_never_raises_and_can_be_written(message: str, source: str, group: str) -> None:
    """Whatever a log holds, it is read or it is `Unread`; and what came out can be encoded as UTF-8 JSON."""
    found = formats.read(event(message, source=source, group=group))

    assert found == formats.read(event(message, source=source, group=group))
    msgspec.json.encode(found)


@settings(max_examples=60, deadline=None)
@given(message=hostile, group=GROUPS)
@one_per(FORMATS)
def test_a_format_never_raises(member: LogFormat, message: str, group: str) -> None:
    found = member.read(event(message, group=group))

    assert found is None or all(o.evidence.format == member.name for o in found)


@settings(max_examples=60, deadline=None)
@given(body=known_json, text=any_text)
@one_per(PAYLOADS)
def test_a_payload_never_raises(member: PayloadFormat, body: Any, text: str) -> None:
    [line] = formats.read(event("x"), payloads=())  # type: ignore[misc]
    assert isinstance(line, Line)

    member.read(msgspec.structs.replace(line, body=body, text=text), objects(body, PAYLOAD_DEPTH))


class Always:
    """A payload that is asked whatever a line holds."""

    def __init__(self, payload: PayloadFormat) -> None:
        self.name, self.read = payload.name, payload.read
        self.keys = ()


def asking_all(seen: LogEvent) -> tuple[Observation, ...] | Unread:
    return formats.read(seen, lambda _: FORMATS, tuple(Always(payload) for payload in PAYLOADS))


@settings(max_examples=400, deadline=None)
@given(hostile, st.sampled_from(sorted(get_args(SourceName))), GROUPS)
def test_whoever_is_not_asked_would_not_have_known(message: str, source: str, group: str) -> None:
    """What formats and payloads declare of their records picks the ones to ask, and changes no answer."""
    seen = event(message, source=source, group=group)

    assert formats.read(seen) == asking_all(seen)


@pytest.mark.parametrize("sample", [pytest.param(s, id=f"{i}-{s['note']}") for i, s in enumerate(EVERY_SAMPLE)])
def test_whoever_is_not_asked_would_not_have_known_a_sample(sample: dict[str, Any]) -> None:
    seen = sample_event(sample)
    shifted = msgspec.structs.replace(seen, message=" " + seen.message)

    assert formats.read(seen) == asking_all(seen)
    assert formats.read(shifted) == asking_all(shifted)


@pytest.mark.parametrize("sample", [pytest.param(s, id=f"{i}-{s['note']}") for i, s in enumerate(EVERY_SAMPLE)])
def test_no_two_formats_claim_a_line(sample: dict[str, Any]) -> None:
    """Only the catch-alls may know a line that a format knows, so the order of the others has no meaning."""
    claims = [f.name for f in FORMATS if f.name not in CATCH_ALL and f.read(sample_event(sample)) is not None]

    assert len(claims) <= 1


@one_per(FORMATS)
def test_every_sample_is_claimed_by_its_format(member: LogFormat) -> None:
    for sample in samples(member.name):
        claimed = next(f.name for f in FORMATS if f.read(sample_event(sample)) is not None)
        assert claimed == member.name, sample["note"]


@one_per(PAYLOADS)
def test_every_payload_sample_is_claimed_by_its_payload(member: PayloadFormat) -> None:
    for sample in samples(member.name):
        lines = formats.read(sample_event(sample), payloads=())
        assert isinstance(lines, tuple)
        claims = [
            p.name
            for p in PAYLOADS
            for line in lines
            if isinstance(line, Line) and p.read(line, objects(line.body, PAYLOAD_DEPTH))
        ]
        if any(expected["is"] != "Line" for expected in sample["proves"]):
            assert claims == [member.name], sample["note"]


def test_every_member_has_one_section_in_the_reference() -> None:
    told = (ROOT / "docs" / "reference" / "formats.md").read_text(encoding="utf-8").splitlines()
    sections = [line.lstrip("# ") for line in told if line.startswith("##")]

    assert {member.name: sections.count(member.name) for member in (*FORMATS, *PAYLOADS)} == {
        member.name: 1 for member in (*FORMATS, *PAYLOADS)
    }


def test_every_member_has_a_sample_and_a_name_of_its_own() -> None:
    names = [member.name for member in (*FORMATS, *PAYLOADS)]

    assert len(set(names)) == len(names)
    assert {path.stem for path in SAMPLES.glob("*.jsonl")} == set(names)


@pytest.mark.parametrize(
    "message",
    [
        pytest.param("[" * 500_000 + "]" * 500_000, id="nested arrays"),
        pytest.param('{"a":' * 300 + "1" + "}" * 300, id="nested objects"),
        pytest.param('{"a":' * 100_000, id="never closed"),
        pytest.param("{'a':" * 100_000, id="never closed, Python's repr"),
        pytest.param("{" * 1_000_000, id="braces"),
        pytest.param('{"a": "' + "\\" * 1_000_000, id="backslashes"),
        pytest.param("{'a': '" + "\\'" * 400_000, id="quotes"),
        pytest.param("{a:" * 300_000, id="never closed, Node's inspect"),
        pytest.param("[{" + "a" * 900_000, id="a long key"),
        pytest.param("{a: 'b'" + " + 'c'" * 150_000, id="a string in many pieces"),
        pytest.param("{a: [" + "[Object], " * 90_000, id="hidden objects"),
        pytest.param("{1, " * 250_000, id="sets in sets"),
        pytest.param("x" * 1_000_000, id="a long word"),
        pytest.param("Root=1-" * 150_000, id="half headers"),
        pytest.param("itk-" * 250_000, id="half run ids"),
        pytest.param("[ERROR] A: " + "\n" * 1_000_000 + "Traceback (most recent call last)", id="new lines"),
        pytest.param('{"message": ' + "9" * 100_000 + "}", id="a huge integer"),
        pytest.param('{"message": 1e999, "x": NaN, "y": -Infinity}', id="numbers that JSON has not"),
        pytest.param('{"message": "\\ud800", "timestamp": "\\udfff"}', id="half a surrogate pair"),
        pytest.param("REPORT RequestId: x " + "Duration: " * 100_000, id="half a report"),
        pytest.param('{"message": "' + '{\\"a\\": ' * 20_000 + '"}', id="JSON in JSON"),
        pytest.param(json.dumps({"Records": [{"messageId": "m", "receiptHandle": "r"}] * 20_000}), id="many records"),
        pytest.param("(" + "a" * 64 + ") " + "arn:aws:lambda:" * 60_000, id="half functions"),
        pytest.param('{"execution_arn": "arn:", "id": "1", ' + '"name": "' * 100_000, id="half an entry of a history"),
        pytest.param('<request id="00000000-0000-4000-8000-000000000000">' + "<a>b" * 200_000, id="half an access log"),
        pytest.param(json.dumps({"Records": [{"Sns": {"MessageId": "m"}}] * 20_000}), id="many notifications"),
        pytest.param(json.dumps([{"trace": {"orchestrationTrace": {}}}] * 20_000), id="many parts"),
        pytest.param(json.dumps({"itk": "span", "request": [{"itk": "span"}] * 20_000}), id="many spans"),
        pytest.param(json.dumps(SEGMENT | {"subsegments": [SEGMENT] * 9_000}), id="many subsegments"),
        pytest.param(json.dumps({"Segments": [{"Document": json.dumps(SEGMENT)}] * 6_000}), id="many segments"),
        pytest.param(json.dumps({"resourceSpans": [{"scopeSpans": [{"spans": [OTEL] * 6_000}]}]}), id="a big export"),
        pytest.param(json.dumps(SEGMENT).replace("1.5", "1.5e999999999"), id="a time without end"),
        pytest.param(json.dumps(SEGMENT).replace("1.5", "9" * 500_000 + ".5"), id="a time of many digits"),
    ],
)
@pytest.mark.timeout(60)
def test_a_megabyte_of_anything_is_read_in_time(message: str) -> None:
    for group in ("/aws/lambda/intake", "/shop/access"):
        found = formats.read(event(message, group=group))

        assert isinstance(found, tuple)
        msgspec.json.encode(found)


def test_a_line_that_stays_unread_says_where_it_was() -> None:
    unread = formats.read(event("not JSON", source="agent_stream", stream="s-9"))

    assert isinstance(unread, Unread)
    assert (unread.evidence.stream, unread.preview) == ("s-9", "not JSON")


def test_observations_are_values() -> None:
    """Reading twice gives equal values: caches of parsed JSON must not leak changes."""
    for sample in EVERY_SAMPLE:
        first, again = (formats.read(sample_event(sample)) for _ in range(2))
        assert first == again
        assert all(isinstance(o, Observation) for o in first)  # type: ignore[union-attr]
