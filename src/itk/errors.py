"""Errors a user can act on. Anything else is a bug and keeps its traceback."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """What a process that started `itk` can rely on; `docs/reference/exit-codes.md` says the same in words."""

    PASSED = 0
    FAILED = 1
    USAGE = 2
    INCONCLUSIVE = 3
    REFUSED = 4
    RUNTIME = 5
    FLAKY = 7
    INTERRUPTED = 130


class ItkError(Exception):
    """Something the user can mend: what is wrong, where, and how to mend it.

    >>> print(ItkError("unknown entrypoint type `sqs_evnt`", where="cases/x.yaml:3:9", fix="did you mean `sqs_event`?"))
    error: unknown entrypoint type `sqs_evnt`
      --> cases/x.yaml:3:9
    hint: did you mean `sqs_event`?
    """

    exit_code: ExitCode = ExitCode.RUNTIME

    def __init__(self, what: str, *, where: str = "", fix: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.fix = fix

    def __str__(self) -> str:
        lines = [f"error: {self.what}"]
        if self.where:
            lines.append(f"  --> {self.where}")
        if self.fix:
            lines.append(f"hint: {self.fix}")
        return "\n".join(lines)


class UsageError(ItkError):
    """The command line, a case or a setting is wrong; nothing was sent."""

    exit_code = ExitCode.USAGE


class Refused(ItkError):
    """Pre-flight said no; nothing was sent."""

    exit_code = ExitCode.REFUSED


class AwsError(ItkError):
    """AWS answered with an error, or did not answer."""

    exit_code = ExitCode.RUNTIME
