"""Says in a user's words why a text is no YAML: one message, the likeliest cause, and how to mend it."""

from __future__ import annotations

import re
from typing import Any

import yaml

from itk.casefile.nodes import Unreadable
from itk.model.case import Where
from itk.model.problem import Problem, show

_QUOTABLE = "*&!%@`|>{}[],?#"
_NO_SPACE_AFTER_COLON = re.compile(r"^\s*(?:- )?([A-Za-z_][\w.-]*):(?=[^\s:/])")


def explain(error: yaml.YAMLError | Unreadable, path: str, text: str) -> Problem:
    """The one problem that stops the file from being read."""
    lines = text.splitlines() or [""]
    line, column, what, fix = _explain(error, lines, text)
    line = min(max(line, 1), len(lines))
    return Problem(what=what, where=Where(path, line, max(column, 1)), fix=fix, source=lines[line - 1])


def _explain(error: yaml.YAMLError | Unreadable, lines: list[str], text: str) -> tuple[int, int, str, str]:
    if isinstance(error, Unreadable):
        return error.line, error.column, error.what, error.fix
    if isinstance(error, yaml.reader.ReaderError):
        return _bad_character(error, text)
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    if mark is None:
        return 1, 1, f"not YAML: {show(error)}", ""
    opened = getattr(error, "context_mark", None) or mark
    problem = str(getattr(error, "problem", "") or "")
    context = str(getattr(error, "context", "") or "")
    return (
        _tab(mark, lines)
        or _open_quote(context, problem, opened)
        or _bracket(context, opened)
        or _colon(problem, mark, opened, lines)
        or _indentation(problem, mark, lines, text)
        or _reserved(problem, mark, lines)
        or (mark.line + 1, mark.column + 1, f"not YAML: {show(problem or error, 100)}", "check the line above as well")
    )


Explained = tuple[int, int, str, str]


def _bad_character(error: Any, text: str) -> Explained:
    position = error.position if isinstance(error.position, int) else 0
    before = text[:position]
    line, column = before.count("\n") + 1, position - (before.rfind("\n") + 1) + 1
    code = error.character if isinstance(error.character, int) else ord(str(error.character)[:1] or "\0")
    fix = 'in double quotes, write it as an escape such as "\\u0007"'
    return line, column, f"the character U+{code:04X} may not stand in YAML", fix


def _tab(mark: Any, lines: list[str]) -> Explained | None:
    for number in (mark.line, mark.line - 1):
        if not 0 <= number < len(lines):
            continue
        indent = lines[number][: len(lines[number]) - len(lines[number].lstrip())]
        if "\t" in indent:
            fix = "replace the tab with two spaces (most editors can do so for the whole file)"
            what = "YAML does not allow tabs for indentation: use spaces"
            return number + 1, indent.index("\t") + 1, what, fix
    return None


def _open_quote(context: str, problem: str, opened: Any) -> Explained | None:
    if "quoted scalar" not in context:
        return None
    if "escape" in problem or "escape" in context or "hexadecimal" in problem:
        fix = "in double quotes, write a backslash as `\\\\`, or use single quotes"
        return (
            opened.line + 1,
            opened.column + 1,
            "a `\\` in double quotes starts an escape that YAML does not know",
            fix,
        )
    what = "this quote is never closed"
    return opened.line + 1, opened.column + 1, what, "close it on the same line, or remove it"


def _bracket(context: str, opened: Any) -> Explained | None:
    if "flow sequence" not in context and "flow mapping" not in context:
        return None
    close = "]" if "sequence" in context else "}"
    what = f"this bracket is not closed: `{close}` or `,` is missing"
    fix = f"close it with `{close}`; a text that holds `,`, `:` or a bracket needs quotes here"
    return opened.line + 1, opened.column + 1, what, fix


def _colon(problem: str, mark: Any, opened: Any, lines: list[str]) -> Explained | None:
    if "could not find expected ':'" in problem:
        return _missing_colon(opened.line, lines)
    if "mapping values are not allowed" not in problem:
        return None
    here = lines[mark.line] if mark.line < len(lines) else ""
    if ": " in here[: mark.column]:
        fix = "put the whole value in quotes"
        return mark.line + 1, mark.column + 1, "a second `: ` stands in the value of this key", fix
    before = _line_before(mark.line, lines)
    if before is None:
        return mark.line + 1, mark.column + 1, "a `:` is not allowed here", "quote texts that hold `: `"
    if not re.search(r":(\s|$)", lines[before]):
        return _missing_colon(before, lines)
    fix = "give keys that belong together the same indentation"
    what = "this line is indented deeper than the line above, which already has a value"
    return mark.line + 1, len(here) - len(here.lstrip()) + 1, what, fix


def _missing_colon(number: int, lines: list[str]) -> Explained:
    line = lines[number] if number < len(lines) else ""
    column = len(line) - len(line.lstrip()) + 1
    if match := _NO_SPACE_AFTER_COLON.match(line):
        return number + 1, match.end() + 1, "a space is missing after `:`", f"write `{match[1]}: …`"
    word = (line.strip().removeprefix("- ").split() or ["key"])[0]
    return number + 1, column, "a `:` is missing on this line", f"write `{show(word, 30)}: …`"


def _indentation(problem: str, mark: Any, lines: list[str], text: str) -> Explained | None:
    if "expected <block end>" not in problem and "document start" not in problem:
        return None
    if late := _late_quote(mark.line, text):
        what = "the quote that is opened here is closed only some lines below"
        return *late, what, "close it on the same line"
    before = _line_before(mark.line, lines)
    if before is not None and not re.search(r":(\s|$)|^\s*- ", lines[before]):
        return _missing_colon(before, lines)
    column = mark.column + 1
    if "<scalar>" in problem:
        fix = "put quotes around the whole value, or double the quote inside it"
        return mark.line + 1, column, "text follows after the closing quote", fix
    fix = "give keys, and `-` items, that belong together the same indentation"
    return mark.line + 1, column, "the indentation does not fit the lines above", fix


def _late_quote(line: int, text: str) -> tuple[int, int] | None:
    """The start of a quoted text of several lines that ends on `line` or just before it."""
    found = None
    try:
        for token in yaml.scan(text, Loader=yaml.SafeLoader):
            if token.start_mark.line > line:
                break
            several = token.start_mark.line < token.end_mark.line
            quoted = isinstance(token, yaml.ScalarToken) and token.style in ("'", '"')
            if quoted and several and line - 1 <= token.end_mark.line <= line:
                found = (token.start_mark.line + 1, token.start_mark.column + 1)
    except (yaml.YAMLError, ValueError, OverflowError):
        return found
    return found


def _reserved(problem: str, mark: Any, lines: list[str]) -> Explained | None:
    here = lines[mark.line] if mark.line < len(lines) else ""
    char = here[mark.column : mark.column + 1]
    if "cannot start any token" not in problem and "expected alphabetic" not in problem and char not in _QUOTABLE:
        return None
    if not char.strip():
        return None
    what = f"a text may not start with `{show(char)}`" if char in _QUOTABLE else f"unexpected `{show(char)}`"
    return mark.line + 1, mark.column + 1, what, "put quotes around the value"


def _line_before(number: int, lines: list[str]) -> int | None:
    for before in range(min(number, len(lines)) - 1, -1, -1):
        if lines[before].strip() and not lines[before].lstrip().startswith("#"):
            return before
    return None
