"""What `index.html` carries for its script: finished words and figures. Nothing is worked out again in the browser.

Fields that say nothing are left out; docs/reference/viewer-data.md describes the form.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from itk.model.suite import CaseRow, JudgedCheck, SuiteResult, Try
from itk.model.trace import Component
from itk.renderers import palette
from itk.renderers.json_form import plain
from itk.renderers.suite import drawing, figures, links, words
from itk.renderers.text import begin

VERSION = 1
NAME_MOST, LINE_MOST, TEXT_MOST = 200, 400, 4_000
LISTED_MOST = 50  # checks, tries, reasons, near spans of one case
_MS = 1_000_000


def contents(suite: SuiteResult) -> dict[str, Any]:
    """The whole of it."""
    verdict = figures.verdict(suite)
    components = drawing.components(suite.cases)
    places = {component: at for at, component in enumerate(components)}
    numbers = {id(case): at for at, case in enumerate(suite.cases)}
    return plain(  # type: ignore[no-any-return]
        {
            "v": VERSION,
            "title": words.title(suite),
            "status": verdict.status,
            "word": words.word(verdict),
            "sentence": verdict.sentence,
            "banners": [{"word": word, "text": text} for word, text in words.banners(suite)],
            "facts": [{"name": name, "text": text} for name, text in words.facts(suite)],
            "files": [{"file": file, "text": text, "about": about} for file, text, about in words.FILES],
            "pages": [{"file": file, "text": text, "about": about} for file, text, about in links.PAGES],
            "counts": [{"status": status, "n": n} for status, n in figures.by_status(suite.cases).items()],
            "flaky": len(figures.flaky(suite.cases)),
            "span_ms": (suite.ended_ns - suite.started_ns) / _MS,
            "clusters": [
                {
                    "text": begin(cluster.signature, LINE_MOST),
                    "status": cluster.status,
                    "cases": [numbers[id(case)] for case in cluster.cases],
                }
                for cluster in figures.clusters(suite.cases)
            ],
            "slowest": [numbers[id(case)] for case in figures.slowest(suite.cases)],
            "components": _components(components),
            "cases": [_case(case, suite, places) for case in suite.cases],
        }
    )


def _components(components: tuple[Component, ...]) -> list[dict[str, Any]]:
    colours = palette.assign(components)
    return [
        {"type": each.type, "name": begin(each.name, NAME_MOST), "hue": colours[each.label].hue,
         "tone": colours[each.label].tone}
        for each in components
    ]  # fmt: skip


def _case(case: CaseRow, suite: SuiteResult, places: Mapping[Component, int]) -> dict[str, Any]:
    return _told(
        id=begin(case.id, NAME_MOST),
        name=begin(case.name, NAME_MOST),
        path=begin(case.path, LINE_MOST),
        group=begin(case.group, NAME_MOST),
        tags=[begin(tag, 60) for tag in case.tags[:LISTED_MOST]],
        status=case.status,
        flaky=case.flaky,
        why=begin(figures.why(case), LINE_MOST),
        reasons=_lines(case.reasons),
        tries=[_try(each, suite) for each in case.tries[-LISTED_MOST:]],
        passed=case.checks_passed,
        checks=case.checks,
        judged=[_check(check) for check in case.judged[:LISTED_MOST]],
        more_judged=max(len(case.judged) - LISTED_MOST, 0),
        ms=case.duration_ms,
        spans=case.spans,
        retries=case.retries,
        throttles=case.throttles,
        tokens=case.tokens,
        lanes=[places[drawing.component(label)] for label in case.lanes],
        bars=[
            n
            for bar in drawing.bars(case)
            for n in (bar.lane, bar.start, bar.width, drawing.KINDS.index(bar.status))
        ],
    )  # fmt: skip


def _try(each: Try, suite: SuiteResult) -> dict[str, Any]:
    return _told(
        run=begin(each.run_id, NAME_MOST),
        at=links.base(each),
        status=each.status,
        reasons=_lines(each.reasons),
        after_ms=(each.started_ns - suite.started_ns) / _MS,
        ms=(each.ended_ns - each.started_ns) / _MS,
    )


def _check(check: JudgedCheck) -> dict[str, Any]:
    where = ":".join(str(part) for part in (check.path, check.line, check.column) if part) if check.path else ""
    return _told(
        name=begin(check.name, NAME_MOST),
        title=begin(check.title, NAME_MOST),
        status=check.status,
        message=begin(check.message, TEXT_MOST),
        expected=begin(check.expected, TEXT_MOST),
        actual=begin(check.actual, TEXT_MOST),
        nearest=[
            {"label": begin(near.label, NAME_MOST), "differs": begin(near.differs, LINE_MOST),
             "hash": links.to_span(near.span_id) if near.span_id else ""}
            for near in check.nearest[:LISTED_MOST]
        ],
        where=begin(where, LINE_MOST),
        hash=links.to_check(check),
    )  # fmt: skip


def _lines(sentences: tuple[str, ...]) -> list[str]:
    return [begin(sentence, LINE_MOST) for sentence in sentences[:LISTED_MOST]]


def _told(**fields: Any) -> dict[str, Any]:
    """Without what says nothing; a zero says something."""
    return {
        name: value
        for name, value in fields.items()
        if value is not None and value is not False and value != [] and value != ""
    }
