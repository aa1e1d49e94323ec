"""A suite for readers without a script, and on paper: counts, clusters, and every case as a row with links."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice

from itk.model.suite import CaseRow, SuiteResult
from itk.model.wording import counted
from itk.renderers import files, palette, units
from itk.renderers.markup import Child, Markup, el
from itk.renderers.plain.limits import rest, said
from itk.renderers.plain.marks import feeling, icon, symbols
from itk.renderers.suite import drawing, figures, links, words
from itk.renderers.suite.figures import Cluster, Group

ROWS_MAX = 1_000
DRAWN_MAX = 100  # cases; of more only the first have drawings
EXPLAINED_MAX = 100  # cases that did not pass, with what was expected and what was found
CLUSTERS_MAX, NAMED_MAX = 20, 5
INDEX = "index.json"


def layer(suite: SuiteResult) -> Markup:
    """The element `#plain`. Of a thousand cases about 600 KB, most of it links."""
    return el("div", _header(suite), el("main", _clusters(suite), _slowest(suite), _cases(suite)), id="plain")


def _header(suite: SuiteResult) -> Markup:
    verdict = figures.verdict(suite)
    badge = el("p", _icon(verdict.status, size=30), " ", el("strong", words.word(verdict)),
               class_=f"p-verdict p-{feeling(verdict.status)}")  # fmt: skip
    return el(
        "header",
        symbols(),
        [
            el("p", icon("warning"), " ", el("strong", word), f" {said(text, 400)}", class_="p-banner", role="note")
            for word, text in words.banners(suite)
        ],
        el("div", badge, el("h1", words.title(suite)), class_="p-title"),
        el("p", verdict.sentence, class_="p-sentence"),
        el("ul", [el("li", _count(name, n)) for name, n in _counts(suite)], class_="p-counts", aria_label="Outcomes"),
        el("dl", [el("div", el("dt", name), " ", el("dd", value)) for name, value in words.facts(suite)],
           class_="p-facts"),
        el("nav", el("ul", [el("li", el("a", text, href=file), f" {about}") for file, text, about in words.FILES]),
           class_="p-files", aria_label="Files of this suite"),
    )  # fmt: skip


def _counts(suite: SuiteResult) -> Iterable[tuple[str, int]]:
    return (*figures.by_status(suite.cases).items(), ("flaky", len(figures.flaky(suite.cases))))


def _count(name: str, n: int) -> Markup:
    kind = feeling(name) if n else "muted"
    return el("span", _icon(name), " ", el("b", f"{n:,}"), f" {name}", class_=f"p-status p-{kind}")


def _clusters(suite: SuiteResult) -> Markup | None:
    found = figures.clusters(suite.cases)
    if not found:
        return None
    shown = [_cluster(cluster) for cluster in found[:CLUSTERS_MAX]]
    return el(
        "section", el("h2", "What went wrong"), el("ul", shown), rest(len(found) - len(shown), "thing", INDEX)
    )  # fmt: skip


def _cluster(cluster: Cluster) -> Markup:
    named: list[Child] = []
    for case in cluster.cases[:NAMED_MAX]:
        named += [", " if named else None, _linked(case, said(case.name or case.id, 120))]
    more = len(cluster.cases) - NAMED_MAX
    return el(
        "li",
        el("p", _status(cluster.status), f" {counted(len(cluster.cases), 'case')}: ",
           el("strong", said(cluster.signature, 300))),
        el("p", named, f" and {more:,} more" if more > 0 else None, class_="p-file"),
        class_=f"p-box p-b-{feeling(cluster.status)}",
    )  # fmt: skip


def _slowest(suite: SuiteResult) -> Markup | None:
    found = figures.slowest(suite.cases)
    if len(suite.cases) <= len(found):
        return None
    items = (el("li", f"{_took(case)} ", _linked(case, said(case.name or case.id, 160))) for case in found)
    return el("section", el("h2", "Slowest"), el("ul", list(items)))


def _cases(suite: SuiteResult) -> Markup:
    colours = palette.assign(drawing.components(suite.cases[:DRAWN_MAX]))
    drawn = {id(case) for case in suite.cases[:DRAWN_MAX]}
    wrong = (case for case in suite.cases if case.status not in ("passed", "skipped"))
    explained = {id(case) for case in islice(wrong, EXPLAINED_MAX)}
    left, tables = ROWS_MAX, []
    for group in figures.groups(suite.cases):
        shown = group.cases[:left]
        left -= len(shown)
        rows = [_row(case, colours if id(case) in drawn else {}, id(case) in explained) for case in shown]
        tables += [_heading(group), el("table", _HEAD, el("tbody", rows))] if rows else []
    more = rest(len(suite.cases) - ROWS_MAX, "case", INDEX)
    return el("section", el("h2", counted(len(suite.cases), "case")), tables, more, class_="p-cases")


_HEAD = el("thead", el("tr", [el("th", name, scope="col") for name in ("Outcome", "Case", "Took", "Course")]))


def _heading(group: Group) -> Markup:
    told = ", ".join(f"{n:,} {name}" for name, n in figures.by_status(group.cases).items() if n)
    return el("h3", said(group.name, 200) or "no directory", f" ({told})")


def _row(case: CaseRow, colours: Mapping[str, palette.Colour], explained: bool) -> Markup:
    name = said(case.name, 200)
    ident = said(case.id, 120)
    tags = "".join(f" @{said(tag, 40)}" for tag in case.tags[:12])
    return el(
        "tr",
        el("td", _status(case.status), el("br"), _status("flaky") if case.flaky else None),
        el("td", el("p", el("b", _linked(case, name or ident)), *_pages(case)),
           el("p", ident if name else None, tags, class_="p-rest") if name or tags else None, _why(case, explained)),
        el("td", _took(case), _tries(case)),
        el("td", drawing.sketch(case, colours) if colours else None),
    )  # fmt: skip


def _why(case: CaseRow, explained: bool) -> Child:
    text = said(figures.why(case), 300)
    if (case.status == "passed" and not case.flaky) or not text:
        return None
    check = figures.deciding(case)
    pairs = (("expected", check.expected), ("actual", check.actual)) if check and explained else ()
    rows = [el("div", el("dt", name), " ", el("dd", said(value, 300))) for name, value in pairs if value]
    return [el("p", text, class_=f"p-why p-{feeling(case.status)}"), el("dl", rows) if rows else None]


def _tries(case: CaseRow) -> Child:
    return [el("br"), counted(len(case.tries), "try", "tries")] if len(case.tries) > 1 else None


def _took(case: CaseRow) -> str:
    return "" if case.duration_ms is None else units.milliseconds(case.duration_ms)


def _linked(case: CaseRow, text: str) -> Child:
    """The words, as a link to the diagram; of one that failed, to the check that decided."""
    at = links.base_of(case)
    check = figures.deciding(case)
    place = f"#{links.to_check(check)}" if check is not None else ""
    return el("a", text, href=f"{at}/{files.VIEWER}{place}") if at else text


def _pages(case: CaseRow) -> list[Child]:
    at = links.base_of(case)
    pages = ((files.TIMELINE, "timeline"), (files.REPORT, "report"))
    return [part for file, text in pages for part in (" ", el("a", text, href=f"{at}/{file}"))] if at else []


def _status(name: str) -> Markup:
    return el("span", _icon(name), " ", el("b", name), class_=f"p-status p-{feeling(name)}")


def _icon(name: str, *, size: int = 14) -> Markup:
    """A case that failed and one that ended in an error are two things, and look like two."""
    return icon("burst" if name == "error" else name, size=size)
