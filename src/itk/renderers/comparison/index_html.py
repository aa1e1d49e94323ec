"""`index.html` of a comparison of several cases: what fired, and a row a case with a link to both runs. No script."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256

from itk.model.regression import WEIGHTS, CaseCompared, ComparisonReport, Given, Noted, Verdict, Weight
from itk.model.wording import counted
from itk.renderers import assets
from itk.renderers.comparison import wording
from itk.renderers.markup import Markup, el, join
from itk.renderers.plain.limits import said
from itk.renderers.plain.marks import feeling, icon, symbols

ROWS_MAX = 500
_STYLE = "first.css"
# Tables of the plain layer hold a name, a figure, and what it means; these hold text, and figures behind it.
_TABLES = """
#plain table.wide { th { min-width: 0; } th, td { vertical-align: top; padding: 4px 18px 4px 0; }
  tr + tr td, thead + tbody td { border-top: 1px solid var(--line); }
  td:nth-child(2) { text-align: left; } td:nth-child(3) { color: inherit; width: auto; }
  td:first-child { white-space: nowrap; } .n { text-align: right; font-variant-numeric: tabular-nums; } }
#plain header > p { margin: 12px 0; }
"""
_FIGURES = ("regressions", "warnings", "others")
_ICONS: dict[Verdict, str] = {"same": "passed", "different": "warning", "regression": "failed"}


def written(report: ComparisonReport) -> bytes:
    title = f"{wording.VERDICTS[report.verdict]}: {report.b.given} compared with {report.a.given}"
    style = assets.text(_STYLE) + _TABLES
    digest = b64encode(sha256(style.encode("utf-8")).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'"
    head = el(
        "head",
        el("meta", charset="utf-8"),
        Markup(f'<meta http-equiv="Content-Security-Policy" content="{policy}">'),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("meta", name="color-scheme", content="light dark"),
        el("title", said(title, 200)),
        Markup(f"<style>{style}</style>"),
    )
    page = join(Markup('<!DOCTYPE html>\n<html lang="en">'), head, el("body", _body(report)), Markup("</html>\n"))
    return page.encode("utf-8")


def _body(report: ComparisonReport) -> Markup:
    verdict, state = wording.VERDICTS[report.verdict].upper(), _ICONS[report.verdict]
    return el(
        "div",
        el(
            "header",
            symbols(),
            [el("p", el("strong", "NOTE"), f" {said(note, 300)}", class_="p-banner") for note in report.notes],
            el(
                "div",
                el("p", icon(state, size=30), " ", el("strong", verdict), class_=f"p-verdict p-{feeling(state)}"),
                el("h1", "Cases compared"),
                class_="p-title",
            ),
            el("p", wording.headline(report)),
            el("dl", _given("A", report.a), _given("B", report.b), class_="p-facts"),
        ),
        el("main", [_weight(report, weight) for weight in WEIGHTS], _cases(report)),
        id="plain",
    )


def _given(name: str, given: Given) -> Markup:
    return el("div", el("dt", name), " ", el("dd", f"{said(given.given, 200)}, {given.what}"))


def _weight(report: ComparisonReport, weight: Weight) -> Markup | None:
    found = list(wording.of_weight(report, weight))
    if not found:
        return None
    rows = (
        el("tr", el("td", note.rule), el("td", _link(case)), el("td", _where(case, note)),
           el("td", said(note.says, 400)))
        for case, note in found[:ROWS_MAX]
    )  # fmt: skip
    more = len(found) - ROWS_MAX + wording.not_listed(report, weight)
    return el(
        "section",
        el("h2", f"{wording.HEADINGS[weight]} ({report.counts.get(weight, 0):,})"),
        _table(("rule", "case", "where", "evidence"), list(rows)),
        el("p", f"{counted(more, 'more')}: see comparison.md.") if more > 0 else None,
    )


def _cases(report: ComparisonReport) -> Markup:
    rows = [
        el(
            "tr",
            el("td", _link(case)),
            el("td", wording.side(case.a)),
            el("td", wording.side(case.b)),
            el("td", icon(_ICONS[case.verdict], size=14), f" {wording.VERDICTS[case.verdict]}"),
            [el("td", f"{case.count(weight):,}", class_="n") for weight in WEIGHTS],
        )
        for case in report.cases[:ROWS_MAX]
    ]
    more = len(report.cases) - len(rows)
    head = ("case", "in A", "in B", "verdict", "regressions", "warnings", "others")
    return el(
        "section",
        el("h2", f"Cases ({len(report.cases):,})"),
        _table(head, rows),
        el("p", f"{counted(more, 'more case')}: see comparison.json.") if more > 0 else None,
        el("p", f"{counted(report.pages_left_out, 'case')} that differ have no page: there are too many.")
        if report.pages_left_out
        else None,
    )


def _table(head: tuple[str, ...], rows: list[Markup]) -> Markup:
    titles = el("tr", [el("th", name, scope="col", class_="n" if name in _FIGURES else None) for name in head])
    return el("table", el("thead", titles), el("tbody", rows), class_="wide")


def _where(case: CaseCompared, note: Noted) -> Markup:
    where, link = said(note.where, 160) or "the case", wording.link(case, note)
    return el("a", where, href=link) if link else el("span", where)


def _link(case: CaseCompared) -> Markup:
    name = said(case.id, 120)
    return el("a", name, href=case.page) if case.page else el("span", name)
