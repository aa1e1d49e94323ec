"""Many cases in one go: a row a case, taken from finished runs. Every figure of a report comes from these rows."""

from __future__ import annotations

from typing import Literal

import msgspec

from itk.model.run import CheckStatus, Environment, Mode, Near, Status

SUITE_SCHEMA_VERSION = 1

CaseStatus = Literal["passed", "warning", "failed", "error", "inconclusive", "skipped"]


class Shard(msgspec.Struct, frozen=True):
    """Which part of a suite this is: the `index`-th (from 1) of `of`."""

    index: int
    of: int


class JudgedCheck(msgspec.Struct, frozen=True, kw_only=True):
    """One check of a case that did not simply pass."""

    index: int  # its position in `checks` of run.json
    name: str
    title: str = ""
    status: CheckStatus
    message: str
    expected: str = ""
    actual: str = ""
    nearest: tuple[Near, ...] = ()
    span_id: str = ""  # the first span that it rests on, if any
    path: str = ""  # the case file's, and where in it the check stands, both from 1; 0: unknown
    line: int = 0
    column: int = 0


class Try(msgspec.Struct, frozen=True, kw_only=True):
    """One sending of a case. Retries send again."""

    run_id: str
    directory: str  # of its artifacts, below the suite's, with `/`; empty where it left none
    status: Status
    reasons: tuple[str, ...] = ()
    started_ns: int
    ended_ns: int


class Bar(msgspec.Struct, frozen=True, gc=False):
    """One span of the small drawing of a case: which component, and when, in thousandths of the run."""

    lane: int  # index into `CaseRow.lanes`
    start: int
    width: int
    status: str  # ok, error, again, open


class CaseRow(msgspec.Struct, frozen=True, kw_only=True):
    """What a suite says of one case. Figures are those of its last try."""

    id: str
    name: str
    path: str  # of the case file, as the user wrote it
    group: str = ""  # the directory below the cases' directory that it lies in
    tags: tuple[str, ...] = ()
    status: CaseStatus
    flaky: bool = False  # passed, but only when it was sent again
    reasons: tuple[str, ...] = ()  # why this status, in sentences; of a skipped one, why it was not sent
    tries: tuple[Try, ...] = ()  # in the order of sending; the last one decides
    checks_passed: int = 0
    checks: int = 0
    judged: tuple[JudgedCheck, ...] = ()  # the checks that did not simply pass
    signature: str = ""  # what failed, without ids and numbers: equal signatures are one cluster
    duration_ms: float | None = None  # from sending to the last end that was seen
    spans: int = 0
    retries: int = 0  # provable attempts after a first one, within the trace
    throttles: int = 0  # throttled spans of the trace
    tokens: int | None = None  # of all models together; None: nobody told
    path_signature: str = ""  # digest of the path that the run took
    lanes: tuple[str, ...] = ()  # labels of the components in the drawing, in order of appearance
    bars: tuple[Bar, ...] = ()


class SuiteResult(msgspec.Struct, frozen=True, kw_only=True):
    """The truth of a suite, before redaction. Never write it: `redact_suite` makes the value that may be written."""

    schema_version: int = SUITE_SCHEMA_VERSION
    suite_id: str
    name: str = ""
    mode: Mode
    environment: Environment = Environment()
    started_ns: int
    ended_ns: int
    max_inflight: int = 1
    selection: tuple[str, ...] = ()  # the options that chose the cases, as written: `--tag smoke`
    seed: int | None = None  # of --shuffle
    retries_allowed: int = 0
    shard: Shard | None = None  # this is one part
    shards: tuple[Shard, ...] = ()  # merged from these parts
    absent: tuple[Shard, ...] = ()  # parts that a merged report lacks
    stopped: str = ""  # why not all was sent: interrupted, --max-failures reached, credentials expired
    interrupted: bool = False
    cases: tuple[CaseRow, ...] = ()  # in the order of the selection, skipped ones included


class RedactedSuite:
    """A suite in which no secret is left: the only thing that its renderers take. Only `itk.redact` makes one."""

    __slots__ = ("result",)

    def __init__(self, result: SuiteResult) -> None:
        self.result = result
