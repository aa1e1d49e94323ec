"""What a run is known by so far: where sources look next."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from itk.model.evidence import MessageReceived, Observation
from itk.model.ids import Id, IdKind
from itk.model.run import EventSource, Receipt
from itk.model.trace import Trace
from itk.stitch import own_records

_OF_SPANS: tuple[IdKind, ...] = ("sqs_message_id", "lambda_request_id", "xray_root", "execution_arn")
# A record of this run may mention any of these; a messageId in it may be that of another message in its batch.
_OF_RECORDS: frozenset[IdKind] = frozenset(("xray_root", "execution_arn", "otel_trace_id"))


def known_ids(
    receipt: Receipt, trace: Trace, observations: Sequence[Observation], event_sources: Sequence[EventSource] = ()
) -> tuple[Id, ...]:
    """Ids of the run: its own marker first, then what the stimulus was given, then what its records led to."""
    found = dict.fromkeys((Id("run_id", trace.run_id), *receipt.ids))
    later = [Id(kind, span.ids[kind]) for span in trace.spans for kind in _OF_SPANS if kind in span.ids]
    later += _mentioned(receipt, observations, event_sources)
    return (*found, *sorted(set(later) - found.keys()))


def _mentioned(
    receipt: Receipt, observations: Sequence[Observation], event_sources: Sequence[EventSource]
) -> Iterable[Id]:
    own = own_records(receipt, observations, event_sources)
    for entry in observations:
        at = entry.evidence
        # A batch is one record with many messages, of which one is ours.
        if isinstance(entry, MessageReceived) or (at.source, at.group, at.stream, at.event_id) not in own:
            continue
        named = (*entry.ids, *getattr(entry, "line_ids", ()))
        yield from (i for i in named if i.kind in _OF_RECORDS)
        if arn := getattr(entry, "execution_arn", ""):
            yield Id("execution_arn", arn)
