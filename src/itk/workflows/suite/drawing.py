"""The small drawing of a case: its most telling spans as bars on the lanes of their components."""

from __future__ import annotations

from itk.model.run import RunResult
from itk.model.suite import Bar
from itk.model.trace import Span

BARS_MAX = 40
_FULL = 1000  # thousandths of the run
_BAD = ("error", "timeout", "blocked", "throttled")


def drawn(result: RunResult) -> tuple[tuple[str, ...], tuple[Bar, ...]]:
    """Labels of the lanes in order of appearance, and at most `BARS_MAX` bars in order of their start.

    Of more spans those are kept that failed or were tried again, then the longest.
    """
    timed = [(span, span.start_ns) for span in result.trace.spans if span.start_ns is not None]
    if not timed:
        return (), ()
    first = min(start for _, start in timed)
    last = max(max(span.end_ns or start, start) for span, start in timed)
    length = max(1, last - first)
    kept = sorted(sorted(timed, key=lambda each: _rank(each[0]))[:BARS_MAX], key=lambda each: each[1])
    lanes = {label: n for n, label in enumerate(dict.fromkeys(span.component.label for span, _ in kept))}
    bars = []
    for span, start_ns in kept:
        start = min(_FULL - 1, (start_ns - first) * _FULL // length)
        end_ns = last if span.end_ns is None else max(span.end_ns, start_ns)
        width = max(1, min(_FULL - start, -(-(end_ns - start_ns) * _FULL // length)))
        bars.append(Bar(lane=lanes[span.component.label], start=start, width=width, status=_status(span)))
    return tuple(lanes), tuple(bars)


def _rank(span: Span) -> tuple[int, int]:
    length = (span.end_ns or 0) - (span.start_ns or 0) if span.end_ns is not None else 0
    return (0 if _status(span) != "ok" else 1, -length)


def _status(span: Span) -> str:
    if span.status in _BAD:
        return "error"
    if span.status == "incomplete" or (span.end_ns is None and span.status == "unknown"):
        return "open"
    return "again" if span.is_again else "ok"
