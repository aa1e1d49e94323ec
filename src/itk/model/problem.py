"""What is wrong with a file a person wrote: many at once, each with its place, the line and a way out."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Literal

import msgspec

from itk.errors import UsageError
from itk.model.case import Where

LINE_SHOWN_MAX = 110


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """One finding. `source` is the offending line as written, `width` how many characters of it the caret marks."""

    what: str
    where: Where
    fix: str = ""
    severity: Literal["error", "warning"] = "error"
    source: str = ""
    width: int = 1

    def __str__(self) -> str:
        lines = [f"{self.severity}: {self.what}", f"  --> {self.where}"]
        if self.source and self.where.line:
            lines += _excerpt(self.source, self.where, self.width)
        if self.fix:
            lines.append(f"hint: {self.fix}")
        return "\n".join(lines)


class Problems(UsageError):
    """Everything that is wrong with what the user wrote, at once; nothing was sent."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        first = next((p for p in self.problems if p.severity == "error"), self.problems[0])
        super().__init__(first.what, where=str(first.where), fix=first.fix)

    def __str__(self) -> str:
        return "\n\n".join(map(str, self.problems))


def show(text: object, limit: int = 60) -> str:
    """`text` fit for one line of a message: no control characters, not too long.

    >>> show("a\\x1b[31mb")
    'a\\ufffd[31mb'
    """
    written = "".join(_printable(c) for c in str(text)[: limit + 1])
    return written if len(written) <= limit else written[: limit - 1] + "…"


def _printable(char: str) -> str:
    if char in "\t\r\n":
        return " "
    # Control, format and surrogate characters could move the cursor or colour the terminal: a file must not.
    return "\ufffd" if unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"} else char


def _excerpt(source: str, where: Where, width: int) -> list[str]:
    column = min(max(where.column, 1), len(source) + 1) - 1
    start = 0 if column < LINE_SHOWN_MAX - 30 else column - LINE_SHOWN_MAX // 2
    shown = "".join(_printable(c) for c in source[start : start + LINE_SHOWN_MAX])
    if start:
        shown = "…" + shown[1:]
    if start + LINE_SHOWN_MAX < len(source):
        shown += "…"
    indent = column - start
    # A wide character (CJK, emoji) fills two cells, so the caret must move two.
    pad = sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in shown[:indent])
    marks = "^" * max(1, min(width, len(shown) - indent))
    number = str(where.line)
    gutter = " " * len(number)
    return [f" {gutter} |", f" {number} | {shown.rstrip()}", f" {gutter} | {' ' * pad}{marks}"]
