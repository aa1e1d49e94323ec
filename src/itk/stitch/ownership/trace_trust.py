"""Which traces of X-Ray and OpenTelemetry are this run's own, and which of their spans.

A trace is no run. An invocation that got ten messages of ten runs has one trace, and what it calls is recorded there
side by side. So a trace is ours only

- if ITK minted its id, or sending returned it;
- if it began with an invocation that served this run alone;
- if it began with one request (not with a function, not with a batch), nothing in it links to other traces or names
  another run, and something in it names this run.

In every other trace a span is ours if it names an id that is ours, or if it is work done for such a span: what a call
led to, what an invocation of ours alone did. A run id in an annotation speaks for its own span only: annotations of one
message are overwritten by those of the next. All of these conditions only ever become true while ids are followed, so
that the order of records means nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from itk.model.evidence import TracedMessage, TracedSpan
from itk.model.ids import Id, trace_id
from itk.model.run import Receipt
from itk.reading.tracetext import trace_id_of
from itk.stitch.mentions import mentioned
from itk.stitch.ownership.traces import SpanKey, Traces, is_lambda
from itk.stitch.units import Record, Unit

SENDS_MESSAGES: frozenset[str] = frozenset(
    ("queue", "topic", "bus", "bucket")
)  # whoever gets what ITK sent there may get a batch


@dataclass(slots=True)
class Asks:
    """What the search knows of ids and invocations."""

    owns: Callable[[Id], bool]
    alone: Callable[[Unit], bool]  # it provably served this run alone
    in_company: Callable[[Unit], bool]  # it is known to have served others
    consumes: Callable[[Unit], bool]  # it takes messages from a queue: its messages say whom it served
    units: Callable[[str], Sequence[Unit]]  # by RequestId
    sent: Callable[[Unit], bool]  # ITK itself called it


@dataclass(slots=True)
class TraceTrust:
    """Follows traces as far as they can be trusted."""

    me: Id
    traces: Traces
    asks: Asks
    own: set[str] = field(default_factory=set)  # traces that are this run's alone
    delivered: set[str] = field(default_factory=set)  # own traces that began with a message: queues may batch it
    touched: set[str] = field(default_factory=set)  # traces in which something is ours
    spans: set[SpanKey] = field(default_factory=set)  # spans that are ours
    flowing: set[SpanKey] = field(default_factory=set)  # spans of ours whose children are ours too
    still: dict[SpanKey, Record] = field(default_factory=dict)  # spans of ours whose children are not, as far as known
    led_to: set[str] = field(default_factory=set)  # RequestIds of invocations right under a span that leads on

    def minted(self, receipt: Receipt) -> Iterator[str]:
        """Traces that ITK began, by what sending returned or by the digits that only this run's header has."""
        for i in receipt.ids:
            if i.kind in ("xray_root", "otel_trace_id") and (found := trace_id_of(i.value)):
                yield found
        digits = trace_id(receipt.run_id)[:24]
        yield from sorted(t for t in {*self.traces.of, *self.traces.carriers, *self.traces.linking} if t[8:] == digits)

    def trusted(self) -> Iterator[str]:
        """Further traces that turn out to be ours."""
        for found in sorted(self.touched - self.own):
            if self._is_ours(found):
                yield found

    def called(self) -> Iterator[Unit]:
        """Invocations within our traces: called from there, so ours, unless a queue fed them or they served others."""
        within = [u for own in sorted(self.own - self.delivered) for u in self.traces.carriers.get(own, ())]
        under = [unit for request_id in sorted(self.led_to) for unit in self.asks.units(request_id)]
        for unit in (*within, *under):
            if not self.asks.alone(unit) and self.may_be_called(unit):
                yield unit

    def leading(self) -> Iterator[Record]:
        """What lies under spans of ours that turn out to be done for this run alone."""
        for key, record in list(self.still.items()):
            yield from self._lead(key, record)

    def may_be_called(self, unit: Unit) -> bool:
        return not (self.asks.consumes(unit) or self.asks.in_company(unit) or self._is_linked(unit))

    def _is_linked(self, unit: Unit) -> bool:
        """Lambda links the traces of the messages that it fed to a function: such a one was not called."""
        views = (record.observation for record in self.traces.views.get(unit.request_id, ()))
        return any(isinstance(entry, TracedSpan) and entry.links for entry in views)

    def proves(self, record: Record) -> bool:
        """Whether the trace, the span above or the invocation says that a record of a trace is ours."""
        entry = record.observation
        if isinstance(entry, TracedMessage):
            return entry.trace_id in self.own or (entry.trace_id, entry.span_id) in self.spans
        if not isinstance(entry, TracedSpan):
            return False
        known = self.asks.units(entry.request_id) if entry.request_id and is_lambda(entry) else ()
        if known:
            return any(self.asks.alone(unit) for unit in known)
        above = (entry.trace_id, entry.parent_span_id or "")
        linked = any(link.trace_id in self.own for link in entry.links)
        return entry.trace_id in self.own or above in self.flowing or linked

    def follow(self, record: Record) -> Iterator[Record]:
        """What else is ours because this record is."""
        entry = record.observation
        if not isinstance(entry, TracedSpan):
            return
        key = (entry.trace_id, entry.span_id)
        self.touched.add(entry.trace_id)
        self.spans.add(key)
        yield from self.traces.messages.get(key, ())
        if key not in self.flowing:
            self.still[key] = record
            yield from self._lead(key, record)

    def _lead(self, key: SpanKey, record: Record) -> Iterator[Record]:
        entry = record.observation
        if not isinstance(entry, TracedSpan) or not self._flows(entry):
            return
        self.flowing.add(key)
        del self.still[key]
        for below in self.traces.below.get(key, ()):
            if isinstance(inner := below.observation, TracedSpan) and inner.request_id and is_lambda(inner):
                self.led_to.add(inner.request_id)
            yield below

    def _flows(self, entry: TracedSpan) -> bool:
        """Whether what lies under a span of ours was done for it alone."""
        known = self.asks.units(entry.request_id) if entry.request_id and is_lambda(entry) else ()
        if known:
            return any(self.asks.alone(unit) for unit in known)
        if any(link.trace_id not in self.own for link in entry.links) or _is_batch(entry):
            return False
        if entry.trace_id in self.own or (entry.trace_id, entry.parent_span_id or "") in self.flowing:
            return True
        if is_lambda(entry):
            return False
        if entry.links or any(self.asks.owns(i) for i in entry.ids):
            return True
        serves = any(i == self.me or (i.kind == "session_id" and self.asks.owns(i)) for i in entry.line_ids)
        return entry.kind == "SERVER" and serves

    def _is_ours(self, found: str) -> bool:
        if self.traces.named[found] - {self.me.value}:
            return False
        carriers = self.traces.carriers.get(found, [])
        if any(self.asks.in_company(unit) for unit in carriers):
            return False
        tops = self.traces.tops(found)
        functions = [top for top in tops if is_lambda(top)]
        if functions:
            return all(self._is_alone(top) for top in functions) and len(functions) == len(tops)
        if any(self.asks.alone(unit) and (self.asks.consumes(unit) or self.asks.sent(unit)) for unit in carriers):
            return True
        within = all(self.asks.alone(unit) or self.may_be_called(unit) for unit in carriers)
        return within and self._is_one_request(found, tops)

    def _is_alone(self, top: TracedSpan) -> bool:
        """An invocation that began the trace, and served this run alone."""
        known = self.asks.units(top.request_id) if top.request_id else ()
        return not top.parent_span_id and any(self.asks.alone(unit) for unit in known)

    def _is_one_request(self, found: str, tops: list[TracedSpan]) -> bool:
        if len({top.span_id for top in tops}) != 1 or tops[0].kind == "CONSUMER" or _is_batch(tops[0]):
            return False
        if tops[0].parent_span_id:  # what came before may have been a batch
            return False
        if self.traces.links(found) - self.own:
            return False
        own = (r for r in self.traces.of[found] if (found, getattr(r.observation, "span_id", "")) in self.spans)
        return any(i == self.me or (i.kind == "session_id" and self.asks.owns(i)) for r in own for i in mentioned(r))


def _is_batch(entry: TracedSpan) -> bool:
    count = entry.attributes.get("messaging.batch.message_count")
    return (isinstance(count, int) and count > 1) or entry.operation.endswith("Batch")
