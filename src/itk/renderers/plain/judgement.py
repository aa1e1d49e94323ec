"""What was asked and what was found wrong: checks, failed spans, and what was not seen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from itk.model.run import CheckVerdict, Near, RunResult
from itk.model.trace import Missing, Span
from itk.model.tree import FAILING, Tree
from itk.model.wording import counted
from itk.renderers import files, units, words
from itk.renderers.layout.story import ending
from itk.renderers.markup import Child, Markup, el
from itk.renderers.plain.limits import rest, said, take
from itk.renderers.plain.marks import feeling, icon, status

ERRORS_MAX = 30
GAPS_MAX = 100
CITED_MAX = 6


def checks(result: RunResult, anchors: Mapping[str, str]) -> Markup:
    """Every check; those that did not pass come first, so that they are there if room runs out."""
    ordered = words.worst_first(result.checks)
    passed = sum(check.status == "passed" for check in ordered)
    shown = take((_check(check, anchors) for check in ordered), most=len(ordered) or 1, room=16_000)
    return el(
        "section",
        el("h2", f"Checks: {passed} of {len(ordered)} passed"),
        el("ul", shown) if ordered else el("p", "The case asks for no check."),
        rest(len(ordered) - len(shown), "check", files.REPORT),
    )


def errors(result: RunResult, tree: Tree, stems: Sequence[str], anchors: Mapping[str, str]) -> Markup | None:
    """Every span that failed, first things first."""
    spans = result.trace.spans
    failed = [at for at in tree.order if spans[at].status in FAILING]
    if not failed:
        return None
    items = (_error(spans[at], stems[at], tree.origin_ns, anchors) for at in failed)
    shown = take(items, most=ERRORS_MAX, room=9_000)
    return el(
        "section",
        el("h2", f"Errors: {counted(len(failed), 'span')} failed"),
        el("ul", shown),
        rest(len(failed) - len(shown), "failed span", files.SPANS),
    )


def missing(result: RunResult) -> Markup | None:
    gaps = result.trace.missing
    if not gaps:
        return None
    shown = take(map(_gap, gaps), most=GAPS_MAX, room=8_000)
    return el(
        "section",
        el("h2", f"Not seen: {len(gaps):,}"),
        el("ul", shown),
        rest(len(gaps) - len(shown), "gap", files.RUN),
    )


def link_to(span_id: str, text: str, anchors: Mapping[str, str]) -> Child:
    """`text`, with a link where the span is written out below."""
    return el("a", text, href=f"#{anchors[span_id]}") if span_id in anchors else text


def _check(check: CheckVerdict, anchors: Mapping[str, str]) -> Markup:
    pairs = (
        ("expected", said(check.expected, 300)),
        ("actual", said(check.actual, 300)),
        ("xfail", said(check.xfail, 300)),
        ("where", said(str(check.where), 300) if check.where is not None else ""),
    )
    rows = [el("div", el("dt", name), " ", el("dd", value)) for name, value in pairs if value]
    rows.append(el("div", el("dt", "spans"), " ", el("dd", list(_cited(check, anchors)))))
    rows += [el("div", el("dt", "nearest"), " ", el("dd", _near(near, anchors))) for near in check.nearest]
    message = said(check.message, 600)
    return el(
        "li",
        el("p", status(check.status), " ", _title(check), f": {message}" if message else None),
        el("dl", rows),
        class_=f"p-box p-b-{feeling(check.status)}",
    )


def _title(check: CheckVerdict) -> list[Child]:
    """What the case calls it, and the check's name beside that."""
    title = el("strong", said(check.title or check.name, 120))
    return [title, " ", el("code", said(check.name, 120))] if check.title else [title]


def _near(near: Near, anchors: Mapping[str, str]) -> list[Child]:
    return [link_to(near.span_id, said(near.label, 160), anchors), f": {said(near.differs, 300)}"]


def _cited(check: CheckVerdict, anchors: Mapping[str, str]) -> Iterator[Child]:
    if not check.span_ids:
        yield "none cited"
    for n, span_id in enumerate(check.span_ids[:CITED_MAX]):
        yield ", " if n else None
        yield link_to(span_id, said(span_id, 40), anchors)
    if (more := len(check.span_ids) - CITED_MAX) > 0:
        yield f" and {more:,} more"


def _error(span: Span, stem: str, origin_ns: int | None, anchors: Mapping[str, str]) -> Markup:
    """What, where, when, what it said, and the file with all of it."""
    title = said(words.span_title(span), 160)
    when = "" if span.start_ns is None or origin_ns is None else f" at {units.offset(span.start_ns - origin_ns)}"
    error = span.error
    message = "" if error is None else said(f"{error.type}: {error.message}", 400)
    file = _file(span, stem)
    return el(
        "li",
        el("p", status(span.status), " ", link_to(span.span_id, title, anchors), f"{when}, {said(ending(span), 120)}"),
        el("p", message, class_="p-said") if message else None,
        el("p", el("a", file, href=file), class_="p-file") if file else None,
        class_="p-box p-b-bad",
    )


def _file(span: Span, stem: str) -> str:
    """Where the error is written whole; without one what came back, else what was asked."""
    said_of = {"error": span.error, "response": span.response, "request": span.request}
    part = next((name for name, value in said_of.items() if value is not None), "")
    return files.payload(stem, part) if part else ""


def _gap(gap: Missing) -> Markup:
    where = f" (should appear in {said(gap.group, 200)})" if gap.group else ""
    return el("li", icon("incomplete", size=14), f" {said(gap.what, 400)}{where}", class_="p-box p-b-warn")
