"""A trace in the making: spans by id, and where each kind of evidence finds its parent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import msgspec

from itk.model import ids
from itk.model.evidence import (
    AsyncOutcome,
    BatchResponse,
    ErrorFact,
    EventReceived,
    LambdaFact,
    Line,
    MessageReceived,
    SpanFact,
    StateEvent,
    TracedSpan,
)
from itk.model.run import Receipt
from itk.model.trace import Join, Span, SpanEvent, Tier
from itk.stitch.calls import call_span, conversation_span, turns_of
from itk.stitch.ownership import Ownership
from itk.stitch.units import Reading, Record, Unit


class RedrivePolicy(msgspec.Struct, frozen=True):
    """When a queue gives a message up, and where it goes then."""

    queue: str
    max_receive_count: int
    dead_letter_queue: str


@dataclass(slots=True)
class Delivery:
    """One receive of one message of this run. `n` is the receive count, 0 while nobody said it.

    `named`: a record of the invocation names the message; else only the event source mapping says that it got it.
    `untold`: the function may report single records as failed, and no line of it says how this one ended.
    `dead_letter_queue`: where it was received from, if from there: no further try of the queue that it was sent to.
    """

    message_id: str
    unit: Unit
    span_id: str
    failed: bool
    n: int = 0
    named: bool = True
    untold: bool = False
    dead_letter_queue: str = ""


@dataclass(slots=True)
class Draft:
    """Spans of one run as they are found. Two views of one span are merged; `renamed` leads to the one that stays."""

    receipt: Receipt
    reading: Reading
    ours: Ownership
    policies: Mapping[str, RedrivePolicy]
    units: Sequence[Unit]  # those that did something for this run
    spans: dict[str, Span] = field(default_factory=dict)
    senders: dict[str, str] = field(default_factory=dict)  # messageId -> span that sent it
    consumers: dict[tuple[int, str], str] = field(default_factory=dict)  # (id of invocation, messageId) -> record span
    deliveries: list[Delivery] = field(default_factory=list)
    last: dict[str, Delivery] = field(default_factory=dict)  # messageId -> its newest delivery
    unplaced: list[SpanEvent] = field(default_factory=list)
    renamed: dict[str, str] = field(default_factory=dict)
    produced: dict[ids.Id, str] = field(default_factory=dict)  # event, notification, execution -> span that caused it
    carried: dict[str, Join] = field(default_factory=dict)  # messageId -> why its sender is that of what it carries
    queues: dict[str, str] = field(default_factory=dict)  # messageId -> queue that it was received from
    outcomes: dict[str, AsyncOutcome] = field(default_factory=dict)  # RequestId -> what Lambda told of it
    drawn: set[int] = field(default_factory=set)  # id() of `units`
    root_id: str = ""
    calls: dict[str, Receipt] = field(default_factory=dict)  # ITK's own: the root, or each turn of a conversation
    heard: frozenset[str] = frozenset()  # those that somebody other than a tracing system recorded
    traced: set[str] = field(default_factory=set)  # spans that only X-Ray or OpenTelemetry knows: nobody waits for them

    def __post_init__(self) -> None:
        self.drawn = {id(unit) for unit in self.units}
        self.root_id = ids.span_id("receipt", self.receipt.run_id)

    @property
    def root(self) -> Span:
        return self.spans[self.root_id]

    def put(self, span: Span, parent: str, join: Join | None, **changes: object) -> None:
        self.spans[span.span_id] = msgspec.structs.replace(span, parent_span_id=parent, join=join, **changes)

    def final(self, span_id: str) -> str:
        while span_id in self.renamed:
            span_id = self.renamed[span_id]
        return span_id

    def add_root(self) -> None:
        """What ITK sent: it is known before any evidence comes."""
        receipt = self.receipt
        self.senders.update({i.value: self.root_id for i in receipt.ids if i.kind == "sqs_message_id"})
        if not receipt.turns:
            self.spans[self.root_id] = call_span(receipt, self.root_id)
            self.calls[self.root_id] = receipt
            return
        self.spans[self.root_id] = conversation_span(receipt, self.root_id)
        for span, join, turn in turns_of(receipt):
            self.put(span, self.root_id, join)
            self.calls[span.span_id] = turn

    def own_call(self, request_id: str) -> str | None:
        """The call of ITK that AWS answered with this request id."""
        found = (at for at in self.calls if request_id and self.spans[at].ids.get("aws_request_id") == request_id)
        return next(found, None)

    def merge_into_root(self, seen: Span) -> None:
        self.merge_into_call(seen, self.root_id)

    def merge_into_call(self, seen: Span, call_id: str) -> None:
        """ITK's own call and the service's view of it are one span: the service knows the times, ITK the payloads."""
        call = self.spans[call_id]
        self.renamed[seen.span_id] = call_id
        self.spans.pop(seen.span_id, None)
        self.spans[call_id] = msgspec.structs.replace(
            seen,
            span_id=call_id,
            parent_span_id=call.parent_span_id,
            join=call.join,
            name=call.name,
            component=call.component,
            ids={**call.ids, **seen.ids},
            start_ns=seen.start_ns if seen.start_ns is not None else call.start_ns,
            end_ns=seen.end_ns if seen.end_ns is not None else call.end_ns,
            status="error" if call.status == "error" and seen.status in ("ok", "unknown") else seen.status,
            error=seen.error or call.error,
            request=call.request or seen.request,
            response=call.response or seen.response,
        )

    def home(self, record: Record, span_id: str = "") -> tuple[str, Join]:
        """The parent of what an invocation logged: the record it was processing, else the invocation itself."""
        unit = record.unit
        if unit is None or id(unit) not in self.drawn:
            return self.root_id, Join(tier="unresolved", rule="run_id", detail="names this run, but no invocation")
        for i in line_ids(record):
            consumer = self.consumers.get((id(unit), i.value)) if i.kind == "sqs_message_id" else None
            if consumer is not None and consumer != span_id:
                return consumer, Join(tier="exact", rule="message_id", detail=f"its line names messageId {i.value}")
        within = self.consumers.get((id(unit), record.within))
        if within is not None:
            detail = f"its line was logged while messageId {record.within} was processed, one message at a time"
            return within, Join(tier="structural", rule="consumer_window", detail=detail)
        own = unit.span_id
        if record.via == "request_id":
            return own, Join(
                tier="exact", rule="lambda_request_id", detail=f"its line names RequestId {unit.request_id}"
            )
        detail = f"its line stands between START and REPORT of {unit.request_id} on the log stream"
        return own, Join(tier="structural", rule="log_stream_bracket", detail=detail)

    def settle(self) -> None:
        """Follow merged spans, and make one tree of what is left."""
        for span_id, span in self.spans.items():
            parent = self.final(span.parent_span_id) if span.parent_span_id else None
            links = tuple(msgspec.structs.replace(link, span_id=self.final(link.span_id)) for link in span.links)
            join = self._recorded(span.join) if self.receipt.owns_all else span.join
            self.spans[span_id] = msgspec.structs.replace(span, parent_span_id=parent, join=join, links=links)
        join = Join(tier="unresolved", rule="no_parent", detail="its parent is unknown, or its own descendant")
        for span_id in self._uprooted():
            self.put(self.spans[span_id], self.root_id, join)

    def _recorded(self, join: Join | None) -> Join | None:
        """In a recording without a receipt, what nobody called came from outside: its client stands for that."""
        if join is None or (join.tier, join.rule) != ("unresolved", "run_id"):
            return join
        tier: Tier = "structural" if self.receipt.target_type == "client" else "unresolved"
        return Join(tier=tier, rule="recording", detail="no record of this recording says who called it")

    def _uprooted(self) -> list[str]:
        """Spans whose parent does not exist, and every span of a ring: no end of a ring is better than another."""
        settled = {self.root_id}
        found: list[str] = []
        for span_id in self.spans:
            path: dict[str, None] = {}
            at = span_id
            while at not in settled and at not in path:
                path[at] = None
                parent = self.spans[at].parent_span_id
                if parent is None or parent not in self.spans:
                    found.append(at)
                    break
                at = parent
            else:
                ring = list(path)
                found.extend(ring[ring.index(at) :] if at in path else ())
            settled.update(path)
        return found


def line_ids(record: Record) -> tuple[ids.Id, ...]:
    """Ids of the line itself: what was being processed, not what the boundary produced."""
    entry = record.observation
    return entry.line_ids if isinstance(entry, SpanFact | TracedSpan | StateEvent) else entry.ids


def log_event(line: Line) -> SpanEvent:
    body = None if isinstance(line.body, str) else line.body
    name = "metric" if line.evidence.format == "emf" else "log"
    return SpanEvent(
        time_ns=line.time_ns, name=name, level=line.level, text=line.text, body=body, evidence=line.evidence
    )


def told_event(record: Record) -> SpanEvent | None:
    """What an invocation was called with without a queue, what it answered, and what it heard of another."""
    entry = record.observation
    if isinstance(entry, EventReceived):
        name, text = "event_received", f"{entry.service} {entry.source_name} {entry.name} {entry.event_id}"
        return SpanEvent(time_ns=entry.time_ns, name=name, text=text, body=entry.body, evidence=entry.evidence)
    if isinstance(entry, BatchResponse):
        text = "the whole batch failed" if entry.whole else f"failed: {', '.join(entry.failed) or 'none'}"
        return SpanEvent(time_ns=entry.time_ns, name="batch_response", text=text, evidence=entry.evidence)
    if isinstance(entry, AsyncOutcome):
        text = f"{entry.condition}, RequestId {entry.function_request_id}"
        return SpanEvent(time_ns=entry.time_ns, name="async_outcome", text=text, evidence=entry.evidence)
    return None


def loose_event(record: Record) -> SpanEvent | None:
    """What no invocation is known for: lines, and messages that somebody got. Boundaries and agents are spans."""
    entry = record.observation
    if isinstance(entry, Line):
        return log_event(entry)
    if isinstance(entry, MessageReceived):
        said = entry.evidence
        return SpanEvent(time_ns=entry.time_ns, name="message_received", text=entry.message_id, evidence=said)
    return told_event(record)


def stray_event(fact: LambdaFact) -> SpanEvent:
    """What the platform said of an environment that no invocation is known to have used."""
    error = fact.error or ErrorFact()
    told = " ".join(filter(None, (fact.status, error.type, error.message)))
    text = f"{fact.phase}: {told}" if told else fact.phase
    level = "ERROR" if fact.error is not None else None
    return SpanEvent(time_ns=fact.time_ns, name="platform", level=level, text=text, evidence=fact.evidence)
