"""`spans.jsonl`: one span a line, for `jq`, `grep` and scripts."""

from __future__ import annotations

from collections.abc import Sequence

from itk.model.run import RedactedRun
from itk.ports import Artifact
from itk.renderers import files, json_form


class SpansJsonl:
    """Each line stands alone: `trace_id` comes first, so that the spans of many runs can lie in one file."""

    name = "spans_jsonl"

    def render(self, run: RedactedRun) -> Sequence[Artifact]:
        trace = run.result.trace
        lines = [json_form.line({"trace_id": trace.trace_id, **json_form.plain(span)}) + b"\n" for span in trace.spans]
        return (Artifact(path=files.SPANS, content=b"".join(lines)),)
