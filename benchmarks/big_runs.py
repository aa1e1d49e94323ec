"""A run of any size, as big and as mixed as real ones are, for benchmarks, tests and pictures.

An order comes in, a worker asks agents, models, tools and tables, settles, and tells queues of it; messages are
received again, calls are throttled and repeated, some links are inferred. Half of the orders are told of by traces, to
the nanosecond, half by logs, to the millisecond. Equal seeds give equal runs.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

import msgspec
from benchmarks.big_run_calls import IMPORTS
from benchmarks.big_run_story import Story
from benchmarks.big_run_tape import MS, T0, Tape

from itk.model.case import Where
from itk.model.ids import Id
from itk.model.ids import trace_id as new_trace_id
from itk.model.run import (
    CaseSummary,
    CheckVerdict,
    Collection,
    Environment,
    Finding,
    GroupReading,
    QueueReading,
    Receipt,
    RunResult,
)
from itk.model.trace import Missing, Span, Trace

CASE = "cases/big.yaml"
FAILING = ("error", "timeout", "throttled", "blocked")


def big_run(spans: int, *, seed: int = 1, traced: float = 0.5, payloads: bool = True) -> RunResult:
    """A run of exactly `spans` spans; `traced` is the share of orders whose times a tracing system told."""
    chance = random.Random(seed)
    tape = Tape(chance)
    story = Story(tape)
    split = story.begin()
    clock = split.start + 15
    while tape.count < spans:
        tape.traced = chance.random() < traced
        clock = story.order(split, clock) + tape.between(1, 60)
    tape.traced = False
    story.close(split, clock, "imports")
    found = tape.spans(spans)
    return result(found if payloads else tuple(map(_bare, found)))


def result(spans: tuple[Span, ...]) -> RunResult:
    """The run that those spans are of: 10 checks, what was read, and what is missing."""
    run_id = "itk-0c1d2e3f4a5b6c7d8e9f"
    ended_ns = max((span.end_ns or span.start_ns or 0 for span in spans), default=T0)
    missing = _missing(spans)
    checks = _checks(spans)
    groups = sorted({span.component.name for span in spans if span.component.type == "lambda"})
    return RunResult(
        run_id=run_id,
        mode="live",
        status="failed" if any(check.status == "failed" for check in checks) else "passed",
        reasons=tuple(f"check {check.name} {check.status}" for check in checks if check.status != "passed"),
        case=CaseSummary(id="big", name="An import of many orders", path=CASE, tags=("generated",)),
        environment=Environment(account="111122223333", region="eu-west-1", name="dev", itk_version="0.1.0"),
        receipt=Receipt(
            run_id=run_id,
            entrypoint="sqs_event",
            operation="SendMessage",
            target_type="queue",
            target_name=IMPORTS.name,
            target_id=IMPORTS.id,
            sent_ns=T0,
            answered_ns=T0 + 41 * MS,
            ids=(Id("run_id", run_id),),
            request={"file": "imports/2026-03-01.csv"},
        ),
        preflight=(Finding(check="credentials", ok=True, what="caller is arn:aws:iam::111122223333:user/dev"),),
        collection=Collection(
            polls=12,
            started_ns=T0,
            ended_ns=ended_ns,
            complete=not missing,
            quiet_s=5.0,
            throttles=3,
            api_calls=240,
            groups=tuple(
                GroupReading(group=f"/aws/lambda/{name}", events=len(spans), pages=9, max_lag_ms=1840)
                for name in groups
            ),
        ),
        dead_letter_queues=(
            QueueReading(name="orders-dlq", source_queue="orders", max_receive_count=3, before=0, after=0),
        ),
        trace=Trace(trace_id=new_trace_id(run_id), run_id=run_id, spans=spans, missing=missing, foreign=128, shared=3),
        checks=checks,
        started_ns=T0 - 200 * MS,
        ended_ns=ended_ns + 5_000 * MS,
    )


def _missing(spans: Sequence[Span]) -> tuple[Missing, ...]:
    return tuple(
        Missing(
            what=f"{span.name} began and no end of it was seen", component=span.component.label, span_id=span.span_id
        )
        for span in spans
        if span.end_ns is None
    )


def _checks(spans: Sequence[Span]) -> tuple[CheckVerdict, ...]:
    """Ten, as a case asks them, each with the spans that it rests on."""
    failed = [span for span in spans if span.status in FAILING]
    again = [span for span in spans if span.attempt is not None and span.attempt.n > 1]
    of = {
        kind: [span for span in spans if span.component.type == kind] for kind in ("lambda", "agent", "model", "table")
    }
    return (
        _check(0, "has_entrypoint", spans[:1], f"{spans[0].name} was seen" if spans else "nothing was seen"),
        _check(1, "has_spans", spans[:3], f"{len(spans):,} spans, at least 1 expected"),
        _check(2, "required_components", of["lambda"][:4], "all 4 were seen"),
        _check(3, "that", of["agent"][:12], "the supervisor asked at least one specialist"),
        _check(4, "that", of["model"][:40], "no model was asked for more than 4,096 tokens"),
        _check(5, "that", of["table"][:25], "every order was read before it was settled"),
        _check(6, "max_retry_count", again[:50], f"{len(again)} retries", ok=len(again) <= 5, expected="at most 5"),
        _check(7, "no_error_spans", failed[:50], f"{len(failed)} spans failed", ok=not failed, expected="none"),
        _check(8, "no_dlq_messages", (), "no dead-letter queue holds more than before"),
        _check(9, "valid_timestamps", (), "no span ends before it begins"),
    )


def _check(
    n: int, name: str, cited: Sequence[Span], message: str, *, ok: bool = True, expected: str = ""
) -> CheckVerdict:
    return CheckVerdict(
        name=name,
        status="passed" if ok else "failed",
        message=message,
        expected=expected,
        actual=message if expected else "",
        span_ids=tuple(span.span_id for span in cited),
        where=Where(CASE, 10 + 3 * n, 5),
    )


def _bare(span: Span) -> Span:
    """`span` without what fills payload chunks."""
    return msgspec.structs.replace(span, request=None, response=None, events=())
