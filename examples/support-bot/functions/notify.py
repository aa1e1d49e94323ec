"""support-notify: the end of the flow. Where a real bot would write to the customer, this one only logs."""

from __future__ import annotations

import json
import logging
import os
from typing import Any

from boundary import boundary

NOTIFY_QUEUE = os.environ["NOTIFY_QUEUE"]

# Lambda's text format and plain `logging`: no library at all.
log = logging.getLogger("support-notify")
log.setLevel(logging.INFO)


def handler(event: dict[str, Any], context: object) -> dict[str, list[dict[str, str]]]:
    """Deliver a batch of answers and report the records that failed."""
    failed = []
    for record in event["Records"]:
        try:
            process(record, len(event["Records"]))
        except Exception:
            log.exception("record %s failed", record["messageId"])
            failed.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failed}


def process(record: dict[str, Any], batch_size: int) -> None:
    """Deliver one answer."""
    # A text line has no keys around the span, so the ids of the record go into it.
    run_id = record["messageAttributes"].get("ITK_TRACE_ID", {}).get("stringValue")
    with boundary(
        log,
        f"process {NOTIFY_QUEUE}",
        kind="CONSUMER",
        component=("queue", NOTIFY_QUEUE),
        operation="ReceiveMessage",
        ids={"sqs_message_id": record["messageId"]},
        attempt=int(record["attributes"]["ApproximateReceiveCount"]),
        batch_size=batch_size,  # of one: then the lines beside it are this run's too
        request=record["body"],
        **({"itk_trace_id": run_id} if run_id else {}),
    ) as span:
        message = json.loads(record["body"])
        log.info("answer for order %s: %s", message["order_id"], message["answer"])
        span["response"] = {"delivered": "logged only"}
