"""What a person types in a case, as pydantic models: they collect all errors and give the JSON Schema for editors.

The forms of `entrypoint:` are in `stimuli`, one file a type. The first name of each `AliasChoices` is the one to write;
the others are AWS's and the public reference kit's.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from itk.model.case import ExpectedFailure, Severity
from itk.model.duration import seconds

ID_PATTERN = r"^[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}$"


def wrong(what: str, fix: str = "") -> PydanticCustomError:
    """An error whose text and hint are shown as they are."""
    return PydanticCustomError("itk", "{what}", {"what": what, "fix": fix})


def _seconds(value: object) -> float:
    found = seconds(value)
    if found is None:
        raise wrong("this is not a length of time", "write seconds (`30`) or a number with ms, s, m or h (`2m`)")
    if found > 86_400:
        raise wrong("this is longer than a day", "write at most `24h`")
    return found


def _one_line(value: str) -> str:
    if any(ord(c) < 32 or ord(c) == 127 for c in value.rstrip("\n")):
        raise wrong("this must be one line of text", "remove line breaks and control characters")
    return value.strip()


def _word(value: str) -> str:
    if not value or any(c.isspace() or ord(c) < 32 for c in value):
        raise wrong("this must be text without spaces", "check for a stray space or line break")
    return value


def _safe_id(value: str) -> str:
    if re.fullmatch(ID_PATTERN, value) and not value.endswith("\n"):
        return value
    if len(value) > 100:
        raise wrong("this id is longer than 100 characters", "shorten it")
    fix = "an id names a directory: use letters, digits, `.`, `_` and `-`, and do not start with `.`"
    raise wrong("this id is not safe as the name of a directory", fix)


_DURATION_SCHEMA = {
    "anyOf": [{"type": "number", "minimum": 0}, {"type": "string", "pattern": r"^\s*[0-9.]+\s*(ms|s|m|h)?\s*$|\$\{"}]
}
Seconds = Annotated[float, BeforeValidator(_seconds), WithJsonSchema(_DURATION_SCHEMA)]
Line = Annotated[str, AfterValidator(_one_line), Field(max_length=300)]
Word = Annotated[str, AfterValidator(_word), Field(max_length=2048)]
SafeId = Annotated[str, AfterValidator(_safe_id), WithJsonSchema({"type": "string", "pattern": ID_PATTERN})]


class Form(BaseModel):
    """A part of the file: no key that is not listed."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class WaitForm(Form):
    timeout: Seconds | None = Field(default=None, description="Give up waiting for evidence after this time.")
    quiet: Seconds | None = Field(
        default=None, description="A run that looks complete counts as complete when nothing new came for this long."
    )


class LeftOutForm(Form):
    """`defaults:` of a case, where it is no truth value."""

    without: tuple[Line, ...] = Field(
        min_length=1, description="Default checks that this case leaves out, by their `name` or the check's name."
    )


class CaseForm(Form):
    """The top level of a case file."""

    id: SafeId = Field(description="Names the case and its directory of artifacts. Unique among your cases.")
    name: Line = Field(default="", description="A title for reports. The id, when not given.")
    description: str = Field(default="", description="What the case is about.")
    tags: tuple[Word, ...] = Field(default=(), description="Words to select cases by.")
    skip: Line = Field(default="", description="Why `itk suite` leaves the case out for now. `itk run` runs it.")
    entrypoint: Any = Field(description="What is sent, and where to.")
    expect: Any = Field(default=None, description="What must hold for the case to pass.")
    wait: WaitForm = Field(
        default_factory=WaitForm, description="How long to wait for evidence. As the settings say, when not given."
    )
    defaults: Any = Field(
        default=None, description="What this case leaves out of the defaults in `itk.yaml`; `false`: all of it."
    )
    fixture: Line = Field(default="", description="Recorded evidence for `dev-fixtures`; the path starts at this file.")
    notes: Any = Field(
        default=None, description="Anything worth remembering: text, or keys and values. Not interpreted."
    )
    expected: Any = Field(
        default=None, description="The reference kit's form of `expect`.", json_schema_extra={"deprecated": True}
    )
    invariants: Any = Field(
        default=None, description="The reference kit's form of `expect`.", json_schema_extra={"deprecated": True}
    )
    log_sources: Any = Field(
        default=None, description="Not used: see ITK_LOG_GROUPS.", json_schema_extra={"deprecated": True}
    )


class ExpectedForm(Form):
    """`expected:` of the reference kit."""

    invariants: Any = None
    response_contains: Any = None


class TargetForm(Form):
    target_arn_or_url: Word = Field(default="", description="The queue's URL, or the function's name or ARN.")
    region: Word = Field(default="", description="Only checked against ITK_AWS_REGION: one run talks to one region.")


_XFAIL = re.compile(r"(?P<reason>.*\S)\s+until\s+(?P<until>\d{4}-\d{2}-\d{2})", re.DOTALL | re.ASCII)


def _xfail(value: str) -> str:
    match = _XFAIL.fullmatch(value)
    if match is None:
        raise wrong("an expected failure needs a reason and a last day", 'write `xfail: "JIRA-12 until 2026-12-31"`')
    try:
        date.fromisoformat(match["until"])
    except ValueError:
        fix = "write year, month and day of the last day on which the failure is excused: `until 2026-12-31`"
        raise wrong(f"the calendar has no {match['until']}", fix) from None
    return value


_XFAIL_SCHEMA = {"type": "string", "pattern": r"\S\s+until\s+([0-9]{4}-[0-9]{2}-[0-9]{2}|\$\{.*)\s*$"}


class ModifiersForm(Form):
    """What may stand beside any check."""

    name: Line = Field(default="", description="What reports call this check.")
    severity: Severity = Field(default="error", description="`warn`: a failure makes the run a warning, not failed.")
    xfail: Annotated[Line | None, AfterValidator(_xfail), WithJsonSchema(_XFAIL_SCHEMA)] = Field(
        default=None,
        description="Why this check is known to fail, and the last day on which that is excused: "
        "`JIRA-12 until 2026-12-31`. When it passes, the run says so.",
    )

    @property
    def expected_failure(self) -> ExpectedFailure | None:
        match = _XFAIL.fullmatch(self.xfail) if self.xfail is not None else None
        return ExpectedFailure(reason=match["reason"], until=match["until"]) if match else None


MODIFIERS = tuple(ModifiersForm.model_fields)
