"""Reads one record at a time and says what it proves. All joining and all guessing is left to `itk.stitch`.

Two families of one shape: `FORMATS` reads records, `PAYLOADS` reads the JSON that an application's line holds. A new
member is one file, one line here, and one sample in tests/formats/samples.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import msgspec

from itk.formats import (
    agent_stream,
    agent_trace,
    agentcore,
    apigateway_access,
    apigateway_execution,
    batch_response,
    contract_span,
    emf,
    event_envelope,
    jaeger_span,
    java_text,
    key_value_text,
    lambda_json,
    lambda_text,
    model_invocation_log,
    node_text,
    otel_log,
    otel_span,
    plain_json,
    powershell_text,
    powertools,
    python_text,
    ruby_text,
    runtime_json,
    rust_text,
    sqs_event,
    stepfunctions_history,
    stepfunctions_log,
    text,
    xray_segment,
)
from itk.formats.dispatch import Dispatch, holding
from itk.model.evidence import Line, LogEvent, Observation, Unread
from itk.ports import LogFormat, PayloadFormat
from itk.reading.jsontext import clean, document, objects
from itk.reading.logfields import evidence
from itk.reading.records import Record, records, whole

FORMATS: tuple[LogFormat, ...] = (
    agent_stream.FORMAT,
    lambda_text.FORMAT,
    lambda_json.FORMAT,
    python_text.FORMAT,
    node_text.FORMAT,
    java_text.FORMAT,
    ruby_text.FORMAT,
    rust_text.FORMAT,
    powershell_text.FORMAT,
    key_value_text.FORMAT,
    emf.FORMAT,
    powertools.FORMAT,
    runtime_json.FORMAT,
    xray_segment.FORMAT,
    otel_span.FORMAT,
    otel_log.FORMAT,
    jaeger_span.FORMAT,
    agentcore.FORMAT,
    stepfunctions_log.FORMAT,
    stepfunctions_history.FORMAT,
    apigateway_access.FORMAT,
    apigateway_execution.FORMAT,
    model_invocation_log.FORMAT,
    plain_json.FORMAT,  # any JSON object
    text.FORMAT,  # anything
)
PAYLOADS: tuple[PayloadFormat, ...] = (
    contract_span.FORMAT,  # first: what a span says it sent is not received, nor an agent's trace
    agent_trace.FORMAT,
    sqs_event.FORMAT,
    event_envelope.FORMAT,
    batch_response.FORMAT,
)
PAYLOAD_DEPTH = 3  # keys
PREVIEW_CHARS = 200
_CANDIDATES = Dispatch(FORMATS)


def read(
    event: LogEvent,
    candidates: Callable[[str], tuple[LogFormat, ...]] = _CANDIDATES,
    payloads: tuple[PayloadFormat, ...] = PAYLOADS,
) -> tuple[Observation, ...] | Unread:
    """What `event` proves. `()`: it is understood and proves nothing. `Unread`: nobody understood it.

    Where a line holds a payload, the payload's observations take the line's place, unless the line says something of
    its own beside it: text that is not the JSON, or an error.
    """
    event = _clean(event)
    for format_ in candidates(event.message):
        found = format_.read(event)
        if found is not None:
            if len(found) == 1:
                return _opened(found[0], payloads)
            return tuple(seen for each in found for seen in _opened(each, payloads))
    reason = (
        "the stream of an agent never looks like this" if event.source == "agent_stream" else "no format reads this"
    )
    return Unread(evidence=evidence(event, ""), reason=reason, preview=event.message[:PREVIEW_CHARS])


class ReadEvents(msgspec.Struct, frozen=True, kw_only=True):
    """What many events prove. Every event is read, part of a record that is, silent, or unread."""

    observations: tuple[Observation, ...] = ()
    unread: tuple[Unread, ...] = ()
    silent: int = 0  # events that are understood and prove nothing


def read_record(record: Record) -> tuple[Observation, ...] | Unread:
    """What events prove that make one record together: see `itk.reading.records`. The evidence names them all."""
    found = read(whole(record))
    if len(record) == 1 or isinstance(found, Unread):
        return found
    parts = tuple(event.event_id for event in record[1:])
    return tuple(
        msgspec.structs.replace(seen, evidence=msgspec.structs.replace(seen.evidence, parts=parts)) for seen in found
    )


def read_all(events: Iterable[LogEvent]) -> ReadEvents:
    """What `events` prove, whatever order they came in and however often; records over several events put together."""
    observations: list[Observation] = []
    unread: list[Unread] = []
    silent = 0
    for record in records(events):
        found = read_record(record)
        if isinstance(found, Unread):
            unread.append(found)
        else:
            observations.extend(found)
            silent += 0 if found else len(record)
    return ReadEvents(observations=tuple(observations), unread=tuple(unread), silent=silent)


def _clean(event: LogEvent) -> LogEvent:
    message = clean(event.message)
    return event if message is event.message else msgspec.structs.replace(event, message=message)


def _opened(seen: Observation, payloads: tuple[PayloadFormat, ...]) -> tuple[Observation, ...]:
    if not isinstance(seen, Line) or seen.body is None:
        return (seen,)
    inside = objects(seen.body, PAYLOAD_DEPTH)
    for payload in holding(payloads, inside):
        found = payload.read(seen, inside)
        if found is not None:
            return (seen, *found) if _says_more(seen, found) else found
    return (seen,)


def _says_more(line: Line, inside: tuple[Observation, ...]) -> bool:
    told = line.error is None or any(getattr(each, "error", None) == line.error for each in inside)
    own = not any(getattr(each, "body", None) == line.text for each in inside)  # `body` is a message's name too
    return not told or (own and _words(line.text.strip()))


def _words(said: str) -> bool:
    """Whether text is more than a value: `[INFO] Received {...}` is, `[{...}]` and Python's `{'a': 1}` are not."""
    if said[:1] == "[":
        return said[1:2].isalnum() and document(said) is None
    return bool(said) and said[0] != "{"
