"""Two things that ministack's SQS lacks: trace headers (of batch entries, and of requests), and batches that gather.

On AWS a mapping's pollers find several messages when several were sent together; ministack wakes on the first one and
invokes with it alone. So the poll waits a little, or as long as `MaximumBatchingWindowInSeconds` says.
"""

from __future__ import annotations

import contextvars
import threading
import time
from collections.abc import Callable
from typing import Any

from itk.sandbox.server.ministack_names import Ministack

GATHER_S = 0.05  # with no batching window: long enough for ten SendMessage calls in a row on a busy machine

# MessageSystemAttributes of the entries of the SendMessageBatch request that is being answered, in order.
BATCH_ATTRIBUTES: contextvars.ContextVar[list[Any] | None] = contextvars.ContextVar("itk_batch", default=None)


def install(ministack: Ministack, trace_header: Callable[[], str]) -> None:
    """`trace_header` says what X-Amzn-Trace-Id the request that is being answered came with."""
    ministack.wrap_send_message(lambda send: _with_system_attributes(send, trace_header))
    ministack.wrap_new_message(lambda complete: _keeping_trace_header(complete, trace_header))
    ministack.wrap_esm_receive(lambda receive: _gathering(receive, ministack))


def with_trace_header(attributes: Any, header: str) -> dict[str, Any]:
    """SQS keeps the trace header of a request with each message, unless the message has one of its own."""
    own: dict[str, Any] = attributes or {}
    if not header or "AWSTraceHeader" in own:
        return own
    return {**own, "AWSTraceHeader": {"DataType": "String", "StringValue": header}}


def _with_system_attributes(send: Callable[..., Any], trace_header: Callable[[], str]) -> Callable[..., Any]:
    def send_message(data: dict[str, Any], url: str) -> Any:
        pending = BATCH_ATTRIBUTES.get()
        given = pending.pop(0) if pending else data.get("MessageSystemAttributes")
        own = with_trace_header(given, trace_header())
        return send({**data, "MessageSystemAttributes": own} if own else data, url)

    return send_message


def _keeping_trace_header(complete: Callable[..., Any], trace_header: Callable[[], str]) -> Callable[..., Any]:
    """Messages that SNS, EventBridge and S3 put into a queue do not pass SendMessage."""

    def completed(message: dict[str, Any]) -> Any:
        result = complete(message)
        if trace_header():
            message["sys"].setdefault("AWSTraceHeader", trace_header())
        return result

    return completed


def _gathering(receive: Callable[..., Any], ministack: Ministack) -> Callable[..., Any]:
    def receive_messages(url: str, batch_size: int) -> Any:
        queue = ministack.queue(url)
        wait_s = _still_to_wait(queue, batch_size, ministack.mappings()) if queue else 0.0
        if wait_s <= 0:
            return receive(url, batch_size)
        waker = threading.Timer(wait_s, ministack.esm_wake.set)
        waker.daemon = True
        waker.start()
        return []

    return receive_messages


def _still_to_wait(queue: dict[str, Any], batch_size: int, mappings: list[dict[str, Any]]) -> float:
    """Seconds until the oldest visible message has waited long enough; 0 = the batch may go."""
    now = time.time()
    since = [max(m["sent_at"], m["visible_at"]) for m in tuple(queue["messages"]) if m["visible_at"] <= now]
    if not since or len(since) >= min(batch_size, 10) or queue.get("is_fifo"):
        return 0.0
    arn = queue["attributes"].get("QueueArn")
    windows = [m.get("MaximumBatchingWindowInSeconds") or 0 for m in mappings if m.get("EventSourceArn") == arn]
    return float(max([GATHER_S, *windows]) - (now - min(since)))


def as_poller_reads(event: Any, answer: Any) -> Any:
    """A function's answer as an SQS poller of AWS takes it: an id that is not in the batch fails the whole batch.

    ministack would ignore such an id and delete every message.
    """
    records = event.get("Records") if isinstance(event, dict) else None
    failures = answer.get("batchItemFailures") if isinstance(answer, dict) else None
    if not failures or not records or not all(record.get("eventSource") == "aws:sqs" for record in records):
        return answer
    sent = {record["messageId"] for record in records}
    named = {failure.get("itemIdentifier") if isinstance(failure, dict) else None for failure in failures}
    return answer if named <= sent else {"batchItemFailures": [{"itemIdentifier": name} for name in sent]}
