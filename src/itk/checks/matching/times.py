"""After and before, by told times alone: True, False, or None where a time is unknown, or too coarse to tell.

Times are told in steps: what is told as 10 ms may be as late as 11 ms. So an end and an equal start have no order.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence

from itk.model.trace import Span

_Best = tuple[
    tuple[int, str], ...
]  # two times, each with its span's id: one of them may be the span that is asked about


class Times:
    """When some spans were, so kept that a hundred thousand others can be held against them."""

    def __init__(self, spans: Sequence[Span]) -> None:
        ends = [(span.end_ns, _step_of(span), span.span_id) for span in spans if span.end_ns is not None]
        starts = [(span.start_ns, _step_of(span), span.span_id) for span in spans if span.start_ns is not None]
        self._ids = {span.span_id for span in spans}
        self._first_end = _least((ns, span_id) for ns, _, span_id in ends)
        self._first_sure_end = _least((ns + step, span_id) for ns, step, span_id in ends)
        self._last_start = _least((-ns, span_id) for ns, _, span_id in starts)
        self._last_sure_start = _least((-ns - step, span_id) for ns, step, span_id in starts)
        self._without_end = self._ids - {span_id for *_, span_id in ends}
        self._without_start = self._ids - {span_id for *_, span_id in starts}

    def one_ended_before(self, span: Span) -> bool | None:
        """Had one of them ended when `span` started?"""
        if span.start_ns is None:
            return None if self._ids - {span.span_id} else False
        sure_end = _but(self._first_sure_end, span)
        if sure_end is not None and sure_end <= span.start_ns:
            return True
        end = _but(self._first_end, span)
        late = end is None or end >= span.start_ns + _step_of(span)
        return False if late and not self._without_end - {span.span_id} else None

    def one_started_after(self, span: Span) -> bool | None:
        """Had `span` ended when one of them started?"""
        if span.end_ns is None:
            return None if self._ids - {span.span_id} else False
        start = _but(self._last_start, span)
        if start is not None and -start >= span.end_ns + _step_of(span):
            return True
        sure_start = _but(self._last_sure_start, span)
        early = sure_start is None or -sure_start <= span.end_ns
        return False if early and not self._without_start - {span.span_id} else None


def _least(times: Iterable[tuple[int, str]]) -> _Best:
    least: dict[str, int] = {}
    for ns, span_id in times:
        least[span_id] = min(ns, least.get(span_id, ns))
    return tuple(heapq.nsmallest(2, ((ns, span_id) for span_id, ns in least.items())))


def _but(best: _Best, span: Span) -> int | None:
    return next((ns for ns, span_id in best if span_id != span.span_id), None)


def _step_of(span: Span) -> int:
    return max(span.time_precision_ns or 1, 1)
