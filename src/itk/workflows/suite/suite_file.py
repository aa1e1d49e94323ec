"""A suite file: a YAML list of case files, for a suite that is not a directory.

- smoke/login.yaml
- refunds/*.yaml
- ../shared/**/*.yaml
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from itk.casefile import read_case_file
from itk.casefile.document import open_document
from itk.casefile.files import SUFFIXES
from itk.casefile.findings import Findings
from itk.casefile.nodes import Node
from itk.model.problem import Problem, Problems, show

_FIX = "list case files or patterns, one a line: `- refunds/*.yaml`; they start at the directory of this file"
_WILD = frozenset("*?[")


def read_suite_file(file: Path) -> tuple[Path, ...]:
    """The case files that `file` lists, in its order and each once. Raises Problems, each with line and column."""
    document = open_document(read_case_file(file), file.as_posix(), start=_FIX)
    if isinstance(document, Problem):
        raise Problems([document])
    paths = tuple(dict.fromkeys(_Reader(file, document.findings).files(document.root)))
    if document.findings.any_errors:
        raise Problems(document.findings.problems())
    return paths


class _Reader:
    def __init__(self, file: Path, findings: Findings) -> None:
        self._file, self._findings = file, findings

    def problem(self, node: Node, what: str) -> None:
        self._findings.error(node, what, _FIX)

    def files(self, root: Node) -> Iterator[Path]:
        if root.kind != "sequence":
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
