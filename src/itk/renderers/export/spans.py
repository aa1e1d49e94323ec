"""A run's spans as OpenTelemetry has them, before they are written as OTLP or Jaeger JSON."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Literal

import msgspec

from itk.model.run import RunResult
from itk.model.trace import Link, Span, Trace
from itk.model.tree import FAILING, Tree, grow, stand_in_times
from itk.renderers import certainty, files, words
from itk.renderers.export import attributes
from itk.renderers.export.attributes import Attributes
from itk.renderers.text import one_line

LATEST_NS = 2**63 - 1


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happened at one moment."""

    time_ns: int
    name: str
    attributes: Attributes


class Bound(msgspec.Struct, frozen=True, kw_only=True):
    """Start and end of a span. `made` names those that nobody said: they are bounds, taken from its neighbours."""

    start_ns: int
    end_ns: int
    made: tuple[Literal["start", "end"], ...] = ()


class Exported(msgspec.Struct, frozen=True, kw_only=True):
    """One span with the ids, times and attributes that other tools ask for."""

    span: Span
    span_id: str  # 16 hex digits, unique
    parent_id: str  # empty: none
    has_parent: bool  # the parent is in this file too
    bound: Bound
    failed: bool
    attributes: Attributes
    events: tuple[Event, ...]
    links: tuple[tuple[str, Link], ...]  # span id of the other end, in this file
    warnings: tuple[str, ...]


def trace_id(trace: Trace) -> str:
    """32 hex digits, not all zero."""
    return trace.trace_id if _is_id(trace.trace_id, 32) else _digest(trace.trace_id, 32)


def exported(result: RunResult) -> tuple[Exported, ...]:
    """Every span of the run, depth first. What the run says as a whole stands on the first."""
    trace, tree = result.trace, grow(result.trace)
    ids, bounds = _ids(trace.spans), _bounds(result, tree)
    stems = files.stems(trace.spans)
    index: dict[str, int] = {}
    for at, span in enumerate(trace.spans):
        index.setdefault(span.span_id, at)
    found: list[Exported] = []
    for at in tree.order:
        span, parent = trace.spans[at], tree.nodes[at].parent
        linked = tuple((ids[index[link.span_id]], link) for link in span.links if link.span_id in index)
        elsewhere = [_elsewhere(link) for link in span.links if link.span_id not in index]
        said = attributes.of_span(span, None if parent is None else trace.spans[parent], stems[at])
        said |= _of_bound(span, bounds[at]) | ({"itk.links_elsewhere": list(elsewhere)} if elsewhere else {})
        found.append(
            Exported(
                span=span,
                span_id=ids[at],
                parent_id=ids[parent] if parent is not None else _dangling(span, index),
                has_parent=parent is not None,
                bound=bounds[at],
                failed=span.status in FAILING,
                attributes=said if found else said | attributes.of_run(result),
                events=_events(span, bounds[at]),
                links=linked,
                warnings=_warnings(span, bounds[at]) if found else (*_of_run(result), *_warnings(span, bounds[at])),
            )
        )
    return tuple(found)


def by_component(spans: Sequence[Exported]) -> tuple[tuple[Exported, ...], ...]:
    """The spans of each component, components in the order of their first span."""
    groups: dict[tuple[str, str, str], list[Exported]] = {}
    for each in spans:
        component = each.span.component
        groups.setdefault((component.type, component.name, component.id), []).append(each)
    return tuple(tuple(group) for group in groups.values())


def _ids(spans: Sequence[Span]) -> list[str]:
    taken: set[str] = set()
    found = []
    for at, span in enumerate(spans):
        name = _span_id(span.span_id)
        if name in taken:
            name = _digest(f"{span.span_id}\x1f{at}", 16)
        taken.add(name)
        found.append(name)
    return found


def _span_id(text: str) -> str:
    return text if _is_id(text, 16) else _digest(text, 16)


def _dangling(span: Span, index: Mapping[str, int]) -> str:
    """A parent that nobody saw keeps its id, so that a reader sees that there was one; a circle is cut open."""
    return _span_id(span.parent_span_id) if span.parent_span_id and span.parent_span_id not in index else ""


def _is_id(text: str, digits: int) -> bool:
    return re.fullmatch(rf"[0-9a-f]{{{digits}}}", text) is not None and set(text) != {"0"}


def _digest(text: str, digits: int) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:digits]


def _bounds(result: RunResult, tree: Tree) -> list[Bound]:
    starts, ends = stand_in_times(result.trace, tree)
    origin = tree.origin_ns if tree.origin_ns is not None else result.started_ns
    return [_bound(span, starts[at] or origin, ends[at] or origin) for at, span in enumerate(result.trace.spans)]


def _bound(span: Span, near_start: int, near_end: int) -> Bound:
    """What was recorded stays; what was not is as long as was reported, else reaches to what lies around or within."""
    start, end = _possible(span.start_ns), _possible(span.end_ns)
    if start is not None and end is not None and start <= end:
        return Bound(start_ns=start, end_ns=end)
    length = None if span.duration_ms is None else max(round(span.duration_ms * 1e6), 0)
    if start is not None:
        made = start + length if length is not None else max(near_end, start)
        # It ends before it starts: clocks differ. No tool draws that; the recorded end is told as an attribute.
        return Bound(start_ns=start, end_ns=_clamp(start if end is not None else made), made=("end",))
    if end is not None:
        made = end - length if length is not None else min(near_start, end)
        return Bound(start_ns=_clamp(made), end_ns=end, made=("start",))
    start = _clamp(near_start)
    made = start + length if length is not None else max(near_end, start)
    return Bound(start_ns=start, end_ns=_clamp(made), made=("start", "end"))


def _possible(ns: int | None) -> int | None:
    """OTLP and Jaeger know no time before 1970."""
    return ns if ns is not None and 0 <= ns <= LATEST_NS else None


def _clamp(ns: int) -> int:
    return min(max(ns, 0), LATEST_NS)


def _of_bound(span: Span, bound: Bound) -> Attributes:
    if not bound.made:
        return {}
    recorded = {"start": span.start_ns, "end": span.end_ns}
    kept = {
        f"itk.time.recorded_{which}_ns": str(recorded[which]) for which in bound.made if recorded[which] is not None
    }
    return {"itk.time.bounded": True, "itk.time.bounds": list(bound.made), **kept}


def _events(span: Span, bound: Bound) -> tuple[Event, ...]:
    found = [
        Event(time_ns=_clamp(event.time_ns), name=event.name or "event", attributes=attributes.of_event(event))
        for event in span.events
    ]
    if error := attributes.of_error(span):
        found.append(Event(time_ns=bound.end_ns, name="exception", attributes=error))
    return tuple(found)


def _elsewhere(link: Link) -> str:
    """A link whose other end is in no file that can be named: OTLP asks for both ids."""
    where = f"trace {one_line(link.trace_id)}" if link.trace_id else "another run"
    detail = f" ({one_line(link.detail)})" if link.detail else ""
    return f"{link.reason}: {where}, {link.tier} by {one_line(link.rule)}{detail}"


def _warnings(span: Span, bound: Bound) -> tuple[str, ...]:
    said = [certainty.why(span), certainty.shift(span)]
    said += [f"{link.reason} is inferred, not proven" for link in span.links if link.tier == "inferred"]
    if bound.made:
        verb = "is a bound" if len(bound.made) == 1 else "are bounds"
        said.append(f"the {' and '.join(bound.made)} shown {verb}: nobody said it, or no tool draws it")
    return tuple(filter(None, said))


def _of_run(result: RunResult) -> tuple[str, ...]:
    """Before all else, what must not be overlooked."""
    return (
        *(f"{word}: {sentence}" for word, sentence in words.banners(result)),
        *(f"not seen: {one_line(missing.what)}" for missing in result.trace.missing),
        *(one_line(warning) for warning in result.trace.warnings),
    )
