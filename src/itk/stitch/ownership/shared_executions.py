"""Executions of state machines that served other runs too, or may have: they have no single owner."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable

from itk.model.evidence import SpanFact, StateEvent
from itk.model.ids import Id
from itk.stitch.mentions import markers
from itk.stitch.ownership.rules import logger_keys
from itk.stitch.units import Record


def executions_of_others(records: Iterable[Record], run_id: str) -> set[str]:
    """ARNs of executions with an entry that names another run."""
    entries = ((record, record.observation) for record in records)
    return {e.execution_arn for record, e in entries if isinstance(e, StateEvent) and markers(record) - {run_id}}


def batch_executions(records: Iterable[Record]) -> set[str]:
    """ARNs of executions that were started with several things at once: whose they are, nobody says."""
    entries = (record.observation for record in records)
    return {e.execution_arn for e in entries if isinstance(e, StateEvent) and _is_batch(e)}


def contested_executions(records: Iterable[Record], is_stale: Callable[[Record, Id], bool]) -> set[str]:
    """ARNs that lines of several runs name as theirs: an execution that several waited for has no single owner.

    What the execution itself called names it without a claim, and so does a key that a logger kept.
    """
    claims: defaultdict[str, list[Record]] = defaultdict(list)
    called: set[tuple[str, str]] = set()  # execution, RequestId of what it called
    for record in records:
        entry = record.observation
        if isinstance(entry, StateEvent):
            called |= {(entry.execution_arn, i.value) for i in entry.ids if i.kind == "lambda_request_id"}
        elif markers(record):
            for i in _claimed(record):
                if not is_stale(record, i):
                    claims[i.value].append(record)
    return {arn for arn, lines in claims.items() if len(_runs(arn, lines, called)) > 1}


def _claimed(record: Record) -> tuple[Id, ...]:
    entry = record.observation
    said = tuple(i for i in entry.ids if i.kind == "execution_arn") if isinstance(entry, SpanFact) else ()
    return (*said, *logger_keys(record))


def _runs(arn: str, lines: Iterable[Record], called: set[tuple[str, str]]) -> set[str]:
    own = (line for line in lines if line.unit is None or (arn, line.unit.request_id) not in called)
    return {run for line in own for run in markers(line)}


def _is_batch(entry: StateEvent) -> bool:
    asked = entry.input if entry.event_type == "ExecutionStarted" else None
    if isinstance(asked, dict):
        asked = asked.get("Records")
    return isinstance(asked, list) and len(asked) > 1
