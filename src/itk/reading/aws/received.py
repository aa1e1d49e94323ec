"""What carried an envelope, and how one received event is written down, whatever service sent it."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

from itk.model.evidence import EventReceived, Evidence, Line
from itk.model.ids import Id
from itk.reading.idtext import line_ids
from itk.reading.jsontext import compact
from itk.reading.logfields import first, text_of

Service = Literal["sns", "eventbridge", "s3", "kinesis", "dynamodb", "api", "agent"]


class Carrier(NamedTuple):
    """The line that holds the envelope, and the queue's message around it, if any."""

    evidence: Evidence
    time_ns: int
    request_id: str | None
    inside: str = ""


def carrier(line: Line, inside: str = "") -> Carrier:
    return Carrier(line.evidence, line.time_ns, line.request_id, inside)


def received(
    by: Carrier, service: Service, event_id: str, whole_of: Any, ids: list[Id | None], **fields: Any
) -> EventReceived:
    """`whole_of` is searched for run ids and trace headers, wherever they stand in it."""
    found = dict.fromkeys(i for i in ids if i is not None)
    found.update(dict.fromkeys(line_ids(compact(whole_of), {})))
    return EventReceived(
        evidence=by.evidence,
        time_ns=by.time_ns,
        service=service,
        event_id=event_id,
        inside=by.inside,
        request_id=by.request_id,
        ids=tuple(found),
        **fields,
    )


def either(value: dict[str, Any], key: str) -> Any:
    """The value under the key with a small or with a capital first letter."""
    return first(value, (key, key[0].lower() + key[1:], key[0].upper() + key[1:]))


def text_at(value: dict[str, Any], key: str) -> str:
    return text_of(either(value, key))
