"""support-lookup-order: what the agent calls to read an order. Counts the look-ups, so that it writes as well."""

from __future__ import annotations

import json
import logging
import os
from typing import Any

import boto3
from boundary import boundary

ORDERS_TABLE = os.environ["ORDERS_TABLE"]

# The function's log format is JSON (LoggingConfig): the runtime adds time, level, request id and every `extra` key.
log = logging.getLogger("support-lookup-order")
log.setLevel(logging.INFO)
dynamodb = boto3.client("dynamodb")


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Answer a call of the action group `orders` (Bedrock's function details format)."""
    run_id = event.get("sessionAttributes", {}).get("itk_trace_id")
    here = logging.LoggerAdapter(log, {"itk_trace_id": run_id, "session_id": event["sessionId"]})
    parameters = {p["name"]: p["value"] for p in event.get("parameters", [])}
    here.info("%s.%s(%s)", event["actionGroup"], event["function"], parameters)
    try:
        body = answer(event["function"], parameters, here)
    except Exception:
        here.exception("%s failed", event["function"])
        raise
    return {
        "messageVersion": "1.0",
        "response": {
            "actionGroup": event["actionGroup"],
            "function": event["function"],
            "functionResponse": {"responseBody": {"TEXT": {"body": json.dumps(body)}}},
        },
    }


def answer(function: str, parameters: dict[str, str], here: logging.LoggerAdapter[logging.Logger]) -> dict[str, str]:
    """Return what the agent is told. An unknown order is an answer too, not an error."""
    if function != "lookupOrder":
        raise ValueError(f"unknown function `{function}`: this action group has `lookupOrder`")
    order_id = parameters.get("order_id", "")
    if not order_id:
        raise ValueError("lookupOrder needs the parameter `order_id`")
    order = look_up(order_id, here)
    return order or {"order_id": order_id, "status": "not found"}


def look_up(order_id: str, here: logging.LoggerAdapter[logging.Logger]) -> dict[str, str] | None:
    """Return the order and count the look-up, or `None` if there is no such order."""
    key = {"order_id": {"S": order_id}}
    with boundary(
        here,
        f"UpdateItem {ORDERS_TABLE}",
        kind="CLIENT",
        component=("table", ORDERS_TABLE),
        operation="UpdateItem",
        request={"Key": {"order_id": order_id}},
    ) as span:
        try:
            reply = dynamodb.update_item(
                TableName=ORDERS_TABLE,
                Key=key,
                UpdateExpression="ADD lookups :one",
                ConditionExpression="attribute_exists(order_id)",  # never create an order by asking for it
                ExpressionAttributeValues={":one": {"N": "1"}},
                ReturnValues="ALL_NEW",
            )
        except dynamodb.exceptions.ConditionalCheckFailedException as refused:
            span["ids"] = {"aws_request_id": refused.response["ResponseMetadata"]["RequestId"]}
            span["response"] = {"found": False}
            return None
        order = {name: str(next(iter(value.values()))) for name, value in reply["Attributes"].items()}
        span["ids"] = {"aws_request_id": reply["ResponseMetadata"]["RequestId"]}
        span["response"] = {"Attributes": order}
        return order
