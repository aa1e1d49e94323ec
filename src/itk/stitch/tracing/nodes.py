"""The spans of tracing systems that concern this run: each once, parents before children."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from itk.model.evidence import Evidence, TracedSpan
from itk.stitch.draft import Draft
from itk.stitch.ownership.traces import PHASES, SpanKey, Traces, is_lambda
from itk.stitch.units import Record

_CLIMB_MAX = 200


@dataclass(eq=False, slots=True)
class Node:
    """One recorded span, however often it was recorded. `above` is its nearest recorded ancestor of this run."""

    key: SpanKey
    entry: TracedSpan  # the version that knows most
    evidence: tuple[Evidence, ...]
    view: bool = False  # of an invocation that may have served others too: facts and evidence, nothing it says
    above: Node | None = None

    @property
    def is_direct(self) -> bool:
        """Whether `above` is its parent."""
        return self.above is not None and self.above.key == (self.key[0], self.entry.parent_span_id)


@dataclass(slots=True)
class Nodes:
    """All nodes, in an order in which parents come first, whatever the order of records."""

    by_key: dict[SpanKey, Node] = field(default_factory=dict)
    ordered: list[Node] = field(default_factory=list)


def read_nodes(draft: Draft, own: Iterable[Record]) -> Nodes:
    """Own spans, and the views of own invocations."""
    views = [record for unit in draft.units for record in draft.ours.traces.views_of(unit)]
    versions: defaultdict[SpanKey, dict[Evidence, TracedSpan]] = defaultdict(dict)
    ours: set[SpanKey] = set()
    for records, owned in ((own, True), (views, False)):
        for record in records:
            if isinstance(entry := record.observation, TracedSpan):
                key = (entry.trace_id, entry.span_id)
                versions[key][entry.evidence] = entry
                ours |= {key} if owned else set()
    nodes = Nodes({key: _node(key, list(found.values()), key not in ours) for key, found in versions.items()})
    for node in nodes.by_key.values():
        node.above = _above(node, nodes, draft.ours.traces)
    nodes.ordered = list(_parents_first(nodes))
    return nodes


def is_phase(node: Node) -> bool:
    """A part of an invocation's life, directly under what Lambda or the function recorded of it."""
    return node.entry.name in PHASES and node.is_direct and node.above is not None and is_lambda(node.above.entry)


def is_attempt(node: Node) -> bool:
    """`Attempt #2` of an asynchronous call."""
    return node.entry.name.startswith("Attempt #") and node.above is not None and is_lambda(node.above.entry)


def _node(key: SpanKey, versions: list[TracedSpan], view: bool) -> Node:
    # An unfinished version comes before the finished one; the same span in X-Ray's form and OpenTelemetry's is one.
    versions.sort(key=lambda e: (e.end_ns is None, e.system, e.evidence.time_ms, e.evidence.event_id, repr(e)))
    return Node(key, versions[0], tuple(entry.evidence for entry in versions), view)


def _above(node: Node, nodes: Nodes, traces: Traces) -> Node | None:
    """The parent; where that is not this run's own, the nearest ancestor that is."""
    trace_id, at = node.key[0], node.entry.parent_span_id
    for _ in range(_CLIMB_MAX):
        if not at:
            return None
        found = nodes.by_key.get((trace_id, at))
        if found is not None:
            return found if found is not node else None
        recorded = traces.spans.get((trace_id, at))
        entry = recorded[0].observation if recorded else None
        at = entry.parent_span_id if isinstance(entry, TracedSpan) else None
    return None


def _parents_first(nodes: Nodes) -> Iterator[Node]:
    below: defaultdict[int, list[Node]] = defaultdict(list)
    tops: list[Node] = []
    for node in sorted(nodes.by_key.values(), key=_position):
        (below[id(node.above)] if node.above is not None else tops).append(node)
    seen: set[int] = set()
    waiting = deque(tops)
    rest = iter(sorted(nodes.by_key.values(), key=_position))
    while True:
        while waiting:
            node = waiting.popleft()
            if id(node) not in seen:
                seen.add(id(node))
                yield node
                waiting.extend(below[id(node)])
        ring = next((node for node in rest if id(node) not in seen), None)
        if ring is None:
            return
        ring.above = None  # its own descendant, as only broken evidence can say
        waiting.append(ring)


def _position(node: Node) -> tuple[bool, int, SpanKey]:
    return (node.entry.start_ns is None, node.entry.start_ns or 0, node.key)
