"""`itk suite`: choose, check everything, send, judge, and write one report of it all."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from itk import __version__
from itk.aws.session import Aws
from itk.casefile.forms import ID_PATTERN
from itk.errors import ExitCode, UsageError
from itk.model.progress import PreflightDone, SuiteDone, SuiteStarted
from itk.model.run import Environment
from itk.model.suite import RedactedSuite, SuiteResult
from itk.model.wording import counted
from itk.ports import Report
from itk.preflight import Outcome, preflight_all
from itk.preflight.output_dir import check_output_dir
from itk.redact import SuiteRedactor
from itk.renderers.suite import render_suite
from itk.settings import Settings
from itk.workflows.artifacts import claimed, forget_runs, write_artifacts
from itk.workflows.clock import Clock, new_salt
from itk.workflows.preflight import refusal, rules_of
from itk.workflows.suite.board import Board, counts
from itk.workflows.suite.company import Company
from itk.workflows.suite.earlier import read_earlier
from itk.workflows.suite.engine import Engine
from itk.workflows.suite.order import SuiteOrder
from itk.workflows.suite.stop import Stop
from itk.workflows.suite.verdict import exit_code


@dataclass(frozen=True, slots=True)
class SuiteFinished:
    """A suite that is over: what may be shown of it, and the code to leave with."""

    suite: RedactedSuite
    exit_code: ExitCode
    files: tuple[Path, ...]


def run_suite(
    order: SuiteOrder,
    settings: Settings,
    aws: Aws | None,
    clock: Clock,
    report: Report,
    new_run_id: Callable[[], str],
) -> SuiteFinished:
    """Pre-flight for all, then send. Raises Refused before anything is sent. `aws` is None in `dev-fixtures` mode."""
    outcomes = cleared(order, settings, aws, clock)
    findings = tuple(dict.fromkeys(finding for outcome in outcomes for finding in outcome.findings))
    good = all(finding.ok for finding in findings)
    report(PreflightDone(findings=findings, cleared=good))
    if not good:
        raise refusal(findings)
    suite = _begun(order, settings, outcomes[0].environment, clock.now_ns())
    redactor = SuiteRedactor(keys=settings.redact_keys, patterns=settings.redact_patterns, salt=new_salt())
    with claimed(order.out):
        if order.overwrite:
            forget_runs(order.out, _runs_before(order))
        report(
            SuiteStarted(
                suite_id=suite.suite_id,
                cases=len(order.candidates),
                max_inflight=order.limits.max_inflight,
                directory=str(order.out),
            )
        )
        engine = Engine(
            board=Board(order.candidates, suite, redactor),
            company=Company(settings, aws, clock, Stop()),
            out=order.out,
            limits=order.limits,
            outcomes={each.case.id: outcome for each, outcome in zip(order.sent, outcomes, strict=True)},
            new_run_id=new_run_id,
            report=report,
        )
        return _finish(order, engine.run(order.candidates), report, split=settings.assets == "split")


def cleared(order: SuiteOrder, settings: Settings, aws: Aws | None, clock: Clock) -> tuple[Outcome, ...]:
    """The pre-flight list of each case that is sent, in their order. Nothing is sent yet.

    Raises UsageError where every case says `skip`.
    """
    if not order.sent:
        what = f"{counted(len(order.candidates), 'case')} selected, and every one says `skip`: nothing would be tested"
        raise UsageError(what, where=order.candidates[0].case.path, fix="select other cases, or remove `skip`")
    output = check_output_dir(order.out, overwrite=order.overwrite)
    if aws is None:
        environment = Environment(name=settings.env_name, itk_version=__version__)
        return tuple(Outcome(findings=(output,), environment=environment) for _ in order.sent)
    now = datetime.fromtimestamp(clock.now_ns() / 1e9, tz=UTC)
    cases = [candidate.case for candidate in order.sent]
    return preflight_all(cases, aws, rules_of(settings), [output], now=now, itk_version=__version__)


def _runs_before(order: SuiteOrder) -> set[str]:
    """Directories of the cases that the report in the output directory has, and of those that are about to be sent."""
    earlier = read_earlier(None, order.out)
    rows = earlier.cases if earlier is not None else ()
    named = {sent.directory.partition("/")[0] for row in rows for sent in row.tries}
    safe = {name for name in named if re.fullmatch(ID_PATTERN, name)}  # a report may have been edited
    return safe | {candidate.case.id for candidate in order.candidates}


def _begun(order: SuiteOrder, settings: Settings, environment: Environment, now_ns: int) -> SuiteResult:
    return SuiteResult(
        suite_id=f"suite-{secrets.token_hex(8)}",
        name=order.name,
        mode=settings.mode,
        environment=environment,
        started_ns=now_ns,
        ended_ns=now_ns,
        max_inflight=order.limits.max_inflight,
        selection=order.selection.written,
        seed=order.selection.seed,
        retries_allowed=order.limits.retries,
        shard=order.selection.shard,
    )


def _finish(order: SuiteOrder, suite: RedactedSuite, report: Report, *, split: bool) -> SuiteFinished:
    """Write the report; the exit code is computed last."""
    files = write_artifacts(order.out, render_suite(suite, split=split), replace_all=False)
    result = suite.result
    code = exit_code(result, fail_on_flaky=order.limits.fail_on_flaky)
    report(
        SuiteDone(
            counts=counts(result),
            flaky=sum(row.flaky for row in result.cases),
            took_s=(result.ended_ns - result.started_ns) / 1e9,
            directory=str(order.out),
            files=tuple(map(str, files)),
            exit_code=code,
        )
    )
    return SuiteFinished(suite, code, files)
