"""Gate two: nothing is written that did not pass here. `RunResult` in, `RedactedRun` out; there is no other way."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from itk.errors import ItkError
from itk.model.run import SCHEMA_VERSION, RedactedRun, RunResult
from itk.redact.walk import Redactor

__all__ = ["Redactor", "redact", "reload"]


def redact(result: RunResult, *, keys: Sequence[str] = (), patterns: Sequence[str] = (), salt: bytes) -> RedactedRun:
    """The whole result without secrets: payloads, ids, names, errors, keys, recorded events.

    `keys` and `patterns` come from ITK_REDACT_KEYS and ITK_REDACT_PATTERNS. `salt`: some random bytes, new for every
    run and written nowhere; it makes equal secrets look equal within the run, and different in the next.
    """
    clean = Redactor(keys=keys, patterns=patterns, salt=salt).struct(result)
    assert isinstance(clean, RunResult)
    return RedactedRun(clean)


def reload(data: bytes) -> RedactedRun:
    """A `run.json` that ITK wrote earlier; it was redacted then, and its salt is gone."""
    try:
        version = msgspec.json.decode(data, type=_Version).schema_version
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _unreadable(f"this is no run.json of ITK: {error}") from None
    if version != SCHEMA_VERSION:
        raise ItkError(
            f"run.json has schema_version {version}; this ITK reads {SCHEMA_VERSION}",
            fix="upgrade ITK and try again" if version > SCHEMA_VERSION else "run the case again with this ITK",
        )
    try:
        return RedactedRun(msgspec.json.decode(data, type=RunResult, strict=False))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _unreadable(f"run.json is damaged: {error}") from None


class _Version(msgspec.Struct):
    schema_version: int


def _unreadable(what: str) -> ItkError:
    return ItkError(what, fix="name the run.json that `itk run` wrote, unchanged; or run the case again")
