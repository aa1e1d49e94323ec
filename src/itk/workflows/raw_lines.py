"""Recorded evidence without a receipt: a fixture holds one run, so every message and trace in it is of that run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from itk import formats
from itk.model.evidence import (
    AgentStep,
    LambdaFact,
    MessageReceived,
    Observation,
    StateEvent,
    TracedMessage,
    TracedSpan,
)
from itk.model.ids import Id
from itk.model.run import Receipt, TargetType
from itk.sources.recorded import Recording
from itk.workflows.collector import resting

_FUNCTIONS = "/aws/lambda/"


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
    target_type, target_name = _target(observations, name)
    return Receipt(
        run_id=run_id,
        entrypoint="recorded",
        operation="Recorded",
        target_type=target_type,
        target_name=target_name,
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
        if isinstance(entry, TracedSpan | TracedMessage):
            yield Id("otel_trace_id", entry.trace_id)


def _target(observations: Sequence[Observation], name: str) -> tuple[TargetType, str]:
    """What the run came in by: a queue, agent, execution or function. Of several, nobody says which was first."""
    queues = {entry.queue_arn.rpartition(":")[2] for entry in observations if isinstance(entry, MessageReceived)}
    if queues:
        return "queue", next(iter(queues - {""}), name) if len(queues) == 1 else name
    found: tuple[tuple[TargetType, dict[str, str]], ...] = (
        ("agent", _turns(observations)),
        ("state_machine", _executions(observations)),
        ("lambda", _invocations(observations)),
    )
    of_type, ways = next(((of_type, ways) for of_type, ways in found if ways), ("client", {}))
    return (of_type, next(iter(ways.values())) or name) if len(ways) == 1 else ("client", name)


def _turns(observations: Iterable[Observation]) -> dict[str, str]:
    """Turns of agents by their InvokeAgent, with the agent that was asked: others of the stream are called by it."""
    found: dict[str, str] = {}
    for entry in observations:
        if entry.evidence.source == "agent_stream":
            turn = entry.evidence.stream
            asked = isinstance(entry, AgentStep) and entry.invocation_id == turn
            found[turn] = (entry.agent_id if asked and isinstance(entry, AgentStep) else "") or found.get(turn, "")
    return found


def _executions(observations: Iterable[Observation]) -> dict[str, str]:
    arns = {entry.execution_arn for entry in observations if isinstance(entry, StateEvent)}
    return {arn: parts[6] if len(parts := arn.split(":")) > 7 else "" for arn in sorted(arns)}


def _invocations(observations: Iterable[Observation]) -> dict[str, str]:
    facts = [entry for entry in observations if isinstance(entry, LambdaFact) and entry.request_id]
    groups = {str(fact.request_id): fact.evidence.group for fact in facts}
    return {request: group.removeprefix(_FUNCTIONS) for request, group in groups.items()}
