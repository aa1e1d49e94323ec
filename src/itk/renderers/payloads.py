"""`payloads/*.json`: each request, response and error in a file of its own."""

from __future__ import annotations

from collections.abc import Sequence

from itk.model.run import RedactedRun
from itk.ports import Artifact
from itk.renderers import files
from itk.renderers.payload_facts import content


class Payloads:
    """The bare value, so that `jq .orderId payloads/<span_id>.request.json` works; whether it was cut says the span."""

    name = "payloads"

    def render(self, run: RedactedRun) -> Sequence[Artifact]:
        spans = run.result.trace.spans
        found = []
        for stem, span in zip(files.stems(spans), spans, strict=True):
            if span.request is not None:
                found.append((files.payload(stem, "request"), span.request.value))
            if span.response is not None:
                found.append((files.payload(stem, "response"), span.response.value))
            if span.error is not None:
                found.append((files.payload(stem, "error"), span.error))
        return tuple(Artifact(path=path, content=content(value)) for path, value in found)
