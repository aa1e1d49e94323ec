"""Search and its language find exactly what a filter in Python finds; whoever searches is led from match to match."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase
from typing import Any

import pytest
from benchmarks.big_runs import big_run
from playwright.sync_api import expect

from itk.model.run import RunResult
from itk.model.trace import Component, Span
from itk.renderers.layout.story import wait_ns
from tests.renderers import build
from tests.renderers.viewer import reading
from tests.renderers.viewer.conftest import Show
from tests.renderers.viewer.using import (
    TALL,
    both,
    choose,
    current,
    details,
    drawn,
    items,
    marked,
    places,
    search,
    seen,
    unfold,
)

pytestmark = pytest.mark.browser
FAILED = {"error", "timeout", "throttled", "blocked"}
Predicate = Callable[[Span], bool]


def queries(run: RunResult) -> Iterator[tuple[str, Predicate]]:
    """Each field with values of that run, and what each means, said in Python."""
    spans = run.trace.spans
    parents = {span.span_id: span for span in spans}
    yield from fields(spans)
    yield from numbers(spans, parents)
    for check in run.checks[:3]:
        yield f"check:{check.name}", lambda span, cited=frozenset(check.span_ids): span.span_id in cited
    yield f"id:{spans[3].span_id[:6]}", lambda span: span.span_id.startswith(spans[3].span_id[:6])


def fields(spans: tuple[Span, ...]) -> Iterator[tuple[str, Predicate]]:
    one = spans[-1].component
    yield f"component:{one.name}", lambda span: span.component.name.lower() == one.name.lower()
    yield f"component:{one.type}:{one.name}", lambda span: span.component == one
    yield (
        "component:*o*r*",
        lambda span: any(
            fnmatchcase(text.lower(), "*o*r*")
            for text in (span.component.name, f"{span.component.type}:{span.component.name}", span.component.id or "")
        ),
    )
    for kind in sorted({span.component.type for span in spans})[:3]:
        yield f"kind:{kind}", lambda span, kind=kind: span.component.type == kind
    for operation in sorted({span.operation for span in spans})[:3]:
        yield f'op:"{operation}"', lambda span, operation=operation: operation in (span.operation, span.name)
    for status in sorted({span.status for span in spans}):
        yield f"status:{status}", lambda span, status=status: span.status == status
    yield "status:failed", lambda span: span.status in FAILED
    yield "-status:failed", lambda span: span.status not in FAILED
    for tier in sorted({span.join.tier for span in spans if span.join}):
        yield f"tier:{tier}", lambda span, tier=tier: span.join is not None and span.join.tier == tier
    for rule in sorted({span.join.rule for span in spans if span.join})[:2]:
        yield f"rule:{rule}", lambda span, rule=rule: span.join is not None and span.join.rule == rule
    for error in sorted({span.error.type for span in spans if span.error and span.error.type})[:2]:
        yield (
            f"error:{error[:6]}*",
            lambda span, error=error: bool(span.error and (span.error.type or "").startswith(error[:6])),
        )


def numbers(spans: tuple[Span, ...], parents: dict[str, Span]) -> Iterator[tuple[str, Predicate]]:
    times = sorted(length for length in map(took, spans) if length is not None)
    middle = (times[len(times) // 2 - 1] + times[len(times) // 2]) / 2
    yield f"dur>{middle:.3f}ms", lambda span: (took(span) or 0) > middle
    yield f"-dur>{middle:.3f}ms", lambda span: not (took(span) or 0) > middle
    yield "wait>100ms", lambda span: (waited(span, parents) or 0) > 100_000_000
    yield "attempt:>1", lambda span: span.attempt is not None and span.attempt.n > 1
    yield "attempt:1", lambda span: span.attempt is not None and span.attempt.n == 1
    yield "tokens>=1", lambda span: tokens(span) >= 1
    yield "kind:model tokens<900", lambda span: span.component.type == "model" and 0 < tokens(span) < 900


def waited(span: Span, parents: dict[str, Span]) -> int | None:
    """Only a message waits: a call does not."""
    sender = parents.get(span.parent_span_id or "")
    return wait_ns(sender, span) if sender and sender.kind == "PRODUCER" else None


def took(span: Span) -> float | None:
    if span.duration_ms is not None:
        return span.duration_ms
    return None if span.start_ns is None or span.end_ns is None else (span.end_ns - span.start_ns) / 1e6


def tokens(span: Span) -> int:
    usage = span.usage
    return (usage.input_tokens or 0) + (usage.output_tokens or 0) if usage and usage.counted else 0


@pytest.mark.parametrize("make", [lambda: big_run(70), build.doubtful, build.poison])
def test_every_field_finds_what_python_finds(show: Show, make: Callable[[], RunResult]) -> None:
    run = make()
    place = places(run)
    page = show(run, "timeline.html", **TALL)
    unfold(page)
    for query, holds in queries(run):
        wanted = {place[span.span_id] for span in run.trace.spans if holds(span)}
        search(page, query)
        marked(page, "found", wanted)


def test_words_are_found_in_names_ids_and_payloads(show: Show) -> None:
    """Everything that the details of a span say is searched, and nothing else."""
    run = build.happy()
    place = places(run)
    lines = dict(enumerate(reading.details(reading.page(run))))
    names = {
        place[span.span_id]: [span.span_id, span.operation, span.name, label(span.component), span.component.id]
        for span in run.trace.spans
    }
    page = show(run, "timeline.html", **TALL)
    for text in ("lamp", "ORDER", "A-17", "0c1d2e3f", "12345678901234567890", "haiku", "<3", "mail sent", "nowhere"):
        search(page, f'"{text}"')
        marked(page, "found", {at for at, line in lines.items() if said([line, names[at]], text.lower())})


def label(component: Component) -> str:
    return f"{component.type}:{component.name}"


def said(value: Any, low: str) -> bool:
    if isinstance(value, dict):
        return any(said(part, low) for part in value.values())
    if isinstance(value, list):
        return any(said(part, low) for part in value)
    return isinstance(value, str) and low in value.lower()


def test_terms_are_joined_by_and_or_and_not(show: Show) -> None:
    run = build.happy()
    place = places(run)
    page = show(run, "timeline.html", **TALL)

    def wanted(holds: Predicate) -> set[int]:
        return {place[span.span_id] for span in run.trace.spans if holds(span)}

    search(page, "kind:lambda op:process*")
    marked(page, "found", wanted(lambda span: span.component.type == "lambda" and "process" in span.operation))
    search(page, "kind:queue OR kind:agent")
    marked(page, "found", wanted(lambda span: span.component.type in ("queue", "agent")))
    search(page, "-kind:queue -kind:lambda")
    marked(page, "found", wanted(lambda span: span.component.type not in ("queue", "lambda")))


@both
def test_a_problem_is_said_in_words_and_nothing_is_lost(show: Show, name: str) -> None:
    page = show(build.happy(), name)
    box = page.get_by_role("searchbox", name="Search")
    for query, words in (
        ("statsu:ok", "did you mean `status`"),
        ("status:okay", "unknown status"),
        ("dur>5", "needs a unit"),
        ("kind:agent OR", "stands between two terms"),
        ("attempt:two", "needs a number"),
    ):
        box.fill(query)
        box.press("End")
        box.press("Escape")  # suggestions, where there are some
        box.fill(query)
        expect(page.locator("#search-problem")).to_contain_text(words)
        expect(box).to_have_attribute("aria-invalid", "true")
        expect(page.get_by_role("button", name="Only matches")).to_be_disabled()
    box.fill("kind:agent")
    expect(page.locator("output.count")).to_have_text(re.compile("1 match|1 of 1"))
    expect(box).to_have_attribute("aria-invalid", "false")


@both
def test_next_and_previous_go_around_and_say_where_they_are(show: Show, name: str) -> None:
    run = build.doubtful()
    page = show(run, name)
    count = search(page, "kind:lambda")
    total = sum(span.component.type == "lambda" for span in run.trace.spans)
    box = page.get_by_role("searchbox", name="Search")
    found = []
    for _ in range(total):
        box.press("Enter")
        drawn(page)
        found.append(current(page).first.get_attribute("data-span"))
    assert len(set(found)) == total
    before = count.inner_text()
    page.get_by_role("button", name="Next match").click()
    expect(count).not_to_have_text(before)
    page.get_by_role("button", name="Previous match").click()
    expect(count).to_have_text(before)
    box.press("Shift+Enter")
    expect(count).not_to_have_text(before)
    box.press("Escape")
    expect(count).to_have_text("")


@both
def test_only_matches_shows_them_with_their_callers_and_counts_the_rest(show: Show, name: str) -> None:
    run = build.happy()
    place = places(run)
    page = show(run, name, **TALL)
    search(page, "op:GetItem")
    page.get_by_role("button", name="Only matches").click()
    kept = {place[span] for span in above(run, "GetItem")}

    expect(page.get_by_text(f"{len(place) - len(kept)} spans without a match")).to_be_visible()
    if name == "timeline.html":
        assert seen(page) == kept
    page.get_by_role("button", name="Show all spans").click()
    expect(page.get_by_text("without a match")).to_have_count(0)
    page.keyboard.press("m")
    expect(page.get_by_text("without a match")).to_be_visible()
    search(page, "")
    expect(page.get_by_text("without a match")).to_have_count(0)


def above(run: RunResult, operation: str) -> set[str]:
    """The ids of spans of an operation and of all that stand above them."""
    spans = {span.span_id: span for span in run.trace.spans}
    found: set[str] = set()
    for span in run.trace.spans:
        at = span if span.operation == operation else None
        while at is not None:
            found.add(at.span_id)
            at = spans.get(at.parent_span_id or "")
    return found


def test_suggestions_lead_to_a_query_that_finds_something(show: Show) -> None:
    page = show(build.happy())
    box = page.get_by_role("searchbox", name="Search")
    box.press_sequentially("comp")
    offers = page.get_by_role("listbox", name="Suggestions")
    expect(offers.get_by_role("option").first).to_contain_text("component:")
    box.press("ArrowDown")
    box.press("Enter")
    expect(box).to_have_value("component:")
    box.press_sequentially("gate")
    offers.get_by_role("option", name="component:agent:gatekeeper").click()
    expect(box).to_have_value("component:agent:gatekeeper ")
    expect(page.locator("output.count")).to_have_text(re.compile("1 match|1 of 1"))
    expect(box).to_be_focused()
    box.press("Escape")
    expect(offers).to_be_hidden()


@both
def test_a_match_inside_a_fold_is_opened_and_marked_in_the_payload(show: Show, name: str) -> None:
    page = show(build.poison(), name)
    search(page, "{not json")
    page.keyboard.press("Enter")
    choose(page, "process intake")

    expect(details(page).locator("mark").first).to_have_text("{not")
    assert items(page).count() >= 3


def test_views_may_change_while_a_search_runs(show: Show) -> None:
    """The last query wins, in whichever view."""
    page = show(big_run(2000))
    box = page.get_by_role("searchbox", name="Search")
    for text in ("a", "or", "order", "does not switch on", "status:failed", "kind:agent"):
        box.fill(text)
        page.keyboard.press("F3")
        page.get_by_role("button", name="Timeline").click()
        page.get_by_role("button", name="Sequence", exact=True).click()
    agents = sum(span.component.type == "agent" for span in big_run(2000).trace.spans)

    expect(page.locator("output.count")).to_have_text(re.compile(rf"{agents} matches|of {agents}$"))
    assert page.evaluate("document.querySelectorAll('*').length") <= 1_500
