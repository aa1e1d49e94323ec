"""`spans.jsonl`: each line is what its schema and the reference say, for any run that a test can think of."""

from __future__ import annotations

import json
from collections.abc import Callable
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given, settings
from jsonschema import Draft202012Validator

from itk.model.run import RunResult
from itk.model.trace import Attempt, Inference, Join, Link, Payload, Trace
from itk.renderers import render_all
from itk.renderers.span_schema import span_schema
from tests.redact.strategies import Planted, innocent_runs
from tests.renderers import build, hostile, strategies
from tests.renderers.span_line import LINE


def spans_of(run: RunResult) -> list[dict[str, Any]]:
    content = next(a.content for a in render_all(build.redacted(run)) if a.path == "spans.jsonl")
    return [json.loads(line) for line in content.splitlines()]


def valid(run: RunResult) -> list[dict[str, Any]]:
    lines = spans_of(run)
    for line in lines:
        LINE.validate(line)
    return lines


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(span_schema())
    assert not LINE.is_valid({"trace_id": "0" * 32})


@pytest.mark.parametrize("make", [*build.ALL.values(), lambda: build.many(60)])
def test_every_run_of_the_builders_is_valid(make: Callable[[], RunResult]) -> None:
    assert valid(make())


@pytest.mark.parametrize("keep", [False, True])
@pytest.mark.parametrize("text", hostile.FRAGMENTS)
def test_hostile_text_is_valid(text: str, keep: bool) -> None:
    valid(hostile.poisoned(build.doubtful(), text, keep=keep))


@settings(max_examples=60, deadline=None)
@given(strategies.traces())
def test_any_trace_is_valid(trace: Trace) -> None:
    valid(build.result(trace, checks=()))


@settings(max_examples=25, deadline=None)
@given(innocent_runs())
def test_a_run_with_every_field_filled_is_valid(planted: Planted) -> None:
    valid(planted.result)


def test_a_payload_is_known_by_the_file_that_holds_it() -> None:
    run = build.happy()
    files = {artifact.path: artifact.content for artifact in render_all(build.redacted(run))}
    said = [line[part] for line in valid(run) for part in ("request", "response") if line[part]]

    assert len(said) > 3
    for payload in said:
        written = files[payload["ref"]]
        assert (payload["bytes"], payload["sha256"]) == (len(written), sha256(written).hexdigest())
    assert said[0]["preview"] == '{"orderId":"A-17","text":"My lamp is broken <3"}'
    assert not said[0]["truncated"]


def test_a_preview_is_one_short_line() -> None:
    t = build.Tape()
    t.add(None, build.INTAKE, "x", 0, 1, request=Payload(value="a\nb\u202e" + "c" * 900))
    (line,) = valid(build.result(t.trace(), checks=()))

    assert line["request"]["preview"].startswith("a b[U+202E]c")
    assert len(line["request"]["preview"]) == 200


def test_confidence_is_a_number_only_where_somebody_measured_it() -> None:
    t = build.Tape()
    root = t.add(None, build.ORDERS, "SendMessage", 0, 1)
    for tier in ("exact", "structural", "inferred", "unresolved"):
        t.add(root, build.INTAKE, tier, 1, 2, tier=tier)
    sure = Join(tier="inferred", rule="assignment", inference=Inference(confidence=0.993, candidates=2))
    t.add(root, build.INTAKE, "calibrated", 1, 2, tier="inferred", inference=sure.inference)
    found = {line["operation"]: line["join"]["confidence"] for line in valid(build.result(t.trace()))[1:]}

    assert found == {"exact": 1.0, "structural": None, "inferred": None, "unresolved": None, "calibrated": 0.993}


def test_a_link_names_the_trace_of_its_other_end() -> None:
    t = build.Tape()
    native = "1-67891233-abcdef012345678912345678"
    first = t.add(None, build.INTAKE, "one", 0, 1)
    links = (
        Link(span_id=first, trace_id=native, reason="retry_of", tier="exact", rule="message_id"),
        Link(span_id="", trace_id=native, reason="sqs_batch", tier="exact", rule="xray_link"),
        Link(span_id=first, reason="duplicate_of", tier="inferred", rule="same_call"),
    )
    attempt = Attempt(n=2, kind="sfn_retry")
    t.add(first, build.INTAKE, "two", 1, 2, links=links, attempt=attempt)
    line = valid(build.result(t.trace()))[1]

    assert [(link["trace_id"], link["span_id"], link["reason"], link["confidence"]) for link in line["links"]] == [
        (line["trace_id"], first, "retry_of", 1.0),
        (native, "", "sqs_batch", 1.0),
        (line["trace_id"], first, "duplicate_of", None),
    ]
    assert line["attempt"] == {"n": 2, "of": None, "kind": "sfn_retry"}
