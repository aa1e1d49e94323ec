"""Two rows of suites, where the runs themselves are not there any more: what rows alone can tell."""

from __future__ import annotations

from collections.abc import Iterator

from itk.compare.noting import cut, heaviest_first, noted
from itk.compare.ranks import case_rank
from itk.model.regression import Noted
from itk.model.rules import Rules
from itk.model.suite import CaseRow
from itk.model.wording import counted


def compare_rows(before: CaseRow, after: CaseRow, rules: Rules, *, with_runs: bool) -> list[Noted]:
    """By status and flakiness; without runs by retries, path and duration as well. The heaviest first."""
    return heaviest_first(_notes(before, after, rules, with_runs=with_runs))


def _notes(before: CaseRow, after: CaseRow, rules: Rules, *, with_runs: bool) -> Iterator[Noted]:
    if before.status != after.status:
        worse = case_rank(after.status) > case_rank(before.status)
        why = f" ({cut(after.reasons[0])})" if worse and after.reasons else ""
        says = f"the case: {before.status} -> {after.status}{why}"
        figures, mild = {"before": before.status, "after": after.status}, after.status == "warning"
        yield noted(rules, "status", says, fires=worse, mild=mild, figures=figures)
    if before.flaky != after.flaky:
        says = "passed only when it was sent again" if after.flaky else "no longer passes only when it is sent again"
        yield noted(rules, "flaky", says, fires=after.flaky, figures={"tries": len(after.tries)})
    if not with_runs:
        yield from _without_runs(before, after, rules)


def _without_runs(before: CaseRow, after: CaseRow, rules: Rules) -> Iterator[Noted]:
    if before.path_signature != after.path_signature and before.path_signature and after.path_signature:
        says = f"path {before.path_signature[:8]} -> {after.path_signature[:8]}"
        yield noted(rules, "path_changed", says, fires=True)
    if before.retries != after.retries:
        more = after.retries - before.retries
        says = f"{counted(before.retries, 'retry', 'retries')} -> {after.retries:,}"
        yield noted(rules, "retries", says, fires=more > rules.retries.allow)
    took, takes = before.duration_ms, after.duration_ms
    if took is not None and takes is not None and rules.latency.fires(took * 1e6, takes * 1e6):
        says = f"took {took:,.0f} ms -> {takes:,.0f} ms"
        yield noted(rules, "latency", says, fires=True, figures={"before_ms": took, "after_ms": takes})
