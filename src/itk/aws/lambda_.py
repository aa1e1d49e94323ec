"""Lambda functions: where they log, and calling them."""

from __future__ import annotations

from base64 import b64decode, b64encode
from typing import Any

import msgspec

from itk.aws.bodies import json_or_text
from itk.aws.errors import translated
from itk.aws.session import Aws
from itk.model.run import EventSource


class Function(msgspec.Struct, frozen=True, kw_only=True):
    """What GetFunctionConfiguration says of a function."""

    name: str
    arn: str
    account: str
    region: str
    log_group: str
    state: str = ""


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What Invoke returned. `function_error` is set where the function itself failed (HTTP 200 all the same)."""

    request_id: str
    status_code: int
    function_error: str
    payload: Any
    retries: int
    log_tail: str = ""  # the last 4 KB of what the invocation logged, of a synchronous call


def function(aws: Aws, name: str, qualifier: str = "") -> Function:
    """Read a function. IAM: `lambda:GetFunctionConfiguration`. Raises NotFound, AwsError."""
    request = {"FunctionName": name} | ({"Qualifier": qualifier} if qualifier else {})
    with translated("lambda:GetFunctionConfiguration", name):
        found = aws.client("lambda").get_function_configuration(**request)
    arn = str(found["FunctionArn"])
    parts = arn.split(":")
    return Function(
        name=found["FunctionName"],
        arn=arn,
        account=parts[4],
        region=parts[3],
        log_group=found.get("LoggingConfig", {}).get("LogGroup") or f"/aws/lambda/{found['FunctionName']}",
        state=found.get("State", ""),
    )


def event_sources(aws: Aws, queue_arn: str) -> tuple[EventSource, ...]:
    """The functions that Lambda feeds from a queue. IAM: `lambda:ListEventSourceMappings`."""
    with translated("lambda:ListEventSourceMappings", queue_arn):
        pages = aws.client("lambda").get_paginator("list_event_source_mappings").paginate(EventSourceArn=queue_arn)
        found = [mapping for page in pages for mapping in page["EventSourceMappings"]]
    return tuple(
        EventSource(
            queue=queue_arn.rsplit(":", 1)[-1],
            function=mapping["FunctionArn"].split(":")[6],
            batch_size=int(mapping.get("BatchSize", 10)),
            partial_failures="ReportBatchItemFailures" in mapping.get("FunctionResponseTypes", ()),
        )
        for mapping in found
        if mapping.get("State", "Enabled") not in ("Disabled", "Disabling", "Deleting")
    )


def invoke(
    aws: Aws, name: str, payload: Any, context: dict[str, Any], *, qualifier: str = "", asynchronous: bool = False
) -> Answer:
    """Call a function; `context` becomes `context.client_context.custom`. IAM: `lambda:InvokeFunction`."""
    request: dict[str, Any] = {
        "FunctionName": name,
        "InvocationType": "Event" if asynchronous else "RequestResponse",
        "LogType": "None" if asynchronous else "Tail",
        "Payload": msgspec.json.encode(payload),
        "ClientContext": b64encode(msgspec.json.encode({"custom": context})).decode(),
    }
    if qualifier:
        request["Qualifier"] = qualifier
    with translated("lambda:InvokeFunction", name):
        answer = aws.client("lambda").invoke(**request)
        raw = answer["Payload"].read()
    return Answer(
        request_id=answer["ResponseMetadata"]["RequestId"],
        status_code=answer["StatusCode"],
        function_error=answer.get("FunctionError", ""),
        payload=json_or_text(raw),
        retries=int(answer["ResponseMetadata"].get("RetryAttempts", 0)),
        # Lambda cuts it by bytes, so it may begin within a character.
        log_tail=b64decode(answer.get("LogResult", "")).decode("utf-8", "replace"),
    )
