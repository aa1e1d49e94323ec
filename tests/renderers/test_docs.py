"""The reference names every field that the files hold, each in its own row, and no row that they do not."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest

from itk.model.case import Where
from itk.model.evidence import ErrorFact, Evidence, Unread, Usage
from itk.model.run import (
    CaseSummary,
    CheckVerdict,
    Collection,
    Environment,
    EventSource,
    Finding,
    GroupReading,
    JudgedAgain,
    QueueCount,
    QueueReading,
    Receipt,
    RunResult,
    WatchedQueue,
)
from itk.model.trace import Attempt, Component, Faas, Join, Link, Payload, Span, SpanEvent, Trace
from itk.renderers import render_all
from tests.renderers import build

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "artifacts.md").read_text(encoding="utf-8")
Structs = tuple[type[msgspec.Struct], ...]


def rows(heading: str) -> dict[str, set[str]]:
    """The table below a heading: each field -> all names in its row."""
    section = PAGE.partition(f"## `{heading}`")[2].partition("\n## ")[0]
    found: dict[str, set[str]] = {}
    for line in re.findall(r"^\| `.*\|$", section, re.MULTILINE):
        fields = re.findall(r"`([a-z_]+)`", line.split("|")[1])
        found.update({field: set(re.findall(r"`([a-z_]+)`", line)) for field in fields})
    return found


SPAN, RUN = rows("spans.jsonl"), rows("run.json")


def test_every_field_of_a_span_has_a_row() -> None:
    assert set(SPAN) == {*Span.__struct_fields__, "trace_id"}


def test_every_field_of_a_run_has_a_row() -> None:
    assert set(RUN) == set(RunResult.__struct_fields__) - {"recorded_events"}


@pytest.mark.parametrize(
    ("field", "structs"),
    [
        ("join", (Join,)),
        ("component", (Component,)),
        ("error", (ErrorFact,)),
        ("attempt", (Attempt,)),
        ("request", (Payload,)),
        ("usage", (Usage,)),
        ("faas", (Faas,)),
        ("events", (SpanEvent,)),
        ("links", (Link,)),
        ("evidence", (Evidence,)),
    ],
)
def test_what_a_field_of_a_span_holds_is_named_in_its_row(field: str, structs: Structs) -> None:
    assert {name for struct in structs for name in struct.__struct_fields__} <= SPAN[field]


@pytest.mark.parametrize(
    ("field", "structs"),
    [
        ("case", (CaseSummary,)),
        ("environment", (Environment,)),
        ("receipt", (Receipt,)),
        ("preflight", (Finding,)),
        ("collection", (Collection, GroupReading)),
        ("dead_letter_queues", (QueueReading,)),
        ("queues", (WatchedQueue, QueueCount)),
        ("event_sources", (EventSource,)),
        ("trace", (Trace,)),
        ("checks", (CheckVerdict, Where)),
        ("unread", (Unread,)),
        ("judged_again", (JudgedAgain,)),
    ],
)
def test_what_a_field_of_a_run_holds_is_named_in_its_row(field: str, structs: Structs) -> None:
    assert {name for struct in structs for name in struct.__struct_fields__} <= RUN[field]


def test_every_file_is_named() -> None:
    for artifact in render_all(build.redacted(build.happy())):
        name = artifact.path
        assert f"`{name}`" in PAGE or name.startswith("payloads/")
