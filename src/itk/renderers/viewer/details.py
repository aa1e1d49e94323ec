"""What the details of a span show: one line of JSON each, kept in chunks that are opened on demand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec
from msgspec.structs import asdict, replace

from itk.model.trace import Link, Payload, Span, SpanEvent
from itk.renderers import certainty, json_form, packing
from itk.renderers.text import one_line

BATCH = 100  # lines are escaped together


def lines(
    spans: Sequence[Span],
    order: Sequence[int],
    parents: Sequence[int | None],
    compared: Sequence[dict[str, Any]] = (),
) -> Iterator[bytes]:
    """A line for each span of `order`. `parents` are places in `spans`; `links[i].at` is one in `order`.

    `compared`: for each span of `order`, what is to be said of it and of its like in another run.
    """
    places: dict[str, int] = {}
    for place, at in enumerate(order):
        places.setdefault(spans[at].span_id, place)
    for start in range(0, len(order), BATCH):
        made = [detail(spans[at], _parent(spans, parents[at]), places) for at in order[start : start + BATCH]]
        for form, each in zip(made, compared[start : start + BATCH], strict=False):
            if each:
                form["compared"] = each
        yield from packing.escaped(b"\n".join(map(json_form.encoded, made))).split(b"\n")


def detail(span: Span, parent: Span | None, places: Mapping[str, int]) -> dict[str, Any]:
    """The span in the form of `spans.jsonl`, less what says nothing and less what the index of the page says.

    Payloads are text because a browser would lose digits of large numbers. `why` and `shift` are sentences on a link
    that is not proven.
    """
    bare = replace(span, request=None, response=None, events=(), links=(), join=None)
    form: dict[str, Any] = asdict(json_form.form(bare)) | {
        "request": _payload(span.request),
        "response": _payload(span.response),
        "events": [_event(event) for event in span.events],
        "links": [_link(link, places) for link in span.links],
        "evidence": [_telling(evidence) for evidence in span.evidence],
        "join": None if span.join is None else _telling(json_form.form(span.join)),
        "why": certainty.why(span),
        "shift": certainty.shift(span),
    }
    told = _in_the_index(span, parent)
    said = {name: value for name, value in form.items() if (value or value in (0, False)) and name not in told}
    # What the index says otherwise has to be said, even where it is empty.
    return {name: getattr(span, name) for name in _INDEXED if name not in told} | said


_INDEXED = ("parent_span_id", "component", "operation", "name")


def _in_the_index(span: Span, parent: Span | None) -> tuple[str, ...]:
    """Fields that `web/src/model/detail.ts` can tell from the index, because they stand there as they are."""
    operation, component = span.operation, span.component
    said = ["span_id", "status"]
    if span.parent_span_id == (None if parent is None else parent.span_id):
        said.append("parent_span_id")
    if component.name and (one_line(component.name), one_line(component.id)) == (component.name, component.id):
        said.append("component")
    if operation and one_line(operation) == operation:
        said.append("operation")
        if span.name == f"{operation} {component.name}" and one_line(span.name) == span.name:
            said.append("name")
    return tuple(said)


def _parent(spans: Sequence[Span], parent: int | None) -> Span | None:
    return None if parent is None else spans[parent]


def _payload(payload: Payload | None) -> dict[str, Any] | None:
    if payload is None:
        return None
    value = payload.value
    form = {"text": value} if isinstance(value, str) else {"json": json_form.line(value).decode()}
    return {**form, "truncated": True} if payload.truncated else form


def _event(event: SpanEvent) -> dict[str, Any]:
    form = _telling(json_form.form(event)) | {"body": "" if event.body is None else json_form.text(event.body)}
    if event.evidence is not None:
        form["evidence"] = _telling(event.evidence)
    return {name: value for name, value in form.items() if value}


def _link(link: Link, places: Mapping[str, int]) -> dict[str, Any]:
    form = _telling(json_form.form(link))
    return form | {"at": places[link.span_id]} if link.span_id in places else form


def _telling(value: msgspec.Struct) -> dict[str, Any]:
    """The fields that say something: an empty text, list or object says as little as none."""
    return {name: field for name, field in asdict(value).items() if field or field in (0, False)}
