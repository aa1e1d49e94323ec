"""A finished run -> what a suite says of it. Everything here comes from the redacted run alone."""

from __future__ import annotations

import re

from itk.compare.path import path_of
from itk.compare.signature import sign
from itk.compare.volatile import Volatile
from itk.model.run import CheckVerdict, RedactedRun, RunResult
from itk.model.suite import CaseRow, JudgedCheck, Try
from itk.model.trace import Span, Trace
from itk.renderers import words
from itk.workflows.suite.drawing import drawn

SIGNATURE_MAX = 160  # characters
_FAILED = ("failed", "error")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*", re.ASCII)


def row_of(run: RedactedRun, *, group: str, tries: tuple[Try, ...]) -> CaseRow:
    """The row of a case whose last try is `run`. `tries` are all of them, this one last."""
    result = run.result
    volatile = _volatile(result.trace)
    lanes, bars = drawn(result)
    used = words.tokens(result.trace)
    told = [n for n in (used.input_tokens, used.output_tokens) if n is not None]
    return CaseRow(
        id=result.case.id,
        name=result.case.name,
        path=result.case.path,
        group=group,
        tags=result.case.tags,
        status=result.status,
        flaky=result.status in ("passed", "warning") and len(tries) > 1,
        reasons=result.reasons,
        tries=tries,
        checks_passed=sum(check.status == "passed" for check in result.checks),
        checks=len(result.checks),
        judged=tuple(_judged(n, check) for n, check in enumerate(result.checks) if check.status != "passed"),
        signature=signature(result, volatile),
        duration_ms=_duration_ms(result),
        spans=len(result.trace.spans),
        retries=sum(span.is_again for span in result.trace.spans),
        throttles=sum(span.status == "throttled" for span in result.trace.spans),
        tokens=sum(told) if told else None,
        path_signature=path_of(sign(result.trace, volatile)).digest if result.trace.spans else "",
        lanes=lanes,
        bars=bars,
    )


def try_of(run: RedactedRun, directory: str) -> Try:
    result = run.result
    return Try(
        run_id=result.run_id,
        directory=directory,
        status=result.status,
        reasons=result.reasons,
        started_ns=result.started_ns,
        ended_ns=result.ended_ns,
    )


def signature(result: RunResult, volatile: Volatile) -> str:
    """What failed, without ids and numbers: the first failing check, and the error behind it.

    Of a run that failed by no check, its first reason. Empty for one that passed.
    """
    if result.status in ("passed", "warning"):
        return ""
    check = next((check for check in result.checks if check.status in _FAILED), None)
    if check is None:
        return masked(result.reasons[0] if result.reasons else result.status, volatile)
    why = _error_type(check, result.trace.spans) or masked(check.message, volatile)
    return masked(f"{check.title or check.name}: {why}", volatile)


def masked(text: str, volatile: Volatile) -> str:
    """A text in which ids, times and numbers are placeholders, so that two failures of one kind read the same."""
    plain = _NUMBER.sub("#", volatile.text(" ".join(text.split())).template)
    return plain if len(plain) <= SIGNATURE_MAX else f"{plain[: SIGNATURE_MAX - 1]}…"


def _error_type(check: CheckVerdict, spans: tuple[Span, ...]) -> str:
    """Of the spans that the check rests on, else of the first one that failed at all."""
    named = set(check.span_ids)
    failed = [span for span in spans if span.error is not None]
    first = next((span for span in failed if span.span_id in named), failed[0] if failed else None)
    return first.error.type if first is not None and first.error is not None else ""


def _judged(index: int, check: CheckVerdict) -> JudgedCheck:
    return JudgedCheck(
        index=index,
        name=check.name,
        title=check.title,
        status=check.status,
        message=check.message,
        expected=check.expected,
        actual=check.actual,
        nearest=check.nearest,
        span_id=check.span_ids[0] if check.span_ids else "",
        path=check.where.path if check.where is not None else "",
        line=check.where.line if check.where is not None else 0,
        column=check.where.column if check.where is not None else 0,
    )


def _duration_ms(result: RunResult) -> float | None:
    """From sending to the last end that was seen."""
    ends = [span.end_ns for span in result.trace.spans if span.end_ns is not None]
    if not ends or result.receipt is None:
        return None
    return max(0.0, (max(ends) - result.receipt.sent_ns) / 1e6)


def _volatile(trace: Trace) -> Volatile:
    ids = {value: kind for span in trace.spans for kind, value in span.ids.items() if len(value) >= 8}
    times = [ns for span in trace.spans for ns in (span.start_ns, span.end_ns) if ns is not None]
    return Volatile(ids, run_id=trace.run_id, near=(min(times), max(times)) if times else None)
