"""One run from its beginning to its files: what stays the same through it, and what is written at which point."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from itk import __version__, checks
from itk.errors import ExitCode, ItkError, Refused
from itk.formats import read_record
from itk.model.case import Case, CheckSpec, Where
from itk.model.progress import Judged, Written
from itk.model.run import (
    CaseSummary,
    Collection,
    Environment,
    EventSource,
    QueueReading,
    Receipt,
    RedactedRun,
    RunResult,
)
from itk.model.trace import Trace
from itk.ports import Facts, Report, Source
from itk.preflight import Outcome
from itk.redact import redact
from itk.settings import Settings
from itk.sources.recorded import recording_lines
from itk.stitch import RedrivePolicy
from itk.workflows.artifacts import write_file, write_run
from itk.workflows.clock import Clock
from itk.workflows.collect import Collected, Patience, collect, from_answers
from itk.workflows.evidence import Read
from itk.workflows.history import Neighbours, likely
from itk.workflows.queues import Watch
from itk.workflows.verdict import exit_code, judged

_ROOM = "free space, or choose another directory with --out"
# What a case checks that asks for nothing: a run that judged nothing must not pass.
DEFAULT_CHECKS = ("has_spans", "has_entrypoint", "no_orphan_spans", "valid_timestamps", "no_duplicate_span_ids")


@dataclass(frozen=True, slots=True)
class Order:
    """What the user asked for."""

    case: Case
    run_id: str
    out: Path
    overwrite: bool = False
    record: Path | None = None
    suite: Path | None = None  # the directory of the suite that this is a case of


@dataclass(frozen=True, slots=True)
class Finished:
    """A run that is over: what may be shown of it, and the code to leave with."""

    run: RedactedRun
    exit_code: ExitCode
    files: tuple[Path, ...]


@dataclass(slots=True)
class Scene:
    """What stays the same through one run."""

    order: Order
    settings: Settings
    outcome: Outcome
    clock: Clock
    report: Report
    event_sources: tuple[EventSource, ...]
    salt: bytes
    watch: Watch = field(default_factory=Watch)
    started_ns: int = 0

    def __post_init__(self) -> None:
        self.started_ns = self.clock.now_ns()

    def write_before_sending(self, receipt: Receipt, queues: Sequence[QueueReading]) -> None:
        """Write down that the run begins. Raises Refused where that cannot be written: nothing was sent yet.

        All files are written, so that no page of an earlier run stands beside this one, whatever ends it.
        """
        try:
            self._write_unfinished(receipt, queues, "ITK stopped while it was sending; whether it arrived is not known")
        except ItkError as error:
            raise Refused(f"{error.what}; nothing was sent", where=error.where, fix=_ROOM) from error

    def keep_safe(self, receipt: Receipt, queues: Sequence[QueueReading], reason: str = "") -> None:
        """Write down what was sent before waiting: whatever kills this process, the ids are not lost."""
        # A disk that is full now may not be at the end; then the error is told, after the verdict.
        with suppress(ItkError):
            self._write_unfinished(receipt, queues, reason or "ITK stopped before it had collected the evidence")

    def _write_unfinished(self, receipt: Receipt, queues: Sequence[QueueReading], reason: str) -> None:
        waiting = Collection(started_ns=self.clock.now_ns(), ended_ns=self.clock.now_ns())
        result = self._result(receipt, from_answers(receipt), waiting, queues)
        result = msgspec.structs.replace(result, status="inconclusive", reasons=(reason,))
        write_run(self.order.out, self._redacted(result), split=self._split)

    def fails(self, receipt: Receipt, turn: int) -> bool:
        """Whether a check of this turn of a conversation fails on what its answer brought."""
        facts = Facts(trace=from_answers(receipt), receipt=receipt, complete=False, day=self._day)
        verdicts = checks.judge_turn(self.order.case.expect, facts, turn)
        return any(verdict.status in ("failed", "error") for verdict in verdicts)

    def collect(
        self,
        receipt: Receipt,
        sources: Sequence[Source],
        queues: Sequence[QueueReading],
        throttles: Callable[[], int],
        read: Read = read_record,
    ) -> Collected:
        case, settings = self.order.case, self.settings
        live = settings.mode == "live"
        patience = Patience(
            timeout_s=(case.wait.timeout_s if case.wait.timeout_s is not None else settings.wait_timeout_s) * live,
            quiet_s=(case.wait.quiet_s if case.wait.quiet_s is not None else settings.quiet_s) * live,
        )
        policies = {q.source_queue: RedrivePolicy(q.source_queue, q.max_receive_count, q.name) for q in queues}
        return collect(
            receipt,
            sources,
            required_of(case, len(receipt.turns)),
            policies,
            patience,
            self.clock,
            self.report,
            throttles,
            self.event_sources,
            self.watch,
            case.expect,
            read,
        )

    def finish(
        self, receipt: Receipt, collected: Collected, queues: Sequence[QueueReading], *, api_calls: int
    ) -> Finished:
        """Judge, redact, write; the exit code is computed last."""
        collection = msgspec.structs.replace(collected.collection, api_calls=api_calls)
        trace = likely(collected.trace, self.event_sources, self._earlier(), self.settings.mode, self._environment)
        result = msgspec.structs.replace(
            self._result(receipt, trace, collection, queues),
            unread=collected.unread,
            recorded_events=collected.own_events,
        )
        result = judged(result, expected_of(self.order.case))
        run = self._redacted(result)
        self.report(verdict_of(run))
        files = write_run(self.order.out, run, split=self._split)
        if self.order.record is not None:
            write_file(self.order.record, recording_lines(run))
        self.report(Written(directory=str(self.order.out), files=tuple(str(path) for path in files)))
        return Finished(run, exit_code(result.status, interrupted=collection.interrupted), files)

    @property
    def _day(self) -> str:
        return datetime.fromtimestamp(self.started_ns / 1e9, tz=UTC).date().isoformat()

    def _earlier(self) -> Neighbours:
        return Neighbours(self.order.out.resolve(), self.order.suite.resolve() if self.order.suite else None)

    @property
    def _split(self) -> bool:
        return self.settings.assets == "split"

    def _result(
        self, receipt: Receipt, trace: Trace, collection: Collection, queues: Sequence[QueueReading]
    ) -> RunResult:
        case = self.order.case
        return RunResult(
            run_id=receipt.run_id,
            mode=self.settings.mode,
            status="inconclusive",
            case=CaseSummary(id=case.id, name=case.name, path=case.path, tags=case.tags, notes=case.notes),
            environment=self._environment,
            receipt=receipt,
            preflight=self.outcome.findings,
            collection=collection,
            dead_letter_queues=tuple(queues),
            queues=self.watch.readings,
            event_sources=self.event_sources,
            trace=trace,
            started_ns=self.started_ns,
            ended_ns=self.clock.now_ns(),
        )

    @property
    def _environment(self) -> Environment:
        if self.settings.mode == "live":
            return self.outcome.environment
        return Environment(name=self.settings.env_name, itk_version=__version__)

    def _redacted(self, result: RunResult) -> RedactedRun:
        patterns, keys = self.settings.redact_patterns, self.settings.redact_keys
        return redact(result, keys=keys, patterns=patterns, salt=self.salt)


def expected_of(case: Case) -> tuple[CheckSpec, ...]:
    """What a case is judged by: its checks, or those of a case that asks for nothing."""
    return case.expect or tuple(CheckSpec(name=name, where=Where(case.path)) for name in DEFAULT_CHECKS)


def required_of(case: Case, turns: int) -> tuple[str, ...]:
    """The components that the run is not complete without; of a conversation, for the `turns` that were sent."""
    asked = (
        spec.params.get("components", ())
        for spec in case.expect
        if spec.name == "required_components" and spec.turn <= turns
    )
    return tuple(name for names in asked for name in names)


def verdict_of(run: RedactedRun) -> Judged:
    """The verdict, as it is told."""
    result = run.result
    told = tuple(verdict for verdict in result.checks if verdict.status != "passed")
    total = len(result.checks)
    return Judged(
        status=result.status, checks_passed=total - len(told), checks=total, reasons=result.reasons, judged=told
    )
