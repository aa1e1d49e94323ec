"""What the viewer needs to draw a run and to find things in it; `docs/reference/viewer-data.md` has each field.

Spans are named by their place in depth-first order, so that everything below a span follows it. Times are whole numbers
of `unit_ns` after `origin_ns`. Nothing here is for a person to read but what stands under `run`.
"""

from __future__ import annotations

from base64 import b64encode
from typing import Any, get_args

import msgspec

from itk.model.evidence import Usage
from itk.model.run import CheckVerdict, RunResult
from itk.model.trace import Component, Span, SpanStatus, Tier
from itk.model.tree import Tree, first_to_look_at, grow, stand_in_times
from itk.renderers import files, palette
from itk.renderers.layout.cast import Cast
from itk.renderers.layout.moments import ITK, Opening, has_end, is_answer, opening
from itk.renderers.layout.pills import pills_of
from itk.renderers.layout.story import wait_ns
from itk.renderers.text import one_line
from itk.renderers.viewer import ghosts, summary
from itk.renderers.viewer.columns import Words, deltas, ranges, sparse
from itk.renderers.viewer.critical import critical_path
from itk.renderers.viewer.folds import attempts, loops
from itk.renderers.words import cited_by_failures

VERSION = 2  # 1 was the page data of the viewer before this one
STRETCHES_MAX = 5_000
MARKS_MAX = 20_000
NAMED_MAX = 2_000
ID_DIGITS = 16
STATUSES: tuple[SpanStatus, ...] = get_args(SpanStatus)
TIERS: tuple[Tier, ...] = get_args(Tier)
OPENINGS: tuple[Opening, ...] = get_args(Opening)
COARSE_NS, FINE_NS = 1_000_000, 1_000


class Frame(msgspec.Struct, frozen=True):
    """What all columns are built from: the spans in depth-first order, and the clock of the page."""

    result: RunResult
    tree: Tree
    order: tuple[int, ...]
    place: tuple[int, ...]  # of each span of the trace, in `order`
    times: tuple[list[int], list[int]]  # starts and ends, Unix ns, with stand-ins where nobody said
    starts: list[int]  # the same by place
    ends: list[int]
    origin_ns: int
    unit_ns: int

    def units(self, ns: int) -> int:
        """A time of the run in units of the page."""
        return self.length(ns - self.origin_ns)

    def length(self, ns: int) -> int:
        return (ns + self.unit_ns // 2) // self.unit_ns


def frame(result: RunResult) -> Frame:
    tree = grow(result.trace)
    return framed(result, tree, stand_in_times(result.trace, tree))


def framed(result: RunResult, tree: Tree, times: tuple[list[int], list[int]]) -> Frame:
    """`times`: starts and ends by span of the trace, Unix ns."""
    starts, ends = times
    place = [0] * len(tree.order)
    for n, at in enumerate(tree.order):
        place[at] = n
    origin = min(starts, default=0)
    unit = COARSE_NS if all((ns - origin) % COARSE_NS == 0 for each in times for ns in each) else FINE_NS
    return Frame(
        result,
        tree,
        tree.order,
        tuple(place),
        times,
        [starts[at] for at in tree.order],
        [ends[at] for at in tree.order],
        origin,
        unit,
    )


def index(at: Frame, judged: Frame | None = None) -> dict[str, Any]:
    """Everything but the chunks. `judged` is the run that all is said of, where more is drawn than that run."""
    words, cast = Words(), Cast()
    spans = _spans(at, words, cast)
    known = {span.span_id: at.place[n] for n, span in reversed(list(enumerate(at.result.trace.spans)))}
    drawn, at = at, judged or at
    result, trace = at.result, at.result.trace
    missed = ghosts.ghosts(result, at.tree, cast)
    first = first_to_look_at(trace, cited_by_failures(result), at.tree)
    stretches = sorted(critical_path(at.tree, *at.times), key=lambda s: s.t0 - s.t1)
    repeated = loops(trace, at.tree)
    kept = sorted(stretches[:STRETCHES_MAX], key=lambda s: s.t0)
    return {
        "v": VERSION,
        "run": summary.summary(result),
        "origin_ns": str(at.origin_ns),
        "unit_ns": at.unit_ns,
        "first": None if first is None else at.place[first],
        "components": _components(cast),
        "spans": spans,
        "words": words.texts,
        "marks": _marks(drawn),
        "attempts": [[at.place[n] for n in group] for group in attempts(trace, at.tree)],
        "loops": {
            "first": [at.place[loop.first] for loop in repeated],
            "period": [loop.period for loop in repeated],
            "times": [loop.times for loop in repeated],
        },
        "critical": {
            "span": deltas(at.place[s.span] for s in kept),
            "from": deltas(at.units(s.t0) for s in kept),
            "to": [at.units(s.t1) - at.units(s.t0) for s in kept],
            "left_out": len(stretches) - len(kept),
        },
        "links": _links(drawn, known),
        "checks": [{**summary.check(check), **_rests_on(check, known)} for check in result.checks],
        "ghosts": [ghosts.form(ghost, at.place) for ghost in missed],
        "gaps": ghosts.gaps(trace, at.place, words),
    }


def _rests_on(check: CheckVerdict, known: dict[str, int]) -> dict[str, Any]:
    """Spans that a check cites, and those that it came close to with what keeps each from being the one."""
    near = [[known[near.span_id], one_line(near.differs)] for near in check.nearest if near.span_id in known]
    spans = ranges(known[cited] for cited in check.span_ids if cited in known)
    return {"spans": spans, **({"nearest": near} if near else {})}


def _spans(at: Frame, words: Words, cast: Cast) -> dict[str, Any]:
    """One list a field, each as long as there are spans; fields of few spans are `sparse`."""
    trace, nodes = at.result.trace, at.tree.nodes
    spans = [trace.spans[n] for n in at.order]
    stems = files.stems(trace.spans)
    began = [opening(trace, nodes[n], trace.spans[n]) for n in at.order]
    ended = [_closing(at, n) for n in at.order]
    by: list[int] = []
    component: list[int] = []
    for span, (_, caller) in zip(spans, began, strict=True):
        by.append(-1 if caller is None else cast.of(caller))
        component.append(cast.of(span.component))
    parents = [nodes[n].parent for n in at.order]
    parent = [0 if p is None else n - at.place[p] for n, p in enumerate(parents)]
    waits = [_wait(at, n, kind) for n, (kind, _) in zip(at.order, began, strict=True)]
    return {
        "n": len(spans),
        "id": _ids([stems[n] for n in at.order]),
        "parent": parent,
        "start": deltas(at.units(ns) for ns in at.starts),
        "length": [at.units(end) - at.units(start) for start, end in zip(at.starts, at.ends, strict=True)],
        "no_start": ranges(n for n, span in enumerate(spans) if span.start_ns is None),
        "no_end": ranges(n for n, span in enumerate(spans) if span.end_ns is None),
        "reported": sparse([_reported(at, n, span) for n, span in enumerate(spans)]),
        "opening": [OPENINGS.index(kind) for kind, _ in began],
        "closing": ended,
        # Who called is the parent's component, but for the first span of a run: that was ITK.
        "caller": sparse([by[n] if p is None and by[n] >= 0 else None for n, p in enumerate(parents)]),
        "component": component,
        "operation": [words.of(one_line(span.operation or span.name) or "(no name)") for span in spans],
        "name": sparse([words.of(_other_name(span)) for span in spans], 0),
        "status": [STATUSES.index(span.status) for span in spans],
        "error": sparse([words.of("" if span.error is None else one_line(span.error.type)) for span in spans], 0),
        "tier": [0 if span.join is None else 1 + TIERS.index(span.join.tier) for span in spans],
        "rule": [words.of("" if span.join is None else one_line(span.join.rule)) for span in spans],
        "attempt": sparse([None if span.attempt is None else span.attempt.n for span in spans]),
        "wait": sparse(waits),
        "badges": sparse([_badges(span, words) for span in spans], []),
        "tokens": sparse([_tokens(span.usage) for span in spans]),
    }


def _closing(at: Frame, n: int) -> int:
    """0: no end to tell of, 1: an answer, 2: an end that nobody waits for."""
    trace, node = at.result.trace, at.tree.nodes[n]
    if not has_end(trace, node, trace.spans[n]):
        return 0
    return 1 if is_answer(trace, node, trace.spans[n]) else 2


def _ids(stems: list[str]) -> list[str] | str:
    """The ids as they are; of very many, their bytes in base64, which is what random digits compress to."""
    if len(stems) <= NAMED_MAX or any(len(stem) != ID_DIGITS for stem in stems):
        return stems
    return b64encode(bytes.fromhex("".join(stems))).decode()


def _other_name(span: Span) -> str:
    """The name, where it says more than the operation and the component do."""
    name = one_line(span.name)
    return "" if not span.operation or name in (span.operation, f"{span.operation} {span.component.name}") else name


def _reported(at: Frame, n: int, span: Span) -> int | None:
    """The duration that was reported, where it is another than the time between start and end."""
    if span.duration_ms is None:
        return None
    said = round(span.duration_ms * 1_000_000 / at.unit_ns)
    return None if said == at.units(at.ends[n]) - at.units(at.starts[n]) else said


def _wait(at: Frame, n: int, kind: Opening) -> int | None:
    spans, parent = at.result.trace.spans, at.tree.nodes[n].parent
    if kind != "deliver" or parent is None:
        return None
    waited = wait_ns(spans[parent], spans[n])
    return None if waited is None else at.length(waited)


def _badges(span: Span, words: Words) -> list[Any]:
    """Kind and text of each badge, one after the other."""
    return [part for kind, text in pills_of(span) for part in (words.of(kind), words.of(text))]


def _tokens(usage: Usage | None) -> list[int] | None:
    """Input and output tokens; -1 where nobody said; only where they are this span's to count."""
    if usage is None or not usage.counted or (usage.input_tokens is None and usage.output_tokens is None):
        return None
    return [-1 if n is None else n for n in (usage.input_tokens, usage.output_tokens)]


def _components(cast: Cast) -> list[dict[str, Any]]:
    """Participants in the order of their first appearance. `ghost`: never seen, only missed."""
    members = [member.component for member in cast.members]
    colours = palette.assign(members)
    return [
        {
            "type": member.component.type,
            "name": member.label,
            "id": one_line(member.component.id),
            "hue": colours[member.component.label].hue,
            "tone": colours[member.component.label].tone,
            **({"ghost": True} if member.ghost else {}),
            **({"itk": True} if _is_itk(member.component) else {}),
        }
        for member in cast.members
    ]


def _is_itk(component: Component) -> bool:
    return (component.type, component.name) == (ITK.type, ITK.name)


def _marks(at: Frame) -> dict[str, Any]:
    """Log lines and other events on the time scale; of very many, only warnings and errors."""
    found: list[tuple[int, int, int]] = []
    spans = at.result.trace.spans
    everything = sum(len(span.events) for span in spans) <= MARKS_MAX
    for place, n in enumerate(at.order):
        for event in spans[n].events:
            level = _level(event.level)
            if everything or level:
                found.append((place, at.units(event.time_ns), level))
    return {
        "span": deltas(place for place, _, _ in found),
        "time": deltas(time for _, time, _ in found),
        "level": [level for _, _, level in found],
        "everything": everything,
    }


def _level(level: str | None) -> int:
    """0 plain, 1 warning, 2 error."""
    word = (level or "").upper()
    return 2 if word in ("ERROR", "CRITICAL", "FATAL") else 1 if word in ("WARNING", "WARN") else 0


def _links(at: Frame, known: dict[str, int]) -> dict[str, Any]:
    """Relations within the run that are not parenthood: from a span to another, and of what kind."""
    found = [
        (place, known[link.span_id], link.reason)
        for place, n in enumerate(at.order)
        for link in at.result.trace.spans[n].links
        if link.span_id in known
    ]
    return {
        "from": deltas(place for place, _, _ in found),
        "to": [to for _, to, _ in found],
        "reason": [reason for _, _, reason in found],
    }
