"""Rows of suites: the cases of a shop, one of each status, and what they are made of. The same each time."""

from __future__ import annotations

import random

from msgspec.structs import replace

from itk.model.ids import span_id
from itk.model.run import Near
from itk.model.suite import Bar, CaseRow, JudgedCheck, Try

T0 = 1_772_350_262_120_000_001  # 2026-03-01 07:31:02.120 UTC
MS = 1_000_000
ORDERS = ("client:itk", "queue:intake", "lambda:intake", "agent:gatekeeper", "tool:lookup_order", "table:orders")
AGENTS = (
    "client:itk",
    "agent:supervisor",
    "model:claude-3-haiku",
    "agent:returns-specialist",
    "guardrail:pii",
    "knowledge_base:policies",
)
EVENTS = ("client:itk", "bus:shop", "lambda:price", "topic:notify", "queue:mails", "lambda:mailer")


def passed(
    id_: str, name: str, group: str, lanes: tuple[str, ...], ms: float, *, at: int = 0, tags: str = ""
) -> CaseRow:
    return CaseRow(
        id=id_,
        name=name,
        path=f"cases/{group}/{id_}.yaml".replace("//", "/"),
        group=group,
        tags=tuple(tags.split()),
        status="passed",
        reasons=("all 6 checks passed",),
        tries=(sending(id_, "passed", at, ms),),
        checks_passed=6,
        checks=6,
        duration_ms=float(ms),
        spans=len(lanes) * 3,
        tokens=1840 if "agent" in str(lanes) else None,
        path_signature=span_id(group, *lanes),
        lanes=lanes,
        bars=drawing(lanes, id_),
    )


def skipped(id_: str, name: str, group: str, why: str) -> CaseRow:
    path = f"cases/{group}/{id_}.yaml".replace("//", "/")
    return CaseRow(id=id_, name=name, path=path, group=group, status="skipped", reasons=(why,))


def sending(id_: str, status: str, at: int, ms: float, *, n: int = 0, reasons: tuple[str, ...] = ()) -> Try:
    """One try; `at` is its start in ms after the suite's, its collection takes a second longer than the case."""
    return Try(
        run_id=f"itk-{span_id(id_, n)}",
        directory=id_ if n == 0 else f"{id_}/try-{n}",
        status=status,  # type: ignore[arg-type]
        reasons=reasons,
        started_ns=T0 + at * MS,
        ended_ns=T0 + (at + round(ms) + 1000) * MS,
    )


def drawing(
    lanes: tuple[str, ...], seed: str, *, bad: int = -1, again: bool = False, ends: bool = True
) -> tuple[Bar, ...]:
    """Each lane calls the next; `bad`: the lane in which it ends, `again`: after a second attempt."""
    chance = random.Random(seed)
    bars: list[Bar] = []
    start, end = 0, 1000
    for lane in range(len(lanes)):
        bars.append(Bar(lane, start, end - start, "error" if lane == bad else "ok" if ends or lane else "open"))
        if lane == bad:
            break
        if lane and chance.random() < 0.6 and end - start > 90:
            bars.append(Bar(lane, end - 30, 30, "ok"))
        start += chance.randint(20, 90)
        end = max(end - chance.randint(40, 170), start + 30)
    if again and len(bars) > 1:
        last = bars.pop()
        half = max(last.width // 2 - 10, 8)
        bars += [Bar(last.lane, last.start, half, "error"), Bar(last.lane, last.start + half + 20, half, "again")]
    return tuple(bars)


def wrong(case: CaseRow, status: str, signature: str, *judged: JudgedCheck, **more: object) -> CaseRow:
    """`case`, but it did not pass."""
    reasons = tuple(f"check {check.title or check.name}: {check.message}" for check in judged)
    tries = tuple(replace(each, status=status, reasons=reasons) for each in case.tries)
    checked = replace(case, status=status, signature=signature, judged=judged, tries=tries, reasons=reasons)
    return replace(checked, checks_passed=case.checks - len(judged), **more)


THROTTLED = "no_errors: ThrottlingException on model:claude-3-haiku"
NO_ROW = "spans: no PutItem on table:orders"


def _no_row(path: str, line: int) -> JudgedCheck:
    return JudgedCheck(
        index=3,
        name="spans",
        title="the order is stored",
        status="failed",
        message="0 spans match, at least 1 expected",
        expected="component table:orders, operation PutItem, under lambda:intake, count >= 1",
        actual="0 of 18 spans match; 2 are near",
        nearest=(
            Near(span_id="a1b2c3d4e5f60718", label="table:orders `UpdateItem`",
                differs="operation is UpdateItem, not PutItem"),
            Near(span_id="0718a1b2c3d4e5f6", label="table:orders-archive `PutItem`",
                differs="component is table:orders-archive, not table:orders"),
        ),
        span_id="a1b2c3d4e5f60718",
        path=path,
        line=line,
        column=5,
    )  # fmt: skip


def _throttled(path: str) -> JudgedCheck:
    return JudgedCheck(
        index=0,
        name="no_errors",
        status="failed",
        message="1 span failed: ThrottlingException on model:claude-3-haiku",
        expected="no span ends in an error",
        actual="InvokeModel on model:claude-3-haiku, attempt 3 of 3: ThrottlingException, Too many requests",
        span_id="00ff00ff00ff00ff",
        path=path,
        line=12,
        column=3,
    )


def shop() -> tuple[CaseRow, ...]:
    happy = passed(
        "order-happy", "A new order is taken, checked and stored", "orders", ORDERS, 2140, at=0, tags="smoke orders"
    )
    batch = passed("order-batch", "Ten orders in one batch", "orders", ORDERS, 3320, at=30, tags="orders batch")
    poison = passed(
        "order-poison", "A poison order ends in the dead-letter queue", "orders", ORDERS, 5210, at=60, tags="orders dlq"
    )
    missing = passed(
        "order-unstored",
        "An order without a customer is stored as a draft",
        "orders",
        ORDERS,
        1890,
        at=90,
        tags="smoke orders",
    )
    archive = passed(
        "order-archived", "An old order is found in the archive", "orders", ORDERS, 1740, at=2200, tags="orders"
    )
    triage = passed(
        "triage-refund",
        "The supervisor hands a refund to the specialist",
        "agents",
        AGENTS,
        6480,
        at=2400,
        tags="smoke agents",
    )
    policy = passed(
        "policy-answer", "The policy is quoted from the knowledge base", "agents", AGENTS, 4870, at=2900, tags="agents"
    )
    guard = passed(
        "guardrail-pii",
        "A card number never reaches the model",
        "agents",
        AGENTS,
        3930,
        at=3600,
        tags="agents security",
    )
    angry = passed(
        "angry-customer", "An angry customer is handed to a person", "agents", AGENTS, 7120, at=3800, tags="agents"
    )
    price = passed(
        "price-changed", "A new price is announced once", "events", EVENTS, 950, at=5600, tags="smoke events"
    )
    mail = passed("mail-sent", "The mail about a price is sent", "events", EVENTS, 1330, at=5900, tags="events")
    late = passed(
        "late-mail", "A mail that comes late is still one mail", "events", EVENTS, 1610, at=6300, tags="events"
    )
    legacy = passed(
        "legacy-import", "The nightly import still runs", "events", EVENTS, 2480, at=6500, tags="events nightly"
    )
    return (
        happy,
        batch,
        wrong(poison, "warning", "dlq: one message more", JudgedCheck(
            index=4, name="dlq", title="nothing is left over", status="warning", expected="0 messages more",
            actual="1 message more",
            message="intake-dlq holds 1 message more than before", path=poison.path, line=21, column=5), retries=2,
            bars=drawing(ORDERS, "order-poison", bad=2, again=True)),
        wrong(missing, "failed", NO_ROW, _no_row(missing.path, 17), bars=drawing(ORDERS, "order-unstored", bad=4)),
        wrong(archive, "failed", NO_ROW, _no_row(archive.path, 14), bars=drawing(ORDERS, "order-archived", bad=4)),
        wrong(triage, "failed", THROTTLED, _throttled(triage.path), retries=2, throttles=3,
            bars=drawing(AGENTS, "triage-refund", bad=2, again=True)),
        policy,
        guard,
        replace(
            angry,
            flaky=True,
            reasons=("passed at the second sending; the first failed", "all 6 checks passed"),
            tries=(
                sending("angry-customer", "failed", 3800, 4020, n=1,
                        reasons=("check expectedTrajectory: `escalate` was never called",)),
                sending("angry-customer", "passed", 8900, 7120),
            ),
            retries=1,
            bars=drawing(AGENTS, "angry", again=True),
        ),
        price,
        mail,
        wrong(late, "inconclusive", "trace: not complete", JudgedCheck(
            index=5, name="trace", title="", status="inconclusive",
            message="3 spans were still open when the deadline came",
            expected="a complete trace", actual="lambda:mailer: no end was seen within 20 s",
            path=late.path, line=9, column=3),
            bars=drawing(EVENTS, "late-mail", ends=False)),
        wrong(legacy, "error", "InvalidAccessKey", bars=(), lanes=(), spans=0, duration_ms=None,
            reasons=("PutEvents was refused: AccessDeniedException, not authorized to perform events:PutEvents",)),
        skipped("stock-sync", "Stock is counted at midnight", "events",
                "`--tag smoke` leaves it out: it has the tags events, nightly"),
    )  # fmt: skip


def another(case: CaseRow, at: int, group: str, start: int, chance: random.Random) -> CaseRow:
    """Another case of the kind of `case`, sent `start` ms after the first."""
    id_ = f"{case.id}-{at:04d}"
    stretch = 0.4 + 2 * chance.random()
    tries = tuple(
        replace(each, run_id=f"itk-{span_id(id_, n)}",
                directory=id_ if n == len(case.tries) - 1 else f"{id_}/try-{n + 1}",
                started_ns=T0 + (start + 9000 * n) * MS, ended_ns=T0 + (start + 9000 * n + round(4000 * stretch)) * MS)
        for n, each in enumerate(case.tries)
    )  # fmt: skip
    return replace(
        case,
        id=id_,
        name=f"{case.name} ({at})",
        path=f"cases/{group}/{id_}.yaml",
        group=group,
        tries=tries,
        duration_ms=None if case.duration_ms is None else round(case.duration_ms * stretch, 1),
        bars=drawing(case.lanes, id_, bad=2 if case.status == "failed" else -1) if case.bars else (),
    )
