"""`itk run`: send one case, collect what really happened, judge it, and leave artifacts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from itk import __version__, checks
from itk.aws.session import Aws
from itk.entrypoints import entrypoint_for
from itk.errors import ExitCode, ItkError, Refused, UsageError
from itk.model.case import Case, CheckSpec, Where
from itk.model.ids import Id
from itk.model.progress import Judged, PreflightDone, Sent, Written
from itk.model.run import (
    CaseSummary,
    Collection,
    Environment,
    EventSource,
    Finding,
    QueueReading,
    Receipt,
    RedactedRun,
    RunResult,
)
from itk.model.trace import Trace
from itk.model.wording import counted
from itk.ports import Cleared, Entrypoint, Facts, Report, Source
from itk.preflight import Outcome, Rules, preflight, preflight_recorded
from itk.redact import redact
from itk.renderers import render_all
from itk.settings import Settings
from itk.sources.recorded import Recorded, read_recording, recording_lines
from itk.stitch import RedrivePolicy, stitch
from itk.workflows import dead_letters
from itk.workflows.artifacts import claimed, write_artifacts, write_file
from itk.workflows.clock import Clock, new_salt
from itk.workflows.collect import Collected, Patience, collect, nothing_sent
from itk.workflows.history import likely
from itk.workflows.raw_lines import receipt_of
from itk.workflows.sources import sources_of
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


@dataclass(frozen=True, slots=True)
class Finished:
    """A run that is over: what may be shown of it, and the code to leave with."""

    run: RedactedRun
    exit_code: ExitCode
    files: tuple[Path, ...]


def run_live(order: Order, settings: Settings, aws: Aws, clock: Clock, report: Report) -> Finished:
    """Pre-flight, send, collect, judge, redact, write. Raises Refused before anything is sent."""
    now = datetime.fromtimestamp(clock.now_ns() / 1e9, tz=UTC)
    outcome = preflight(
        order.case, aws, rules_of(settings), order.out, overwrite=order.overwrite, now=now, itk_version=__version__
    )
    report(PreflightDone(findings=outcome.findings, cleared=outcome.cleared is not None))
    if outcome.cleared is None:
        raise refusal(outcome.findings)
    sources = outcome.target.event_sources if outcome.target is not None else ()
    scene = _Scene(order, settings, outcome, clock, report, sources, salt=new_salt())
    with claimed(order.out):
        return _act(scene, outcome.cleared, aws)


def _act(scene: _Scene, cleared: Cleared, aws: Aws) -> Finished:
    """Send and see it through. What is about to be sent is written down first, so that nothing is lost at any point."""
    order, settings, outcome, clock = scene.order, scene.settings, scene.outcome, scene.clock
    queues = dead_letters.read_before(outcome)
    entrypoint = entrypoint_for(order.case.stimulus, aws, settings.trace_id_attr, clock.now_ns)
    unknown = _unanswered(order, cleared, entrypoint, clock.now_ns())
    scene.write_before_sending(unknown, queues)
    try:
        receipt = entrypoint.send(cleared, order.run_id)
    except KeyboardInterrupt:
        return scene.finish(unknown, nothing_sent(unknown, interrupted_ns=clock.now_ns()), queues, api_calls=0)
    scene.report(_sent(receipt))
    scene.keep_safe(receipt, queues)
    sources = sources_of(receipt, settings, aws, clock)
    collected = (
        nothing_sent(receipt)
        if _was_refused(receipt)
        else scene.collect(receipt, sources, queues, lambda: aws.throttles)
    )
    if not collected.collection.interrupted and collected.error is None:  # else AWS is not to be waited for again
        queues = dead_letters.read_after(aws, outcome, queues)
    return scene.finish(receipt, collected, queues, api_calls=sum(aws.calls.values()))


def run_recorded(order: Order, settings: Settings, clock: Clock, report: Report) -> Finished:
    """The same pipeline over recorded evidence: nothing is sent, and everything that is written says so."""
    if not order.case.fixture:
        fix = "name recorded evidence with `fixture:`, or run the case live; `itk run --record FILE` makes a fixture"
        raise UsageError("the case has no fixture, which --mode dev-fixtures needs", where=order.case.path, fix=fix)
    fixture = Path(order.case.fixture)
    recording = read_recording(fixture)
    outcome = preflight_recorded(order.case, order.out, overwrite=order.overwrite)
    report(PreflightDone(findings=outcome.findings, cleared=outcome.cleared is not None))
    if outcome.cleared is None:
        raise refusal(outcome.findings)
    receipt = recording.receipt or receipt_of(recording, fixture.stem, order.run_id)
    scene = _Scene(order, settings, outcome, clock, report, recording.event_sources, salt=new_salt())
    collected = scene.collect(receipt, [Recorded(recording)], recording.dead_letter_queues, lambda: 0)
    return scene.finish(receipt, collected, recording.dead_letter_queues, api_calls=0)


def rules_of(settings: Settings) -> Rules:
    return Rules(
        allowed_accounts=settings.allowed_accounts,
        forbidden=settings.forbidden_patterns.hits,
        log_groups=settings.log_groups,
        environment_name=settings.env_name,
    )


def refusal(findings: Sequence[Finding]) -> Refused:
    bad = [finding for finding in findings if not finding.ok]
    return Refused(
        f"pre-flight found {counted(len(bad), 'problem')}; nothing was sent", fix="mend what is listed above"
    )


@dataclass(slots=True)
class _Scene:
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
        write_artifacts(self.order.out, render_all(self._redacted(result)))

    def collect(
        self, receipt: Receipt, sources: Sequence[Source], queues: Sequence[QueueReading], throttles: Callable[[], int]
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
            receipt, sources, required, policies, patience, self.clock, self.report, throttles, self.event_sources
        )

    def finish(
        self, receipt: Receipt, collected: Collected, queues: Sequence[QueueReading], *, api_calls: int
    ) -> Finished:
        """Judge, redact, write; the exit code is computed last."""
        collection = msgspec.structs.replace(collected.collection, api_calls=api_calls)
        trace = likely(collected.trace, self.event_sources, self.order.out, self.settings.mode)
        facts = Facts(
            trace=trace,
            receipt=receipt,
            complete=collection.complete,
            dead_letter_queues=tuple(queues),
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
        files = write_artifacts(self.order.out, render_all(run))
        if self.order.record is not None:
            write_file(self.order.record, recording_lines(run))
        self.report(Written(directory=str(self.order.out), files=tuple(str(path) for path in files)))
        return Finished(run, exit_code(status, interrupted=collection.interrupted), files)

    def _result(
        self, receipt: Receipt, trace: Trace, collection: Collection, queues: Sequence[QueueReading]
    ) -> RunResult:
        case = self.order.case
        return RunResult(
            run_id=receipt.run_id,
            mode=self.settings.mode,
            status="inconclusive",
            case=CaseSummary(id=case.id, name=case.name, path=case.path, tags=case.tags, notes=case.notes),
            environment=self.outcome.environment
            if self.settings.mode == "live"
            else Environment(name=self.settings.env_name, itk_version=__version__),
            receipt=receipt,
            preflight=self.outcome.findings,
            collection=collection,
            dead_letter_queues=tuple(queues),
            event_sources=self.event_sources,
            trace=trace,
            started_ns=self.started_ns,
            ended_ns=self.clock.now_ns(),
        )

    def _redacted(self, result: RunResult) -> RedactedRun:
        patterns, keys = self.settings.redact_patterns, self.settings.redact_keys
        return redact(result, keys=keys, patterns=patterns, salt=self.salt)


def _unanswered(order: Order, cleared: Cleared, entrypoint: Entrypoint, now_ns: int) -> Receipt:
    """What is known of a stimulus before AWS answers: where it goes, and the run id that it carries."""
    return Receipt(
        run_id=order.run_id,
        entrypoint=str(type(order.case.stimulus).__struct_config__.tag),
        operation=entrypoint.operation,
        target_type=entrypoint.target_type,
        target_name=cleared.target_name,
        target_id=cleared.target_id,
        sent_ns=now_ns,
        ids=(Id("run_id", order.run_id),),
    )


def _was_refused(receipt: Receipt) -> bool:
    return receipt.error is not None and receipt.error.origin == "client"


def _defaults(case: Case) -> tuple[CheckSpec, ...]:
    return tuple(CheckSpec(name=name, where=Where(case.path)) for name in DEFAULT_CHECKS)


def _sent(receipt: Receipt) -> Sent:
    ids: dict[str, str] = {i.kind: i.value for i in receipt.ids}
    target = f"{receipt.target_type} {receipt.target_name}"
    return Sent(run_id=receipt.run_id, operation=receipt.operation, target=target, ids=ids)
