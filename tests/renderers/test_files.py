"""What lies in the directory: names, bytes, and the way back from run.json."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from itk.model.run import RunResult
from itk.model.trace import Payload, Span
from itk.redact import reload
from itk.renderers import EXPORTERS, RENDERERS, render_all
from tests.renderers import build, hostile

SAFE = re.compile(r"(?:payloads/[0-9a-f]{16,64}\.(?:request|response|error)\.json|[a-z-]+\.(?:html|json|jsonl|md|mmd))")
every_run = pytest.mark.parametrize("make", build.ALL.values(), ids=build.ALL)


def files_of(run: RunResult) -> dict[str, bytes]:
    artifacts = list(render_all(build.redacted(run)))
    found = {artifact.path: artifact.content for artifact in artifacts}
    assert len(found) == len(artifacts), "two artifacts have the same path"
    return found


@every_run
def test_the_promised_files_are_there(make: Callable[[], RunResult]) -> None:
    names = set(files_of(make()))

    promised = {"trace-viewer.html", "timeline.html", "spans.jsonl", "report.md", "sequence.mmd", "run.json"}
    assert promised <= names
    assert all(SAFE.fullmatch(name) for name in names)


@every_run
def test_equal_runs_give_equal_bytes(make: Callable[[], RunResult]) -> None:
    assert files_of(make()) == files_of(make())


@every_run
def test_a_run_comes_back_from_its_json(make: Callable[[], RunResult]) -> None:
    run = make()
    again = reload(files_of(run)["run.json"]).result

    assert again == run
    assert files_of(again) == files_of(run)


def test_no_nanosecond_is_lost() -> None:
    first = json.loads(files_of(build.happy())["spans.jsonl"].splitlines()[0])

    assert first["start_ns"] == "1772350262120000001"


def test_numbers_of_payloads_stay_whole_in_pages_and_files() -> None:
    files = files_of(build.happy())

    assert any(b"12345678901234567890" in files[name] for name in files if name.endswith(".response.json"))
    assert b"12345678901234567890" in files["trace-viewer.html"]


def test_the_recording_is_not_part_of_run_json() -> None:
    assert "recorded_events" not in json.loads(files_of(build.happy())["run.json"])


def test_each_line_of_spans_is_a_span_with_the_fields_of_the_model() -> None:
    lines = files_of(build.happy())["spans.jsonl"].splitlines()

    assert len(lines) == 10
    for line in lines:
        assert list(json.loads(line)) == ["trace_id", *Span.__struct_fields__]
        msgspec.json.decode(line, type=Span, strict=False)


def test_payload_files_hold_the_bare_value() -> None:
    files = files_of(build.happy())
    sent = build.happy().trace.spans[0]

    assert json.loads(files[f"payloads/{sent.span_id}.request.json"]) == {
        "orderId": "A-17",
        "text": "My lamp is broken <3",
    }


@pytest.mark.parametrize("keep", [False, True])
@pytest.mark.parametrize("text", hostile.FRAGMENTS)
def test_no_text_can_choose_a_file_or_break_the_bytes(text: str, keep: bool) -> None:
    files = files_of(hostile.poisoned(build.inconclusive(), text, keep=keep))

    for name, content in files.items():
        assert SAFE.fullmatch(name)
        content.decode("utf-8")
        if name.endswith(".json"):
            json.loads(content)
    assert len(files["spans.jsonl"].splitlines()) == 5


def test_strange_payloads_are_written() -> None:
    odd: list[Any] = [None, "", "\ud800", 2**80, float("nan"), [], {"a": {"b": [1, 2.5, None]}}, b"bytes", {1: 2}]
    t = build.Tape()
    for value in odd:
        t.add(None, build.INTAKE, "x", 0, 1, request=Payload(value=value))
    files = files_of(build.result(t.trace()))

    assert len([name for name in files if name.startswith("payloads/")]) == len(odd)


def test_an_empty_trace_is_rendered() -> None:
    files = files_of(build.result(build.Tape().trace(), receipt=None, checks=(), preflight=()))

    assert b"No span was seen" in files["trace-viewer.html"]
    assert b"No span was seen" in files["report.md"]


def test_names_of_renderers_are_unique() -> None:
    every = (*RENDERERS, *EXPORTERS)
    assert len({renderer.name for renderer in every}) == len(every)
