"""What a run is known by so far: where sources look next."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from itk.model.evidence import Evidence, MessageReceived, Observation, event_key
from itk.model.ids import Id, IdKind
from itk.model.run import Receipt
from itk.model.trace import Trace

_OF_SPANS: tuple[IdKind, ...] = (
    "sqs_message_id",
    "lambda_request_id",
    "sns_message_id",
    "eventbridge_event_id",
    "apigw_request_id",
    "execution_arn",
    "xray_root",
)
# A record of this run may mention any of these; a messageId in it may be that of another message in its batch.
_OF_RECORDS: frozenset[IdKind] = frozenset(("xray_root", "execution_arn", "otel_trace_id"))


def known_ids(receipt: Receipt, trace: Trace, observations: Sequence[Observation]) -> tuple[Id, ...]:
    """Ids of the run: its own marker first, then what the stimulus was given, then what its records led to."""
    found = dict.fromkeys((Id("run_id", trace.run_id), *receipt.ids))
    later = [Id(kind, span.ids[kind]) for span in trace.spans for kind in _OF_SPANS if kind in span.ids]
    later += _mentioned(trace, observations)
    return (*found, *sorted(set(later) - found.keys()))


def _mentioned(trace: Trace, observations: Sequence[Observation]) -> Iterable[Id]:
    own = {event_key(at) for at in _evidence(trace)}
    for entry in observations:
        # A batch is one record with many messages, of which one is ours.
        if isinstance(entry, MessageReceived) or event_key(entry.evidence) not in own:
            continue
        named = (*entry.ids, *getattr(entry, "line_ids", ()))
        yield from (i for i in named if i.kind in _OF_RECORDS)
        if arn := getattr(entry, "execution_arn", ""):
            yield Id("execution_arn", arn)


def _evidence(trace: Trace) -> Iterable[Evidence]:
    """All records that the trace shows."""
    events = (event for span in trace.spans for event in span.events)
    for event in (*events, *trace.unplaced):
        if event.evidence is not None:
            yield event.evidence
    for span in trace.spans:
        yield from span.evidence
