"""`spans.jsonl`: one span a line, for `jq`, `grep` and scripts."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from msgspec import Raw
from msgspec.structs import asdict, replace

from itk.model.run import RedactedRun
from itk.model.trace import Link, Payload, Span
from itk.ports import Artifact
from itk.renderers import certainty, files, json_form
from itk.renderers.payload_facts import facts


class SpansJsonl:
    """Each line stands alone: `trace_id` comes first, so that the spans of many runs can lie in one file."""

    name = "spans_jsonl"

    def render(self, run: RedactedRun) -> Sequence[Artifact]:
        trace = run.result.trace
        written = BytesIO()  # one buffer: of a big run this is hundreds of megabytes
        for span, stem in zip(trace.spans, files.stems(trace.spans), strict=True):
            written.write(json_form.encoded(form(trace.trace_id, span, stem)))
            written.write(b"\n")
        return (Artifact(path=files.SPANS, content=written.getvalue()),)


def form(trace_id: str, span: Span, stem: str) -> dict[str, Any]:
    """The model's own fields, and what a reader of one line alone cannot work out.

    That is the trace, how sure each link is as a number, and where the payloads lie.
    """
    bare = replace(span, request=None, response=None)
    built: dict[str, Any] = {"trace_id": trace_id, **asdict(json_form.form(bare))}
    if span.join is not None:
        built["join"] = {**asdict(json_form.form(span.join)), "confidence": certainty.number(span.join)}
    built["links"] = [_link(trace_id, link) for link in span.links]
    for part, payload in (("request", span.request), ("response", span.response)):
        built[part] = None if payload is None else _payload(payload, stem, part)
    return built


def _link(trace_id: str, link: Link) -> dict[str, Any]:
    """With the id of the trace that the other end is in: this one, or as a tracing system named it."""
    return {
        **asdict(json_form.form(link)),
        "trace_id": trace_id if link.span_id else link.trace_id,
        "confidence": 1.0 if link.tier == "exact" else None,
    }


def _payload(payload: Payload, stem: str, part: str) -> dict[str, Any]:
    compact = json_form.line(payload.value)
    return {**asdict(payload), "value": Raw(compact), **facts(payload.value, compact, stem, part)}
