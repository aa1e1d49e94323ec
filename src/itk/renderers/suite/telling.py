"""What every report of a suite says of a case in the same words: which checks decided, what they saw, where to look."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Protocol

from itk.model.run import CheckStatus, Near
from itk.model.suite import CaseRow, CaseStatus, JudgedCheck
from itk.model.wording import counted
from itk.renderers import files
from itk.renderers.text import one_line, shorten, uncoloured, well_formed

SAID_MAX = 2_000
NEAREST_MAX = 5
# Which answers of checks made a case what it is.
_DECIDE: dict[CaseStatus, tuple[CheckStatus, ...]] = {
    "passed": (),
    "warning": ("warning", "xfailed"),
    "failed": ("failed", "error"),
    "error": ("failed", "error"),
    "inconclusive": ("inconclusive",),
    "skipped": (),
}
_NO_ADDRESS = re.compile(r"[^A-Za-z0-9._~/-]")


class Said(Protocol):
    """A check that spoke, of a run or of a row of a suite."""

    @property
    def name(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def message(self) -> str: ...
    @property
    def expected(self) -> str: ...
    @property
    def actual(self) -> str: ...
    @property
    def nearest(self) -> tuple[Near, ...]: ...


def deciding(row: CaseRow) -> tuple[JudgedCheck, ...]:
    """The checks that made the case what it is; none where something else did."""
    return tuple(check for check in row.judged if check.status in _DECIDE[row.status])


def called(check: Said) -> str:
    """What its author calls it, else its name."""
    return plain(check.title or check.name)


def lines(check: Said) -> tuple[str, ...]:
    """What a check said, what it wanted, what there was, and what came close; each one line."""
    near = check.nearest[:NEAREST_MAX]
    more = len(check.nearest) - len(near)
    return (
        f"{called(check)}: {plain(check.message)}",
        *((f"expected: {plain(check.expected)}",) if check.expected else ()),
        *((f"actual: {plain(check.actual)}",) if check.actual else ()),
        *(f"nearest: {plain(span.label)} ({plain(span.differs)})" for span in near),
        *((f"and {counted(more, 'span')} more that came close",) if more > 0 else ()),
    )


def reasons(row: CaseRow) -> tuple[str, ...]:
    """Why the case is what it is, each in one line."""
    return tuple(plain(reason) for reason in row.reasons)


def directory(row: CaseRow) -> str:
    """Where the artifacts of its last try lie, below the suite's; empty where there are none."""
    return row.tries[-1].directory if row.tries else ""


def page(row: CaseRow, check: JudgedCheck | None = None) -> str:
    """The page of its last try as a relative address, at the span that `check` rests on; empty where there is none."""
    if not directory(row):
        return ""
    span = f"#span={address(check.span_id)}" if check is not None and check.span_id else ""
    return f"{address(directory(row))}/{files.VIEWER}{span}"


def address(path: str) -> str:
    """A relative path as a link may hold it: nothing in it is a scheme, a query or markup."""
    kept = well_formed(path)
    return _NO_ADDRESS.sub(lambda m: "".join(f"%{byte:02X}" for byte in m.group().encode("utf-8")), kept).lstrip("/")


def plain(text: str, limit: int = SAID_MAX) -> str:
    """`text` as one line of visible characters without colour, not too long."""
    return shorten(one_line(uncoloured(text)), limit)


def cut(said: Sequence[str], limit: int) -> str:
    """Lines below each other, at most `limit` characters; a cut shows as an ellipsis."""
    return shorten("\n".join(said), limit)
