"""Segments as the spans that Transaction Search keeps in the log group `aws/spans`: flat records, not OTLP. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from itk.sandbox.server.xray.documents import Document, hex_id
from itk.sandbox.server.xray.traces import end_of

LOG_GROUP = "aws/spans"
LOG_STREAM = "default"
Span = dict[str, Any]


def spans_of(document: Document, account: str, region: str) -> Iterator[Span]:
    """One span for the segment and one for each subsegment; the parents are those of the segments."""
    resource = {"attributes": _resource(document, account, region)}
    yield from _spans(document, str(document.get("parent_id") or ""), hex_id(document["trace_id"]), resource)


def _spans(part: Document, parent: str, trace_id: str, resource: dict[str, Any]) -> Iterator[Span]:
    start, end = _nanoseconds(part["start_time"]), _nanoseconds(end_of(part))
    span: Span = {
        "resource": resource,
        "scope": {"name": "itk.sandbox.xray", "version": "1"},
        "traceId": trace_id,
        "spanId": part["id"],
        "flags": 1,
        "name": _name(part),
        "kind": _kind(part),
        "startTimeUnixNano": start,
        "endTimeUnixNano": end,
        "durationNano": end - start,
        "attributes": _attributes(part, resource["attributes"]["service.name"]),
        "status": _status(part),
    }
    if parent:
        span["parentSpanId"] = parent
    if events := [_exception(found, end) for found in _exceptions(part)]:
        span["events"] = events
    if links := part.get("links"):
        span["links"] = [
            {"traceId": hex_id(link["trace_id"]), "spanId": link["id"], "attributes": link.get("attributes", {})}
            for link in links
        ]
    yield span
    for child in part.get("subsegments") or ():
        yield from _spans(child, part["id"], trace_id, resource)


def _resource(document: Document, account: str, region: str) -> dict[str, Any]:
    attributes = {
        "service.name": document["name"],
        "cloud.provider": "aws",
        "cloud.account.id": account,
        "cloud.region": region,
    }
    if str(document.get("origin", "")).startswith("AWS::Lambda"):
        attributes |= {"cloud.platform": "aws_lambda", "faas.name": document["name"]}
    aws = document.get("aws") or {}
    if arn := document.get("resource_arn") or aws.get("function_arn"):
        attributes["cloud.resource_id"] = arn
    if logs := aws.get("cloudwatch_logs"):
        attributes["aws.log.group.names"] = logs[0]["log_group"]
    return attributes


def _attributes(part: Document, service: str) -> dict[str, Any]:
    attributes: dict[str, Any] = {"aws.local.service": service, "aws.local.operation": part["name"]}
    aws = part.get("aws") or {}
    if origin := part.get("origin"):
        attributes |= {"PlatformType": "AWS::Lambda", "aws.xray.origin": origin}
        if "request_id" in aws:
            attributes["faas.invocation_id"] = aws["request_id"]
    if part.get("namespace") == "aws":
        attributes |= {
            "rpc.system": "aws-api",
            "rpc.service": part["name"],
            "rpc.method": aws.get("operation", ""),
            "aws.remote.service": f"AWS::{part['name'].upper()}",
            "aws.remote.operation": aws.get("operation", ""),
            "retry_attempts": aws.get("retries", 0),
        }
    names = {"request_id": "aws.request_id", "region": "aws.region", "queue_url": "aws.sqs.queue_url"}
    names |= {
        "message_id": "messaging.message.id",
        "table_name": "aws.dynamodb.table_names",
        "topic_arn": "aws.sns.topic_arn",
    }
    attributes |= {names[field]: value for field, value in aws.items() if field in names}
    status = ((part.get("http") or {}).get("response") or {}).get("status")
    if status is not None:
        attributes |= {"http.response.status_code": status, "http.status_code": status}
    if annotations := part.get("annotations"):
        attributes |= {**annotations, "aws.xray.annotations": sorted(annotations)}
    return attributes


def _name(part: Document) -> str:
    if part.get("namespace") == "aws":
        return f"{part['name']}.{(part.get('aws') or {}).get('operation', '')}"
    return str(part["name"])


def _kind(part: Document) -> str:
    if part.get("namespace") in ("aws", "remote"):
        return "CLIENT"
    return "SERVER" if part.get("origin") else "INTERNAL"


def _status(part: Document) -> dict[str, str]:
    if not (part.get("fault") or part.get("error")):
        return {"code": "UNSET"}
    message = next((str(found["message"]) for found in _exceptions(part) if found.get("message")), "")
    return {"code": "ERROR"} | ({"message": message} if message else {})


def _exceptions(part: Document) -> list[dict[str, Any]]:
    cause = part.get("cause")  # an object, or the id of an exception elsewhere
    return list(cause.get("exceptions") or ()) if isinstance(cause, dict) else []


def _exception(found: dict[str, Any], at: int) -> dict[str, Any]:
    attributes = {"exception.type": found.get("type", ""), "exception.message": found.get("message", "")}
    return {"timeUnixNano": at, "name": "exception", "attributes": attributes}


def _nanoseconds(seconds: float) -> int:
    return round(seconds * 1_000_000) * 1000  # a float of today's seconds is exact to the microsecond
