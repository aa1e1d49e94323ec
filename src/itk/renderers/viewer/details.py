"""What the details of a span show: one line of JSON each, kept in chunks that are opened on demand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from itk.model.trace import Link, Payload, Span, SpanEvent
from itk.renderers import certainty, files, json_form
from itk.renderers.viewer import packing


def lines(spans: Sequence[Span], order: Sequence[int], stems: Sequence[str]) -> list[bytes]:
    """A line for each span of `order`. `links[i].at` is the place in `order` of the span at its other end."""
    places: dict[str, int] = {}
    for place, at in enumerate(order):
        places.setdefault(spans[at].span_id, place)
    return [packing.encode(detail(spans[at], stems[at], places)) for at in order]


def detail(span: Span, stem: str, places: Mapping[str, int]) -> dict[str, Any]:
    """The span in the form of `spans.jsonl`, less what says nothing, and payloads as the text to be shown.

    Payloads are text because a browser would lose digits of large numbers. `why` and `shift` are sentences on a link
    that is not proven.
    """
    form = _fields(span)
    form |= {
        "why": certainty.why(span),
        "shift": certainty.shift(span),
        "request": _payload(span.request, files.payload(stem, "request")),
        "response": _payload(span.response, files.payload(stem, "response")),
        "events": [_event(event) for event in span.events],
        "links": [_link(link, places) for link in span.links],
    }
    return _telling(form)


def _payload(payload: Payload | None, file: str) -> dict[str, Any] | None:
    if payload is None:
        return None
    form: dict[str, Any] = {"text": json_form.text(payload.value), "file": file}
    return form | {"truncated": True} if payload.truncated else form


def _event(event: SpanEvent) -> dict[str, Any]:
    return _telling(_fields(event) | {"body": "" if event.body is None else json_form.text(event.body)})


def _link(link: Link, places: Mapping[str, int]) -> dict[str, Any]:
    form = _telling(_fields(link))
    return form | {"at": places[link.span_id]} if link.span_id in places else form


def _fields(value: msgspec.Struct) -> dict[str, Any]:
    return msgspec.structs.asdict(json_form.form(value))


def _telling(form: dict[str, Any]) -> dict[str, Any]:
    """What says something: an empty text, list or object says as little as none."""
    return {name: value for name, value in form.items() if value or value in (0, False)}
