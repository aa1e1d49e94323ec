"""`itk judge`: what a run collected is judged again, after its case was edited. Nothing is sent, and no AWS is asked.

`run.json` holds all that verdicts rest on. What cannot change stays as it was: the evidence, its times, the run's id.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from msgspec.structs import replace

from itk.checks import undrained
from itk.errors import ExitCode, UsageError
from itk.model.case import Case
from itk.model.progress import Written
from itk.model.run import CaseSummary, Collection, JudgedAgain, RunResult
from itk.ports import Report
from itk.redact import Redactor, redact
from itk.settings import Settings
from itk.workflows.artifacts import claimed, write_run
from itk.workflows.cases import load
from itk.workflows.clock import Clock, new_salt
from itk.workflows.masked import with_hints
from itk.workflows.render import read_run
from itk.workflows.scene import Finished, expected_of, required_of, verdict_of
from itk.workflows.still_open import of_case, unseen
from itk.workflows.verdict import exit_code, judged

_WORST_FIRST = (ExitCode.FAILED, ExitCode.RUNTIME, ExitCode.INCONCLUSIVE)


def runs_in(directory: Path) -> tuple[Path, ...]:
    """The directory itself, where it is that of a run; else those within that are. Raises UsageError."""
    if (directory / "run.json").exists():
        return (directory,)
    if runs := sorted(path.parent for path in directory.glob("*/run.json")):
        return tuple(runs)
    fix = "give the directory of a finished run, e.g. artifacts/run-001, or one that holds several"
    raise UsageError("there is no run.json here, nor one directory below", where=str(directory), fix=fix)


def judge_run(
    directory: Path,
    settings: Settings,
    clock: Clock,
    report: Report,
    *,
    case: Path | None = None,
    out: Path | None = None,
    force: bool = False,
) -> Finished:
    """Judge the run in `directory` again and write its artifacts again, into `out` or where they were.

    Raises UsageError and Problems where the run or the case cannot be read, before anything is written.
    """
    saved = _saved(directory)
    by = _case(saved, directory, settings, case, force=force)
    place, salt = out or directory, new_salt()
    keys, patterns = settings.redact_keys, settings.redact_patterns
    again = judged_again(saved, by, clock.now_ns(), Redactor(keys=keys, patterns=patterns, salt=salt))
    run = redact(again, keys=keys, patterns=patterns, salt=salt)
    report(verdict_of(run))
    with claimed(place):
        files = write_run(place, run, split=settings.assets == "split")
    report(Written(directory=str(place), files=tuple(str(path) for path in files)))
    return Finished(run, exit_code(run.result.status), files)


def worst(codes: Sequence[ExitCode]) -> ExitCode:
    """The exit code of several runs: a failure outweighs an error, and an error missing evidence."""
    return next((code for code in _WORST_FIRST if code in codes), ExitCode.PASSED)


def judged_again(result: RunResult, case: Case, now_ns: int, redactor: Redactor) -> RunResult:
    """The run with the verdicts of `case`, as the run itself would have come to them with this evidence."""
    specs = expected_of(case)
    again = judged(_waited_for(result, case), specs)
    hinted = with_hints(again.checks, specs, result.checks, again.trace, redactor)
    if hinted != again.checks:  # the reasons repeat what checks say
        said = {old.message: new.message for old, new in zip(again.checks, hinted, strict=True)}
        reasons = tuple(_reworded(reason, said) for reason in again.reasons)
        again = replace(again, checks=hinted, reasons=reasons)
    summary = CaseSummary(id=case.id, name=case.name, path=case.path, tags=case.tags, notes=case.notes)
    return replace(again, case=summary, judged_again=JudgedAgain(at_ns=now_ns, case=case.path))


def _reworded(reason: str, said: dict[str, str]) -> str:
    name, _, message = reason.partition(": ")
    return f"{name}: {said[message]}" if message in said else reason


def _saved(directory: Path) -> RunResult:
    result = read_run(directory).result
    if result.receipt is None or not result.checks:
        fix = "run the case again"
        raise UsageError("this run never came to a verdict, so nothing is judged again", where=str(directory), fix=fix)
    return result


def _case(result: RunResult, directory: Path, settings: Settings, given: Path | None, *, force: bool) -> Case:
    """The case to judge by: from `given`, or from where the run says that it was."""
    path = given or _named(result)
    case = load(path, settings, result.run_id, targets_needed=False)
    if case.id != result.case.id and not force:
        what = f"this is case `{case.id}`, and the run in {directory} was made by case `{result.case.id}`"
        fix = "give that case with --case; with --force the run is judged by this one all the same"
        raise UsageError(what, where=case.path, fix=fix)
    return case


def _named(result: RunResult) -> Path:
    named = Path(result.case.path)
    if not named.is_file():
        what = f"the run was made by {result.case.path}, and there is no such file here"
        raise UsageError(what, fix="give the case with --case, or start itk where the run was started")
    return named


def _waited_for(result: RunResult, case: Case) -> RunResult:
    """The run as it would be, had it been waited for what this case requires instead of what its own did.

    A component that is not required any more, and that nobody was seen to be, leaves nothing to wait for; one that is
    required now and was not seen may have come later.
    """
    assert result.receipt is not None
    trace = result.trace
    wanted = (
        *unseen(required_of(case, len(result.receipt.turns)), trace),
        *undrained(case.expect, result.queues, result.receipt),
    )
    had = {entry.what for entry in trace.missing if of_case(entry)}
    if had == {entry.what for entry in wanted}:
        return result
    missing = (*(entry for entry in trace.missing if not of_case(entry)), *wanted)
    seen = result.collection
    complete = not missing and (seen.complete or _was_quiet(seen))
    return replace(result, trace=replace(trace, missing=missing), collection=replace(seen, complete=complete))


def _was_quiet(seen: Collection) -> bool:
    if seen.interrupted or seen.error or seen.last_new_ns is None:
        return False
    return (seen.ended_ns - seen.last_new_ns) / 1e9 >= seen.quiet_s
