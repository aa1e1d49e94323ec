"""Two runs in one page: nothing of either is lost or told twice, and what is judged is the second."""

from __future__ import annotations

import re
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings

from itk.compare import compare
from itk.model.comparison import Comparison
from itk.model.run import RunResult
from itk.model.trace import Trace
from itk.renderers.differences import KINDS, kind
from itk.renderers.viewer.comparison import compared, contents
from itk.renderers.viewer.merging import merge
from itk.renderers.viewer.renderer import contents as alone
from tests.renderers import build, hostile, strategies
from tests.renderers import compared as runs
from tests.renderers.viewer.reading import Parsed, details, index

PAIRS = [(a, b) for a in build.ALL for b in ("happy", "retried", "poison", "inconclusive")]
pairs = pytest.mark.parametrize(("a", "b"), PAIRS)


def page(a: RunResult, b: RunResult, name: str = "trace-viewer.html") -> str:
    made = compared(build.redacted(a), build.redacted(b), runs.comparison(a, b))
    return next(artifact.content for artifact in made if artifact.path == name).decode("utf-8")


def changes(head: dict[str, Any]) -> list[str]:
    return [KINDS[change] for change in head["compare"]["change"]]


def holds_every_span(a: RunResult, b: RunResult, comparison: Comparison) -> None:
    merged = merge(a, b, comparison)
    spans = merged.drawn.result.trace.spans
    assert len(spans) == len(comparison.pairs) == len(set(merged.drawn.order))
    assert sorted(pair.b for pair in merged.pairs if pair.b is not None) == list(range(len(b.trace.spans)))
    assert sorted(pair.a for pair in merged.pairs if pair.a is not None) == list(range(len(a.trace.spans)))
    for place, at in enumerate(merged.drawn.order):
        if (partner := merged.pairs[place].b) is not None:
            assert spans[at] == b.trace.spans[partner]
            assert merged.judged.place[partner] == place


@pairs
def test_every_span_of_both_runs_is_on_the_page_exactly_once(a: str, b: str) -> None:
    before, after = build.ALL[a](), runs.later(build.ALL[b](), "run-2")

    holds_every_span(before, after, runs.comparison(before, after))


@settings(max_examples=60, deadline=None)
@given(strategies.traces(), strategies.traces())
def test_so_are_those_of_runs_that_no_sane_application_writes(a: Trace, b: Trace) -> None:
    before, after = build.result(a), build.result(b)
    comparison = compare(build.redacted(before), build.redacted(after))

    holds_every_span(before, after, comparison)
    head, lines = contents(before, after, comparison)
    assert len(list(lines)) == head["spans"]["n"] == len(comparison.pairs)


@settings(max_examples=60, deadline=None)
@given(strategies.traces(), strategies.traces())
def test_the_second_run_keeps_its_shape(a: Trace, b: Trace) -> None:
    """Whoever called in B calls in the merged run, whatever of A stands between."""
    before, after = build.result(a), build.result(b)
    merged = merge(before, after, compare(build.redacted(before), build.redacted(after)))
    drawn, judged = merged.drawn.tree, merged.judged.tree

    for place, at in enumerate(merged.drawn.order):
        partner, parent = merged.pairs[place].b, drawn.nodes[at].parent
        if partner is None:
            continue
        above = judged.nodes[partner].parent
        assert (parent is None) == (above is None)
        if parent is not None:
            assert merged.pairs[merged.drawn.place[parent]].b == above


@pytest.mark.parametrize("name", list(build.ALL))
def test_a_run_compared_with_itself_shows_no_mark(name: str) -> None:
    run = build.ALL[name]()
    head, lines = contents(run, run, runs.comparison(run, run))
    own, own_lines = alone(run)

    assert set(changes(head)) <= {"same"}
    assert {**head, "compare": None} == {**own, "compare": None}
    assert len(list(lines)) == len(list(own_lines))


def test_new_ids_and_another_day_show_no_mark() -> None:
    run = runs.before()
    head, _ = contents(run, runs.later(run, "run-2"), runs.comparison(run, runs.later(run, "run-2")))

    assert set(changes(head)) == {"same"}
    assert head["spans"]["badges"] == alone(run)[0]["spans"]["badges"]


def test_what_is_judged_is_the_second_run() -> None:
    a, b, comparison = runs.pair()
    head, _ = contents(a, b, comparison)
    own, _ = alone(b)

    assert head["run"] == own["run"]
    assert [check["name"] for check in head["checks"]] == [check["name"] for check in own["checks"]]
    assert [len(head[part]) for part in ("ghosts", "critical")] == [len(own[part]) for part in ("ghosts", "critical")]
    assert head["critical"]["to"] == own["critical"]["to"]
    assert head["compare"]["run"]["id"] == a.run_id


def test_what_only_the_first_run_has_keeps_its_length_and_its_distance() -> None:
    """The audit followed the stock call by 20 ms in run A: so it does in the drawing, a day later."""
    merged = merge(*runs.pair())
    spans = {merged.drawn.result.trace.spans[at].component.name: place for place, at in enumerate(merged.drawn.order)}
    gone, stock = spans["audit-writer"], spans["stock"]
    frame = merged.drawn

    assert kind(merged.pairs[gone]) == "removed"
    assert frame.starts[gone] - frame.ends[stock] == 20 * build.MS
    assert frame.ends[gone] - frame.starts[gone] == 360 * build.MS


def test_details_of_the_first_run_tell_its_own_times() -> None:
    a, b, _ = runs.pair()
    text = page(a, b)
    told = [line for line, change in zip(details(text), changes(index(text)), strict=True) if change == "removed"]
    recorded = {span.start_ns for span in a.trace.spans}

    assert told
    assert {int(line["start_ns"]) for line in told} <= recorded


def test_ids_of_both_runs_stay_apart() -> None:
    """Invented span ids are equal in both runs, so those of the first have to give way."""
    a, b = runs.before(), runs.after()
    b = msgspec.structs.replace(b, trace=build.happy_trace())
    head, _ = contents(a, b, runs.comparison(a, b))

    assert len(set(head["spans"]["id"])) == head["spans"]["n"]


def test_a_difference_is_never_folded_away() -> None:
    a, b = runs.before(), runs.after()
    head, _ = contents(a, b, runs.comparison(a, b))

    assert alone(b)[0]["attempts"]
    assert head["attempts"] == []


@pytest.mark.parametrize("changed", [0, 3, 9])
def test_rounds_that_are_the_same_stay_folded(changed: int) -> None:
    def loop(other: int | None) -> RunResult:
        t = build.Tape()
        top = t.add(None, build.INTAKE, "work", 0, 1000)
        for n in range(10):
            value = {"n": "other" if n == other else "one"}
            t.add(top, build.TABLE, "PutItem", 10 * n, 10 * n + 5, request=build.Payload(value=value))
        return build.result(t.trace())

    a, b = loop(None), loop(changed)
    head, _ = contents(a, b, runs.comparison(a, b))
    loops = head["loops"]
    folded = [
        range(first, first + period * times)
        for first, period, times in zip(loops["first"], loops["period"], loops["times"], strict=True)
    ]

    assert changes(head)[1 + changed] == "changed"
    assert not any(1 + changed in each for each in folded)
    assert sum(map(len, folded)) == {0: 9, 3: 9, 9: 9}[changed]


@pytest.mark.parametrize("name", ["trace-viewer.html", "timeline.html"])
def test_hostile_text_of_either_run_adds_no_element(name: str) -> None:
    tame, wild = runs.before(), hostile.poisoned(runs.after(), hostile.ALL)
    tags = {tag for tag, _ in Parsed(page(tame, hostile.poisoned(runs.after(), "x"), name)).tags}

    for a, b in ((tame, wild), (wild, tame)):
        found = Parsed(page(a, b, name)).tags
        assert {tag for tag, _ in found} <= tags | {tag for tag, _ in Parsed(page(b, a, name)).tags}
        assert not any(key.startswith("on") or key == "style" for _, attributes in found for key in attributes)
        assert sum(tag == "script" for tag, _ in found) == sum(
            tag == "script" for tag, _ in Parsed(page(tame, tame, name)).tags
        )


def test_without_a_script_the_page_says_that_it_is_a_comparison() -> None:
    text = page(runs.before(), runs.after())
    plain = text[text.index('<div id="plain"><header') :]

    for said in ("Two runs compared", "run-1", "run-2", "+ inserted", "− removed", "~ changed", "$.Item.price"):
        assert said in plain
    assert "report.md</a>" not in plain[: plain.index("Checks:")]


def test_the_list_of_differences_is_bounded() -> None:
    t, u = build.Tape(), build.Tape()
    for tape, name in ((t, "a"), (u, "b")):
        top = tape.add(None, build.INTAKE, "work", 0, 1000)
        for n in range(1_000):
            tape.add(top, build.TABLE, f"{name}{n}", n, n + 1)
    text = page(build.result(t.trace()), build.result(u.trace()))
    plain = text[text.index('<div id="plain"><header') :]
    plain = plain[: plain.index("Checks:")]

    assert plain.count("<li>") <= 203  # and what was not looked at closely
    assert "more differences: with JavaScript" in plain


def test_equal_runs_make_equal_bytes() -> None:
    assert page(runs.before(), runs.after()) == page(runs.before(), runs.after())


@pytest.mark.parametrize("b", list(build.ALL))
def test_no_link_of_the_plain_layer_leads_to_a_file_that_is_not_there(b: str) -> None:
    """The files of a run lie beside its own pages: those of two runs can only name them."""
    text = page(build.happy(), runs.later(build.ALL[b](), "run-2"))
    layer = text[text.index('<div id="plain"') :]

    assert [target for target in re.findall(r'href="([^"]*)"', layer) if not target.startswith("#")] == []
    assert b != "poison" or ".error.json" in layer  # but it is named
