"""The short way to JSON writes the same bytes as the long one, for any run and any value."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from benchmarks.big_runs import big_run
from hypothesis import given, settings
from hypothesis import strategies as st

from itk.model.run import RunResult
from itk.model.trace import Trace
from itk.renderers import json_form
from itk.renderers.run_json import RunJson
from itk.renderers.text import begin, one_line, shorten
from tests.redact.strategies import Planted, innocent_runs
from tests.renderers import build, hostile, strategies

texts = st.text(st.characters(exclude_categories=()), max_size=12)
scalars = st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats() | texts
others = st.binary(max_size=4) | st.dates() | st.datetimes() | st.decimals(allow_nan=False) | st.uuids()
keys = texts | st.integers(0, 9) | st.booleans() | st.dates()
values = st.recursive(
    scalars | others | st.frozensets(st.just("x")),
    lambda inner: st.lists(inner, max_size=3) | st.tuples(inner, inner) | st.dictionaries(keys, inner, max_size=3),
    max_leaves=12,
)


def same(value: Any) -> None:
    assert json_form.line(value) == msgspec.json.encode(json_form.plain(value))


@settings(deadline=None)
@given(values)
def test_any_value(value: Any) -> None:
    same(value)


@settings(max_examples=60, deadline=None)
@given(strategies.traces())
def test_any_trace(trace: Trace) -> None:
    same(build.result(trace, checks=()))


@settings(max_examples=25, deadline=None)
@given(innocent_runs())
def test_every_field_filled(planted: Planted) -> None:
    same(planted.result)


@pytest.mark.parametrize("make", [*build.ALL.values(), lambda: big_run(400)])
def test_runs_of_the_builders(make: Callable[[], RunResult]) -> None:
    same(make())


@pytest.mark.parametrize("keep", [False, True])
@pytest.mark.parametrize("text", hostile.FRAGMENTS)
def test_hostile_text(text: str, keep: bool) -> None:
    same(hostile.poisoned(build.doubtful(), text, keep=keep))


def test_run_json_leaves_out_the_recording_and_nothing_else() -> None:
    whole = json_form.plain(build.happy())
    written = msgspec.json.decode(json_form.run_line(build.happy()))
    assert list(written) == [name for name in whole if name != "recorded_events"]


@pytest.mark.parametrize(
    "make", [*build.ALL.values(), lambda: hostile.poisoned(build.doubtful(), hostile.ALL, keep=True)]
)
def test_run_json_is_written_in_pieces_that_are_the_whole(make: Callable[[], RunResult]) -> None:
    for spans in (make().trace.spans, ()):
        run = msgspec.structs.replace(make(), trace=msgspec.structs.replace(make().trace, spans=spans))
        (written,) = RunJson().render(build.redacted(run))
        assert written.content == json_form.indented(json_form.run_line(run)) + b"\n"


def test_what_is_no_json_is_text() -> None:
    assert json_form.line({"at": datetime.date(2026, 3, 1), 1: (b"x",)}) == b'{"at":"2026-03-01","1":["b\'x\'"]}'


@given(texts | st.text("ab \r\n\t\u2028", max_size=40), st.integers(1, 9))
def test_a_beginning_is_what_reading_all_of_it_would_give(text: str, limit: int) -> None:
    assert begin(text, limit) == shorten(one_line(text), limit)
