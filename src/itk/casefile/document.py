"""The text of a file that a person wrote -> its nodes, or the one problem that keeps it from being read."""

from __future__ import annotations

from dataclasses import dataclass

import yaml

from itk.casefile.findings import Findings
from itk.casefile.nodes import Node, Unreadable, compose
from itk.casefile.syntax import explain
from itk.model.case import Where
from itk.model.problem import Problem

SIZE_MAX = 1_000_000


@dataclass(frozen=True, slots=True)
class Document:
    """A file that is YAML: its root, and where to tell what is wrong with it."""

    root: Node
    findings: Findings


def open_document(text: str | bytes, path: str, *, start: str) -> Document | Problem:
    """The nodes of `text`. `start` says how such a file begins, to whoever left it empty."""
    decoded = _decode(text, path)
    if isinstance(decoded, Problem):
        return decoded
    try:
        root, wrong = compose(decoded)
    except (yaml.YAMLError, Unreadable) as error:
        return explain(error, path, decoded)
    if root is None or root.is_null:
        return Problem(what="this file is empty", where=Where(path), fix=start)
    findings = Findings(path, decoded)
    for node, what, fix in wrong:  # duplicate keys and the like
        findings.error(node, what, fix)
    return Document(root, findings)


def top_level(document: Document, what: str, *, start: str) -> bool:
    """Whether the file holds a mapping, as it must. `x-…` keys are the author's own, a place for anchors: they go."""
    root = document.root
    if root.kind != "mapping":
        document.findings.error(root, f"{what} must be a mapping (`key: value`), found {root.named()}", start)
        return False
    root.pairs = [(key, value) for key, value in root.pairs if not key.text.startswith("x-")]
    return True


def _decode(text: str | bytes, path: str) -> str | Problem:
    if len(text) > SIZE_MAX:
        what = f"this file is larger than {SIZE_MAX:,} bytes"
        return Problem(what=what, where=Where(path), fix="SQS takes 1 MiB at most: keep large payloads elsewhere")
    if isinstance(text, str):
        return text.removeprefix("\ufeff")
    if text[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return Problem(what="this file is UTF-16, not UTF-8", where=Where(path), fix="save it as UTF-8 in your editor")
    if b"\0" in text:
        return Problem(what="this is a binary file, not YAML", where=Where(path), fix="name a text file")
    try:
        return text.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = text[: error.start].decode("utf-8", "replace")
        where = Where(path, before.count("\n") + 1, len(before) - before.rfind("\n"))
        what = f"this file is not UTF-8: byte 0x{text[error.start]:02X} cannot be read"
        return Problem(what=what, where=where, fix="save it as UTF-8 in your editor")
