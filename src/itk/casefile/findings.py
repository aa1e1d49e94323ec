"""Collects what is wrong with one case file, so that all of it is told at once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from itk.casefile.nodes import Node
from itk.model.case import Where
from itk.model.problem import Problem
from itk.model.wording import closest

PROBLEMS_MAX = 100


class Findings:
    """The problems of one file, in the order of their places; past 100 they are only counted."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self._lines = text.splitlines()
        self._found: list[Problem] = []
        self._uncounted = 0

    def where(self, node: Node) -> Where:
        """Where `node` starts."""
        return Where(self.path, node.line, node.column)

    def error(self, node: Node, what: str, fix: str = "", *, offset: int = 0) -> None:
        """Tell of something that must be mended; `offset` counts characters into a scalar of one line."""
        self._add("error", node, what, fix, offset)

    def warning(self, node: Node, what: str, fix: str = "") -> None:
        """Tell of something that works, but perhaps not as meant."""
        self._add("warning", node, what, fix, 0)

    def more(self, number: int) -> None:
        """Tell of errors that are not worth a message each any more."""
        self._uncounted += number

    @property
    def any_errors(self) -> bool:
        """Has something been found that must be mended?"""
        return self._uncounted > 0 or any(problem.severity == "error" for problem in self._found)

    @property
    def full(self) -> bool:
        """Has enough been found for one time?"""
        return len(self._found) >= PROBLEMS_MAX

    def problems(self) -> tuple[Problem, ...]:
        """All of them, by place, each once."""
        found = sorted(dict.fromkeys(self._found), key=lambda p: (p.where.line, p.where.column))
        if self._uncounted:
            what = f"{self._uncounted:,} more problems are not shown"
            found.append(Problem(what=what, where=Where(self.path), fix="mend the first ones, then look again"))
        return tuple(found)

    def _add(self, severity: Literal["error", "warning"], node: Node, what: str, fix: str, offset: int) -> None:
        if self.full:
            self._uncounted += 1
            return
        inside = offset if 0 < offset < node.width else 0
        where = Where(self.path, node.line, node.column + inside)
        source = self._lines[node.line - 1] if 0 < node.line <= len(self._lines) else ""
        width = node.width - inside
        self._found.append(Problem(what=what, where=where, fix=fix, severity=severity, source=source, width=width))


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A hint for a misspelt name.

    >>> did_you_mean("sqs_evnt", ["sqs_event", "lambda_invoke"])
    'did you mean `sqs_event`? known: sqs_event, lambda_invoke'
    """
    names = list(known)
    close = closest(word, names)
    listed = f"known: {', '.join(names)}" if names else ""
    return f"did you mean `{close}`? {listed}".rstrip() if close else listed
