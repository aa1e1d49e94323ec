"""What a run spends: time, tokens, retries, throttles, cold starts; each with the spans that spent most."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from itk.checks._answers import took_part
from itk.checks._measures import last_to_end, total_ms
from itk.checks.matching.bounds import Measured
from itk.checks.matching.relations import proven_parents
from itk.model.trace import Span, Trace
from itk.model.wording import counted

Spenders = tuple[tuple[Span, str], ...]  # a span, and what it spent, in words


class Expense(msgspec.Struct, frozen=True, kw_only=True):
    """Something that a budget may bound."""

    unit: str  # said behind its number
    one: str = ""  # the same behind 1, where that is another word
    measure: Callable[[Trace], tuple[Measured, Spenders]]
    time: bool = False


def _e2e(trace: Trace) -> tuple[Measured, Spenders]:
    total = total_ms(trace)
    if total is None:
        return Measured(low=None, untold="no span with an end was seen"), ()
    return Measured(low=total), tuple((span, "ended last") for span in last_to_end(trace))


def _tokens(trace: Trace) -> tuple[Measured, Spenders]:
    used = {span.span_id: _sum(span) for span in trace.spans if span.usage is not None and span.usage.counted}
    known = {span_id: tokens for span_id, tokens in used.items() if tokens is not None}
    silent = _silent_models(trace)
    partly = [span for span in trace.spans if span.span_id in used and _partly(span)]
    if not known:
        return Measured(low=None, untold="nobody told of tokens"), tuple((s, "told of no tokens") for s in silent)
    untold = [f"{counted(len(silent), 'call')} of models told of no tokens"] if silent else []
    untold += [f"{counted(len(partly), 'span')} told of input or output alone"] if partly else []
    spenders = sorted((span for span in trace.spans if span.span_id in known), key=lambda span: -known[span.span_id])
    said = tuple((span, f"used {counted(known[span.span_id], 'token')}") for span in spenders)
    return (
        Measured(low=sum(known.values()), untold="; ".join(untold)),
        (*((span, "told of no tokens") for span in silent), *said),
    )


def _sum(span: Span) -> int | None:
    """Input and output. Those of caches are not added: some services count them within the input, some apart."""
    said = [] if span.usage is None else [span.usage.input_tokens, span.usage.output_tokens]
    known = [tokens for tokens in said if tokens is not None]
    return sum(known) if known else None


def _partly(span: Span) -> bool:
    return span.usage is not None and (span.usage.input_tokens is None) != (span.usage.output_tokens is None)


def _silent_models(trace: Trace) -> tuple[Span, ...]:
    """Calls of models without tokens, unless a span above holds the sum of what is below it."""
    parents = proven_parents(trace)

    def has_sum_above(at: int) -> bool:
        here, seen = parents[at], {at}
        while here is not None and here not in seen:
            usage = trace.spans[here].usage
            if usage is not None and usage.counted:
                return True
            seen.add(here)
            here = parents[here]
        return False

    return tuple(
        span
        for at, span in enumerate(trace.spans)
        if span.component.type == "model" and (span.usage is None or _sum(span) is None) and not has_sum_above(at)
    )


def _retries(trace: Trace) -> tuple[Measured, Spenders]:
    again = [span for span in trace.spans if span.is_again]
    return Measured(low=len(again)), tuple((span, f"is attempt {span.attempt.n}") for span in again if span.attempt)


def _throttles(trace: Trace) -> tuple[Measured, Spenders]:
    refused = tuple((span, "was throttled") for span in trace.spans if span.status == "throttled")
    return Measured(low=len(refused)), refused


def _cold_starts(trace: Trace) -> tuple[Measured, Spenders]:
    functions = [span for span in took_part(trace) if span.component.type == "lambda"]
    invocations = [span for span in functions if span.faas is not None]
    reported = {span.component.label for span in invocations}
    silent = {span.component.label: span for span in functions if span.component.label not in reported}
    silent |= {span.span_id: span for span in invocations if span.faas and span.faas.cold_start is None}
    told = [span for span in invocations if span.faas and span.faas.cold_start is not None]
    cold = tuple((span, "was a cold start") for span in invocations if span.faas and span.faas.cold_start)
    unsaid = tuple((span, "nobody told whether it was a cold start") for span in silent.values())
    if not told:
        untold = "nobody told of cold starts" if functions else "no invocation was seen"
        return Measured(low=None, untold=untold), unsaid
    untold = f"not told of {counted(len(unsaid), 'invocation')}" if unsaid else ""
    return Measured(low=len(cold), untold=untold), (*cold, *unsaid)


EXPENSES = {
    "e2e": Expense(unit="ms end to end", measure=_e2e, time=True),
    "tokens": Expense(unit="tokens", one="token", measure=_tokens),
    "retries": Expense(unit="retries", one="retry", measure=_retries),
    "throttles": Expense(unit="throttles", one="throttle", measure=_throttles),
    "cold_starts": Expense(unit="cold starts", one="cold start", measure=_cold_starts),
}
