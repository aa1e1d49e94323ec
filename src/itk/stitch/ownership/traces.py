"""The spans that tracing systems recorded, by trace, by span and by what they are views of. Nothing is decided here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from itk.model.evidence import TracedMessage, TracedSpan
from itk.model.ids import Id
from itk.reading.tracetext import trace_id_of
from itk.stitch.mentions import markers
from itk.stitch.units import Reading, Record, Unit

SpanKey = tuple[str, str]  # trace id, span id
# What X-Ray puts under an invocation and is no work of its own: facts of the invocation.
PHASES = frozenset(("Initialization", "Restore", "Invocation", "Overhead", "Dwell Time", "Queue Time"))


@dataclass(slots=True)
class Traces:
    """What the records of one window say of traces."""

    of: defaultdict[str, list[Record]] = field(default_factory=lambda: defaultdict(list))  # trace -> its records
    spans: defaultdict[SpanKey, list[Record]] = field(default_factory=lambda: defaultdict(list))
    below: defaultdict[SpanKey, list[Record]] = field(default_factory=lambda: defaultdict(list))
    messages: defaultdict[SpanKey, list[Record]] = field(default_factory=lambda: defaultdict(list))
    views: defaultdict[str, list[Record]] = field(default_factory=lambda: defaultdict(list))  # by Lambda's RequestId
    carriers: defaultdict[str, list[Unit]] = field(default_factory=lambda: defaultdict(list))  # trace -> invocations
    carried: dict[int, set[str]] = field(default_factory=dict)  # id() of an invocation -> its traces
    linking: defaultdict[str, list[Record]] = field(default_factory=lambda: defaultdict(list))  # trace -> links to it
    named: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))  # trace -> run ids
    _tops: dict[str, list[TracedSpan]] = field(default_factory=dict)

    def tops(self, trace_id: str) -> list[TracedSpan]:
        """Spans whose parent nobody recorded, or that have none."""
        if trace_id not in self._tops:
            self._tops[trace_id] = self._find_tops(trace_id)
        return self._tops[trace_id]

    def _find_tops(self, trace_id: str) -> list[TracedSpan]:
        entries = (record.observation for record in self.of.get(trace_id, ()))
        spans = [entry for entry in entries if isinstance(entry, TracedSpan)]
        return [s for s in spans if not s.parent_span_id or (trace_id, s.parent_span_id) not in self.spans]

    def links(self, trace_id: str) -> set[str]:
        """The other traces that spans of this one link to."""
        entries = (record.observation for record in self.of.get(trace_id, ()))
        return {link.trace_id for entry in entries if isinstance(entry, TracedSpan) for link in entry.links}

    def near(self, units: Iterable[Unit]) -> Iterator[Record]:
        """Everything recorded in the traces that these invocations carry."""
        traces = {trace_id for unit in units for trace_id in self.carried.get(id(unit), ())}
        return (record for trace_id in sorted(traces) for record in self.of.get(trace_id, ()))

    def views_of(self, unit: Unit) -> list[Record]:
        """Lambda's own segment of an invocation, and the function's segment beneath it."""
        found = list(self.views.get(unit.request_id, ()))
        waiting = list(found)
        while waiting:
            entry = waiting.pop().observation
            if isinstance(entry, TracedSpan):
                below = [r for r in self.below.get((entry.trace_id, entry.span_id), ()) if is_inner_view(r)]
                found.extend(below)
                # A phase holds the calls of the code: those are views of nothing.
                waiting.extend(r for r in below if not is_phase(r))
        return found


def is_lambda(entry: TracedSpan) -> bool:
    """Whether the span is an invocation, as Lambda or the function saw it; a call of Lambda is none."""
    return entry.component_type == "lambda" and entry.kind in ("SERVER", "CONSUMER")


def is_inner_view(record: Record) -> bool:
    """What lies under Lambda's segment and is the one invocation: attempts, the function's own segment, phases."""
    entry = record.observation
    if not isinstance(entry, TracedSpan) or entry.request_id is not None:
        return False
    return is_lambda(entry) or entry.name.startswith("Attempt #") or entry.name in PHASES


def is_phase(record: Record) -> bool:
    """Initialization and the like."""
    return isinstance(entry := record.observation, TracedSpan) and entry.name in PHASES


def read_traces(reading: Reading) -> Traces:
    """Index every record once."""
    traces = Traces()
    for record in reading.records:
        entry = record.observation
        if isinstance(entry, TracedSpan):
            _add_span(traces, record, entry)
        elif isinstance(entry, TracedMessage):
            traces.messages[(entry.trace_id, entry.span_id)].append(record)
        else:
            continue
        traces.of[entry.trace_id].append(record)
        traces.named[entry.trace_id] |= markers(record)
    for unit in reading.units:
        carried = {trace_id_of(i.value) for i in _roots(unit)}
        seen = (view.observation for view in traces.views.get(unit.request_id, ()))
        carried |= {entry.trace_id for entry in seen if isinstance(entry, TracedSpan)}
        traces.carried[id(unit)] = carried
        for trace_id in carried:
            traces.carriers[trace_id].append(unit)
    return traces


def _add_span(traces: Traces, record: Record, entry: TracedSpan) -> None:
    traces.spans[(entry.trace_id, entry.span_id)].append(record)
    if entry.parent_span_id:
        traces.below[(entry.trace_id, entry.parent_span_id)].append(record)
    if entry.request_id is not None and is_lambda(entry):
        traces.views[entry.request_id].append(record)
    for link in entry.links:
        traces.linking[link.trace_id].append(record)


def _roots(unit: Unit) -> set[Id]:
    """The trace that an invocation ran in, as the platform says: what its logger says may be another's."""
    return {i for fact in unit.facts for i in fact.ids if i.kind == "xray_root"}
