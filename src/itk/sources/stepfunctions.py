"""Step Functions by GetExecutionHistory: what happened in the executions that a run started or passed through.

Express workflows have no history: their log group, if they have one, is the only evidence. An execution that has ended
is not asked again. What cannot be read is said in the readings; it is never a reason for the run to fail.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from itk.aws import execution_history
from itk.aws.errors import Throttled
from itk.aws.session import Aws
from itk.errors import AwsError
from itk.model.evidence import LogEvent
from itk.model.ids import Id
from itk.model.run import GroupReading
from itk.sources.executions import GROUP, history_event

EXECUTIONS_MAX = 50  # of one run
_ENDS = frozenset(f"Execution{how}" for how in ("Succeeded", "Failed", "TimedOut", "Aborted"))


@dataclass(slots=True)
class _Execution:
    arn: str
    over: bool = False  # ended, or nothing more can be had
    events: dict[str, LogEvent] = field(default_factory=dict)
    note: str = ""
    truncated: bool = False


class StepFunctions:
    """The histories of the executions among the known ids."""

    awaited = True

    def __init__(self, aws: Aws) -> None:
        self._aws = aws
        self._executions: dict[str, _Execution] = {}
        self._pages = 0
        self._throttled = ""
        self._notes: dict[str, None] = {}

    def poll(self, known_ids: Sequence[Id]) -> Sequence[LogEvent]:
        """The histories that may have grown."""
        for arn in (i.value for i in known_ids if i.kind == "execution_arn"):
            if arn not in self._executions and len(self._executions) == EXECUTIONS_MAX:
                self._notes[f"more than {EXECUTIONS_MAX} executions; the others are not read"] = None
            elif arn not in self._executions:
                self._executions[arn] = _Execution(arn)
        self._throttled = ""
        asked = [execution for execution in self._executions.values() if not execution.over]
        for execution in asked:
            self._read(execution)
        return [event for execution in asked for event in execution.events.values()]

    def readings(self) -> tuple[GroupReading, ...]:
        if not self._executions:
            return ()
        events = [event for execution in self._executions.values() for event in execution.events.values()]
        notes = [f"{e.arn}: {e.note}" for e in self._executions.values() if e.note]
        reading = GroupReading(
            group=GROUP,
            source="stepfunctions",
            events=len(events),
            pages=self._pages,
            truncated=any(e.truncated for e in self._executions.values()),
            newest_event_ms=max((event.time_ms for event in events), default=None),
            error=self._throttled,
            notes=(*self._notes, *notes),
        )
        return (reading,)

    def _read(self, execution: _Execution) -> None:
        if ":express:" in execution.arn:
            execution.over, execution.note = True, "an express workflow has no history; its log group tells of it"
            return
        try:
            found = execution_history.history(self._aws, execution.arn)
        except Throttled as error:
            self._throttled = error.what
            return
        except AwsError as error:
            execution.over, execution.note = True, error.what
            return
        self._pages += found.pages
        for entry in found.events:
            event = history_event(execution.arn, entry)
            execution.events[event.event_id] = event
        if found.truncated:
            execution.truncated, execution.note = (
                True,
                f"more than {execution_history.HISTORY_MAX:,} events; the rest is not read",
            )
        execution.over = found.truncated or (bool(found.events) and found.events[-1]["type"] in _ENDS)
