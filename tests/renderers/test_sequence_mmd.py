"""Mermaid must be able to draw it, whatever a log called its components, and however long the run was."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from itk.model.run import RunResult
from itk.model.trace import Component, Trace
from itk.renderers.mermaid_fold import Line, fold, fold_deep, fold_loops
from itk.renderers.sequence_mmd import LIMIT, diagram, escape
from tests.renderers import build
from tests.renderers.grammar import faults
from tests.renderers.strategies import names, traces

light = settings(max_examples=60, deadline=None)


@light
@given(traces())
def test_every_line_is_of_the_grammar(trace: Trace) -> None:
    text = diagram(build.result(trace))

    assert faults(text) == []
    text.encode("utf-8")


@settings(max_examples=15, deadline=None)
@given(st.integers(1, 900), names, st.booleans())
def test_it_stays_under_the_limit_and_says_what_it_folded(count: int, name: str, same: bool) -> None:
    t = build.Tape()
    parent = t.add(None, build.ORDERS, "SendMessage", 0, 1, kind="PRODUCER")
    for n in range(count):
        component = Component(type="tool", name=name + ("" if same else str(n) * 9))
        t.add(parent if n % 3 else None, component, f"{name} {n % 5 if same else n} é日" * 3, n, n + 1)
    text = diagram(build.result(t.trace()))

    assert len(text) <= LIMIT < 50_000
    assert faults(text) == []
    drawn = len(re.findall(r"p\d+(?:->>|-\)|-x)p\d+:", text))
    assert drawn >= count + 1 or "folded" in text or "not drawn" in text


@pytest.mark.parametrize("make", build.ALL.values(), ids=build.ALL)
def test_short_runs_are_whole(make: Callable[[], RunResult]) -> None:
    text = diagram(make())

    assert faults(text) == []
    assert "folded" not in text
    assert len(re.findall(r"(?:->>|-\)|-x)p\d+:", text)) >= len(make().trace.spans)


def test_inferred_arrows_are_dashed_and_say_what_would_make_them_exact() -> None:
    text = diagram(build.doubtful())

    assert re.search(r"p5-->>p6: Invoke, inferred 0\.993\n", text)
    assert re.search(r"p6-->>p7: GetItem, inferred\n", text)
    assert re.search(r"p1-\)p10: record, .*unresolved\n", text)
    assert "Note over p0: 2 links would be exact if lambda:lookup-order logged the RequestId of its caller\n" in text
    assert "shifted by -42 ms for matching 1 span" in text


def test_a_long_loop_becomes_one_loop() -> None:
    text = diagram(build.many(3000))

    assert re.search(r"loop \d+ times - \d+ messages folded", text)
    assert faults(text) == []


def test_folding_loses_no_count() -> None:
    lines = [Line(text=f"p0->>p1: {n % 3}", key=str(n % 3), depth=n % 4, participants=(0, 1)) for n in range(600)]

    assert sum(line.weight for line in fold_loops(lines)) == 600
    assert sum(line.weight for line in fold_deep(lines, 1)) == 600
    cut = fold([Line(text="x" * 50, key=str(n), depth=0) for n in range(99)], ["a"], 999, top=(), head=())
    drawn = cut.count("x" * 50)
    assert f"{99 - drawn} more messages not drawn" in cut


def test_words_and_signs_of_mermaid_are_only_text() -> None:
    assert escape("end; wrap: #1 <b>") == "e#110;d#59; w#114;ap: #35;1 #60;b#62;"
    assert escape(" \n ") == "(empty)"


def test_it_says_where_it_was_not_aws() -> None:
    assert "Note over p0: EMULATED" in diagram(build.inconclusive())
