"""How sure we are of each link, in words: the same in the report, the pages, the diagram and the exports."""

from __future__ import annotations

import math
from collections import Counter

from itk.model.trace import Inference, Join, Span, Tier, Trace
from itk.model.wording import counted
from itk.renderers import units
from itk.renderers.text import one_line

MEANINGS: dict[Tier, str] = {
    "exact": "placed by ids that both sides wrote",
    "structural": "placed by order or brackets that allow nothing else",
    "inferred": "the likeliest parent, not proven; drawn with dashes; decides no check",
    "unresolved": "who called is not known; drawn with dots",
}
UNCALIBRATED = "uncalibrated"
AS_RECORDED = "times are shown as recorded"


def tiers(trace: Trace) -> tuple[tuple[Tier, int, str], ...]:
    """Tier, how many spans hang by it, and what it means. Zeros too."""
    seen = Counter(span.join.tier for span in trace.spans if span.join is not None)
    return tuple((tier, seen[tier], meaning) for tier, meaning in MEANINGS.items())


def number(join: Join) -> float | None:
    """Confidence from 0 to 1: 1 where ids prove the link, calibrated where it was inferred; None: nobody measured."""
    if join.tier == "exact":
        return 1.0
    return join.inference.confidence if join.tier == "inferred" and join.inference is not None else None


def badge(join: Join) -> str:
    """`inferred 0.97` for a small label; empty where there is no doubt to show."""
    if join.tier != "inferred":
        return ""
    sure = number(join)
    return "inferred" if sure is None else f"inferred {_figures(sure)}"


def why(span: Span) -> str:
    """Why a link that is not proven was drawn all the same; empty where it is proven."""
    join = span.join
    if join is None or join.tier in ("exact", "structural"):
        return ""
    if join.tier == "unresolved":
        said = ["who called is not proven", *(_reasons(join.inference) if join.inference else ())]
    else:
        inference = join.inference or Inference()
        sure = UNCALIBRATED if inference.confidence is None else f"confidence {_figures(inference.confidence)}"
        said = [f"inferred, not proven: by {one_line(join.rule)}", sure, *_reasons(inference)]
    return "; ".join(said)


def shift(span: Span) -> str:
    """`shifted by -40 ms for matching; times are shown as recorded`; empty where no clock was corrected."""
    offset = _offset(span)
    return "" if not offset else f"shifted by {_signed(offset)} for matching; {AS_RECORDED}"


def shifts(trace: Trace) -> tuple[str, ...]:
    """Each clock correction that was used, with whom it was used for."""
    seen = Counter((one_line(span.component.label), offset) for span in trace.spans if (offset := _offset(span)))
    return tuple(
        f"{label}: shifted by {_signed(offset)} for matching {counted(n, 'span')}; {AS_RECORDED}"
        for (label, offset), n in sorted(seen.items())
    )


def would_be_exact(trace: Trace) -> tuple[tuple[str, tuple[Span, ...]], ...]:
    """What to log so that inferred links become exact, and the spans that it would prove; the most useful first."""
    grouped: dict[str, list[Span]] = {}
    for span in trace.spans:
        if span.join is not None and span.join.inference is not None and span.join.inference.would_be_exact:
            grouped.setdefault(one_line(span.join.inference.would_be_exact), []).append(span)
    found = sorted(grouped.items(), key=lambda item: (-len(item[1]), item[0]))
    return tuple((sentence, tuple(spans)) for sentence, spans in found)


def _reasons(inference: Inference) -> list[str]:
    found = []
    if inference.candidates:
        found.append(f"out of {counted(inference.candidates, 'candidate')}")
    if inference.gap_ms is not None:
        found.append(f"starts {units.milliseconds(inference.gap_ms)} after its parent{_expected(inference)}")
    if inference.margin is not None:
        found.append(f"ahead of the next best by {inference.margin:.2g} (log likelihood)")
    if inference.clock_offset_ms:
        found.append(f"shifted by {_signed(inference.clock_offset_ms)} for matching")
    if inference.would_be_exact:
        found.append(one_line(inference.would_be_exact))
    return found


def _expected(inference: Inference) -> str:
    if inference.expected_ms is None:
        return ""
    low, high = inference.expected_ms
    return f", expected {units.milliseconds(low)} to {units.milliseconds(high)}"


def _offset(span: Span) -> float | None:
    return span.join.inference.clock_offset_ms if span.join is not None and span.join.inference is not None else None


def _signed(offset_ms: float) -> str:
    return f"{'+' if offset_ms > 0 else ''}{units.milliseconds(offset_ms)}"


def _figures(confidence: float) -> str:
    """Three decimals, cut and not rounded: what was inferred is never shown as 1.

    >>> _figures(0.9996), _figures(0.97), _figures(1.0)
    ('0.999', '0.97', '0.999')
    """
    cut = math.floor(min(confidence, 0.999) * 1000 + 1e-9) / 1000
    return f"{cut:.3f}".rstrip("0").rstrip(".") or "0"
