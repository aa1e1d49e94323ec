"""Gate two: nothing is written that did not pass here. `RunResult` in, `RedactedRun` out; there is no other way."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, TypeVar

import msgspec

from itk.errors import ItkError
from itk.model.run import SCHEMA_VERSION, RedactedRun, RunResult
from itk.model.suite import SUITE_SCHEMA_VERSION, CaseRow, RedactedSuite, SuiteResult
from itk.redact.walk import Redactor

__all__ = ["Redactor", "SuiteRedactor", "redact", "redact_suite", "reload", "reload_suite"]


T = TypeVar("T")


def redact(result: RunResult, *, keys: Sequence[str] = (), patterns: Sequence[str] = (), salt: bytes) -> RedactedRun:
    """The whole result without secrets: payloads, ids, names, errors, keys, recorded events.

    `keys` and `patterns` come from ITK_REDACT_KEYS and ITK_REDACT_PATTERNS. `salt`: some random bytes, new for every
    run and written nowhere; it makes equal secrets look equal within the run, and different in the next.
    """
    clean = Redactor(keys=keys, patterns=patterns, salt=salt).struct(result)
    assert isinstance(clean, RunResult)
    return RedactedRun(clean)


def redact_suite(
    result: SuiteResult, *, keys: Sequence[str] = (), patterns: Sequence[str] = (), salt: bytes
) -> RedactedSuite:
    """The whole suite without secrets: rows come from redacted runs, but not the names of cases that never ran."""
    return SuiteRedactor(keys=keys, patterns=patterns, salt=salt).redact(result)


class SuiteRedactor:
    """Redacts a suite again and again while its rows come in; each row once."""

    def __init__(self, *, keys: Sequence[str] = (), patterns: Sequence[str] = (), salt: bytes) -> None:
        self._redactor = Redactor(keys=keys, patterns=patterns, salt=salt)
        self._clean: dict[int, tuple[CaseRow, CaseRow]] = {}

    def redact(self, result: SuiteResult) -> RedactedSuite:
        clean = self._redactor.struct(msgspec.structs.replace(result, cases=()))
        assert isinstance(clean, SuiteResult)
        return RedactedSuite(msgspec.structs.replace(clean, cases=tuple(map(self._row, result.cases))))

    def _row(self, row: CaseRow) -> CaseRow:
        known = self._clean.get(id(row))
        if known is None:
            clean = self._redactor.struct(row)
            assert isinstance(clean, CaseRow)
            known = self._clean[id(row)] = (row, clean)  # holding on to it keeps its id its own
        return known[1]


def reload(data: bytes) -> RedactedRun:
    """A `run.json` that ITK wrote earlier; it was redacted then, and its salt is gone."""
    return RedactedRun(_decoded(data, RunResult, _File("run.json", SCHEMA_VERSION, "itk run")))


def reload_suite(data: bytes) -> RedactedSuite:
    """An `index.json` that `itk suite` or `itk merge-reports` wrote earlier."""
    return RedactedSuite(_decoded(data, SuiteResult, _File("index.json", SUITE_SCHEMA_VERSION, "itk suite")))


class _Version(msgspec.Struct):
    schema_version: int


class _File(NamedTuple):
    name: str
    version: int
    command: str


def _decoded(data: bytes, type_: type[T], file: _File) -> T:
    """Raises ItkError where `data` is no such file, is damaged, or is of another version."""
    fix = f"name the {file.name} that `{file.command}` wrote, unchanged; or run `{file.command}` again"
    try:
        version = msgspec.json.decode(data, type=_Version).schema_version
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ItkError(f"this is no {file.name} of ITK: {error}", fix=fix) from None
    if version != file.version:
        raise ItkError(
            f"{file.name} has schema_version {version}; this ITK reads {file.version}",
            fix="upgrade ITK and try again" if version > file.version else f"run `{file.command}` again with this ITK",
        )
    try:
        return msgspec.json.decode(data, type=type_, strict=False)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ItkError(f"{file.name} is damaged: {error}", fix=fix) from None
