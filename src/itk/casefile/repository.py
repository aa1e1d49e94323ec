"""`itk.yaml`: what all cases of a repository have in common, and how they run together.

It is looked for from the case file's directory upwards, so that a case means the same wherever `itk` is started: in
the root of the repository, in a directory of it, by a test runner. The nearest one counts, alone: to know what a case
checks, one reads two files, not a chain of them.
"""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from typing import Annotated, Any

import msgspec
from pydantic import Field

from itk.casefile.document import Document, open_document, top_level
from itk.casefile.expect import ExpectReader
from itk.casefile.findings import did_you_mean
from itk.casefile.forms import Form, LeftOutForm, Line, WaitForm, Word
from itk.casefile.nodes import Node
from itk.casefile.reading import Reader
from itk.casefile.rules import RulesForm
from itk.casefile.vocabulary import Vocabulary
from itk.model.case import CheckSpec, Wait
from itk.model.problem import Problem, Problems, show
from itk.model.rules import Rules

_START = "write `defaults:` and below it `expect:` with what must hold in every case; see docs/reference/cases.md"


class SuiteDefaults(msgspec.Struct, frozen=True, kw_only=True):
    """How `itk suite` runs when neither its options nor the settings say. `None`: nobody said."""

    name: str = ""  # a title for its report
    cases_dir: str = ""  # a path from the working directory, as that of `itk.yaml` itself
    max_inflight: int | None = None
    retries: int | None = None
    max_failures: int | None = None
    fail_on_flaky: bool | None = None


class Repository(msgspec.Struct, frozen=True, kw_only=True):
    """What an `itk.yaml` says. Without one, nothing."""

    path: str = ""  # empty: there is none
    expect: tuple[CheckSpec, ...] = ()
    wait: Wait = Wait()
    tags: tuple[str, ...] = ()
    suite: SuiteDefaults = SuiteDefaults()
    rules: Rules = Rules()  # of `itk compare`


NOTHING_SAID = Repository()


class DefaultsForm(Form):
    """`defaults:`, what every case begins with."""

    expect: Any = Field(default=None, description="What must hold in every case, beside what the case itself lists.")
    wait: WaitForm = Field(
        default_factory=WaitForm, description="How long to wait for evidence where a case does not say."
    )
    tags: tuple[Word, ...] = Field(default=(), description="Words that every case can be selected by.")


class SuiteForm(Form):
    """`suite:`, how the cases run together. Options and settings outrank it."""

    name: Line = Field(default="", description="A title for the report.")
    cases_dir: Line = Field(default="", description="Where the cases are; the path starts at this file.")
    max_inflight: Annotated[int, Field(ge=1, le=1000)] | None = Field(
        default=None, description="How many cases may be under way at once."
    )
    retries: Annotated[int, Field(ge=0, le=10)] | None = Field(
        default=None,
        description="How often a case that did not pass is sent again. Sending again repeats what it does.",
    )
    max_failures: Annotated[int, Field(ge=1)] | None = Field(
        default=None, description="Send no further case after this many failed."
    )
    fail_on_flaky: bool | None = Field(
        default=None, description="Whether a case that passed only when it was sent again fails the suite."
    )


class RepositoryForm(Form):
    """The top level of an `itk.yaml`."""

    defaults: DefaultsForm = Field(default_factory=DefaultsForm, description="What every case begins with.")
    suite: SuiteForm = Field(default_factory=SuiteForm, description="How `itk suite` runs the cases.")
    compare: RulesForm = Field(
        default_factory=RulesForm, description="What `itk compare` counts as a regression: `fail`, `warn` or `off`."
    )


def load_repository(text: str | bytes, path: str, *, vocabulary: Vocabulary, values: Mapping[str, str]) -> Repository:
    """What the `itk.yaml` at `path` says, every `${...}` resolved. Raises `Problems` with all that is wrong."""
    repository, problems = read_repository(text, path, vocabulary=vocabulary, values=values)
    if repository is None:
        raise Problems(p for p in problems if p.severity == "error")
    return repository


def read_repository(
    text: str | bytes, path: str, *, vocabulary: Vocabulary, values: Mapping[str, str]
) -> tuple[Repository | None, tuple[Problem, ...]]:
    """What it says (`None` where there are errors) and all findings. Never raises."""
    document = open_document(text, path, start=_START)
    if isinstance(document, Problem):
        return None, (document,)
    repository = _read(document, path, vocabulary, values)
    problems = document.findings.problems()
    return (None if any(p.severity == "error" for p in problems) else repository), problems


def _read(document: Document, path: str, vocabulary: Vocabulary, values: Mapping[str, str]) -> Repository | None:
    if not top_level(document, "`itk.yaml`", start=_START):
        return None
    root, reader = document.root, Reader(document.findings, values)
    form = reader.fill(RepositoryForm, _plain(reader, root), root, of="`itk.yaml`")
    defaults = root.get("defaults")
    node, key = (defaults.get("expect"), defaults.key("expect")) if defaults is not None else (None, None)
    checks = ExpectReader(reader, vocabulary).read(node, key) if node is not None and key is not None else ()
    if form is None:
        return None
    suite = form.suite.model_dump()
    if suite["cases_dir"]:
        suite["cases_dir"] = posixpath.normpath(posixpath.join(posixpath.dirname(path), suite["cases_dir"]))
    return Repository(
        path=path,
        expect=checks,
        wait=Wait(timeout_s=form.defaults.wait.timeout, quiet_s=form.defaults.wait.quiet),
        tags=tuple(dict.fromkeys(form.defaults.tags)),
        suite=SuiteDefaults(**suite),
        rules=form.compare.rules(),
    )


def _plain(reader: Reader, node: Node) -> dict[str, Any]:
    """The values of a mapping, checks left out: they are read apart."""
    plain: dict[str, Any] = {}
    for key, value in node.pairs:
        if key.text == "expect":
            plain[key.text] = None
        elif value.is_null:
            reader.findings.error(key, f"`{key.text}` has no value", "write one, or remove the line")
        else:
            plain[key.text] = _plain(reader, value) if value.kind == "mapping" else reader.value(value)
    return plain


def without(repository: Repository, node: Node, key: Node, reader: Reader) -> Repository:
    """`repository` as the case wants it that has `defaults: false` or `defaults: {without: […]}` at `node`."""
    said = node.scalar() if node.kind == "scalar" else None
    if isinstance(said, bool):
        return repository if said else NOTHING_SAID
    if node.kind != "mapping":
        what = f"`defaults`: expected false or a mapping, found {node.named()}"
        reader.findings.error(key if node.is_null else node, what, "write `false`, or `{without: [name of a check]}`")
        return repository
    form = reader.fill(LeftOutForm, reader.value(node), node, of="`defaults`")
    left_out = frozenset(form.without) if form is not None else frozenset()
    _tell_unknown(repository, left_out, node.get("without"), reader)
    kept = tuple(check for check in repository.expect if not left_out & {check.name, check.title})
    return msgspec.structs.replace(repository, expect=kept)


def _tell_unknown(repository: Repository, left_out: frozenset[str], node: Node | None, reader: Reader) -> None:
    """Tell of names that no default check has. Where there is no `itk.yaml`, nothing is there to be left out."""
    known = [check.title or check.name for check in repository.expect]
    for item in node.elements if node is not None and repository.path else ():
        if item.text in left_out and item.text not in {*known, *(check.name for check in repository.expect)}:
            what = f"no check in {repository.path} is called `{show(item.text)}`"
            reader.findings.error(item, what, did_you_mean(item.text, dict.fromkeys(known)) or "remove this line")
