"""Payload: what a function answered of a batch, logged by it: which messages shall be delivered again.

    {"batchItemFailures":[{"itemIdentifier":"059f36b4-..."}]}
    {"level":"INFO","message":{"response":{"batchItemFailures":[]}},...}

An invocation that succeeds while one of its records fails says so here and nowhere else. An entry without an
identifier is no valid answer: Lambda takes the whole batch as failed then.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from itk.model.evidence import BatchResponse, Line
from itk.reading.idtext import run_ids
from itk.reading.jsontext import Inside, compact
from itk.reading.logfields import text_of

_ITEMS_MAX = 10_000


class BatchResponses:
    """The first answer in a line."""

    name = "batch_response"
    keys = ("batchItemFailures", "BatchItemFailures")

    def read(self, line: Line, inside: Sequence[Inside]) -> tuple[BatchResponse, ...] | None:
        for _, found in inside:
            for key in self.keys:
                if key in found:
                    return (_answer(found[key], line),)
        return None


def _answer(items: Any, line: Line) -> BatchResponse:
    listed = items[:_ITEMS_MAX] if isinstance(items, list) else []
    named = [_identifier(item) for item in listed]
    return BatchResponse(
        evidence=line.evidence,
        time_ns=line.time_ns,
        failed=tuple(name for name in named if name),
        whole=not all(named) or (bool(items) and not isinstance(items, list)),
        request_id=line.request_id,
        ids=run_ids(compact(line.body)),
    )


def _identifier(item: Any) -> str:
    return text_of(item.get("itemIdentifier", item.get("ItemIdentifier"))) if isinstance(item, dict) else ""


FORMAT = BatchResponses()
