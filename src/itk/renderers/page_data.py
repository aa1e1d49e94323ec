"""The data of the pages: the spans in the form of `spans.jsonl`, with payloads as the text to be shown.

A viewer in another language can be fed with the same value. Payloads are text because a browser would lose digits of
large numbers on the way through its own.
"""

from __future__ import annotations

from typing import Any

from itk.model.run import RunResult
from itk.model.trace import Payload, Span, SpanEvent
from itk.model.tree import first_to_look_at, grow
from itk.renderers import certainty, files, json_form
from itk.renderers.words import cited_by_failures

VERSION = 1


def page_data(result: RunResult) -> dict[str, Any]:
    """Spans are named by their index; `checks[i].spans` are the spans that check i cites."""
    trace = result.trace
    tree = grow(trace)
    index: dict[str, int] = {}
    for at, span in enumerate(trace.spans):
        index.setdefault(span.span_id, at)
    stems = files.stems(trace.spans)
    return {
        "v": VERSION,
        "run_id": result.run_id,
        "origin_ns": None if tree.origin_ns is None else str(tree.origin_ns),
        "order": list(tree.order),
        "first": first_to_look_at(trace, cited_by_failures(result)),
        "spans": [
            _span(span, stem, tree.nodes[at].parent, tree.nodes[at].children, index)
            for at, (span, stem) in enumerate(zip(trace.spans, stems, strict=True))
        ],
        "checks": [
            {"name": check.name, "spans": [index[cited] for cited in check.span_ids if cited in index]}
            for check in result.checks
        ],
    }


def _span(
    span: Span, stem: str, parent: int | None, children: tuple[int, ...], index: dict[str, int]
) -> dict[str, Any]:
    """`why` and `shift` are sentences on a link that is not proven, `links[i].at` the span at its other end."""
    form: dict[str, Any] = json_form.plain(span)
    form["why"] = certainty.why(span)
    form["shift"] = certainty.shift(span)
    form["links"] = [{**json_form.plain(link), "at": index.get(link.span_id)} for link in span.links]
    form["stem"] = stem
    form["parent"] = parent
    form["children"] = list(children)
    form["request"] = _payload(span.request, files.payload(stem, "request"))
    form["response"] = _payload(span.response, files.payload(stem, "response"))
    form["events"] = [_event(event) for event in span.events]
    return form


def _payload(payload: Payload | None, file: str) -> dict[str, Any] | None:
    if payload is None:
        return None
    return {"text": json_form.text(payload.value), "truncated": payload.truncated, "file": file}


def _event(event: SpanEvent) -> dict[str, Any]:
    form: dict[str, Any] = json_form.plain(event)
    form["body"] = "" if event.body is None else json_form.text(event.body)
    return form
