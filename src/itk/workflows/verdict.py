"""One status for a run, and the reasons for it in sentences."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec

from itk import checks
from itk.errors import AwsError, ExitCode
from itk.model.case import CheckSpec
from itk.model.run import CheckVerdict, Collection, Mode, Receipt, RunResult, Status
from itk.model.trace import Trace
from itk.model.wording import counted
from itk.ports import Facts

_CODES: dict[Status, ExitCode] = {
    "passed": ExitCode.PASSED,
    "warning": ExitCode.PASSED,
    "failed": ExitCode.FAILED,
    "inconclusive": ExitCode.INCONCLUSIVE,
    "error": ExitCode.RUNTIME,
}


def exit_code(status: Status, *, interrupted: bool = False) -> ExitCode:
    return ExitCode.INTERRUPTED if interrupted else _CODES[status]


def judged(result: RunResult, specs: Sequence[CheckSpec]) -> RunResult:
    """The run with its verdicts. All that they rest on is in `result`, so that it can be judged again later."""
    assert result.receipt is not None, "what was not sent is not judged"
    seen = result.collection
    facts = Facts(
        trace=result.trace,
        receipt=result.receipt,
        complete=seen.complete,
        dead_letter_queues=result.dead_letter_queues,
        queues=result.queues,
        day=datetime.fromtimestamp(result.started_ns / 1e9, tz=UTC).date().isoformat(),
    )
    verdicts = checks.judge(specs, facts)
    error = AwsError(seen.error) if seen.error else None
    status, reasons = decide_status(result.receipt, seen, result.trace, verdicts, error, mode=result.mode)
    return msgspec.structs.replace(result, status=status, reasons=reasons, checks=verdicts)


def decide_status(
    receipt: Receipt,
    collection: Collection,
    trace: Trace,
    verdicts: Sequence[CheckVerdict],
    error: AwsError | None,
    *,
    mode: Mode = "live",
) -> tuple[Status, tuple[str, ...]]:
    """What can be said. A failure that was seen stands even where evidence is missing; a pass needs all of it."""
    if receipt.error is not None and receipt.error.origin == "client":
        return "error", (f"sending failed: {receipt.error.message}",)
    unread = (f"collecting evidence failed: {error.what}",) if error is not None else ()
    failed = [check for check in verdicts if check.status in ("failed", "error")]
    refused = [
        f"turn {n}: sending failed: {turn.error.message}"
        for n, turn in enumerate(receipt.turns, 1)
        if turn.error is not None and turn.error.origin == "client"
    ]
    if refused and not any(check.status == "failed" for check in failed):
        return "error", (*refused, *unread)
    if failed:
        return "failed", (*map(reason, failed), *unread)
    if unread:
        return "error", unread
    if not collection.complete:
        why = _why_incomplete(collection) if mode == "live" else "the recorded evidence is not complete"
        return "inconclusive", (why, *(entry.what for entry in trace.missing))
    skipped = [check for check in verdicts if check.status == "skipped"]
    if len(skipped) == len(verdicts):
        return "inconclusive", ("no check judged this run", *map(reason, skipped))
    open_checks = [check for check in verdicts if check.status == "inconclusive"]
    if open_checks:
        return "inconclusive", tuple(map(reason, open_checks))
    # A failure that is known is one all the same: the run is no clean pass, and least of all where every check is known
    # to fail.
    doubts = [check for check in verdicts if check.status in ("warning", "xfailed", "skipped")]
    blemishes = (*map(reason, doubts), *_blemishes(receipt, trace))
    return ("warning", blemishes) if blemishes else ("passed", ())


def reason(check: CheckVerdict) -> str:
    """What a check that did not simply pass says, in a sentence."""
    called = check.title or check.name
    if check.status == "xfailed":
        return f"{called} failed as expected ({check.xfail}): {check.message}"
    return f"{called} was skipped: {check.message}" if check.status == "skipped" else f"{called}: {check.message}"


def _why_incomplete(collection: Collection) -> str:
    waited = (collection.ended_ns - collection.started_ns) / 1e9
    if collection.interrupted and not collection.polls:
        return "interrupted while sending; whether it arrived is not known"
    if collection.interrupted:
        return f"interrupted after {waited:.0f} s"
    logs = [group for group in collection.groups if group.source == "cloudwatch_logs"]
    newest = [group for group in logs if group.newest_event_ms is not None]
    if not newest:
        return f"not complete after {waited:.0f} s; no log group delivered anything"
    ages = ", ".join(
        f"{group.group} {max(0.0, collection.ended_ns / 1e9 - (group.newest_event_ms or 0) / 1e3):.0f} s old"
        for group in newest
    )
    silent = [group.group for group in logs if group.newest_event_ms is None]
    told = f"; nothing at all from {', '.join(silent)}" if silent else ""
    return f"not complete after {waited:.0f} s; newest records: {ages}{told}"


def _blemishes(receipt: Receipt, trace: Trace) -> tuple[str, ...]:
    """Why a run that passed is no clean pass; an attempt that is only inferred is none of the reasons."""
    again = [span for span in trace.spans if span.is_again]
    bad = [span for span in trace.spans if span.status in ("error", "timeout", "blocked")]
    throttled = [span for span in trace.spans if span.status == "throttled"]
    found = []
    if again:
        found.append(
            f"{counted(len(again), 'attempt')} after a first one, e.g. {again[0].component.label} `{again[0].name}`"
        )
    if bad:
        found.append(f"{counted(len(bad), 'span')} ended in an error, e.g. {bad[0].component.label} `{bad[0].name}`")
    if throttled:
        found.append(f"throttled: {counted(len(throttled), 'span')}")
    if receipt.sdk_retries:
        found.append(f"sending took {counted(receipt.sdk_retries, 'SDK retry', 'SDK retries')}")
    return tuple(found)
