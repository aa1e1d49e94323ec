"""Checks: one file each, judged by `judge`. A new one is a file, a line here, and a section in the docs."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from itk.checks._queues import Asked, asked_queues
from itk.checks._turns import is_settled, never_carried_out, of_turn
from itk.checks.budget import budget
from itk.checks.complete import complete
from itk.checks.dlq import dlq
from itk.checks.expected_response import expected_response
from itk.checks.expected_trajectory import expected_trajectory
from itk.checks.forbidden_components import forbidden_components
from itk.checks.has_entrypoint import has_entrypoint
from itk.checks.has_spans import has_spans
from itk.checks.max_duration_ms import max_duration_ms
from itk.checks.max_retry_count import max_retry_count
from itk.checks.no_dlq_messages import no_dlq_messages
from itk.checks.no_duplicate_span_ids import no_duplicate_span_ids
from itk.checks.no_error_spans import no_error_spans
from itk.checks.no_orphan_spans import no_orphan_spans
from itk.checks.queue import NOT_DRAINED, queue, undrained
from itk.checks.required_components import absent, required_components
from itk.checks.response import response
from itk.checks.response_contains import response_contains
from itk.checks.spans import spans
from itk.checks.that import that
from itk.checks.tools import tools
from itk.checks.trace import trace
from itk.checks.turns import turns
from itk.checks.valid_timestamps import valid_timestamps
from itk.model.case import CheckSpec, ExpectedFailure
from itk.model.run import CheckVerdict
from itk.ports import Check, Facts

CHECKS: tuple[Check, ...] = (
    has_spans,
    has_entrypoint,
    no_error_spans,
    no_orphan_spans,
    valid_timestamps,
    no_duplicate_span_ids,
    max_retry_count,
    required_components,
    forbidden_components,
    max_duration_ms,
    response_contains,
    no_dlq_messages,
    dlq,
    queue,
    complete,
    spans,
    response,
    trace,
    budget,
    that,
    expected_trajectory,
    tools,
    expected_response,
    turns,
)

VOCABULARY = {check.name: check for check in CHECKS}

__all__ = ["CHECKS", "NOT_DRAINED", "VOCABULARY", "Asked", "absent", "asked_queues", "judge", "judge_turn", "undrained"]


def judge(specs: Sequence[CheckSpec], facts: Facts) -> tuple[CheckVerdict, ...]:
    """One verdict for each line of `expect:`.

    While evidence is missing, only the answer that more evidence cannot change stands: a thing that was seen stays
    seen, an error that was seen stays an error. The other answer is inconclusive. Where all evidence is there and
    a check finds nothing to judge, it fails: who looked at nothing has proven nothing.

    What a turn of a conversation is asked is judged on that turn alone; of a turn that was never sent it is skipped.
    """
    return tuple(_judged(spec, facts) for spec in specs)


def judge_turn(specs: Sequence[CheckSpec], facts: Facts, turn: int) -> tuple[CheckVerdict, ...]:
    """The verdicts on one turn as soon as it is answered: inconclusive where the answer does not settle them."""
    mine = (spec for spec in specs if spec.turn == turn)
    return tuple(_judged(spec, msgspec.structs.replace(facts, complete=is_settled(spec, facts))) for spec in mine)


def _judged(spec: CheckSpec, facts: Facts) -> CheckVerdict:
    part = of_turn(facts, spec.turn) if spec.turn else facts
    if part is None:
        return never_carried_out(spec, facts)
    return _weighed(spec, _settled(spec, part), part)


def _weighed(spec: CheckSpec, verdict: CheckVerdict, facts: Facts) -> CheckVerdict:
    """The verdict as the case's author weighs it: a failure that is expected, or that only warns."""
    verdict = msgspec.structs.replace(verdict, title=spec.title)
    if spec.xfail is not None:
        verdict = _excused(spec.xfail, verdict, facts.day)
    if spec.severity == "warn" and verdict.status in ("failed", "error"):
        return msgspec.structs.replace(verdict, status="warning")
    return verdict


def _excused(expected: ExpectedFailure, verdict: CheckVerdict, day: str) -> CheckVerdict:
    """A failure counts again on the day after the last one on which it is excused. What is known to fail and passes
    is told until somebody removes the excuse, which would hide the next failure."""
    verdict = msgspec.structs.replace(verdict, xfail=f"{expected.reason} until {expected.until}")
    failed, over = verdict.status in ("failed", "error"), day > expected.until
    if verdict.status == "passed" and not over:
        better = f"{verdict.message}, although it is expected to fail: remove `xfail`"
        return msgspec.structs.replace(verdict, status="warning", message=better)
    if failed and over:
        late = f"{verdict.message}; that was excused until {expected.until}"
        return msgspec.structs.replace(verdict, message=late)
    return msgspec.structs.replace(verdict, status="xfailed") if failed else verdict


def _settled(spec: CheckSpec, facts: Facts) -> CheckVerdict:
    check = VOCABULARY[spec.name]
    verdict = check.judge(spec, facts)
    if facts.complete:
        nothing = verdict.status == "inconclusive"
        return msgspec.structs.replace(verdict, status="failed") if nothing else verdict
    early = check.settles_early(spec)
    if verdict.status in ("skipped", "error", early) or (early == "either" and verdict.status in ("passed", "failed")):
        return verdict
    return msgspec.structs.replace(
        verdict, status="inconclusive", message=f"{verdict.message} (so far: the evidence is not complete)"
    )
