"""A function's call to AWS as the subsegment that an X-Ray SDK in the function would have sent. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs

from itk.sandbox.server.operations import Call
from itk.sandbox.server.xray.documents import Document, new_id

# boto3's client name -> how the SDK names the subsegment, where that differs (the prefix of the endpoint).
NAMES = {"stepfunctions": "states", "cloudwatch": "monitoring"}
# What of a request the SDKs keep, by service: the parameter -> the key under `aws`.
REQUEST_FIELDS: Mapping[str, Mapping[str, str]] = {
    "sqs": {"QueueUrl": "queue_url"},
    "sns": {"TopicArn": "topic_arn"},
    "dynamodb": {"TableName": "table_name"},
    "lambda": {"FunctionName": "function_name"},
    "s3": {"Bucket": "bucket_name", "Key": "key"},
    "stepfunctions": {"stateMachineArn": "state_machine_arn"},
    "bedrock-agent-runtime": {"agentId": "agent_id", "agentAliasId": "agent_alias_id"},
}
_THROTTLES = ("Throttl", "TooManyRequests", "RequestThrottled", "ProvisionedThroughputExceeded", "SlowDown")


def began(call: Call, headers: Mapping[str, str], body: bytes, at: float, account: str) -> Document:
    """The subsegment of a call that goes out now."""
    aws: dict[str, Any] = {"operation": call.operation, "region": call.region, "account_id": account, "retries": 0}
    arguments = _arguments(call, headers, body)
    wanted = REQUEST_FIELDS.get(call.service, {})
    aws |= {ours: arguments[theirs] for theirs, ours in wanted.items() if theirs in arguments}
    name = NAMES.get(call.service, call.service)
    return {"id": new_id(), "name": name, "start_time": at, "namespace": "aws", "aws": aws, "in_progress": True}


def ended(part: Document, status: int, headers: Mapping[str, str], body: bytes, at: float) -> Document:
    """The same, answered. A later attempt of the same call replaces what an earlier one said."""
    flags = ("in_progress", "error", "throttle", "fault", "cause")
    done = {name: value for name, value in part.items() if name not in flags}
    request_id = headers.get("x-amzn-requestid") or headers.get("x-amz-request-id") or ""
    answer = _parsed(body)
    aws = {**part["aws"], "request_id": request_id}
    if message_id := answer.get("MessageId"):
        aws["message_id"] = message_id
    response: dict[str, Any] = {"status": status}
    if headers.get("content-length", "").isdigit():
        response["content_length"] = int(headers["content-length"])
    done |= {"end_time": at, "aws": aws, "http": {"response": response}}
    return done | (_failure(status, headers, answer) if status >= 400 else {})


def _failure(status: int, headers: Mapping[str, str], answer: Mapping[str, Any]) -> Document:
    code = str(headers.get("x-amzn-errortype") or answer.get("__type") or "").partition(":")[0].rpartition("#")[2]
    flags = {"fault": True} if status >= 500 else {"error": True}
    if status == 429 or code.startswith(_THROTTLES):
        flags["throttle"] = True
    message = str(answer.get("message") or answer.get("Message") or "")
    exception = {"id": new_id(), "type": code or f"HTTP {status}", "message": message, "remote": True}
    return {**flags, "cause": {"exceptions": [exception]}}


def _arguments(call: Call, headers: Mapping[str, str], body: bytes) -> dict[str, Any]:
    if headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return {name: values[0] for name, values in parse_qs(body.decode("utf-8", "replace")).items()}
    return {**(_parsed(body) if call.protocol == "json" else {}), **dict(call.path_parameters)}


def _parsed(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body or b"{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
