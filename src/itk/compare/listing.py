"""What differs between two runs as a list that needs neither run beside it: by names instead of indexes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from itk.compare.noting import where
from itk.model.comparison import Change, Comparison
from itk.model.regression import Differing
from itk.model.run import RedactedRun

VALUE_MAX = 2_000  # characters of a value


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
                changes=tuple(map(_short, pair.changes)),
                more=pair.more,
                latency=pair.latency,
                wait=pair.wait,
            )


def _short(change: Change) -> Change:
    return msgspec.structs.replace(change, before=_begin(change.before), after=_begin(change.after))


def _begin(value: Any) -> Any:
    return f"{value[:VALUE_MAX]}…" if isinstance(value, str) and len(value) > VALUE_MAX else value
