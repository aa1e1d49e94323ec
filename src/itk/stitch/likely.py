"""Parents that no id proves, guessed from time: within one run only, drawn dashed, and deciding nothing.

| what time says                                  | what is drawn                                                  |
|-------------------------------------------------|----------------------------------------------------------------|
| delays of earlier runs, calibrated              | the likeliest parent, if 99 % of such guesses were right       |
| delays of earlier runs, too few to calibrate    | the likeliest, if it explains the times 99 times better than   |
|                                                 | the runner-up; its confidence is said to be unknown            |
| no earlier run shows such a call                | the innermost work that encloses it and waited; never ITK's    |
|                                                 | own call, which encloses everything                            |
| nothing, but the call graph knows its callers   | the only one of them in the run                                |
| anything else                                   | nothing: the span stays unresolved, and says why               |
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

from msgspec.structs import replace

from itk.model.run import EventSource
from itk.model.trace import Inference, Join, Span, Trace
from itk.stitch.inference import CallGraph, Delays, Edge, Guess, Signature, Work, available, infer, learn
from itk.stitch.tree import depth_first

PROVEN = ("exact", "structural")
_CLEAR = math.log(99)  # the least margin of a guess that nobody could calibrate
_EXTRA = "install ITK with its extra `inference` to have it guessed from time"


def can_guess() -> bool:
    """Whether what guessing needs is installed."""
    return available()


def has_open_links(trace: Trace) -> bool:
    """Whether there is anything to guess."""
    return any(span.join is not None and span.join.tier == "unresolved" for span in trace.spans)


def delays_of_runs(traces: Iterable[Trace]) -> Delays:
    """How long calls took in earlier runs, from those whose every link is proven."""
    exact = (trace for trace in traces if all(s.join is None or s.join.tier in PROVEN for s in trace.spans))
    works = [work for trace in exact for work in _works(trace)]
    return learn(works, loads=()) if works and can_guess() else Delays()  # the run of every span is known


def graph_of(event_sources: Sequence[EventSource]) -> CallGraph:
    """Who takes messages from which queue, as Lambda's event source mappings say."""
    return CallGraph(
        tuple(
            Edge(Signature(f"queue:{source.queue}"), Signature(f"lambda:{source.function}"), asynchronous=True)
            for source in event_sources
        )
    )


def with_likely_parents(trace: Trace, graph: CallGraph, delays: Delays) -> Trace:
    """The same trace, its unresolved spans under their likely parents where time can tell.

    Where time cannot, and where numpy and scipy are not installed, a span stays unresolved and says why.
    """
    unresolved = {span.span_id: span for span in trace.spans if span.join and span.join.tier == "unresolved"}
    if not unresolved:
        return trace
    if not can_guess():
        return replace(trace, spans=tuple(_explained(s, _EXTRA) if s.span_id in unresolved else s for s in trace.spans))
    names = {_name(trace, span.span_id): span.span_id for span in trace.spans}
    guesses = {names[guess.child]: guess for guess in infer(_works(trace), graph, delays)}
    spans = {span.span_id: span for span in trace.spans}
    for span_id, span in unresolved.items():
        guess = guesses.get(span_id)
        parent = spans[names[guess.parent]] if guess is not None and guess.parent is not None else None
        doubt = _doubt(guess, parent, span_id, spans)
        if doubt or guess is None or parent is None:
            spans[span_id] = _explained(span, doubt)
        else:
            join = _join(guess, span, parent, names)
            spans[span_id] = replace(span, parent_span_id=parent.span_id, join=join)
    return replace(trace, spans=depth_first(spans.values()))


def _works(trace: Trace) -> list[Work]:
    """The spans of a run that have times; ids are unique over many runs."""
    works = []
    for span in trace.spans:
        if span.start_ns is None or span.end_ns is None:
            continue
        proven = span.join is not None and span.join.tier in PROVEN and span.parent_span_id is not None
        works.append(
            Work(
                id=_name(trace, span.span_id),
                component=span.component.label,
                operation=span.operation,
                kind=span.kind,
                start_ns=span.start_ns,
                end_ns=span.end_ns,
                run=trace.run_id,
                parent=_name(trace, span.parent_span_id) if proven and span.parent_span_id else None,
                root=span.parent_span_id is None,
            )
        )
    return works


def _name(trace: Trace, span_id: str) -> str:
    return f"{trace.trace_id}/{span_id}"


def _doubt(guess: Guess | None, parent: Span | None, span_id: str, spans: Mapping[str, Span]) -> str:
    """Why a guess is not drawn; empty where it is."""
    if guess is None:
        return "its times are not known, so that nothing can be guessed from them"
    if parent is None:
        return f"time does not tell either: {guess.why}"
    if _is_below(spans, parent.span_id, span_id):
        return f"time does not tell either: its likeliest caller, {parent.component.label}, is work of its own"
    if guess.probability is not None:
        right = f"{math.floor(guess.probability * 100)} %"  # never rounded up to what would have been enough
        return "" if guess.accepted() else f"the likeliest of {guess.candidates} callers is right in {right} of replays"
    if guess.expected_ns is not None:
        clear = guess.margin is None or guess.margin >= _CLEAR
        return "" if clear else f"time does not tell either: two of {guess.candidates} callers fit nearly as well"
    if not _encloses(parent, spans[span_id]):
        return ""  # the only caller of its run that the call graph knows
    if parent.parent_span_id is None or parent.kind == "PRODUCER":
        return f"time does not tell either: nothing but {parent.component.label} encloses it"
    return ""


def _encloses(outer: Span, inner: Span) -> bool:
    times = (outer.start_ns, inner.start_ns, inner.end_ns, outer.end_ns)
    known = [time for time in times if time is not None]
    return len(known) == len(times) and known == sorted(known)


def _is_below(spans: Mapping[str, Span], span_id: str, top: str) -> bool:
    """Whether a span hangs under `top`, by links that are proven or were guessed before."""
    at: str | None = span_id
    for _ in spans:
        if at is None or at == top:
            break
        at = spans[at].parent_span_id if at in spans else None
    return at == top


def _explained(span: Span, why: str) -> Span:
    assert span.join is not None
    return replace(span, join=replace(span.join, detail=f"{span.join.detail}; {why}" if span.join.detail else why))


def _join(guess: Guess, span: Span, parent: Span, names: dict[str, str]) -> Join:
    learned = guess.expected_ns is not None
    return Join(
        tier="inferred",
        rule="delays" if learned else "enclosing_interval" if _encloses(parent, span) else "only_caller",
        detail=guess.why,
        inference=Inference(
            confidence=guess.probability,
            candidates=guess.candidates,
            gap_ms=None if guess.gap_ns is None else guess.gap_ns / 1e6,
            expected_ms=None if guess.expected_ns is None else (guess.expected_ns[0] / 1e6, guess.expected_ns[1] / 1e6),
            runner_up=names.get(guess.runner_up or "", ""),
            margin=guess.margin,
            clock_offset_ms=guess.clock_offset_ns / 1e6 if guess.clock_offset_ns else None,
            would_be_exact=would_be_exact(span, parent),
        ),
    )


def would_be_exact(span: Span, parent: Span) -> str:
    """What somebody would have to log so that the link needs no guess."""
    who = parent.component.label
    if span.component.type == "lambda" and span.kind == "CONSUMER":
        return f"would be exact if {span.component.label} logged the messageId that it received"
    if span.component.type == "lambda":
        return f"would be exact if {who} logged the RequestId of the invocation"
    if span.component.type == "agent":
        return f"would be exact if {who} logged the request id of InvokeAgent"
    if span.component.type == "state_machine":
        return f"would be exact if {who} logged the execution ARN"
    return f"would be exact if {who} logged its RequestId beside {span.name}"
