"""Parents that no id proves, guessed from time: within one run only, drawn dashed, and deciding nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from itk.model.run import EventSource
from itk.model.trace import Inference, Join, Span, Trace
from itk.stitch.inference import CallGraph, Delays, Edge, Guess, Signature, Work, available, infer, learn
from itk.stitch.tree import depth_first

PROVEN = ("exact", "structural")
_EXTRA = "install ITK with its extra `inference` to have it guessed from time"


def delays_of_runs(traces: Iterable[Trace]) -> Delays:
    """How long calls took in earlier runs, from those whose every link is proven."""
    exact = (trace for trace in traces if all(s.join is None or s.join.tier in PROVEN for s in trace.spans))
    works = [work for trace in exact for work in _works(trace)]
    return learn(works, loads=()) if works and available() else Delays()  # the run of every span is known


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
    if not available():
        return replace(trace, spans=tuple(_explained(s, _EXTRA) if s.span_id in unresolved else s for s in trace.spans))
    names = {_name(trace, span): span.span_id for span in trace.spans}
    guesses = {names[guess.child]: guess for guess in infer(_works(trace), graph, delays)}
    spans = {span.span_id: span for span in trace.spans}
    for span_id, span in unresolved.items():
        guess = guesses.get(span_id)
        if guess is None:
            spans[span_id] = _explained(span, "its times are not known, so that nothing can be guessed from them")
        elif guess.parent is None or not _holds(guess):
            spans[span_id] = _explained(span, _doubt(guess))
        else:
            parent = spans[names[guess.parent]]
            join = _join(guess, span, parent, names)
            spans[span_id] = replace(span, parent_span_id=parent.span_id, join=join)
    return replace(trace, spans=depth_first(spans.values()))


def _works(trace: Trace) -> list[Work]:
    """The spans of a run that have times; ids are unique over many runs."""
    root = next(span.span_id for span in trace.spans if span.parent_span_id is None)
    known = {span.span_id: span for span in trace.spans}
    works = []
    for span in trace.spans:
        if span.start_ns is None or span.end_ns is None:
            continue
        proven = span.join is not None and span.join.tier in PROVEN and span.parent_span_id is not None
        works.append(
            Work(
                id=_name(trace, span),
                component=span.component.label,
                operation=span.operation,
                kind=span.kind,
                start_ns=span.start_ns,
                end_ns=span.end_ns,
                run=trace.run_id,
                parent=_name(trace, known[span.parent_span_id]) if proven and span.parent_span_id else None,
                root=span.span_id == root,
            )
        )
    return works


def _name(trace: Trace, span: Span) -> str:
    return f"{trace.trace_id}/{span.span_id}"


def _holds(guess: Guess) -> bool:
    """Calibrated guesses must be nearly sure; uncalibrated ones are shown, and say that nobody measured them."""
    return guess.probability is None or guess.accepted()


def _doubt(guess: Guess) -> str:
    if guess.probability is not None:
        return f"the likeliest of {guess.candidates} callers is right in {guess.probability:.0%} of earlier runs only"
    return f"time does not tell either: {guess.why}"


def _explained(span: Span, why: str) -> Span:
    assert span.join is not None
    return replace(span, join=replace(span.join, detail=f"{span.join.detail}; {why}" if span.join.detail else why))


def _join(guess: Guess, span: Span, parent: Span, names: dict[str, str]) -> Join:
    learned = guess.expected_ns is not None
    return Join(
        tier="inferred",
        rule="delays" if learned else "enclosing_interval",
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
