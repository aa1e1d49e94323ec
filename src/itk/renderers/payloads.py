"""`payloads/*.json`: each request, response and error in a file of its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from itk.model.run import RedactedRun
from itk.ports import Artifact
from itk.renderers import files
from itk.renderers.payload_facts import content


class Payloads:
    """The bare value, so that `jq .orderId payloads/<span_id>.request.json` works; whether it was cut says the span."""

    name = "payloads"

    def render(self, run: RedactedRun) -> Iterator[Artifact]:
        spans = run.result.trace.spans
        for stem, span in zip(files.stems(spans), spans, strict=True):
            if span.request is not None:
                yield _file(stem, "request", span.request.value)
            if span.response is not None:
                yield _file(stem, "response", span.response.value)
            if span.error is not None:
                yield _file(stem, "error", span.error)


def _file(stem: str, part: str, value: Any) -> Artifact:
    return Artifact(path=files.payload(stem, part), content=content(value))
