"""Recorded evidence without a receipt: a fixture holds one run, so every message and trace in it is of that run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from itk import formats
from itk.model.evidence import MessageReceived, Observation, TracedSpan
from itk.model.ids import Id
from itk.model.run import Receipt
from itk.sources.recorded import Recording
from itk.workflows.collector import resting


def receipt_of(recording: Recording, name: str, run_id: str) -> Receipt:
    """What would have been sent, had ITK sent it. `run_id` is for lines that name no run."""
    with resting():
        observations = formats.read_all(recording.events).observations
    named = sorted({i.value for entry in observations for i in _ids(entry) if i.kind == "run_id"})
    run_id = named[0] if named else run_id
    # Where lines name runs there may be several: what else they name is then found by the run's own lines.
    ids = (Id("run_id", run_id),) if named else _everything(observations)
    # A line whose time nobody knows is at 0.
    first_ms = min((event.time_ms for event in recording.events if event.time_ms), default=0)
    return Receipt(
        run_id=run_id,
        entrypoint="recorded",
        operation="Recorded",
        target_type=_target(observations),
        target_name=name,
        sent_ns=first_ms * 1_000_000,
        ids=tuple(ids),
    )


def _ids(entry: Observation) -> tuple[Id, ...]:
    """Those of the boundary itself, and those of the line around it."""
    return (*entry.ids, *getattr(entry, "line_ids", ()))


def _everything(observations: Sequence[Observation]) -> tuple[Id, ...]:
    """All that came in from outside: messages, or else invocations; agents' turns, executions and traces."""
    messages = {Id("sqs_message_id", entry.message_id) for entry in observations if isinstance(entry, MessageReceived)}
    requests = {Id("lambda_request_id", r) for entry in observations if (r := getattr(entry, "request_id", None))}
    return (*sorted(messages or requests), *sorted(set(_others(observations))))


def _others(observations: Iterable[Observation]) -> Iterable[Id]:
    for entry in observations:
        if entry.evidence.source == "agent_stream" and entry.evidence.stream:
            yield Id("aws_request_id", entry.evidence.stream)
        if arn := getattr(entry, "execution_arn", ""):
            yield Id("execution_arn", arn)
        if isinstance(entry, TracedSpan):
            yield Id("otel_trace_id", entry.trace_id)


def _target(observations: Sequence[Observation]) -> Literal["queue", "lambda", "agent"]:
    if any(isinstance(entry, MessageReceived) for entry in observations):
        return "queue"
    return "agent" if any(entry.evidence.source == "agent_stream" for entry in observations) else "lambda"
