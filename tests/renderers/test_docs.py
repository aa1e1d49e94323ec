"""The reference names every field that the files hold."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec

from itk.model.run import RunResult
from itk.model.trace import Attempt, Component, Faas, Join, Link, Payload, Span, SpanEvent
from itk.renderers import render_all
from tests.renderers import build

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "artifacts.md").read_text(encoding="utf-8")
NAMED = set(re.findall(r"`([a-z_]+)`", PAGE))


def test_every_field_of_a_span_is_named() -> None:
    structs: tuple[type[msgspec.Struct], ...] = (Span, Component, Join, Link, Payload, Attempt, Faas, SpanEvent)

    assert {field for struct in structs for field in struct.__struct_fields__} <= NAMED


def test_every_field_of_a_run_is_named() -> None:
    assert set(RunResult.__struct_fields__) - {"recorded_events"} <= NAMED


def test_every_file_is_named() -> None:
    for artifact in render_all(build.redacted(build.happy())):
        name = artifact.path
        assert f"`{name}`" in PAGE or name.startswith("payloads/")
