"""The sections of `report.md` on links and sums: how sure each link is, what is related, what was spent."""

from __future__ import annotations

from collections.abc import Sequence

from itk.model.evidence import Usage
from itk.model.trace import Link, Span, Trace
from itk.model.wording import counted
from itk.renderers import certainty, files, words
from itk.renderers.markdown import bullets, code, table, text

ROWS_MAX = 200
WHY_MAX = 600


def certainty_section(trace: Trace) -> list[str]:
    """How many links are proven, why the others were drawn, and what would prove them."""
    if not trace.spans:
        return []
    rows = ((tier, f"{n:,}", meaning) for tier, n, meaning in certainty.tiers(trace))
    lines = ["## How sure we are", "", *table(("Link to the caller", "Spans", "Meaning"), rows)]
    doubts = [span for span in trace.spans if certainty.why(span)]
    if doubts:
        said = (
            f"{text(words.span_title(span), 120)} {code(span.span_id)}: {text(certainty.why(span), WHY_MAX)}"
            for span in doubts[:ROWS_MAX]
        )
        lines += ["Not proven:", "", *bullets(said), *more(doubts)]
    better = [
        f"{text(sentence)} ({counted(len(spans), 'span')})" for sentence, spans in certainty.would_be_exact(trace)
    ]
    if better:
        lines += ["What to log, so that these links become exact:", "", *bullets(better[:ROWS_MAX])]
    shifted = certainty.shifts(trace)
    return lines + (["Clocks:", "", *bullets(map(text, shifted[:ROWS_MAX]))] if shifted else [])


def links_section(trace: Trace) -> list[str]:
    """Relations that are not parenthood."""
    named = {span.span_id: span for span in trace.spans}
    found = [(span, link) for span in trace.spans for link in span.links]
    if not found:
        return []
    rows = (
        (
            link.reason,
            f"{text(words.span_title(span), 80)} {code(span.span_id)}",
            _other_end(link, named.get(link.span_id)),
            f"{link.tier}, {text(link.rule)}",
            text(link.detail),
        )
        for span, link in found[:ROWS_MAX]
    )
    head = ("Link", "Of", "To", "Placed by", "Why")
    return ["## Links", "", *table(head, rows), *more([span for span, _ in found])]


def _other_end(link: Link, span: Span | None) -> str:
    if span is not None:
        return f"{text(words.span_title(span), 80)} {code(span.span_id)}"
    return f"another run, trace {code(link.trace_id)}" if link.trace_id else "another run"


def tokens_section(trace: Trace) -> list[str]:
    """What the models counted, each token once."""
    spent: dict[str, list[Span]] = {}
    for span in trace.spans:
        if span.usage is not None and span.usage.counted:
            spent.setdefault(span.component.label, []).append(span)
    if not spent:
        return []
    sums = [(text(label), words.total(spans)) for label, spans in sorted(spent.items())]
    rows = [(label, *(_number(n) for n in _four(usage))) for label, usage in [*sums, ("all", words.tokens(trace))]]
    twice = sum(span.usage is not None and not span.usage.counted for span in trace.spans)
    note = (
        [f"{counted(twice, 'span')} with tokens that another span counts; no sum holds them twice.", ""]
        if twice
        else []
    )
    return ["## Tokens", "", *table(("Component", "In", "Out", "Read from cache", "Written to cache"), rows), *note]


def _four(usage: Usage) -> tuple[int | None, ...]:
    return usage.input_tokens, usage.output_tokens, usage.cache_read_tokens, usage.cache_write_tokens


def _number(n: int | None) -> str:
    return "" if n is None else f"{n:,}"


def more(items: Sequence[Span]) -> list[str]:
    """What a table that was cut short leaves to another file."""
    rest = len(items) - ROWS_MAX
    return [f"{rest} more are in {code(files.SPANS)}.", ""] if rest > 0 else []
