"""Suites to be drawn and counted: every status, retries, shards, a thousand cases, hostile text. The same each time."""

from __future__ import annotations

import random

from msgspec.structs import replace

from itk.model.run import Environment
from itk.model.suite import CaseRow, RedactedSuite, Shard, SuiteResult
from tests.renderers.hostile import ALL, poisoned
from tests.suite_rows import MS, ORDERS, T0, another, passed, shop, skipped

AREAS = ("orders", "returns", "agents/triage", "agents/refund", "search", "notify", "billing/invoices")


def redacted(suite: SuiteResult) -> RedactedSuite:
    """Tests may make what only `itk.redact_suite` makes."""
    return RedactedSuite(suite)


def small() -> SuiteResult:
    """Fourteen cases over a shop: each status at least once, one of them flaky."""
    return suite(*shop(), max_inflight=4, retries_allowed=1, selection=("--tag smoke",))


def one(case: CaseRow | None = None) -> SuiteResult:
    return suite(case or passed("only", "The only case there is", "", ORDERS, 812))


def nothing() -> SuiteResult:
    """Two cases, both skipped."""
    return suite(
        *(skipped(name, f"Not on a Sunday, {name}", "", "the case says `skip: not on a Sunday`") for name in ("a", "b"))
    )


def merged() -> SuiteResult:
    """Two shards of four; the others never came."""
    shards = tuple(Shard(index, 4) for index in (1, 3))
    return replace(small(), shards=shards, absent=(Shard(2, 4), Shard(4, 4)))


def stopped() -> SuiteResult:
    """Ctrl-C, before all was sent."""
    late = (skipped("late", "Sent too late", "orders", "interrupted before it was sent"),)
    result = small()
    return replace(result, interrupted=True, stopped="interrupted by Ctrl-C", cases=result.cases + late)


def recorded() -> SuiteResult:
    """Dev-fixtures, and all is well."""
    cases = (passed(f"ok-{n}", f"Recorded case {n}", "orders", ORDERS, 300 + 40 * n) for n in range(4))
    return replace(suite(*cases), mode="dev-fixtures", environment=Environment(itk_version="0.5.0"))


def many(n: int) -> SuiteResult:
    """The fourteen cases again and again, sixteen at a time; most of them pass."""
    chance = random.Random(n)
    shop_cases = shop()
    good = [case for case in shop_cases if case.status == "passed" and not case.flaky]
    free = [0] * 16
    drawn = []
    for at in range(n):
        line = free.index(min(free))
        like = shop_cases[(at // 9) % len(shop_cases)] if at % 9 == 4 else chance.choice(good)
        drawn.append(another(like, at, AREAS[at * len(AREAS) // n], free[line], chance))
        free[line] = max((each.ended_ns - T0) // MS for each in drawn[-1].tries) + 20 if drawn[-1].tries else free[line]
    return suite(*drawn, max_inflight=16, retries_allowed=1)


def hostile(text: str = ALL) -> SuiteResult:
    """Hostile text in every string of the shop."""
    result = poisoned(small(), text)
    assert isinstance(result, SuiteResult)
    return result


def bare() -> SuiteResult:
    """Cases of which there is nothing but a status: no artifacts, no drawing, no names, no times."""
    cases = (
        CaseRow(id=f"case-{status}", name="", path="", status=status)
        for status in ("passed", "warning", "failed", "error", "inconclusive", "skipped")
    )
    return replace(suite(*cases), environment=Environment())


def suite(*cases: CaseRow, max_inflight: int = 1, **more: object) -> SuiteResult:
    ends = [each.ended_ns for case in cases for each in case.tries]
    return SuiteResult(
        suite_id="suite-20260301-073102-4f1c",
        name="Shop, smoke",
        mode="live",
        environment=Environment(account="1111****3333", region="eu-west-1", name="qa", itk_version="0.5.0"),
        started_ns=T0,
        ended_ns=max(ends, default=T0) + 240 * MS,
        max_inflight=max_inflight,
        cases=cases,
        **more,  # type: ignore[arg-type]
    )
