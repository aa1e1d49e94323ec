"""Saved evidence is redacted: where a check looked for words that may be masked there, its verdict says so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from itk.model.case import CheckSpec
from itk.model.run import CheckVerdict
from itk.model.trace import Span, Trace
from itk.redact import Redactor

_MASK = b"[redacted:"
# Names of resources: what is masked in them is masked for the case's author, too.
_NAMES = frozenset({"component", "components", "queue"})


def with_hints(
    verdicts: Sequence[CheckVerdict],
    specs: Sequence[CheckSpec],
    before: Sequence[CheckVerdict],
    trace: Trace,
    redactor: Redactor,
) -> tuple[CheckVerdict, ...]:
    """The verdicts, with a hint where masks may be the reason: not where whole evidence gave the same, `before`."""
    known = {(verdict.name, verdict.status, verdict.expected) for verdict in before}
    return tuple(
        verdict
        if (verdict.name, verdict.status, verdict.expected) in known
        else _hinted(verdict, _hint(verdict, spec, trace, redactor))
        for verdict, spec in zip(verdicts, specs, strict=True)
    )


def _hinted(verdict: CheckVerdict, hint: str) -> CheckVerdict:
    if not hint:
        return verdict
    message = f"{verdict.message}; the saved evidence is redacted: {hint}; run the case again to judge it whole"
    return msgspec.structs.replace(verdict, message=message)


def _hint(verdict: CheckVerdict, spec: CheckSpec, trace: Trace, redactor: Redactor) -> str:
    texts = [text for name, value in spec.params.items() if name not in _NAMES for text in _texts(value)]
    masked = next((clean for text in texts if (clean := redactor.text(text)) != text), "")
    if masked:  # whether it passed or not: it was not found because nothing of the kind is left
        return f"what the check looks for is masked there, as in `{masked}`, and cannot match"
    if verdict.status == "passed" or not texts:
        return ""
    looked_at = [span for span in trace.spans if span.span_id in verdict.span_ids] or trace.spans
    masks = sum(_masks(span) for span in looked_at)
    return f"{masks:,} masks stand where it looked, and what they hide cannot match" if masks else ""


def _masks(span: Span) -> int:
    return msgspec.json.encode(span).count(_MASK)


def _texts(value: Any) -> Iterator[str]:
    """Every text in a check's parameters."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts(inner)
