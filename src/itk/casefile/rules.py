"""`compare:` of `itk.yaml`, or a file of its own -> the rules of `itk compare`, every error at line:column."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from pydantic import BeforeValidator, Field

from itk.casefile.document import open_document
from itk.casefile.findings import Findings
from itk.casefile.forms import Form
from itk.casefile.nodes import Node
from itk.casefile.reading import Reader
from itk.model.problem import Problem, Problems
from itk.model.rules import Level, Rules

KEY = "compare"
_START = "write a rule and its level, as in `payload: fail`; see docs/reference/comparing.md"


class PlainForm(Form):
    level: Level | None = None


class RetriesForm(PlainForm):
    allow: int | None = Field(default=None, ge=0, description="How many retries more than A had are no regression.")


class SlowerForm(PlainForm):
    factor: float | None = Field(default=None, ge=1, le=1000, description="At least so many times as long as in A.")
    floor_ms: float | None = Field(default=None, ge=0, description="And at least so many milliseconds longer.")


class MoreForm(PlainForm):
    factor: float | None = Field(default=None, ge=1, le=1000, description="At least so many times as many as in A.")


def _spelled_out(value: Any) -> Any:
    """`payload: fail` is short for `payload: {level: fail}`."""
    return value if isinstance(value, dict | Form) else {"level": value}


Plain = Annotated[PlainForm, BeforeValidator(_spelled_out)]
Slower = Annotated[SlowerForm, BeforeValidator(_spelled_out)]


class RulesForm(Form):
    """`compare:`, what counts as a regression: `fail`, `warn` or `off`, and thresholds where a rule has some."""

    case_missing: Plain = PlainForm()
    case_new: Plain = PlainForm()
    status: Plain = PlainForm()
    flaky: Plain = PlainForm()
    new_error: Plain = PlainForm()
    path_new: Plain = PlainForm()
    path_missing: Plain = PlainForm()
    path_changed: Plain = PlainForm()
    retries: Annotated[RetriesForm, BeforeValidator(_spelled_out)] = RetriesForm()
    latency: Slower = SlowerForm()
    wait: Slower = SlowerForm()
    payload: Plain = PlainForm()
    tokens: Annotated[MoreForm, BeforeValidator(_spelled_out)] = MoreForm()
    link: Plain = PlainForm()
    pass_rate: Plain = PlainForm()
    latency_shift: Slower = SlowerForm()
    confidence: float | None = Field(default=None, ge=0.5, le=0.9999, description="Of statements about many runs.")

    def rules(self) -> Rules:
        """What is not written stays as it is by default."""
        usual = Rules()
        changed = {
            name: msgspec.structs.replace(getattr(usual, name), **form.model_dump(exclude_none=True))
            for name in type(self).model_fields
            if isinstance(form := getattr(self, name), PlainForm)
        }
        return msgspec.structs.replace(usual, **changed, confidence=self.confidence or usual.confidence)


def load_rules(text: str | bytes, path: str) -> Rules:
    """The rules of a file: below its key `compare:` where it has one, else all of it. Raises `Problems`."""
    document = open_document(text, path, start=_START)
    if isinstance(document, Problem):
        raise Problems([document])
    root, findings = document.root, document.findings
    form = _form(root.get(KEY) or root if root.kind == "mapping" else root, findings)
    if form is None or findings.any_errors:
        raise Problems(problem for problem in findings.problems() if problem.severity == "error")
    return form.rules()


def _form(node: Node, findings: Findings) -> RulesForm | None:
    if node.kind != "mapping":
        findings.error(node, f"rules must be a mapping (`key: value`), found {node.named()}", _START)
        return None
    reader = Reader(findings, {})
    return reader.fill(RulesForm, reader.value(node, resolved=False), node, of="the rules")
