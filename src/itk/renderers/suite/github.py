"""What GitHub shows beside the lines of case files: workflow commands, one a case that is not green.

https://docs.github.com/actions/reference/workflow-commands-for-github-actions: a property must not hold `%`, CR, LF,
`:` or `,` as they are, a message not `%`, CR or LF. A step keeps 10 errors and 10 warnings and drops the rest silently.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from itk.model.suite import CaseRow, CaseStatus, JudgedCheck, RedactedSuite, Shard, SuiteResult
from itk.model.wording import counted
from itk.renderers.suite import telling

SHOWN_MAX = 9  # of each kind, so that the line which counts the others is the tenth
MESSAGE_MAX = 4_000
_ERRORS: tuple[CaseStatus, ...] = ("failed", "error")
_WARNINGS: tuple[CaseStatus, ...] = ("inconclusive", "warning")
_DATA = (("%", "%25"), ("\r", "%0D"), ("\n", "%0A"))
_PROPERTY = (*_DATA, (":", "%3A"), (",", "%2C"))

Place = Callable[[str], str]


def commands(suite: RedactedSuite, *, place: Place = str) -> tuple[str, ...]:
    """The lines to print. `place` makes the path of a case file one from the root of the repository."""
    result = suite.result
    errors = [_of_case("error", row, place) for row in result.cases if row.status in _ERRORS]
    errors += [_of_shard(result, shard) for shard in result.absent]
    inconclusive, blemished = ([row for row in result.cases if row.status == status] for status in _WARNINGS)
    flaky = [row for row in result.cases if row.flaky and row.status not in (*_ERRORS, *_WARNINGS)]
    warnings = [_of_case("warning", row, place) for row in (*inconclusive, *flaky, *blemished)]
    return (*_bounded("error", errors), *_bounded("warning", warnings))


def _of_case(kind: str, row: CaseRow, place: Place) -> str:
    checks = telling.deciding(row)
    first = checks[0] if checks else None
    word = "flaky" if row.flaky and row.status == "passed" else row.status
    told = telling.lines(first) if first is not None else telling.reasons(row)
    rest = len(checks) - 1
    said = (
        f"{word.upper()}: {telling.plain(row.name or row.id)}",
        *told,
        *((f"and {counted(rest, 'check')} more",) if rest > 0 else ()),
        *((f"see {telling.page(row, first)}",) if telling.page(row) else ()),
    )
    return _command(kind, {**_where(row, first, place), "title": telling.plain(row.id, 200)}, said)


def _where(row: CaseRow, check: JudgedCheck | None, place: Place) -> dict[str, str]:
    """GitHub takes a line for one of the file alone; without a file it shows the message at the job."""
    path = check.path if check is not None and check.path else row.path
    if not path:
        return {}
    line, column = (check.line, check.column) if check is not None else (0, 0)
    found = {"file": place(path), "line": str(line or 1)}
    return {**found, "col": str(column)} if line and column else found


def _of_shard(result: SuiteResult, shard: Shard) -> str:
    said = f"shard {shard.index} of {shard.of} is missing: its cases are in no figure of this report"
    return _command("error", {"title": telling.plain(result.name or result.suite_id, 200)}, (said,))


def _bounded(kind: str, commands: Sequence[str]) -> tuple[str, ...]:
    rest = len(commands) - SHOWN_MAX
    if rest <= 0:
        return tuple(commands)
    return (*commands[:SHOWN_MAX], _command(kind, {"title": "itk suite"}, (f"and {rest:,} more: see summary.md",)))


def _command(kind: str, properties: dict[str, str], lines: Sequence[str]) -> str:
    named = ",".join(f"{name}={_escaped(telling.plain(value), _PROPERTY)}" for name, value in properties.items())
    return f"::{kind} {named}::{_escaped(telling.cut(lines, MESSAGE_MAX), _DATA)}"


def _escaped(text: str, table: Sequence[tuple[str, str]]) -> str:
    for character, written in table:
        text = text.replace(character, written)
    return text
