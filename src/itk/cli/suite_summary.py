"""What a suite says at its end: the cases that did not pass, with what was expected, found, and near."""

from __future__ import annotations

from collections.abc import Iterator

from itk.model.suite import CaseRow, JudgedCheck, SuiteResult
from itk.model.wording import counted

CASES_MAX = 20
CHECKS_MAX = 5  # of one case
CHARS_MAX = 500
_WELL = ("passed", "skipped")
_QUIET = ("passed", "skipped", "xfailed")


def summary_lines(suite: SuiteResult, out: str) -> Iterator[str]:
    """Every case that did not simply pass, the failed ones first."""
    rows = [row for row in suite.cases if row.status not in _WELL or row.flaky]
    rows.sort(key=lambda row: row.status == "warning" or row.flaky)
    for row in rows[:CASES_MAX]:
        yield ""
        yield from _case(row, out)
    if (more := len(rows) - CASES_MAX) > 0:
        yield f"and {counted(more, 'more case')}: the report has them all"
    if suite.stopped:
        unsent = sum(row.status == "skipped" for row in suite.cases)
        yield ""
        yield f"{suite.stopped}; {counted(unsent, 'case')} not sent"


def _case(row: CaseRow, out: str) -> Iterator[str]:
    flaky = f" (flaky: passed at try {len(row.tries)})" if row.flaky else ""
    yield f"{row.status.upper()} {row.id}{flaky}  {row.path}"
    checks = [check for check in row.judged if check.status not in _QUIET]
    for check in checks[:CHECKS_MAX]:
        yield from _check(check)
    if (more := len(checks) - CHECKS_MAX) > 0:
        yield f"  and {counted(more, 'more check')}"
    if not checks:
        yield from (f"  {_cut(line)}" for reason in row.reasons for line in reason.splitlines())
    for sent in row.tries[-1:]:
        if sent.directory:
            yield f"  artifacts: {out}/{sent.directory}/"


def _check(check: JudgedCheck) -> Iterator[str]:
    where = f"  {check.path}:{check.line}:{check.column}" if check.line else ""
    yield f"  {check.status}: {check.title or check.name}{where}"
    yield f"    {_cut(check.message)}"
    if check.expected:
        yield f"    expected: {_cut(check.expected)}"
    if check.actual:
        yield f"    actual:   {_cut(check.actual)}"
    for near in check.nearest:
        yield f"    near:     {_cut(near.label)}: {_cut(near.differs)}"


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= CHARS_MAX else f"{line[:CHARS_MAX]}…"
