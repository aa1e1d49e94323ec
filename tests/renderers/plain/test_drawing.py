"""The drawing without a script: an excerpt, in sheets for a printer, painted by attributes alone."""

from __future__ import annotations

import re
from itertools import pairwise
from xml.etree.ElementTree import Element

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from itk.model.run import RunResult
from itk.model.trace import Trace
from itk.model.tree import FAILING, grow
from itk.renderers import palette, plain
from itk.renderers.layout.moments import excerpt, moments
from itk.renderers.layout.sequence import HEAD, place
from itk.renderers.layout.story import tell
from itk.renderers.plain.drawing import PAGE_HEIGHT, PAGE_RATIO, sheets
from tests.renderers import build
from tests.renderers.plain.page import parsed, words
from tests.renderers.strategies import traces

light = settings(max_examples=60, deadline=None)
every = pytest.mark.parametrize("make", build.ALL.values(), ids=build.ALL)
MOST = 6


@light
@given(traces())
def test_an_excerpt_of_all_is_the_whole_story(trace: Trace) -> None:
    assert tell(trace, most=1_000) == tell(trace)


@light
@given(traces())
def test_an_excerpt_holds_the_beginning_and_the_first_failure(trace: Trace) -> None:
    told = moments(trace, grow(trace))
    parts = excerpt(trace, told, MOST)
    chosen = [n for part in parts for n in part]
    failures = [n for n, (_, _, at, closing) in enumerate(told) if closing and trace.spans[at].status in FAILING]

    assert chosen == sorted(set(chosen))
    assert len(chosen) == min(MOST, len(told))
    assert chosen[:3] == list(range(min(3, len(told))))
    assert not failures or failures[0] in chosen


@light
@given(traces())
def test_an_excerpt_tells_its_steps_as_the_whole_story_does(trace: Trace) -> None:
    story, whole = tell(trace, most=MOST), tell(trace)
    names = [member.component for member in story.participants]
    all_names = [member.component for member in whole.participants]
    told = {(s.kind, s.span, all_names[s.target], s.label, s.note, s.time_ns) for s in whole.steps}
    real = [step for step in story.steps if step.kind not in ("cut", "pause", "ghost")]

    assert {(s.kind, s.span, names[s.target], s.label, s.note, s.time_ns) for s in real} <= told
    assert len(real) + story.untold == len([s for s in whole.steps if s.kind not in ("pause", "ghost")])
    assert sum(step.kind == "cut" for step in story.steps) <= 2
    assert (story.untold > 0) == any(step.kind == "cut" for step in story.steps)


@light
@given(traces(), st.integers(2, 9))
def test_bars_of_an_excerpt_do_not_overlap_and_stay_in_the_drawing(trace: Trace, most: int) -> None:
    placed = place(trace, tell(trace, most=most))

    for bar in placed.activations:
        assert 0 < bar.y1 < bar.y2 <= placed.height
    for one in placed.activations:
        for two in placed.activations:
            if one is not two and (one.column, one.lane) == (two.column, two.lane):
                assert one.y2 < two.y1 or two.y2 < one.y1


def test_what_goes_on_beyond_a_cut_reaches_it_and_comes_out_of_it() -> None:
    trace = build.many(400).trace
    placed = place(trace, tell(trace, most=100))
    cuts = [message.y for message in placed.messages if message.step.kind == "cut"]
    intake = next(bar for bar in placed.activations if trace.spans[bar.span].operation == "process intake")

    assert len(cuts) == 2
    assert intake.y1 < cuts[0] < cuts[1] - 30 < intake.y2 < cuts[1]


def test_only_what_is_drawn_is_placed() -> None:
    trace = build.many(20_000).trace
    story = tell(trace, most=100)

    assert len(story.steps) <= 100 + 2 + 5
    assert len(place(trace, story).activations) <= 100


def test_a_late_failure_is_drawn_and_the_cut_says_how_much_is_not() -> None:
    layer = parsed(build.many(400))
    text = words(layer)
    told = len(moments(build.many(400).trace, grow(build.many(400).trace)))

    assert f"{told - 100:,} more messages" in text
    counts = [int(n.replace(",", "")) for n in re.findall(r"([\d,]+) messages not drawn here", text)]
    assert len(counts) == 2
    assert sum(counts) == told - 100
    drawn = [words(element) for element in layer.iter("g") if element.get("role") == "listitem"]
    assert any("error" in row for row in drawn)
    assert len(drawn) <= plain.MESSAGES_MAX + 5


def test_without_a_failure_what_a_failed_check_cites_is_drawn() -> None:
    run = build.many(400)
    spans = tuple(msgspec.structs.replace(span, status="ok") for span in run.trace.spans)
    trace = msgspec.structs.replace(run.trace, spans=spans)
    story = tell(trace, most=100, cited={spans[300].span_id})

    assert 300 in {step.span for step in story.steps}
    assert 300 not in {step.span for step in tell(trace, most=100).steps}


@every
def test_a_short_run_is_drawn_whole(make: object) -> None:
    run: RunResult = make()  # type: ignore[operator]
    layer = parsed(run)
    drawn = [element for element in layer.iter("g") if element.get("role") == "listitem"]

    assert len(drawn) == len(place(run.trace, tell(run.trace)).messages)
    assert "not drawn here" not in words(layer)


@pytest.mark.parametrize("count", [3, 60, 400])
def test_sheets_hold_every_row_once_and_fit_a_page(count: int) -> None:
    trace = build.many(count).trace
    placed = place(trace, tell(trace, most=100))
    pages = sheets(placed)

    assert [message for page in pages for message in page.messages] == list(placed.messages)
    assert all(one.bottom == two.top for one, two in pairwise(pages))
    for page in pages:
        assert page.bottom - page.top + HEAD <= max(PAGE_HEIGHT, PAGE_RATIO * placed.width)


@every
def test_without_a_style_sheet_everything_is_painted(make: object) -> None:
    """A shape without fill or stroke of its own would be black, or not there, where style sheets are blocked."""
    layer = parsed(make())  # type: ignore[operator]
    above = {child: parent for parent in layer.iter() for child in parent}
    sheet = [svg for svg in layer.iter("svg") if svg.get("class") == "p-sheet"]

    assert sheet
    for svg in sheet:
        assert {"width", "height", "viewBox", "fill", "color", "font-family", "font-size"} <= svg.attrib.keys()
        for shape in svg.iter():
            said = {name: painted(shape, name, svg, above) for name in ("fill", "stroke")}
            if shape.tag in ("rect", "circle"):
                assert said["fill"], shape.attrib
            if shape.tag in ("rect", "circle", "path"):
                assert said["stroke"] or said["fill"] not in (None, "none"), shape.attrib
                assert said["stroke"] != "currentColor" or painted(shape, "color", None, above), shape.attrib
            if shape.tag == "text":
                assert said["fill"] != "none"
    for icon in layer.iter("symbol"):
        assert icon.get("fill") == "none"
        assert icon.get("stroke") == "currentColor"


def painted(shape: Element, name: str, below: Element | None, above: dict[Element, Element]) -> str | None:
    """What a shape is painted with, by its own attribute or by that of a group around it, within a drawing."""
    while shape is not below:
        if shape.get(name) or shape not in above:
            return shape.get(name)
        shape = above[shape]
    return None


def test_classes_and_attributes_of_a_participant_are_the_same_colour() -> None:
    for rect in parsed(build.happy()).iter("rect"):
        named = re.search(r"p-area hue(\d+) tone(\d)", rect.get("class", ""))
        if named:
            colour = palette.Colour(int(named[1]), int(named[2]))
            assert (rect.get("fill"), rect.get("stroke")) == (palette.fill(colour), palette.stroke(colour))
