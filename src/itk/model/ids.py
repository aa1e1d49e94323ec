"""Ids that records carry, and the hashes that ITK makes of them."""

from __future__ import annotations

from hashlib import sha256
from typing import Literal

import msgspec

IdKind = Literal[
    "run_id",  # the marker that ITK injects; the only owner label
    "sqs_message_id",
    "lambda_request_id",  # a carrier: one batch invocation serves many runs
    "aws_request_id",  # x-amzn-RequestId of one AWS API call
    "bedrock_invocation_id",  # UUID prefix of every traceId of one agent invocation
    "sns_message_id",
    "eventbridge_event_id",
    "s3_version_id",
    "execution_arn",  # of a Step Functions execution
    "apigw_request_id",
    "apigw_extended_request_id",  # execution logs of REST APIs name both
    "session_id",
    "xray_root",
    "xray_segment_id",
    "otel_trace_id",  # 32 hex digits of a `traceparent`; `xray_root` is the same digits in the form of X-Ray
    "correlation_id",
    "span_id",  # as an application logged it
    "parent_span_id",
]


class Id(msgspec.Struct, frozen=True, order=True, cache_hash=True, gc=False):
    """One typed id as a record carried it."""

    kind: IdKind
    value: str


def span_id(*parts: str | int) -> str:
    """16 hex digits that depend on nothing but `parts`: reading the same evidence again gives the same id."""
    return sha256("\x1f".join(map(str, parts)).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def turn_span_id(run_id: str, turn: int) -> str:
    """The span of a turn of a conversation, counted from 1."""
    return span_id("turn", run_id, turn)


def trace_id(run_id: str) -> str:
    """32 hex digits for a run, in the form of an OpenTelemetry trace id."""
    return sha256(run_id.encode()).hexdigest()[:32]
