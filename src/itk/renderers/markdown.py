"""Markdown from text that anybody may have written: whatever a log says, it stays text in its place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from itk.renderers.text import one_line, shorten

# Entities, not backslashes: a backslash before a pipe means something else in a table than elsewhere.
_SPECIAL = re.compile(r"[\\`*\[\]<>&|~#]|(?<![^\W_])_|_(?![^\W_])|(?<=:)//|(?i:(?<=www)\.)|(?<!\S)@")
# ASCII that can be seen, but for what ends code, cells or text: backtick, pipe, backslash, angle brackets, ampersand.
_SAFE_CODE = re.compile(r"[!-%'-;=?-\[\]-_a-{}~](?:[ -%'-;=?-\[\]-_a-{}~])*")
LONG = 400


def text(value: str, limit: int = LONG) -> str:
    """`value` as one line of plain text: no markup, no HTML, no link, no table cell of its own."""
    return _SPECIAL.sub(lambda m: "".join(f"&#{ord(c)};" for c in m.group()), shorten(one_line(value), limit))


def code(value: str) -> str:
    """`value` in backticks where nothing in it could end them; else as text."""
    line = one_line(value)
    return f"`{line}`" if _SAFE_CODE.fullmatch(line) and len(line) <= LONG else text(line)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """A table whose cells were made by `text` or `code`; every row has as many cells as the head."""
    return [_row(head), _row(["---"] * len(head)), *(_row(row) for row in rows), ""]


def bullets(lines: Iterable[str]) -> list[str]:
    """A list whose items were made by `text` or `code`."""
    return [*(f"- {line}" for line in lines), ""]


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cell or ' ' for cell in cells)} |"
