"""Recorded lines without a receipt: a fixture holds one run, so every message and request in it is of that run."""

from __future__ import annotations

from itk import formats
from itk.model.evidence import MessageReceived
from itk.model.ids import Id
from itk.model.run import Receipt
from itk.sources.recorded import Recording


def receipt_of(recording: Recording, name: str, run_id: str) -> Receipt:
    """What would have been sent, had ITK sent it. `run_id` is for lines that name no run."""
    observations = formats.read_all(recording.events).observations
    named = sorted({i.value for entry in observations for i in entry.ids if i.kind == "run_id"})
    messages = sorted({entry.message_id for entry in observations if isinstance(entry, MessageReceived)})
    requests = sorted({request for entry in observations if (request := getattr(entry, "request_id", None))})
    run_id = named[0] if named else run_id
    ids = (
        [Id("run_id", run_id)]
        if named
        else [Id("sqs_message_id", m) for m in messages] or [Id("lambda_request_id", r) for r in requests]
    )
    first_ms = min((event.time_ms for event in recording.events), default=0)
    return Receipt(
        run_id=run_id,
        entrypoint="recorded",
        operation="Recorded",
        target_type="queue" if messages else "lambda",
        target_name=name,
        sent_ns=first_ms * 1_000_000,
        ids=tuple(ids),
    )
