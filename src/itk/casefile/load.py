"""The text of a case file -> a `Case`, or everything that is wrong with it at once."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from typing import Any

from itk.casefile.document import Document, open_document, top_level
from itk.casefile.expect import ExpectReader
from itk.casefile.forms import CaseForm
from itk.casefile.nodes import Node
from itk.casefile.reading import Reader, spellings
from itk.casefile.repository import NOTHING_SAID, Repository, without
from itk.casefile.stimulus import StimulusReader
from itk.casefile.turns import TurnsReader, has_turns, turns_of
from itk.casefile.vocabulary import TargetDefaults, Vocabulary
from itk.model.case import Case, CheckSpec, Stimulus, Wait
from itk.model.problem import Problem, Problems, show

# Not interpreted, so `${...}` in them stays as it is.
_FREE_TEXT = frozenset({"id", "notes", "description", "log_sources"})
_READ_APART = frozenset({"entrypoint", "expect", "expected", "invariants", "log_sources", "defaults"})


def load_case(
    text: str | bytes,
    path: str,
    *,
    vocabulary: Vocabulary,
    values: Mapping[str, str],
    defaults: TargetDefaults,
    repository: Repository = NOTHING_SAID,
    targets_needed: bool | None = None,
) -> Case:
    """The case that `text` describes, every `${...}` resolved.

    `repository` is what its repository's `itk.yaml` says. `values` holds what `${NAME}` may name, and `run.id`, where
    the case is read for a run. Where nothing is sent, as in `dev-fixtures` mode, a target may be missing. Raises
    `Problems` with all that is wrong.
    """
    case, problems = read_case(
        text,
        path,
        vocabulary=vocabulary,
        values=values,
        defaults=defaults,
        repository=repository,
        targets_needed=defaults.mode == "live" if targets_needed is None else targets_needed,
    )
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
    repository: Repository = NOTHING_SAID,
    targets_needed: bool = True,
) -> tuple[Case | None, tuple[Problem, ...]]:
    """The case (`None` where there are errors) and all findings. Never raises."""
    document = open_document(text, path, start=_START)
    if isinstance(document, Problem):
        return None, (document,)
    reader = Reader(document.findings, values)
    stimulus_reader = StimulusReader(reader, defaults, targets_needed=targets_needed)
    turns = TurnsReader(reader, lenient=defaults.mode != "live")
    expect = ExpectReader(reader, vocabulary, turns)
    case = _CaseReader(reader, stimulus_reader, expect, turns, repository).read(document, path)
    problems = document.findings.problems()
    return (None if any(p.severity == "error" for p in problems) else case), problems


_START = "a case needs at least `id:` and `entrypoint:`; see docs/reference/cases.md"


class _CaseReader:
    def __init__(
        self,
        reader: Reader,
        stimulus: StimulusReader,
        expect: ExpectReader,
        turns: TurnsReader,
        repository: Repository,
    ) -> None:
        self._reader = reader
        self._findings = reader.findings
        self._stimulus = stimulus
        self._expect = expect
        self._turns = turns
        self._repository = repository

    def read(self, document: Document, path: str) -> Case | None:
        if not top_level(document, "a case", start=_START):
            return None
        root = document.root
        form = self._reader.fill(CaseForm, self._plain(root), root, of="the case", known=spellings(CaseForm))
        stimulus = self._entrypoint(root)
        common = self._common(root)
        checks = self._checks(root, common.expect)
        if form is None or stimulus is None:
            return None
        turns = turns_of(self._turns, stimulus, self._findings)
        return Case(
            id=form.id,
            name=form.name or form.id,
            path=path,
            tags=tuple(dict.fromkeys((*common.tags, *form.tags))),
            stimulus=turns[0].stimulus if turns else stimulus,
            turns=turns,
            expect=checks,
            wait=_filled(Wait(timeout_s=form.wait.timeout, quiet_s=form.wait.quiet), common.wait),
            fixture=posixpath.normpath(posixpath.join(posixpath.dirname(path), form.fixture)) if form.fixture else "",
            skip=form.skip,
            notes="\n".join(filter(None, [form.description.strip(), _prose(form.notes).strip()])),
        )

    def _plain(self, root: Node) -> dict[str, Any]:
        plain: dict[str, Any] = {}
        for key, value in root.pairs:
            if key.text in _READ_APART:
                plain[key.text] = None
            elif value.is_null and key.text in {"name", "description", "tags", "wait", "fixture", "skip"}:
                self._findings.error(key, f"`{key.text}` has no value", "write one, or remove the line")
            else:
                plain[key.text] = self._reader.value(value, resolved=key.text not in _FREE_TEXT)
        return plain

    def _entrypoint(self, root: Node) -> Stimulus | None:
        node, key = root.get("entrypoint"), root.key("entrypoint")
        if node is None or key is None:
            return None
        return self._stimulus.read(node, key, has_turns=has_turns(root.get("expect")))

    def _common(self, root: Node) -> Repository:
        """What the repository says, without what the case leaves out."""
        node, key = root.get("defaults"), root.key("defaults")
        if node is None or key is None:
            return self._repository
        return without(self._repository, node, key, self._reader)

    def _checks(self, root: Node, common: tuple[CheckSpec, ...]) -> tuple[CheckSpec, ...]:
        """The case's own checks, and behind them those that all cases have in common."""
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
        if not written and not common:
            fix = "list what must hold under `expect:`, for example `- no_error_spans`"
            self._findings.warning(root, "this case expects nothing of its own", fix)
        asked = {(check.name, str(check.params)) for check in checks}
        return checks + tuple(check for check in common if (check.name, str(check.params)) not in asked)


def _filled(wait: Wait, common: Wait) -> Wait:
    return Wait(
        timeout_s=common.timeout_s if wait.timeout_s is None else wait.timeout_s,
        quiet_s=common.quiet_s if wait.quiet_s is None else wait.quiet_s,
    )


def _prose(notes: Any, indent: str = "") -> str:
    if notes is None:
        return ""
    if isinstance(notes, dict):
        return "\n".join(f"{indent}{key}: {_prose(value, indent + '  ').lstrip()}" for key, value in notes.items())
    if isinstance(notes, list):
        return "\n".join(f"{indent}- {_prose(value, indent + '  ').lstrip()}" for value in notes)
    return show(notes, 10_000) if not isinstance(notes, str) else notes
