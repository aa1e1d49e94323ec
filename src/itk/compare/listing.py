"""What differs between two runs as a list that needs neither run beside it: by names instead of indexes."""

from __future__ import annotations

from collections.abc import Iterator

from itk.compare.noting import where
from itk.model.comparison import Comparison
from itk.model.regression import Differing
from itk.model.run import RedactedRun


def listed(comparison: Comparison, before: RedactedRun, after: RedactedRun) -> Iterator[Differing]:
    """Every place that is not the same, in the order of the common diagram."""
    spans_a, spans_b = before.result.trace.spans, after.result.trace.spans
    spans = [spans_b[pair.b] if pair.b is not None else spans_a[pair.a or 0] for pair in comparison.pairs]
    for pair, span in zip(comparison.pairs, spans, strict=True):
        if pair.kind != "same":
            yield Differing(
                kind=pair.kind,
                again=pair.again,
                component=span.component.label,
                operation=span.operation or span.name,
                under="" if pair.parent is None else where(spans[pair.parent]),
                a="" if pair.a is None else spans_a[pair.a].span_id,
                b="" if pair.b is None else spans_b[pair.b].span_id,
                changes=pair.changes,
                more=pair.more,
                latency=pair.latency,
                wait=pair.wait,
            )
