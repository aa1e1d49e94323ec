"""Spans written out: request, response, error, log lines and doubts, each behind a line that opens it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

import msgspec

from itk.model.evidence import ErrorFact
from itk.model.trace import Payload, Span, Trace
from itk.model.tree import FAILING, Tree
from itk.renderers import certainty, files, units, words
from itk.renderers.layout.pills import pills_of
from itk.renderers.layout.story import ending
from itk.renderers.markup import Markup, el, join
from itk.renderers.plain.limits import rest, said, take
from itk.renderers.plain.marks import status
from itk.renderers.plain.values import shown

SPANS_MAX = 40
ROOM = 20_000
WIDE, NARROW = 600, 120  # characters of each value: of the first spans, and of the others
WIDE_MAX = 8
LOGS_MAX = 20
IDS_MAX = 8


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """The section, and the anchors of the spans in it by span id."""

    section: Markup | None
    anchors: dict[str, str]


def written(trace: Trace, tree: Tree, stems: Sequence[str], cited: Collection[str]) -> Written:
    """Failed spans, those that failed checks cite, then all in their order, as far as there is room."""
    if not trace.spans:
        return Written(section=None, anchors={})
    chosen = _chosen(trace, tree, cited)
    items = (
        _details(trace.spans[at], stems[at], tree.origin_ns, WIDE if n < WIDE_MAX else NARROW)
        for n, at in enumerate(chosen)
    )
    taken = take(items, most=SPANS_MAX, room=ROOM)
    anchors: dict[str, str] = {}
    for at in chosen[: len(taken)]:
        anchors.setdefault(trace.spans[at].span_id, anchor(stems[at]))
    left_out = len(trace.spans) - len(taken)
    section = el(
        "section",
        el("h2", f"Spans: {len(taken):,} of {len(trace.spans):,}, failed and cited ones first"),
        taken,
        rest(left_out, "span", files.SPANS),
    )
    return Written(section=section, anchors=anchors)


def anchor(stem: str) -> str:
    """The id of a span's details on the page."""
    return f"plain-{stem}"


def _chosen(trace: Trace, tree: Tree, cited: Collection[str]) -> list[int]:
    failed = [at for at in tree.order if trace.spans[at].status in FAILING]
    asked = [at for at in tree.order if trace.spans[at].span_id in cited]
    first = dict.fromkeys((*failed[:SPANS_MAX], *asked[:SPANS_MAX], *tree.order[: 3 * SPANS_MAX]))
    return list(first)[:SPANS_MAX]


def _details(span: Span, stem: str, origin_ns: int | None, most: int) -> Markup:
    when = "" if span.start_ns is None or origin_ns is None else units.offset(span.start_ns - origin_ns)
    badges = ", ".join(text for _, text in pills_of(span))
    said_of = (when, said(words.span_title(span), 200), badges, said(ending(span), 120))
    title = " · ".join(part for part in said_of if part)
    doubts = [el("p", said(text, 600)) for text in (certainty.why(span), certainty.shift(span)) if text]
    return el(
        "details",
        el("summary", status(span.status), " ", title),
        el("dl", list(_ids(span)), id=anchor(stem)),
        doubts,
        _error(span.error, stem, most),
        _value("request", span.request, stem, most),
        _value("response", span.response, stem, most),
        _logs(span, most),
    )


def _ids(span: Span) -> Iterator[Markup]:
    found = [("span", span.span_id), ("parent", span.parent_span_id or "")]
    found += [("started", units.clock(span.start_ns))] if span.start_ns is not None else []
    found += list(span.ids.items())[:IDS_MAX]
    for name, value in found:
        if value:
            yield el("div", el("dt", said(name, 60)), " ", el("dd", said(value, 120)))
    if (more := len(span.ids) - IDS_MAX) > 0:
        yield el("div", el("dt", "ids"), " ", el("dd", f"{more:,} more in {files.SPANS}"))


def _error(error: ErrorFact | None, stem: str, most: int) -> Markup | None:
    if error is None:
        return None
    lines = (f"{error.type}: {error.message}"[:most], error.stack[: 2 * most])
    return _part("error", shown("\n".join(line for line in lines if line), 2 * most), stem)


def _value(part: str, payload: Payload | None, stem: str, most: int) -> Markup | None:
    if payload is None:
        return None
    cut = ", cut where it was logged" if payload.truncated else ""
    return _part(part, shown(payload.value, most), stem, cut)


def _part(part: str, text: str, stem: str, remark: str = "") -> Markup:
    file = files.payload(stem, part)
    head = el("h3", f"{part}{remark} ", el("a", file, href=file))
    return join(head, el("pre", text))


def _logs(span: Span, most: int) -> Markup | None:
    if not span.events:
        return None
    lines = [f"{event.level or event.name}: {said(event.text, 300)}" for event in span.events[:LOGS_MAX]]
    more = f" (the first {len(lines)} of {len(span.events):,})" if len(span.events) > len(lines) else ""
    return join(el("h3", f"log lines{more}"), el("pre", shown("\n".join(lines), 2 * most)))
