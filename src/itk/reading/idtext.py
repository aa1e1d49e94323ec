"""Ids in text and in the keys of JSON, each with its type. What kind of thing an id names decides what it may join."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from itk.model.ids import Id, IdKind
from itk.reading.jsontext import inner

_RUN = re.compile(r"itk-(?<!\witk-)[0-9a-f]{20}\b")  # begins with letters, so that they can be searched for
_UUID = re.compile(r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$")
_UUIDS = re.compile(_UUID.pattern.removesuffix("$"))
_XRAY = re.compile(r"1-[0-9a-fA-F]{8}-[0-9a-fA-F]{24}$")
_ROOT = re.compile(r"\b[Rr]oot ?= ?(1-[0-9a-fA-F]{8}-[0-9a-fA-F]{24})\b")
_MESSAGE_ID = re.compile(
    r"message[ _-]?id['\"]?\s*[:=]\s*['\"]?([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\b",
    re.IGNORECASE,
)

# Keys that name the invocation which writes the line, the surest first. `requestId` is also what gateways call theirs.
REQUEST_ID_KEYS = (
    "function_request_id",
    "functionRequestId",
    "FunctionRequestId",
    "AWSRequestId",
    "awsRequestId",
    "aws_request_id",
    "lambda_request_id",
    "lambdaRequestId",
    "requestId",
    "request_id",
    "RequestId",
)
# Rust's tracing, and the formatters of Powertools' own manuals.
_HELD = (("span", "requestId"), ("correlationIds", "awsRequestId"), ("CorrelationIds", "AwsRequestId"))
_SURE_REQUEST_ID_KEYS = frozenset(REQUEST_ID_KEYS[:8]) - {"awsRequestId", "aws_request_id"}

_ANYWHERE: dict[str, IdKind] = {
    "sqs_message_id": "sqs_message_id",
    "sqsMessageId": "sqs_message_id",
    "SqsMessageId": "sqs_message_id",
    "session_id": "session_id",
    "sessionId": "session_id",
    "SessionId": "session_id",
    "correlation_id": "correlation_id",
    "correlationId": "correlation_id",
    "CorrelationId": "correlation_id",
    "xray_trace_id": "xray_root",
    "xrayTraceId": "xray_root",
    "XrayTraceId": "xray_root",
    "XRayTraceId": "xray_root",
    "bedrock_invocation_id": "bedrock_invocation_id",
    "execution_arn": "execution_arn",
    "executionArn": "execution_arn",
    "ExecutionArn": "execution_arn",
}
_ON_TOP: dict[str, IdKind] = {
    "messageId": "sqs_message_id",
    "message_id": "sqs_message_id",
    "MessageId": "sqs_message_id",
    "traceId": "xray_root",
    "TraceId": "xray_root",
}
_KINDS: dict[str, IdKind] = {**dict.fromkeys(_SURE_REQUEST_ID_KEYS, "lambda_request_id"), **_ANYWHERE}
_TOP_KINDS = {**_KINDS, **_ON_TOP}
_UUID_KINDS = frozenset(("sqs_message_id", "lambda_request_id"))  # under keys that others use too
_TEXTS = frozenset(("message", "Message", "msg"))
# What is in there belongs to a boundary or to a payload, not to the line.
_CLOSED = frozenset(
    {"ids", "request", "response", "Records", "trace", "component", "ResponseMetadata", "requestContext"}
)
_DEPTH = 3


def run_ids(text: str) -> tuple[Id, ...]:
    """Every run id that `text` mentions, wherever it stands."""
    at = text.find("itk-")
    if at < 0:
        return ()
    found = _RUN.findall(text, at)
    return (_run(found[0]),) if len(found) == 1 else tuple(map(_run, dict.fromkeys(found)))


@lru_cache(maxsize=1_024)
def _run(value: str) -> Id:
    """Thousands of lines name the same run."""
    return Id("run_id", value)


def uuids(text: str) -> list[str]:
    """Everything in `text` that has the form of a UUID."""
    return _UUIDS.findall(text) if text.count("-") >= 4 else []


def is_uuid(value: Any) -> bool:
    """Whether `value` has the form of a Lambda request id or an SQS message id."""
    return isinstance(value, str) and len(value) == 36 and _UUID.match(value) is not None


def uuid_prefix(value: str) -> str:
    """The invocation id at the start of a Bedrock `traceId` such as `<uuid>-pre-0`; empty if there is none."""
    return value[:36] if is_uuid(value[:36]) else ""


def xray_root(value: Any) -> str | None:
    """The root in an X-Ray header or a bare id, lower case."""
    if not isinstance(value, str):
        return None
    if _XRAY.match(value):
        return value.lower()
    found = _ROOT.search(value)
    return None if found is None else found[1].lower()


def request_id(body: dict[str, Any]) -> str | None:
    """The Lambda request id that a logger put on its line, or `None`. Only a UUID counts."""
    for key in REQUEST_ID_KEYS:
        if is_uuid(value := body.get(key)):
            return str(value)
    for holder, key in _HELD:
        held = body.get(holder)
        if isinstance(held, dict) and is_uuid(value := held.get(key)):
            return str(value)
    return None


def typed(kind: IdKind, value: Any) -> Id | None:
    """`value` as an id of `kind`, if it has that kind's form."""
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 1 << 64:
        value = str(value)
    if not isinstance(value, str) or not 0 < len(value) <= 256:
        return None
    if kind == "xray_root":
        root = xray_root(value)
        return None if root is None else Id(kind, root)
    return Id(kind, value)


def line_ids(text: str, body: Any = None, request: str | None = None) -> tuple[Id, ...]:
    """Every typed id of a line: run ids and X-Ray headers anywhere in `text`, known keys in `body`.

    A line without JSON may say `message_id=<uuid>`.

    Keys that only a logger would use count down to three keys deep; `messageId` and the like count at the top alone,
    and only as UUID. Arrays are not searched: what they hold is a payload.
    """
    found = dict.fromkeys(run_ids(text))
    if request:
        found[Id("lambda_request_id", request)] = None
    if "oot=1-" in text or "oot = 1-" in text:
        found.update((Id("xray_root", root.lower()), None) for root in _ROOT.findall(text))
    if type(body) is dict:
        _collect(body, 0, found)
    elif body is None and ("essage" in text or "ESSAGE" in text):
        found.update((Id("sqs_message_id", value), None) for value in _MESSAGE_ID.findall(text))
    return tuple(found)


def _collect(body: dict[str, Any], depth: int, found: dict[Id, None]) -> None:
    kinds = _KINDS if depth else _TOP_KINDS
    for key, value in body.items():
        if key in kinds:
            kind = kinds[key]
            one = typed(kind, value) if kind not in _UUID_KINDS or key in _ANYWHERE or is_uuid(value) else None
            if one is not None:
                found[one] = None
        elif (key in _TEXTS or type(value) is dict) and depth < _DEPTH and key not in _CLOSED:
            below = inner(value)
            if type(below) is dict:
                _collect(below, depth + 1, found)
