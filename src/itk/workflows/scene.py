"""One run from its beginning to its files: what stays the same through it, and what is written at which point."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
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
from itk.stitch import RedrivePolicy, stitch
from itk.workflows.artifacts import write_file, write_run
from itk.workflows.clock import Clock
from itk.workflows.collect import Collected, Patience, collect
from itk.workflows.evidence import Read
from itk.workflows.history import Neighbours, likely
from itk.workflows.verdict import decide_status, exit_code

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

    def keep_safe(self, receipt: Receipt, queues: Sequence[QueueReading]) -> None:
        """Write down what was sent before waiting: whatever kills this process, the ids are not lost."""
        # A disk that is full now may not be at the end; then the error is told, after the verdict.
        with suppress(ItkError):
            self._write_unfinished(receipt, queues, "ITK stopped before it had collected the evidence")

    def _write_unfinished(self, receipt: Receipt, queues: Sequence[QueueReading], reason: str) -> None:
        waiting = Collection(started_ns=self.clock.now_ns(), ended_ns=self.clock.now_ns())
        result = self._result(receipt, stitch(receipt, ()), waiting, queues)
        result = msgspec.structs.replace(result, status="inconclusive", reasons=(reason,))
        write_run(self.order.out, self._redacted(result), split=self._split)

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
        required = [
            name
            for spec in case.expect
            if spec.name == "required_components"
            for name in spec.params.get("components", ())
        ]
        return collect(
            receipt, sources, required, policies, patience, self.clock, self.report, throttles, self.event_sources, read
        )

    def finish(
        self, receipt: Receipt, collected: Collected, queues: Sequence[QueueReading], *, api_calls: int
    ) -> Finished:
        """Judge, redact, write; the exit code is computed last."""
        collection = msgspec.structs.replace(collected.collection, api_calls=api_calls)
        trace = likely(collected.trace, self.event_sources, self._earlier(), self.settings.mode, self._environment)
        facts = Facts(
            trace=trace,
            receipt=receipt,
            complete=collection.complete,
            dead_letter_queues=tuple(queues),
            day=datetime.fromtimestamp(self.started_ns / 1e9, tz=UTC).date().isoformat(),
        )
        verdicts = checks.judge(self.order.case.expect or _defaults(self.order.case), facts)
        status, reasons = decide_status(receipt, collection, trace, verdicts, collected.error, mode=self.settings.mode)
        result = msgspec.structs.replace(
            self._result(receipt, trace, collection, queues),
            status=status,
            reasons=reasons,
            checks=verdicts,
            unread=collected.unread,
            recorded_events=collected.own_events,
        )
        run = self._redacted(result)
        passed = sum(verdict.status == "passed" for verdict in verdicts)
        self.report(Judged(status=status, checks_passed=passed, checks=len(verdicts), reasons=run.result.reasons))
        files = write_run(self.order.out, run, split=self._split)
        if self.order.record is not None:
            write_file(self.order.record, recording_lines(run))
        self.report(Written(directory=str(self.order.out), files=tuple(str(path) for path in files)))
        return Finished(run, exit_code(status, interrupted=collection.interrupted), files)

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


def _defaults(case: Case) -> tuple[CheckSpec, ...]:
    return tuple(CheckSpec(name=name, where=Where(case.path)) for name in DEFAULT_CHECKS)
