"""Payload: the span lines of ITK's own logging contract (docs/reference/logging-contract.md).

    {"itk":"span","name":"SendMessage notify","kind":"PRODUCER","component":{"type":"queue",...},"ids":{...}}
    {"level":"INFO","service":"orders","message":{"itk":"span","name":"UpdateItem orders","kind":"CLIENT",...},...}

At the top of a line, as its `message`, or under any extra key of a logger, also as text. Several in one line count.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, get_args

from itk.model.evidence import ErrorFact, Line, SpanFact
from itk.model.ids import Id, IdKind
from itk.reading.idtext import typed
from itk.reading.jsontext import Inside, compact
from itk.reading.logfields import decimal, text_of, whole
from itk.reading.timetext import unix_ns

_SPANS_MAX = 100
_KINDS = frozenset(("SERVER", "CLIENT", "PRODUCER", "CONSUMER", "INTERNAL"))
_STATUSES = frozenset(("ok", "error", "timeout", "throttled"))
_ID_KINDS = frozenset(get_args(IdKind))


class ContractSpan:
    """Objects with `"itk": "span"`."""

    name = "contract_span"
    keys = ("itk",)

    def read(self, line: Line, inside: Sequence[Inside]) -> tuple[SpanFact, ...] | None:
        spans: list[SpanFact] = []
        taken: list[tuple[str, ...]] = []
        for path, found in inside:
            # A span within the request of another is what was sent, not what happened.
            if found.get("itk") != "span" or any(path[: len(p)] == p and len(path) > len(p) for p in taken):
                continue
            taken.append(path)
            spans.append(_span(found, line))
            if len(spans) == _SPANS_MAX:
                break
        return tuple(spans) or None


def _span(found: dict[str, Any], line: Line) -> SpanFact:
    component = found.get("component")
    component = component if isinstance(component, dict) else {}
    kind = text_of(found.get("kind")).upper()
    status = text_of(found.get("status")).lower()
    error = _error(found.get("error"))
    ids = found.get("ids")
    phase = found.get("phase")
    if status not in _STATUSES:
        status = "error" if error is not None else "unknown"
    fields: dict[str, Any] = {
        "phase": phase if phase in ("start", "end") else "whole",
        "kind": kind if kind in _KINDS else "INTERNAL",
        "status": status,
    }
    return SpanFact(
        evidence=line.evidence,
        name=text_of(found.get("name")) or text_of(found.get("operation")) or "span",
        component_type=text_of(component.get("type")) or "service",
        component_name=text_of(component.get("name")) or line.service or "unknown",
        component_id=text_of(component.get("id")) or None,
        operation=text_of(found.get("operation")),
        start_ns=_time(found, "start_time"),
        end_ns=_time(found, "end_time"),
        duration_ms=decimal(found.get("duration_ms")),
        error=error,
        attempt=whole(found.get("attempt")),
        batch_size=whole(found.get("batch_size")),
        request=found.get("request"),
        response=found.get("response"),
        request_id=line.request_id,
        ids=_ids(ids) if isinstance(ids, dict) else (),
        line_ids=line.ids,
        **fields,
    )


def _time(found: dict[str, Any], key: str) -> int | None:
    nanoseconds = whole(found.get(f"{key}_unix_nano"))
    return unix_ns(found.get(key)) if nanoseconds is None else nanoseconds


def _error(value: Any) -> ErrorFact | None:
    if isinstance(value, str) and value:
        return ErrorFact(message=value)
    if not isinstance(value, dict) or not value:
        return None
    message = value.get("message")
    return ErrorFact(
        type=text_of(value.get("type")),
        message="" if message is None else compact(message),
        stack=text_of(value.get("stack")),
    )


def _ids(ids: dict[str, Any]) -> tuple[Id, ...]:
    """Those of a kind that ITK joins by; others stay in the line's body."""
    found = (typed(key, value) for key, value in ids.items() if key in _ID_KINDS)  # type: ignore[arg-type]
    return tuple(one for one in found if one is not None)


FORMAT = ContractSpan()
