"""Executions of state machines that served other runs too, or may have: they have no single owner."""

from __future__ import annotations

from collections.abc import Iterable

from itk.model.evidence import StateEvent
from itk.stitch.mentions import markers
from itk.stitch.units import Record


def executions_of_others(records: Iterable[Record], run_id: str) -> set[str]:
    """ARNs of executions with an entry that names another run."""
    entries = ((record, record.observation) for record in records)
    return {e.execution_arn for record, e in entries if isinstance(e, StateEvent) and markers(record) - {run_id}}


def batch_executions(records: Iterable[Record]) -> set[str]:
    """ARNs of executions that were started with several things at once: whose they are, nobody says."""
    entries = (record.observation for record in records)
    return {e.execution_arn for e in entries if isinstance(e, StateEvent) and _is_batch(e)}


def _is_batch(entry: StateEvent) -> bool:
    asked = entry.input if entry.event_type == "ExecutionStarted" else None
    if isinstance(asked, dict):
        asked = asked.get("Records")
    return isinstance(asked, list) and len(asked) > 1
