"""Where an asynchronous invocation goes when it is over: OnSuccess, OnFailure, or the function's dead-letter queue.

ministack's record has no RequestId, and it sends nothing on success. Queues only; other targets stay ministack's.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from typing import Any

from itk.sandbox.server.functions.platform_lines import iso
from itk.sandbox.server.ministack_names import Ministack

ATTEMPT = "itk_attempt"  # which attempt an executor's result is from
ERROR_MESSAGE_MAX = 1024

Json = dict[str, Any]


def install(ministack: Ministack) -> None:
    ministack.wrap_async_failure(lambda route: _as_aws_records(route, ministack))


def succeeded(ministack: Ministack, func: Mapping[str, Any], event: Any, result: Mapping[str, Any]) -> None:
    """Send the record of an asynchronous invocation that succeeded, if somebody wants it."""
    wish = func.get("event_invoke_config") or (func.get("event_invoke_configs") or {}).get("$LATEST") or {}
    target = ((wish.get("DestinationConfig") or {}).get("OnSuccess") or {}).get("Destination") or ""
    if target:
        record = _record(func["config"]["FunctionArn"], "Success", event, result)
        ministack.send_message(target, json.dumps(record), {})


def _as_aws_records(route: Callable[..., None], ministack: Ministack) -> Callable[..., None]:
    def route_failure(target: str, function: str, event: Any, result: Mapping[str, Any]) -> None:
        config = ministack.configuration(function)
        if (config.get("DeadLetterConfig") or {}).get("TargetArn") == target:
            sent = ministack.send_message(target, json.dumps(event), _dead_letter_attributes(result))
        else:
            record = _record(config.get("FunctionArn", ""), "RetriesExhausted", event, result)
            sent = ministack.send_message(target, json.dumps(record), {})
        if not sent:
            route(target, function, event, result)

    return route_failure


def _record(function_arn: str, condition: str, event: Any, result: Mapping[str, Any]) -> Json:
    response: Json = {"statusCode": 200, "executedVersion": "$LATEST"}
    if result.get("error"):
        response["functionError"] = "Unhandled"
    return {
        "version": "1.0",
        "timestamp": iso(time.time()),
        "requestContext": {
            "requestId": result.get("request_id", ""),
            "functionArn": f"{function_arn}:$LATEST",
            "condition": condition,
            "approximateInvokeCount": result.get(ATTEMPT, 1),
        },
        "requestPayload": event,
        "responseContext": response,
        "responsePayload": result.get("body"),
    }


def _dead_letter_attributes(result: Mapping[str, Any]) -> Json:
    body = result.get("body")
    message = str(body.get("errorMessage", "")) if isinstance(body, dict) else ""
    return {
        "RequestID": {"DataType": "String", "StringValue": str(result.get("request_id", ""))},
        "ErrorCode": {"DataType": "Number", "StringValue": "200"},
        "ErrorMessage": {"DataType": "String", "StringValue": message[:ERROR_MESSAGE_MAX] or "unknown"},
    }
