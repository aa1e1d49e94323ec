"""What a reader sees first: banners, verdict, which case, where, when, why, and the files of the run."""

from __future__ import annotations

from itk.model.run import RunResult
from itk.renderers import files, units, words
from itk.renderers.markup import Markup, el
from itk.renderers.plain.limits import said, take
from itk.renderers.plain.marks import feeling, icon, symbols

REASONS_MAX = 30
_FILES = (
    (files.REPORT, "the report, to be read first"),
    (files.VIEWER, "the messages as a sequence diagram"),
    (files.TIMELINE, "the same on a time scale"),
    (files.RUN, "the whole run as data"),
    (files.SPANS, "every span, one a line"),
    (files.SEQUENCE, "the messages as a Mermaid diagram"),
)


def header(result: RunResult, *, links: bool = True) -> Markup:
    state = result.status
    name = said(result.case.name, 200) or said(result.case.id, 200)
    return el(
        "header",
        symbols(),
        _banners(result),
        el(
            "div",
            el("p", icon(state, size=30), " ", el("strong", state.upper()), class_=f"p-verdict p-{feeling(state)}"),
            el("h1", name),
            class_="p-title",
        ),
        _reasons(result),
        _facts(result),
        _links() if links else None,
    )


def _banners(result: RunResult) -> list[Markup]:
    return [
        el("p", icon("warning"), " ", el("strong", word), f" {said(sentence, 300)}", class_="p-banner", role="note")
        for word, sentence in words.banners(result)
    ]


def _reasons(result: RunResult) -> Markup | None:
    reasons = list(result.reasons[:REASONS_MAX])
    if (more := len(result.reasons) - REASONS_MAX) > 0:
        reasons.append(f"{more:,} more reasons are in {files.REPORT}")
    if not words.is_complete(result):
        reasons.append("This run is not complete: what is missing is drawn with dashed lines and a question mark.")
    if not reasons:
        return None
    items = (el("li", said(reason, 400)) for reason in reasons)
    return el("ul", take(items, most=len(reasons), room=10_000), class_="p-reasons")


def _facts(result: RunResult) -> Markup:
    receipt = result.receipt
    facts = (
        ("case", said(f"{result.case.id} in {result.case.path}", 300)),
        ("run", said(result.run_id, 120)),
        ("started", units.clock(result.started_ns)),
        ("took", words.length(result)),
        ("sent", said(words.target(result), 200)),
        ("to", said(receipt.target_id, 300) if receipt is not None else ""),
        ("where", said(words.place(result), 300)),
        ("caller", said(result.environment.caller_arn, 200)),
        ("ITK", said(result.environment.itk_version, 40)),
    )
    return el("dl", [el("div", el("dt", name), " ", el("dd", value)) for name, value in facts if value],
              class_="p-facts")  # fmt: skip


def _links() -> Markup:
    items = [el("li", el("a", file, href=file), f" {what}") for file, what in _FILES]
    return el("nav", el("ul", items), class_="p-files", aria_label="Files of this run")
