"""The text of a case file -> a `Case`, or everything that is wrong with it at once."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from typing import Any

import yaml

from itk.casefile.expect import ExpectReader
from itk.casefile.findings import Findings
from itk.casefile.forms import CaseForm
from itk.casefile.nodes import Node, Unreadable, compose
from itk.casefile.reading import Reader, spellings
from itk.casefile.stimulus import StimulusReader
from itk.casefile.syntax import explain
from itk.casefile.turns import TurnsReader, has_turns, turns_of
from itk.casefile.vocabulary import TargetDefaults, Vocabulary
from itk.model.case import Case, CheckSpec, Stimulus, Wait, Where
from itk.model.problem import Problem, Problems, show

SIZE_MAX = 1_000_000

# Not interpreted, so `${...}` in them stays as it is.
_FREE_TEXT = frozenset({"id", "notes", "description", "log_sources"})
_READ_APART = frozenset({"entrypoint", "expect", "expected", "invariants", "log_sources"})


def load_case(
    text: str | bytes, path: str, *, vocabulary: Vocabulary, values: Mapping[str, str], defaults: TargetDefaults
) -> Case:
    """The case that `text` describes, every `${...}` resolved.

    `values` holds what `${NAME}` may name, and `run.id`, where the case is read for a run.
    In `dev-fixtures` mode nothing is sent, so a target may be missing. Raises `Problems` with all that is wrong.
    """
    live = defaults.mode == "live"
    case, problems = read_case(text, path, vocabulary=vocabulary, values=values, defaults=defaults, targets_needed=live)
    if case is None:
        raise Problems(p for p in problems if p.severity == "error")
    return case


def read_case(
    text: str | bytes,
    path: str,
    *,
    vocabulary: Vocabulary,
    values: Mapping[str, str],
    defaults: TargetDefaults,
    targets_needed: bool = True,
) -> tuple[Case | None, tuple[Problem, ...]]:
    """The case (`None` where there are errors) and all findings. Never raises."""
    decoded = decode(text, path)
    if isinstance(decoded, Problem):
        return None, (decoded,)
    findings = Findings(path, decoded)
    try:
        root, wrong = compose(decoded)
    except (yaml.YAMLError, Unreadable) as error:
        return None, (explain(error, path, decoded),)
    for node, what, fix in wrong:  # duplicate keys and the like
        findings.error(node, what, fix)
    if root is None or root.is_null:
        return None, (Problem(what="this file is empty", where=Where(path), fix=_START),)
    reader = Reader(findings, values)
    stimulus_reader = StimulusReader(reader, defaults, targets_needed=targets_needed)
    turns = TurnsReader(reader, lenient=defaults.mode != "live")
    case = _CaseReader(reader, stimulus_reader, ExpectReader(reader, vocabulary, turns), turns).read(root, path)
    problems = findings.problems()
    return (None if any(p.severity == "error" for p in problems) else case), problems


_START = "a case needs at least `id:` and `entrypoint:`; see docs/reference/cases.md"


def decode(text: str | bytes, path: str) -> str | Problem:
    """The text of a file, or why it is none."""
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


class _CaseReader:
    def __init__(self, reader: Reader, stimulus: StimulusReader, expect: ExpectReader, turns: TurnsReader) -> None:
        self._reader = reader
        self._findings = reader.findings
        self._stimulus = stimulus
        self._expect = expect
        self._turns = turns

    def read(self, root: Node, path: str) -> Case | None:
        if root.kind != "mapping":
            what = f"a case must be a mapping (`key: value`), found {root.named()}"
            self._findings.error(root, what, _START)
            return None
        # `x-…` keys are the author's own: a place for anchors.
        root.pairs = [(key, value) for key, value in root.pairs if not key.text.startswith("x-")]
        form = self._reader.fill(CaseForm, self._plain(root), root, of="the case", known=spellings(CaseForm))
        stimulus = self._entrypoint(root)
        checks = self._checks(root)
        if form is None or stimulus is None:
            return None
        turns = turns_of(self._turns, stimulus, self._findings)
        return Case(
            id=form.id,
            name=form.name or form.id,
            path=path,
            tags=tuple(dict.fromkeys(form.tags)),
            stimulus=turns[0].stimulus if turns else stimulus,
            turns=turns,
            expect=checks,
            wait=Wait(timeout_s=form.wait.timeout, quiet_s=form.wait.quiet),
            fixture=posixpath.normpath(posixpath.join(posixpath.dirname(path), form.fixture)) if form.fixture else "",
            notes="\n".join(filter(None, [form.description.strip(), _prose(form.notes).strip()])),
        )

    def _plain(self, root: Node) -> dict[str, Any]:
        plain: dict[str, Any] = {}
        for key, value in root.pairs:
            if key.text in _READ_APART:
                plain[key.text] = None
            elif value.is_null and key.text in {"name", "description", "tags", "wait", "fixture"}:
                self._findings.error(key, f"`{key.text}` has no value", "write one, or remove the line")
            else:
                plain[key.text] = self._reader.value(value, resolved=key.text not in _FREE_TEXT)
        return plain

    def _entrypoint(self, root: Node) -> Stimulus | None:
        node, key = root.get("entrypoint"), root.key("entrypoint")
        if node is None or key is None:
            return None
        return self._stimulus.read(node, key, has_turns=has_turns(root.get("expect")))

    def _checks(self, root: Node) -> tuple[CheckSpec, ...]:
        checks: tuple[CheckSpec, ...] = ()
        written = False
        for name, read in (
            ("expect", self._expect.read),
            ("expected", self._expect.expected),
            ("invariants", self._expect.invariants),
        ):
            node, key = root.get(name), root.key(name)
            if node is not None and key is not None:
                written = True
                checks += read(node, key)
        if (key := root.key("log_sources")) is not None:
            self._findings.warning(key, "`log_sources` is not used", "list the log groups in ITK_LOG_GROUPS")
        if not written:
            fix = "list what must hold under `expect:`, for example `- no_error_spans`"
            self._findings.warning(root, "this case expects nothing of its own", fix)
        return checks


def _prose(notes: Any, indent: str = "") -> str:
    if notes is None:
        return ""
    if isinstance(notes, dict):
        return "\n".join(f"{indent}{key}: {_prose(value, indent + '  ').lstrip()}" for key, value in notes.items())
    if isinstance(notes, list):
        return "\n".join(f"{indent}- {_prose(value, indent + '  ').lstrip()}" for value in notes)
    return show(notes, 10_000) if not isinstance(notes, str) else notes
