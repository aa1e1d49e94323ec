"""X-Ray over HTTP: found at once, late, by annotation, by links, or in `aws/spans`; and never a reason to fail."""

from __future__ import annotations

import json
import secrets
import time
from itertools import pairwise
from typing import Any

import pytest

from itk.aws.session import Aws
from itk.model.ids import Id
from itk.sandbox import Sandbox
from itk.sources import xray
from itk.sources.segments import links
from itk.sources.xray import XRay, expression
from tests.sandbox.support import Aws as Sdk

KEYS = ("ITK_TRACE_ID", "itk_trace_id")


@pytest.fixture(autouse=True)
def habits(itk_sandbox: Sandbox) -> Any:
    itk_sandbox.xray()
    yield
    itk_sandbox.xray()


class Clock:
    """Starts now, and moves when told."""

    def __init__(self) -> None:
        self.ms = time.time_ns() // 1_000_000

    def __call__(self) -> int:
        return self.ms


def root() -> str:
    return f"1-{int(time.time()):08x}-{secrets.token_hex(12)}"


def put(sandbox: Sandbox, trace: str = "", **fields: Any) -> dict[str, Any]:
    now = time.time()
    document = {
        "id": secrets.token_hex(8),
        "trace_id": trace or root(),
        "name": "shop",
        "start_time": round(now - 1, 3),
        "end_time": now,
    }
    document |= fields
    sent = json.dumps({key: value for key, value in document.items() if value is not None})
    Sdk(sandbox).client("xray").put_trace_segments(TraceSegmentDocuments=[sent])
    return document


def source(aws: Aws, clock: Clock | None = None) -> XRay:
    clock = clock or Clock()
    return XRay(aws, KEYS, clock.ms - 60_000, clock)


def known(*roots: str, run: str = "itk-none") -> list[Id]:
    return [Id("run_id", run), *(Id("xray_root", each) for each in roots)]


def segments(events: Any) -> set[str]:
    return {event.event_id for event in events}


def calls(sandbox: Sandbox, operation: str) -> int:
    return sandbox.calls().get(f"xray.{operation}", 0)


def test_a_known_trace_comes_as_its_documents(aws: Aws, itk_sandbox: Sandbox) -> None:
    one = put(itk_sandbox)
    two = put(itk_sandbox, one["trace_id"], parent_id=one["id"])
    events = {event.event_id: event for event in source(aws).poll(known(one["trace_id"]))}
    assert set(events) == {one["id"], two["id"]}
    event = events[one["id"]]
    assert json.loads(event.message) == one
    assert (event.source, event.group, event.stream) == ("xray", "xray", one["trace_id"])
    assert event.time_ms == int(one["start_time"] * 1000 + 0.5)


def test_an_otel_trace_id_is_the_same_trace(aws: Aws, itk_sandbox: Sandbox) -> None:
    one = put(itk_sandbox)
    found = source(aws).poll([Id("otel_trace_id", one["trace_id"][2:].replace("-", ""))])
    assert segments(found) == {one["id"]}


@pytest.mark.parametrize("key", KEYS)
def test_a_trace_that_nobody_names_is_found_by_its_annotation(key: str, aws: Aws, itk_sandbox: Sandbox) -> None:
    run = f"itk-{secrets.token_hex(10)}"
    mine = put(itk_sandbox, annotations={key: run})
    put(itk_sandbox, annotations={key: "itk-another"})
    assert segments(source(aws).poll(known(run=run))) == {mine["id"]}


def test_links_are_followed_and_five_ids_are_a_call(aws: Aws, itk_sandbox: Sandbox) -> None:
    """A consumer's trace names those of the messages that it got."""
    producers = [put(itk_sandbox) for _ in range(11)]
    named = [{"trace_id": each["trace_id"], "id": each["id"]} for each in producers]
    consumer = put(itk_sandbox, links=named)
    before = calls(itk_sandbox, "BatchGetTraces")
    found = source(aws).poll(known(consumer["trace_id"]))
    assert segments(found) == {consumer["id"], *(each["id"] for each in producers)}
    assert calls(itk_sandbox, "BatchGetTraces") - before == 1 + 3


def test_a_segment_in_progress_comes_again_when_it_has_ended(aws: Aws, itk_sandbox: Sandbox) -> None:
    begun = put(itk_sandbox, in_progress=True, end_time=None)
    clock = Clock()
    reader = source(aws, clock)
    first = reader.poll(known(begun["trace_id"]))
    put(itk_sandbox, begun["trace_id"], id=begun["id"])
    clock.ms += xray.FIRST_MS
    second = reader.poll(known(begun["trace_id"]))
    assert segments(first) == segments(second) == {begun["id"]}
    assert ["in_progress" in event.message for event in (*first, *second)] == [True, False]
    clock.ms += xray.FIRST_MS * 2
    assert reader.poll(known(begun["trace_id"])) == []


def test_what_is_late_comes_late(aws: Aws, itk_sandbox: Sandbox) -> None:
    """Not there at the first look; there when X-Ray has it, and it is time to ask again."""
    itk_sandbox.xray(delay_s=None)
    late, clock = put(itk_sandbox), Clock()
    reader = source(aws, clock)
    assert reader.poll(known(late["trace_id"])) == []
    assert "1 trace without any segment" in reader.readings()[0].notes[0]
    itk_sandbox.xray()
    put(itk_sandbox, late["trace_id"], id=late["id"])
    assert not reader.poll(known(late["trace_id"])), "it was asked for just now"
    clock.ms += xray.FIRST_MS
    assert segments(reader.poll(known(late["trace_id"]))) == {late["id"]}


def test_an_unsampled_trace_is_asked_for_ever_more_rarely(aws: Aws, itk_sandbox: Sandbox) -> None:
    """Looks come every five seconds at most; X-Ray is not asked at each, and in the end no more."""
    unsampled, clock = root(), Clock()
    reader, asked = source(aws, clock), list[int]()
    for _ in range(200):
        before = calls(itk_sandbox, "BatchGetTraces")
        assert reader.poll(known(unsampled)) == []
        if calls(itk_sandbox, "BatchGetTraces") > before:
            asked.append(clock.ms)
        clock.ms += 5_000
    gaps = [b - a for a, b in pairwise(asked)]
    assert len(asked) == xray.TRIES
    assert gaps == sorted(gaps)
    assert gaps[-1] >= 60_000
    assert reader.readings()[0].notes == ("1 trace without any segment: not sampled, or not there yet",)


def test_more_traces_than_a_run_has_are_reported(aws: Aws) -> None:
    reader = source(aws)
    reader.poll(known(*(root() for _ in range(xray.TRACES_MAX + 1))))
    (reading,) = reader.readings()
    assert reading.truncated
    assert any("more than 100 traces" in note for note in reading.notes)


def test_being_denied_is_a_note_and_is_said_once(aws: Aws, itk_sandbox: Sandbox) -> None:
    one = put(itk_sandbox)
    itk_sandbox.faults([{"service": "xray", "code": "AccessDeniedException", "times": 99}])
    reader = source(aws)
    assert reader.poll(known(one["trace_id"])) == []
    itk_sandbox.faults([])
    assert list(reader.poll(known(one["trace_id"]))) == []
    (reading,) = reader.readings()
    assert (reading.error, reading.events) == ("", 0)
    assert "xray:GetTraceSegmentDestination" in reading.notes[0]
    assert "X-Ray is assumed" in reading.notes[0]
    assert reading.notes[1].startswith("not asked any more: not allowed: xray:GetTraceSummaries")


def test_not_knowing_the_destination_means_x_ray(aws: Aws, itk_sandbox: Sandbox) -> None:
    one = put(itk_sandbox)
    itk_sandbox.faults(
        [{"service": "xray", "operation": "GetTraceSegmentDestination", "code": "AccessDeniedException"}]
    )
    reader = source(aws)
    assert segments(reader.poll(known(one["trace_id"]))) == {one["id"]}
    assert "X-Ray is assumed" in reader.readings()[0].notes[0]


def test_an_xray_that_cannot_be_reached_is_tried_once(
    aws: Aws, itk_sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A private network may have an endpoint for logs and none for X-Ray: a run must not try it again and again."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_XRAY", "http://127.0.0.1:9")
    reader = source(Aws(itk_sandbox.region))
    for _ in range(3):
        assert not reader.poll(known(root()))
    (reading,) = reader.readings()
    assert (reading.error, reading.pages, len(reading.notes)) == ("", 1, 1)
    assert reading.notes[0].startswith("not asked any more: xray:GetTraceSegmentDestination: no answer")


def test_transaction_search_is_read_in_its_log_group(aws: Aws, itk_sandbox: Sandbox) -> None:
    """By run id first; the traces that this leads to are whole at the next look."""
    itk_sandbox.xray(destination="cloudwatch_logs")
    run = f"itk-{secrets.token_hex(10)}"
    mine = put(itk_sandbox, annotations={"ITK_TRACE_ID": run})
    other = put(itk_sandbox, mine["trace_id"], parent_id=mine["id"], name="store")
    put(itk_sandbox)
    clock = Clock()
    reader = source(aws, clock)
    found = list(reader.poll(known(run=run)))
    clock.ms += xray.FIRST_MS
    found += reader.poll(known(run=run))
    assert {json.loads(event.message)["spanId"] for event in found} == {mine["id"], other["id"]}
    assert {(event.source, event.group) for event in found} == {("cloudwatch_logs", "aws/spans")}
    assert len(found) == 2
    about, spans = reader.readings()
    assert any("Transaction Search is on" in note for note in about.notes)
    assert (spans.group, spans.events) == ("aws/spans", 2)


def test_without_the_log_group_traces_are_retrieved(aws: Aws, itk_sandbox: Sandbox) -> None:
    """Nothing is there until the retrieval is complete, a look or two later."""
    itk_sandbox.xray(destination="cloudwatch_logs", retrieval_polls=2)
    itk_sandbox.faults(
        [{"service": "logs", "operation": "FilterLogEvents", "code": "AccessDeniedException", "times": 1}]
    )
    one, clock = put(itk_sandbox), Clock()
    reader = source(aws, clock)
    looks = [segments(reader.poll(known(one["trace_id"]))) for _ in range(4)]
    assert looks == [set(), set(), set(), {one["id"]}]
    assert any("aws/spans is not read: not allowed" in note for note in reader.readings()[0].notes)


def test_what_the_log_group_lacks_is_retrieved_after_a_while(aws: Aws, itk_sandbox: Sandbox) -> None:
    """Both ways hold the same spans, so the slower one is only for what the other lacks."""
    itk_sandbox.xray(destination="cloudwatch_logs")
    put(itk_sandbox)  # the group is there
    before, clock = calls(itk_sandbox, "StartTraceRetrieval"), Clock()
    reader = source(aws, clock)
    for _ in range(3):
        reader.poll(known(root()))
        clock.ms += 2_000
    assert calls(itk_sandbox, "StartTraceRetrieval") == before
    clock.ms += xray.SPANS_LAG_MS
    reader.poll(known())
    assert calls(itk_sandbox, "StartTraceRetrieval") == before + 1


def test_the_log_group_may_come_later_than_the_run(itk_sandbox_fresh: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in itk_sandbox_fresh.env().items():
        monkeypatch.setenv(name, value)
    itk_sandbox_fresh.xray(destination="cloudwatch_logs")
    reader = source(Aws(itk_sandbox_fresh.region))
    assert reader.poll(known()) == []
    one = put(itk_sandbox_fresh)
    assert len(reader.poll(known(one["trace_id"]))) == 1


def test_the_filter_names_every_key() -> None:
    assert expression(KEYS, 'a"b') == 'annotation.ITK_TRACE_ID = "a\\"b" OR annotation.itk_trace_id = "a\\"b"'


@pytest.mark.parametrize(
    "document", ["{", '{"links": 7}', '{"links": [7, {"trace_id": "x"}], "subsegments": [1]}', "[]"]
)
def test_links_of_what_is_no_segment(document: str) -> None:
    assert list(links(document)) == []
