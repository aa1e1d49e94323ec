"""What stands around a drawing: verdict, banners, checks, gaps, counts, and the details without a script."""

from __future__ import annotations

from itk.model.run import CheckVerdict, RunResult
from itk.model.trace import Payload, Span
from itk.model.tree import grow
from itk.model.wording import counted
from itk.renderers import certainty, files, json_form, units, words
from itk.renderers.draw_key import key
from itk.renderers.icons import icon, status_mark
from itk.renderers.layout.pills import pills_of
from itk.renderers.layout.story import ending
from itk.renderers.markup import Markup, el, join
from itk.renderers.text import one_line, shorten

NOSCRIPT_CHARS = 4_000
HEAD_CHARS = 120


def header(result: RunResult, page: str) -> Markup:
    """Banners, then verdict, case and place, then reasons. No long name may push them off the screen."""
    state = result.status
    facts = (
        ("run", result.run_id),
        ("started", units.clock(result.started_ns)),
        ("took", words.length(result)),
        ("sent", words.target(result)),
        ("where", words.place(result)),
    )
    shown = [
        el("span", el("b", name), " ", shorten(one_line(value), HEAD_CHARS), class_="fact") for name, value in facts
    ]
    name = shorten(one_line(result.case.name) or one_line(result.case.id), HEAD_CHARS)
    top = el(
        "header",
        el("div", icon(state, size=30), el("strong", state.upper()), class_=f"verdict v-{state}", role="status"),
        el("div", el("h1", name), el("p", shown), class_="what"),
        _nav(page),
        class_="top",
    )
    return join(_banners(result), top, _reasons(result))


def side(result: RunResult, page: str) -> Markup:
    """Checks, what was not seen, counts and the key to the drawing."""
    return el(
        "aside",
        _checks(result),
        _missing(result),
        _certainty(result),
        _counts(result),
        _dead_letters(result),
        _warnings(result),
        key(page),
        class_="side",
        id="side",
        aria_label="Checks and counts",
    )


def details() -> Markup:
    """Where the script shows a span; empty and hidden without it."""
    return el("aside", class_="details", id="details", hidden=True, tabindex=-1, aria_label="Details of a span")


def without_script(result: RunResult) -> Markup:
    """Every span with its payloads, for readers without JavaScript."""
    spans = result.trace.spans
    stems = files.stems(spans)
    tree = grow(result.trace)
    return el(
        "noscript",
        el(
            "section",
            el("h2", "Spans"),
            [_plain_details(spans[at], stems[at], tree.origin_ns) for at in tree.order],
            class_="plain",
        ),
    )


def _nav(page: str) -> Markup:
    links = (
        (files.VIEWER, "Sequence"),
        (files.TIMELINE, "Timeline"),
        (files.REPORT, "Report"),
        (files.RUN, "run.json"),
    )
    return el(
        "nav",
        [el("a", text, href=file, aria_current="page" if file == page else None) for file, text in links],
        aria_label="Files of this run",
    )


def _banners(result: RunResult) -> list[Markup]:
    return [
        el(
            "p",
            icon("warning"),
            el("strong", word),
            f" {shorten(sentence, 2 * HEAD_CHARS)}",
            class_="banner",
            role="note",
        )
        for word, sentence in words.banners(result)
    ]


def _reasons(result: RunResult) -> Markup | None:
    reasons = [one_line(reason) for reason in result.reasons]
    if not words.is_complete(result):
        reasons.append("This run is not complete: what is missing is drawn with dashed lines and a question mark.")
    return el("ul", [el("li", reason) for reason in reasons], class_="reasons") if reasons else None


def _checks(result: RunResult) -> Markup:
    passed = sum(check.status == "passed" for check in result.checks)
    known = {span.span_id for span in result.trace.spans}
    items = [_check(n, check, known) for n, check in enumerate(result.checks)]
    return el(
        "section",
        el("h2", f"Checks: {passed} of {len(items)} passed"),
        el("ul", items, class_="checks") if items else el("p", "The case asks for no check.", class_="quiet"),
    )


def _check(n: int, check: CheckVerdict, known: set[str]) -> Markup:
    lines = [el("span", shorten(one_line(check.message), 600), class_="message") if check.message else None]
    for word, value in (("expected", check.expected), ("actual", check.actual)):
        if value:
            lines.append(el("span", el("b", word), " ", shorten(one_line(value), 300), class_="pair"))
    foot = []
    if check.where is not None:
        foot.append(one_line(str(check.where)))
    cited = sum(span_id in known for span_id in check.span_ids)
    foot.append(counted(cited, "span") if cited else "no span cited")
    return el(
        "li",
        el(
            "div",
            el(
                "span",
                status_mark(check.status),
                " ",
                el("strong", shorten(one_line(check.name), HEAD_CHARS)),
                class_="line",
            ),
            lines,
            el("span", " · ".join(foot), class_="foot"),
            class_=f"check k-{check.status}",
            data_check=n,
        ),
    )


def _missing(result: RunResult) -> Markup | None:
    if not result.trace.missing:
        return None
    items = []
    for missing in result.trace.missing:
        where = f"should appear in {one_line(missing.group)}" if missing.group else ""
        items.append(
            el("li", icon("incomplete", size=14), " ", one_line(missing.what), el("span", where, class_="foot"))
        )
    return el("section", el("h2", f"Not seen: {len(items)}"), el("ul", items, class_="missing"))


def _counts(result: RunResult) -> Markup:
    rows = [
        el("tr", el("th", name, scope="row", title=meaning), el("td", f"{n:,}"), class_=None if n else "zero")
        for name, n, meaning in words.counts(result)
    ]
    return el("section", el("h2", "Counts"), el("table", el("tbody", rows)))


def _certainty(result: RunResult) -> Markup | None:
    """How many links of each tier, what would make the doubtful ones exact, and clocks that were corrected."""
    trace = result.trace
    rows = [
        el("tr", el("th", tier, scope="row", title=meaning), el("td", f"{n:,}"), class_=None if n else "zero")
        for tier, n, meaning in certainty.tiers(trace)
    ]
    better = [
        el("li", f"{sentence} ({counted(len(spans), 'span')})") for sentence, spans in certainty.would_be_exact(trace)
    ]
    shifted = [el("li", line) for line in certainty.shifts(trace)]
    return el(
        "section",
        el("h2", "How sure we are"),
        el("table", el("tbody", rows)),
        el("p", "What to log:", class_="quiet") + el("ul", better) if better else None,
        el("p", "Clocks:", class_="quiet") + el("ul", shifted) if shifted else None,
        class_="sure",
    )


def _dead_letters(result: RunResult) -> Markup | None:
    rows = []
    for reading in result.dead_letter_queues:
        before, after = ("?" if n is None else f"{n:,}" for n in (reading.before, reading.after))
        grew = reading.before is not None and reading.after is not None and reading.after > reading.before
        said = f"{before} before, {after} after" + (", MORE" if grew else "")
        rows.append(el("tr", el("th", one_line(reading.name), scope="row"), el("td", said)))
    return el("section", el("h2", "Dead-letter queues"), el("table", el("tbody", rows))) if rows else None


def _warnings(result: RunResult) -> Markup | None:
    lines = [one_line(text) for text in result.trace.warnings]
    lines += [f"{one_line(g.group)}: reading stopped at the limit" for g in result.collection.groups if g.truncated]
    lines += [f"{one_line(g.group)}: {one_line(g.error)}" for g in result.collection.groups if g.error]
    if not lines:
        return None
    return el("section", el("h2", "Warnings"), el("ul", [el("li", line) for line in lines], class_="warnings"))


def _plain_details(span: Span, stem: str, origin_ns: int | None) -> Markup:
    when = "" if span.start_ns is None or origin_ns is None else units.offset(span.start_ns - origin_ns)
    badges = ", ".join(text for _, text in pills_of(span))
    title = " · ".join(part for part in (when, words.span_title(span), badges, ending(span)) if part)
    body = [_pre("request", span.request, stem), _pre("response", span.response, stem)]
    if span.error is not None:
        body.append(el("h3", "error") + el("pre", shorten(json_form.text(span.error), NOSCRIPT_CHARS)))
    for doubt in (certainty.why(span), certainty.shift(span)):
        body.append(el("p", doubt) if doubt else None)
    logs = [f"{event.level or event.name}: {one_line(event.text)}" for event in span.events]
    if logs:
        body.append(el("h3", "log lines") + el("pre", shorten("\n".join(logs), NOSCRIPT_CHARS)))
    return el("details", el("summary", status_mark(span.status), " ", title), el("p", f"span {stem}"), body)


def _pre(part: str, payload: Payload | None, stem: str) -> Markup | None:
    if payload is None:
        return None
    cut = " (cut where it was logged)" if payload.truncated else ""
    head = el("h3", f"{part}{cut} ", el("a", "whole file", href=files.payload(stem, part)))
    return join(head, el("pre", shorten(json_form.text(payload.value), NOSCRIPT_CHARS)))
