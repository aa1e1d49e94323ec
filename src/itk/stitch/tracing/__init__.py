"""Recorded spans of X-Ray and OpenTelemetry, joined to the run.

All other evidence is drawn first, and keeps its spans, ids and proven parents: tracing is sampled and late, so with or
without it the trace must be the same. What it knows of a span that exists becomes evidence, facts and attributes of
that span. What nobody else knows becomes a span of its own, under its recorded parent.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from itk.model import ids
from itk.model.evidence import TracedSpan
from itk.model.trace import Join, Link, Span
from itk.stitch.calls import call_of_trace
from itk.stitch.draft import Draft
from itk.stitch.invocations import unit_span_id
from itk.stitch.tracing.messages import add_messages
from itk.stitch.tracing.nodes import Node, Nodes, read_nodes
from itk.stitch.tracing.places import Places, find_places
from itk.stitch.tracing.spans import enriched, new_span
from itk.stitch.units import Record, Unit

_ABOVE_MAX = 10_000


def add_traced(draft: Draft, own: Sequence[Record]) -> set[int]:
    """Merge or add every recorded span; returns id() of the lines that became events of one."""
    nodes = read_nodes(draft, own)
    places = find_places(draft, nodes)
    company = {draft.final(unit_span_id(unit)) for unit in draft.units if not draft.ours.alone(unit)}
    _add_new(draft, places)
    for span_id, group in places.nodes.items():
        span = draft.spans[span_id]
        above = _parent(draft, places, span_id, group)
        if above is not None and _is_loose(span) and not _is_below(draft, above[0], span_id):
            span = msgspec.structs.replace(span, parent_span_id=above[0], join=above[1])
        span = enriched(span, group, silent=span_id in company)
        draft.spans[span_id] = msgspec.structs.replace(span, links=(*span.links, *_links(draft, nodes, places, group)))
    _count_once(draft)
    return add_messages(draft, own, nodes, places)


def _add_new(draft: Draft, places: Places) -> None:
    """Spans that nobody else knows; then their parents, as a parent may be found after its child."""
    fresh = [(span_id, group) for span_id, group in places.nodes.items() if span_id not in draft.spans]
    for span_id, group in fresh:
        above = places.of.get(id(group[0].above)) if group[0].above is not None else None
        within = draft.spans[above].component if above in draft.spans else None
        draft.spans[span_id] = new_span(span_id, group, within)
        draft.traced.add(span_id)
    for span_id, group in fresh:
        draft.put(draft.spans[span_id], *(_parent(draft, places, span_id, group) or _without_parent(draft, group[0])))


def _is_loose(span: Span) -> bool:
    return span.join is not None and span.join.tier == "unresolved"


def _parent(draft: Draft, places: Places, span_id: str, group: Sequence[Node]) -> tuple[str, Join] | None:
    """The span above, by the parent that was recorded: seen through the views that were merged."""
    for node in group:
        above = places.of.get(id(node.above)) if node.above is not None else None
        if above is None or above == span_id or above not in draft.spans:
            continue
        named = node.entry.parent_span_id
        if node.is_direct:
            return above, Join(tier="exact", rule="traced_parent", detail=f"{node.entry.system} parent {named}")
        detail = f"{node.entry.system} parent {named} was recorded, and is below it"
        return above, Join(tier="exact", rule="traced_ancestor", detail=detail)
    return None


def _without_parent(draft: Draft, node: Node) -> tuple[str, Join]:
    """Where a span hangs whose parent was not recorded: the service's own span, most often."""
    entry, receipt = node.entry, draft.receipt
    trace = f"{entry.system} trace {entry.trace_id}"
    if entry.trace_id in draft.ours.minted:
        header = ids.span_id("xray", receipt.run_id)
        if not entry.parent_span_id or entry.parent_span_id == header or entry.kind == "SERVER":
            if receipt.owns_all:
                detail = f"{trace} is of this recording, and no record of it says who called"
                return draft.root_id, Join(tier="structural", rule="recording", detail=detail)
            call = call_of_trace(draft.calls, entry.trace_id)
            whose = "this call" if call is not None else "one of these calls"
            detail = f"{trace} is the one that {whose} began"
            return call or draft.root_id, Join(tier="exact", rule="trace_header", detail=detail)
    units = [unit for unit in draft.ours.traces.carriers.get(entry.trace_id, ()) if id(unit) in draft.drawn]
    if len(units) == 1 and draft.ours.alone(units[0]) and _began(draft, units[0]):
        detail = f"{trace}, which RequestId {units[0].request_id} ran in"
        return draft.final(unit_span_id(units[0])), Join(tier="structural", rule="trace_id", detail=detail)
    sessions = {i.value for i in receipt.ids if i.kind == "session_id"}
    named = next((i.value for i in entry.line_ids if i.kind == "session_id" and i.value in sessions), None)
    if named is not None and entry.kind == "SERVER":
        detail = f"a request of session {named}, which ITK made for this call"
        return draft.root_id, Join(tier="structural", rule="session_id", detail=detail)
    missing = f"its parent {entry.parent_span_id} was not recorded" if entry.parent_span_id else "it names no parent"
    return draft.root_id, Join(tier="unresolved", rule="no_parent", detail=f"{trace}: {missing}")


def _began(draft: Draft, unit: Unit) -> bool:
    """Whether the trace that an invocation ran in began with it, so that all in it was done from there."""
    views = [record.observation for record in draft.ours.traces.views.get(unit.request_id, ())]
    if views:
        return not any(isinstance(entry, TracedSpan) and entry.parent_span_id for entry in views)
    return bool(draft.ours.received(unit))  # pollers begin traces


def _is_below(draft: Draft, span_id: str, top: str) -> bool:
    at: str | None = span_id
    for _ in range(_ABOVE_MAX):
        if at is None or at not in draft.spans:
            return False
        if at == top:
            return True
        parent = draft.spans[at].parent_span_id
        at = draft.final(parent) if parent else None
    return True


def _links(draft: Draft, nodes: Nodes, places: Places, group: Sequence[Node]) -> list[Link]:
    """Messages that a batch came from, as Lambda linked them; what the span hangs under already is no link."""
    span_id = places.of[id(group[0])]
    span = draft.spans.get(span_id)
    known = {link.span_id for link in span.links} if span is not None else set()
    found: dict[tuple[str, str], Link] = {}
    for link in (link for node in group for link in node.entry.links):
        target = nodes.by_key.get((link.trace_id, link.span_id))
        place = places.of.get(id(target), "") if target is not None else ""
        if not place and link.trace_id in draft.ours.minted:
            place = draft.root_id
        if not place and link.trace_id in draft.ours.own_traces:
            continue  # within the run, and the messageId says from where
        if not place or not (place in known or _is_below(draft, span_id, place)):
            detail = f"trace {link.trace_id}, span {link.span_id}" if link.span_id else f"trace {link.trace_id}"
            found[(place, link.trace_id)] = Link(
                span_id=place,
                trace_id=link.trace_id,
                reason="sqs_batch",
                tier="exact",
                rule="xray_link",
                detail=detail,
            )
    return [found[key] for key in sorted(found)]


def _count_once(draft: Draft) -> None:
    """Tokens that a span repeats from the calls within it are not counted again.

    Agents add up what their models used. A framework's `chat` holds the client's `chat <model>` with the same tokens.
    """
    for span_id in sorted(draft.spans):
        span = draft.spans[span_id]
        if span.usage is None:
            continue
        outer = _outer(draft, span)
        if outer is None or outer.usage is None:
            continue
        tokens = (span.usage.input_tokens, span.usage.output_tokens)
        repeats = (outer.usage.input_tokens, outer.usage.output_tokens) == tokens
        if repeats or outer.component.type != "model":
            usage = msgspec.structs.replace(outer.usage, counted=False)
            draft.spans[outer.span_id] = msgspec.structs.replace(outer, usage=usage)


def _outer(draft: Draft, span: Span) -> Span | None:
    """The nearest span above that says tokens too."""
    at = span.parent_span_id
    for _ in range(_ABOVE_MAX):
        above = draft.spans.get(draft.final(at)) if at else None
        if above is None or above.usage is not None:
            return above
        at = above.parent_span_id
    return None
