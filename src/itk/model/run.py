"""One run from stimulus to verdict: what was sent, what came back, and what is said of it."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from itk.model.case import Where
from itk.model.evidence import ErrorFact, LogEvent, SourceName, Unread
from itk.model.ids import Id
from itk.model.trace import Trace

SCHEMA_VERSION = 1

Mode = Literal["live", "dev-fixtures"]
Status = Literal["passed", "warning", "failed", "error", "inconclusive"]
# `client`: of a recording without a receipt that several calls came in by.
TargetType = Literal["queue", "lambda", "agent", "bus", "topic", "bucket", "state_machine", "api", "client"]
# `warning`: failed, but written with `severity: warn`, or passed although it was expected to fail; `xfailed`: failed as
# expected; `skipped`: of a turn that was never sent.
CheckStatus = Literal["passed", "failed", "inconclusive", "error", "warning", "xfailed", "skipped"]


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """What sending returned. `ids` seed the search for evidence."""

    run_id: str
    entrypoint: str  # the `type` of the case's entrypoint; recorded: ITK called nobody
    operation: str  # the API call: SendMessage, Invoke, InvokeAgent; of HTTP its method: POST
    target_type: TargetType
    target_name: str
    target_id: str = ""  # ARN, or the URL of a queue or an API
    sent_ns: int  # Unix ns, this machine's clock, just before the call
    answered_ns: int | None = None
    ids: tuple[Id, ...] = ()
    request: Any = None
    response: Any = None
    error: ErrorFact | None = None
    sdk_retries: int = 0
    asynchronous: bool = False  # Lambda took the call and repeats it by itself if it fails
    events: tuple[LogEvent, ...] = ()  # parts of an agent stream; of a conversation all streams, one after the other
    turns: tuple[Receipt, ...] = ()  # of a conversation: one for each turn that was sent, without their `events`

    @property
    def owns_all(self) -> bool:
        """Whether everything at hand is of this run: a recording without a receipt, in which no line names a run."""
        return self.entrypoint == "recorded" and not any(i.kind == "run_id" for i in self.ids)


class QueueReading(msgspec.Struct, frozen=True, kw_only=True):
    """A dead-letter queue before and after a run, by its attributes: nobody received from it."""

    name: str
    source_queue: str  # the queue whose messages end here
    max_receive_count: int
    before: int | None = None
    after: int | None = None


class QueueCount(msgspec.Struct, frozen=True, kw_only=True):
    """How many messages lay in a queue: visible, in flight and delayed together, approximate as SQS counts them."""

    at_ns: int  # Unix ns, this machine's clock, when SQS had answered
    messages: int


class WatchedQueue(msgspec.Struct, frozen=True, kw_only=True):
    """A queue that the case asks about, by its attributes: nobody received from it."""

    name: str
    counts: tuple[QueueCount, ...] = ()  # oldest first; the first was read before sending
    error: str = ""  # why it could not be read the last time
    runs_beside: int = 0  # other runs of the same process that shared some of this run's time


class EventSource(msgspec.Struct, frozen=True, kw_only=True):
    """A queue that Lambda polls on behalf of a function, and how many messages it hands over at once."""

    queue: str
    function: str
    batch_size: int
    partial_failures: bool = False  # the function may report single records as failed (ReportBatchItemFailures)


class GroupReading(msgspec.Struct, frozen=True, kw_only=True):
    """How one group of records was read: a log group, or `xray`. Lags are ingestion time minus event time, ms."""

    group: str
    source: SourceName = "cloudwatch_logs"
    events: int = 0
    pages: int = 0
    truncated: bool = False
    newest_event_ms: int | None = None
    max_lag_ms: int | None = None
    error: str = ""
    notes: tuple[str, ...] = ()  # limits that were reached and other readers that were used, in sentences


class Collection(msgspec.Struct, frozen=True, kw_only=True):
    """How the evidence was gathered, limits reached included."""

    polls: int = 0
    started_ns: int = 0
    ended_ns: int = 0
    deadline_reached: bool = False
    interrupted: bool = False
    complete: bool = False
    quiet_s: float = 0.0
    groups: tuple[GroupReading, ...] = ()
    throttles: int = 0  # refused calls that were tried again, SDK retries included
    api_calls: int = 0
    last_new_ns: int | None = None  # when the newest record of this run was first seen
    error: str = ""  # what AWS said when it gave up answering


class Near(msgspec.Struct, frozen=True, kw_only=True):
    """A span that a failed check came close to, and what keeps it from being the one."""

    span_id: str
    label: str  # component and name, as in `lambda:intake `handler``
    differs: str  # in words: "component is lambda:intake-v2, not lambda:intake"


class CheckVerdict(msgspec.Struct, frozen=True, kw_only=True):
    """What one check said, of which spans, and which line of the case asked for it."""

    name: str
    title: str = ""  # what the case calls it
    status: CheckStatus
    message: str
    expected: str = ""
    actual: str = ""
    span_ids: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()  # labels of components, or patterns, that it asked for and nobody was seen to be
    nearest: tuple[Near, ...] = ()  # of a failed one: the closest first
    xfail: str = ""  # why it is expected to fail and until when, where the case says so
    where: Where | None = None


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the pre-flight list."""

    check: (
        str  # credentials, account, region, names, log_groups, output, case, or what kind of target: queue, topic, ...
    )
    ok: bool
    what: str
    fix: str = ""


class Environment(msgspec.Struct, frozen=True, kw_only=True):
    """Where the run took place."""

    account: str = ""
    region: str = ""
    name: str = ""  # ITK_ENV
    caller_arn: str = ""
    emulated_endpoint: str = ""  # not empty: this is no AWS
    itk_version: str = ""


class CaseSummary(msgspec.Struct, frozen=True, kw_only=True):
    """What a report says of the case."""

    id: str
    name: str
    path: str
    tags: tuple[str, ...] = ()
    notes: str = ""


class JudgedAgain(msgspec.Struct, frozen=True, kw_only=True):
    """That the verdicts are not those of the run itself: its saved evidence was judged again."""

    at_ns: int
    case: str  # path of the case file that was judged by


class RunResult(msgspec.Struct, frozen=True, kw_only=True):
    """The truth of a run, before redaction. Never write it: `redact` makes the value that may be written."""

    schema_version: int = SCHEMA_VERSION
    run_id: str
    mode: Mode
    status: Status
    reasons: tuple[str, ...] = ()  # why this status, in sentences
    case: CaseSummary
    environment: Environment
    receipt: Receipt | None = None
    preflight: tuple[Finding, ...] = ()
    collection: Collection = Collection()
    dead_letter_queues: tuple[QueueReading, ...] = ()
    queues: tuple[WatchedQueue, ...] = ()  # those that the case asks about
    event_sources: tuple[EventSource, ...] = ()  # of the queue that was sent to, as far as they could be read
    trace: Trace
    checks: tuple[CheckVerdict, ...] = ()
    unread: tuple[Unread, ...] = ()
    started_ns: int
    ended_ns: int
    judged_again: JudgedAgain | None = None
    recorded_events: tuple[LogEvent, ...] = ()  # the run's own evidence, kept only for --record; not part of run.json


class RedactedRun:
    """A run in which no secret is left: the only thing that renderers take. Only `itk.redact` makes one."""

    __slots__ = ("result",)

    def __init__(self, result: RunResult) -> None:
        self.result = result
