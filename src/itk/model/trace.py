"""Spans, links and how sure we are of them. Names follow OpenTelemetry; `docs/reference/artifacts.md` has each one."""

from __future__ import annotations

from typing import Any, Literal, get_args

import msgspec

from itk.model.evidence import ErrorFact, Evidence, Usage

Tier = Literal["exact", "structural", "inferred", "unresolved"]
SpanKind = Literal["SERVER", "CLIENT", "PRODUCER", "CONSUMER", "INTERNAL"]
SpanStatus = Literal["ok", "error", "timeout", "throttled", "blocked", "incomplete", "unknown"]
ComponentType = Literal[
    "client",
    "queue",
    "lambda",
    "agent",
    "model",
    "tool",
    "knowledge_base",
    "guardrail",
    "table",
    "topic",
    "bus",
    "api",
    "state_machine",
    "bucket",
    "service",
]
COMPONENT_TYPES: dict[str, ComponentType] = {name: name for name in get_args(ComponentType)}


class Component(msgspec.Struct, frozen=True, order=True, gc=False):
    """A participant of the run. `id` is an ARN, URL or native id where known."""

    type: ComponentType
    name: str
    id: str = ""

    @property
    def label(self) -> str:
        """`lambda:intake`, the form that cases use."""
        return f"{self.type}:{self.name}"


class Inference(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """How an inferred link was chosen. Gaps are from the start of the parent to the start of the child."""

    confidence: float | None = None  # calibrated on earlier exact runs; None: uncalibrated
    candidates: int = 0
    gap_ms: float | None = None
    expected_ms: tuple[float, float] | None = None  # 5th to 95th percentile of exact links of this kind
    runner_up: str = ""  # span id of the second best
    margin: float | None = None  # log likelihood ahead of the runner-up
    clock_offset_ms: float | None = None  # correction used for choosing; times are shown as they were recorded
    would_be_exact: str = ""  # "would be exact if <component> logged <id>"


class Join(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Why a span hangs where it hangs."""

    tier: Tier
    rule: str  # short and stable: docs/reference/stitching.md lists them
    detail: str = ""  # the ids or facts that prove it, for a person
    inference: Inference | None = None  # of an inferred link


class Link(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A relation that is not parenthood."""

    span_id: str  # in this trace; empty where the other end belongs to another run
    trace_id: str = ""  # native trace id of the other end, where a tracing system named it
    reason: Literal["sqs_batch", "retry_of", "redrive", "duplicate_of"]
    tier: Tier
    rule: str
    detail: str = ""


class Payload(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A request or a response, as JSON value or text."""

    value: Any
    truncated: bool = False


class Attempt(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Which try this was, and of what kind."""

    n: int
    of: int | None = None
    kind: Literal["sdk", "lambda_async", "sqs_receive", "sfn_retry", "reprompt", "app"]


class Faas(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What Lambda reported of one invocation. Milliseconds and megabytes."""

    cold_start: bool | None = None
    init_ms: float | None = None
    suppressed_init: bool | None = None  # Lambda initialised again within the invocation, and Duration holds it
    billed_ms: float | None = None
    memory_mb: int | None = None
    max_memory_mb: int | None = None
    version: str | None = None
    batch_size: int | None = None  # messages of one batch invocation, of all runs
    log_stream: str = ""


class SpanEvent(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Something that happened within a span: a log line, a rationale, a guardrail that let pass."""

    time_ns: int
    name: str  # log, metric, rationale, guardrail, ...
    level: str | None = None
    text: str = ""
    body: Any = None
    evidence: Evidence | None = None


class Span(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One piece of work. Times are Unix nanoseconds; `None` means that nobody said."""

    span_id: str
    parent_span_id: str | None = None
    join: Join | None = None  # why this parent; None on the root
    name: str
    kind: SpanKind
    component: Component
    operation: str = ""
    start_ns: int | None = None
    end_ns: int | None = None
    duration_ms: float | None = None
    duration_source: Literal["reported", "computed", "bounded"] | None = None
    clock: Literal["client", "platform", "runtime", "service"] | None = None  # whose clock told the times
    time_precision_ns: int | None = None
    status: SpanStatus = "unknown"
    error: ErrorFact | None = None
    attempt: Attempt | None = None
    ids: dict[str, str] = {}
    request: Payload | None = None
    response: Payload | None = None
    usage: Usage | None = None
    faas: Faas | None = None
    events: tuple[SpanEvent, ...] = ()
    links: tuple[Link, ...] = ()
    attributes: dict[str, Any] = {}  # OpenTelemetry attributes that have no field of their own
    evidence: tuple[Evidence, ...] = ()

    @property
    def is_again(self) -> bool:
        """Was it provably a second or later attempt?"""
        return self.attempt is not None and self.attempt.n > 1 and not self.looks_like_again

    @property
    def looks_like_again(self) -> bool:
        """Is a likeness all that says so, such as an agent that asks its tool for the same thing twice?"""
        tiers = {link.tier for link in self.links if link.reason == "retry_of"}
        return self.attempt is not None and self.attempt.n > 1 and tiers == {"inferred"}


class Missing(msgspec.Struct, frozen=True, kw_only=True):
    """Something that started, or was asked for, and whose end nobody has seen yet."""

    what: str  # a sentence: "lambda intake started 07:31:02.120 (RequestId ...), no REPORT"
    component: str = ""  # label of the component that it is about, where known
    group: str = ""  # log group where it should appear, where known
    span_id: str = ""


class Trace(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that is known of one run, as one tree, with what could not be placed."""

    trace_id: str
    run_id: str
    spans: tuple[Span, ...] = ()  # depth first, siblings by start
    unplaced: tuple[SpanEvent, ...] = ()  # records of this run that fit nowhere
    unread: int = 0
    foreign: int = 0  # records of other runs in the same window: counted, never drawn
    shared: int = 0  # records of an invocation that serves several runs, which name none of them
    missing: tuple[Missing, ...] = ()  # empty: everything that started has finished
    warnings: tuple[str, ...] = ()  # logs dropped, conflicts, interleaved streams
