"""The sockets: what a member of each family must be. One file, so that a newcomer sees them all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Literal, Protocol

import msgspec
from pydantic import BaseModel

from itk.model.case import Case, CheckSpec
from itk.model.evidence import Line, LogEvent, Observation
from itk.model.ids import Id
from itk.model.progress import Progress
from itk.model.run import CheckVerdict, GroupReading, QueueReading, Receipt, RedactedRun, TargetType, WatchedQueue
from itk.model.suite import RedactedSuite
from itk.model.trace import Trace
from itk.reading.jsontext import Inside

Report = Callable[[Progress], None]


class LogFormat(Protocol):
    """Reads one record. `None`: not mine. `()`: mine, but it proves nothing.

    `begins` and `keys` say cheaply which records cannot be this format's, so that it is not asked: the ASCII characters
    that its records begin with, and the keys of which a JSON object has at least one on top. Empty: they may be any.
    """

    @property
    def name(self) -> str: ...
    @property
    def begins(self) -> str: ...
    @property
    def keys(self) -> tuple[str, ...]: ...

    def read(self, event: LogEvent) -> tuple[Observation, ...] | None: ...


class PayloadFormat(Protocol):
    """Reads what the JSON body of an application's line holds. `None`: not mine.

    `inside` is every object in the body, outer ones first, with the keys that lead there. A payload that names `keys`
    is not asked where none of the objects has one of them.
    """

    @property
    def name(self) -> str: ...
    @property
    def keys(self) -> tuple[str, ...]: ...

    def read(self, line: Line, inside: Sequence[Inside]) -> tuple[Observation, ...] | None: ...


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """All that a check may look at."""

    trace: Trace
    receipt: Receipt | None
    complete: bool
    dead_letter_queues: tuple[QueueReading, ...] = ()
    queues: tuple[WatchedQueue, ...] = ()  # those that `queue` and `dlq` ask about
    day: str = ""  # ISO date of the run, which `xfail` is held against, so that judging later changes nothing


# Which answer of a check holds although evidence is still missing; empty: neither.
Early = Literal["passed", "failed", "either", ""]


class Check(Protocol):
    """Judges one thing.

    `params` is a pydantic model, `shorthand` the parameter that a bare value fills (`- max_duration_ms: 5000`).
    `beside` names parameters that stand beside the check's name (`- spans: {…}` with `count: 1` below); where there are
    any, whatever is written behind the name fills `shorthand`.
    `settles_early` says which answer to `spec` holds although evidence is still missing: `passed` where something is
    to exist, `failed` where something is forbidden or bounded, `either` where no evidence is asked. Its docstring says
    the same in words, for the reference. `inconclusive` from `judge` means that there was nothing to judge, or that
    it cannot be told.
    """

    @property
    def name(self) -> str: ...
    @property
    def summary(self) -> str: ...
    @property
    def params(self) -> type[BaseModel]: ...
    @property
    def shorthand(self) -> str | None: ...
    @property
    def beside(self) -> tuple[str, ...]: ...
    def settles_early(self, spec: CheckSpec) -> Early: ...
    def judge(self, spec: CheckSpec, facts: Facts) -> CheckVerdict: ...


class Artifact(msgspec.Struct, frozen=True, kw_only=True):
    """A file to be written: a relative path of safe characters, and its bytes."""

    path: str
    content: bytes


class Renderer(Protocol):
    """Draws a run. Takes nothing but what redaction let through."""

    @property
    def name(self) -> str: ...

    def render(self, run: RedactedRun) -> Iterable[Artifact]:
        """One after the other: each is written before the next is asked for, so that not all lie in memory at once."""


class SuiteRenderer(Protocol):
    """Draws a suite. Takes nothing but what redaction let through."""

    @property
    def name(self) -> str: ...

    def render(self, suite: RedactedSuite) -> Iterable[Artifact]: ...


class Source(Protocol):
    """A way back: delivers records. The same record may come twice; one that grew comes again under its own id.

    A source that only adds to what the logs prove (X-Ray, a state machine's history) raises nothing: that it was denied
    or did not answer stands in its readings.
    """

    @property
    def awaited(self) -> bool:
        """Whether news of it begins the quiet period anew. Not of X-Ray: it is late, and nothing depends on it."""
        ...

    def poll(self, known_ids: Sequence[Id]) -> Sequence[LogEvent]:
        """Everything there is now; `known_ids` are what this run is known by, its own marker first."""
        ...

    def readings(self) -> tuple[GroupReading, ...]:
        """How each group was read so far, limits reached included."""
        ...


class Cleared:
    """Leave to send one case. Only `itk.preflight` makes one."""

    __slots__ = ("case", "log_group", "target_id", "target_name")

    def __init__(self, case: Case, target_name: str, target_id: str, log_group: str = "") -> None:
        self.case = case
        self.log_group = log_group  # where the target logs, if it is a function
        self.target_name = target_name  # as a report shows it: queue name, function name, agent name
        self.target_id = target_id  # ARN, or the URL of a queue or an API


class Entrypoint(Protocol):
    """A way in. `operation` and `target_type` are those of its receipts."""

    @property
    def operation(self) -> str: ...
    @property
    def target_type(self) -> TargetType: ...

    def send(self, cleared: Cleared, run_id: str) -> Receipt: ...
