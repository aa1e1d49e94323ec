"""A suite file: a YAML list of case files, for a suite that is not a directory.

- smoke/login.yaml
- refunds/*.yaml
- ../shared/**/*.yaml
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import yaml

from itk.casefile import read_case_file
from itk.casefile.files import SUFFIXES
from itk.casefile.load import decode
from itk.casefile.nodes import Node, Unreadable, compose
from itk.casefile.syntax import explain
from itk.model.case import Where
from itk.model.problem import Problem, Problems, show

_FIX = "list case files or patterns, one a line: `- refunds/*.yaml`; they start at the directory of this file"
_WILD = frozenset("*?[")


def read_suite_file(file: Path) -> tuple[Path, ...]:
    """The case files that `file` lists, in its order and each once. Raises Problems, each with line and column."""
    text = decode(read_case_file(file), file.as_posix())
    if isinstance(text, Problem):
        raise Problems([text])
    try:
        root, wrong = compose(text)
    except (yaml.YAMLError, Unreadable) as error:
        raise Problems([explain(error, file.as_posix(), text)]) from None
    reader = _Reader(file, text)
    for node, what, fix in wrong:
        reader.problem(node, what, fix)
    paths = tuple(dict.fromkeys(reader.files(root)))
    if reader.problems:
        raise Problems(reader.problems)
    return paths


class _Reader:
    def __init__(self, file: Path, text: str) -> None:
        self._file, self._lines = file, text.splitlines()
        self.problems: list[Problem] = []

    def problem(self, node: Node | None, what: str, fix: str = _FIX) -> None:
        line, column, width = (node.line, node.column, node.width) if node is not None else (0, 0, 1)
        source = self._lines[line - 1] if 0 < line <= len(self._lines) else ""
        where = Where(self._file.as_posix(), line, column)
        self.problems.append(Problem(what=what, where=where, fix=fix, source=source, width=width))

    def files(self, root: Node | None) -> Iterator[Path]:
        if root is None or root.is_null:
            self.problem(None, "this file is empty")
        elif root.kind != "sequence":
            self.problem(root, f"a suite must be a list of case files, found {root.named()}")
        elif not root.elements:
            self.problem(root, "this list is empty")
        else:
            for node in root.elements:
                yield from self._listed(node)

    def _listed(self, node: Node) -> list[Path]:
        if node.kind != "scalar" or not node.text.strip():
            self.problem(node, f"the path of a case file must stand here, found {node.named()}")
            return []
        written, top = node.text.strip(), self._file.parent
        if not _WILD & set(written):
            path = top / written
            if path.is_file():
                return [path]
            self.problem(node, f"there is no file {show(path.as_posix(), 200)}")
            return []
        if Path(written).is_absolute():
            self.problem(node, "a pattern may not start at the root of the file system")
            return []
        try:
            found = sorted(path for path in top.glob(written) if path.is_file() and path.suffix in SUFFIXES)
        except (ValueError, NotImplementedError) as error:
            self.problem(node, f"this is no pattern: {error}")
            return []
        if not found:
            self.problem(node, f"no case file matches `{show(written, 200)}`")
        # A pattern that takes in everything takes in the list itself.
        return [path for path in found if path != self._file]
