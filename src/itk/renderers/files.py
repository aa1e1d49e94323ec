"""Names of the files of a run. They come from hashes, never from what a log said."""

from __future__ import annotations

import re
from collections.abc import Sequence
from hashlib import sha256

from itk.model.trace import Span

_HASH = re.compile(r"[0-9a-f]{16,64}")

RUN = "run.json"
SPANS = "spans.jsonl"
REPORT = "report.md"
SEQUENCE = "sequence.mmd"
VIEWER = "trace-viewer.html"
TIMELINE = "timeline.html"
OTLP = "otlp.json"
JAEGER = "jaeger.json"


def stems(spans: Sequence[Span]) -> tuple[str, ...]:
    """For each span a name of lower-case hex digits; no two are the same, not even for equal span ids."""
    taken: set[str] = set()
    names = []
    for at, span in enumerate(spans):
        name = span.span_id if _HASH.fullmatch(span.span_id) else _digest(span.span_id)
        if name in taken:
            name = _digest(f"{span.span_id}\x1f{at}")
        taken.add(name)
        names.append(name)
    return tuple(names)


def payload(stem: str, part: str) -> str:
    """`payloads/1f2e3d4c5b6a7988.request.json`; `part` is request, response or error."""
    return f"payloads/{stem}.{part}.json"


def _digest(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
