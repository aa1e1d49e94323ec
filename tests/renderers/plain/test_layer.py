"""What the layer without a script says, and that it stays small and harmless whatever a run holds."""

from __future__ import annotations

import re
from collections import Counter

import msgspec
import pytest
from benchmarks.big_runs import big_run

from itk.model.evidence import ErrorFact
from itk.model.run import RunResult
from itk.model.trace import Missing, Payload, SpanEvent
from itk.renderers import files, plain
from itk.renderers.markup import el
from itk.renderers.plain import details
from itk.renderers.plain.limits import take
from itk.renderers.plain.values import shown
from itk.renderers.words import counts, queue_change
from tests.renderers import build, hostile
from tests.renderers.plain.page import STYLE, css, parsed, words

LIMIT = 200 * 1024  # of the worst that logs can hold
USUAL = 90 * 1024  # of a big run as runs are
every = pytest.mark.parametrize("make", build.ALL.values(), ids=build.ALL)
HREF = re.compile(r"[a-z.-]+|payloads/[0-9a-f]+\.(request|response|error)\.json|#plain-(heads|i-[a-z]+|[0-9a-f]+)")


def swollen(run: RunResult, text: str) -> RunResult:
    """A run in which everything that can be long is long."""
    spans = tuple(
        msgspec.structs.replace(
            span,
            name=text, operation=text, status="error", error=ErrorFact(type=text, message=text, stack=text),
            request=Payload(value={"deep": [text] * 3}), response=Payload(value=text),
            events=tuple(SpanEvent(time_ns=1, name="log", text=text) for _ in range(60)),
            ids={f"{text[:50]}{n}": text for n in range(20)},
            component=msgspec.structs.replace(span.component, name=f"{span.component.name}{text}", id=text),
        )
        for span in run.trace.spans
    )  # fmt: skip
    gaps = tuple(Missing(what=text, component=f"lambda:{n}{text}", group=text) for n in range(300))
    trace = msgspec.structs.replace(run.trace, spans=spans, missing=gaps, warnings=(text,) * 300)
    verdict = msgspec.structs.replace(
        run.checks[0], status="failed", message=text, expected=text, actual=text, span_ids=(text,) * 50
    )
    return msgspec.structs.replace(run, trace=trace, checks=(verdict,) * 300, reasons=(text,) * 300)


@every
def test_it_says_what_was_judged_and_found(make: object) -> None:
    run: RunResult = make()  # type: ignore[operator]
    text = words(parsed(run))

    for said in (run.status.upper(), run.case.name, run.case.id, run.run_id, *run.reasons):
        assert said in text
    for check in run.checks:
        for said in (check.status, check.name, check.message, check.expected, check.actual, str(check.where)):
            assert said in text
    for gap in run.trace.missing:
        assert gap.what in text
        assert gap.group in text
    for reading in run.dead_letter_queues:
        assert reading.name in text
    for queue in run.queues:
        assert f"{queue.name} {queue_change(queue)}" in text
    for name, number, _ in counts(run):
        assert f"{name} {number:,}" in text
    assert f"Spans: {len(run.trace.spans)} of {len(run.trace.spans)}" in text


def test_a_failed_span_is_told_with_its_error_and_the_file_that_holds_it() -> None:
    run = build.poison()
    layer = parsed(run)
    links = {link.get("href") for link in layer.iter("a")}

    for span, stem in zip(run.trace.spans, files.stems(run.trace.spans), strict=True):
        assert (files.payload(stem, "error") in links) == (span.status == "error")
    assert words(layer).count("KeyError: 'orderId'") >= 3
    assert "Errors: 3 spans failed" in words(layer)


def test_a_check_has_its_title_its_excuse_and_links_to_what_came_close() -> None:
    run = build.weighed()
    items = [item for item in parsed(run).iter("li") if "p-box" in item.get("class", "")]
    said = [words(item) for item in items]

    assert [text.split()[0] for text in said[: len(run.checks)]] == [
        "failed", "error", "inconclusive", "warning", "warning", "xfailed", "skipped", "passed"
    ]  # fmt: skip
    assert said[0].startswith("failed The new intake ran once spans : no span matches")
    near = run.checks[1].nearest
    assert [link.get("href") for link in items[0].iter("a")] == [f"#plain-{each.span_id}" for each in near]
    assert all(f"{each.label} : {each.differs}" in said[0] for each in near)
    assert "xfail JIRA-12: the ledger is late until 2026-12-31" in said[5]


def test_banners_stand_before_all_else() -> None:
    assert words(parsed(build.inconclusive())).startswith("EMULATED this was not AWS, http://localhost:4566 answered.")
    assert words(parsed(build.happy(mode="dev-fixtures"))).startswith("DEV-FIXTURES recorded evidence")


def test_the_files_of_the_run_are_linked() -> None:
    links = re.findall(r'href="([a-z.-]+)"', plain.layer(build.happy()))

    assert set(links) == {files.REPORT, files.RUN, files.SPANS, files.SEQUENCE, files.VIEWER, files.TIMELINE}


@every
def test_links_within_the_page_have_an_end(make: object) -> None:
    layer = parsed(make())  # type: ignore[operator]
    ids = Counter(element.get("id") for element in layer.iter() if element.get("id"))
    inner = {href[1:] for element in layer.iter() if (href := element.get("href") or "").startswith("#")}

    assert set(ids.values()) == {1}
    assert inner <= ids.keys()


@pytest.mark.parametrize("keep", [False, True])
@pytest.mark.parametrize("kind", ["inconclusive", "doubtful", "poison"])
def test_hostile_text_adds_no_element_and_no_attribute(kind: str, keep: bool) -> None:
    wild = list(parsed(hostile.poisoned(build.ALL[kind](), hostile.ALL, keep=keep)).iter())
    tame = [element for run in (build.ALL[kind](), build.weighed(), build.many(400)) for element in parsed(run).iter()]

    assert {element.tag for element in wild} <= {element.tag for element in tame}
    assert {key for element in wild for key in element.attrib} <= {key for element in tame for key in element.attrib}
    for element in wild:
        assert "style" not in element.attrib
        assert not any(key.startswith("on") for key in element.attrib)
        assert element.tag not in ("script", "style", "img", "iframe", "object", "form", "foreignObject")
        assert HREF.fullmatch(element.get("href", "x"))


@pytest.mark.parametrize("text", ["x" * 20_000, '"&' * 10_000, "\u202e" * 20_000, "a\u0301" * 10_000, "漢" * 20_000])
def test_it_stays_within_its_room_whatever_a_run_holds(text: str) -> None:
    layer = plain.layer(swollen(build.many(400), text))

    assert len(layer.encode("utf-8")) <= LIMIT
    assert "FAILED" in layer
    for told in ("more checks: ", "more gaps: ", "more warnings: ", "more spans: ", "more failed spans: "):
        assert told in layer


def test_ten_times_the_spans_are_no_more_markup() -> None:
    few, many = (Counter(element.tag for element in parsed(build.many(count)).iter()) for count in (2_000, 20_000))

    assert few["details"] == many["details"] <= details.SPANS_MAX
    assert sum(many.values()) <= 1.02 * sum(few.values())
    for run in (build.many(20_000), big_run(10_000)):
        assert len(plain.layer(run).encode("utf-8")) <= USUAL


def test_failed_and_cited_spans_are_written_out_first() -> None:
    run = build.many(3_000)
    cited = run.trace.spans[1_500].span_id
    verdict = msgspec.structs.replace(run.checks[0], status="failed", span_ids=(cited,))
    spans = tuple(
        msgspec.structs.replace(span, status="ok")
        if n not in (2_900, 2_950)
        else msgspec.structs.replace(span, status="error")
        for n, span in enumerate(run.trace.spans)
    )
    trace = msgspec.structs.replace(run.trace, spans=spans)
    layer = parsed(msgspec.structs.replace(run, checks=(verdict,), trace=trace))
    first = [element.find("dl").get("id") for element in layer.iter("details")][:4]  # type: ignore[union-attr]

    assert first == [f"plain-{spans[at].span_id}" for at in (2_900, 2_950, 1_500, 0)]
    assert f"{3_000 - details.SPANS_MAX:,} more spans: spans.jsonl" in words(layer)


def test_a_run_without_spans_says_so() -> None:
    run = build.happy()
    layer = parsed(msgspec.structs.replace(run, trace=msgspec.structs.replace(run.trace, spans=()), checks=()))

    assert "No span was seen." in words(layer)
    assert "The case asks for no check." in words(layer)


def test_every_class_has_a_rule_and_every_rule_a_use() -> None:
    runs = [*(make() for make in build.ALL.values()), build.many(400)]
    used = {name for run in runs for element in parsed(run).iter() for name in element.get("class", "").split()}
    ruled = set(re.findall(r"\.([a-z][\w-]*)", re.sub(r"/\*.*?\*/", "", css(), flags=re.DOTALL)))

    assert used <= ruled
    comparison = {"p-compared"}  # the list of differences of two runs, which test_comparison_page.py shows
    assert {name for name in ruled if name.startswith("p-")} - comparison <= used


def test_the_style_sheet_is_small_and_loads_nothing() -> None:
    assert len((STYLE / "plain.css").read_bytes()) <= 7_000
    assert "url(" not in css()
    assert "@import" not in css()
    assert "</" not in css()


def test_items_are_taken_only_while_there_is_room() -> None:
    made = []

    def items() -> object:
        for n in range(1_000):
            made.append(n)
            yield el("p", "é" * 10)

    assert len(take(items(), most=5, room=10_000)) == 5  # type: ignore[arg-type]
    assert len(take(items(), most=50, room=100)) == 3  # type: ignore[arg-type]
    assert len(made) == 5 + 4


@pytest.mark.parametrize("value", ["x" * 50, {"a": ["b"] * 20}, [1, None, True, 1.5] * 9, {"n": 12345678901234567890}])
def test_values_are_cut_with_a_mark(value: object) -> None:
    whole = shown(value, 10_000)

    assert "…" not in whole
    for most in (5, 12, 20):
        part = shown(value, most)
        assert part.endswith("\n…")
        assert whole.startswith(part[:-2])
        assert len(part) <= most + 1
