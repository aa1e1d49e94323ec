"""The one place that touches ministack: every name of it that the sandbox uses, public or private.

`tests/sandbox/test_ministack_names.py` pins them, so that a new release that moves one fails there and says which.
ministack reads its settings from the environment while it is imported: set them before `load()`.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

# module -> names.  A leading underscore is somebody else's private matter; keep this list short.
NAMES: dict[str, tuple[str, ...]] = {
    "ministack.app": ("app",),
    "ministack.core.concurrency": ("esm_wake",),
    "ministack.services.lambda_svc": (
        "_execute_function_dispatch",  # replaced: we run the handlers
        "_execute_function",  # called: concurrency accounting, then the line above
        "_get_func_record_for_ref_in_scope",  # called: an agent's action group names its function
        "_resolve_layer_zip",  # called: the code of a layer
        "_iter_all_esms",  # called: batching window of the mapping that polls a queue
        "_execution_record_for_config",  # wrapped: EventBridge forgets the request's context before it invokes
        "invoke_async_with_retry",  # wrapped: all attempts of an event have one RequestId
        "_execute_function_with_config_scope",  # wrapped: events of SNS and EventBridge are tried again
        "_route_async_failure",  # wrapped: records of failed events as AWS writes them
        "_functions",  # read: configuration of a function
    ),
    "ministack.services.sqs": (
        "_act_send_message",  # wrapped: SendMessageBatch drops AWSTraceHeader
        "_receive_messages_for_esm",  # wrapped: gathers real batches
        "_queues",  # read: how many messages wait
        "_ensure_msg_fields",  # wrapped: messages from SNS, EventBridge and S3 keep the trace header
    ),
    "ministack.services.sns": ("_deliver_to_lambda",),  # wrapped: see above
    "ministack.services.eventbridge": ("_dispatch_to_lambda",),  # wrapped: see above
    "ministack.services.s3": (
        "_fire_s3_event_async",  # wrapped: event records name their request
    ),
    "ministack.services.stepfunctions": (
        "_add_event",  # wrapped: events as AWS writes them, and their log records
        "_invoke_resource",  # wrapped: what lambda:invoke answers
        "_state_machines",  # read: type and logging configuration
    ),
}

# run(function record, its configuration, event, request id, seconds since the epoch) -> ministack's result dict
Executor = Callable[[dict[str, Any], dict[str, Any], Any, str, float], dict[str, Any]]
Wrapper = Callable[[Callable[..., Any]], Callable[..., Any]]


class Ministack:
    """ministack, imported; see `NAMES`."""

    def __init__(self) -> None:
        self.app: Any = importlib.import_module("ministack.app").app
        self.esm_wake: Any = importlib.import_module("ministack.core.concurrency").esm_wake
        self._lambda: Any = importlib.import_module("ministack.services.lambda_svc")
        self._sqs: Any = importlib.import_module("ministack.services.sqs")
        self._sns: Any = importlib.import_module("ministack.services.sns")
        self._events: Any = importlib.import_module("ministack.services.eventbridge")
        self._s3: Any = importlib.import_module("ministack.services.s3")
        self._states: Any = importlib.import_module("ministack.services.stepfunctions")

    def run_handlers_with(self, executor: Executor) -> None:
        """Every way into a function (Invoke, event source mapping, async, SNS, ...) ends here."""
        self._lambda._execute_function_dispatch = executor

    def invoke(self, function: str, event: Any, *, account: str, region: str) -> dict[str, Any] | None:
        """Run a function by name or ARN under its concurrency limits; None if there is no such function."""
        record, config, _name = self._lambda._get_func_record_for_ref_in_scope(
            function, account_id=account, region=region
        )
        if record is None:
            return None
        result: dict[str, Any] = self._lambda._execute_function({**record, "config": config}, event)
        return result

    def layer_zip(self, attachment: Any) -> bytes | None:
        zipped: bytes | None = self._lambda._resolve_layer_zip(attachment)
        return zipped

    def mark_invocations(self, mark: Callable[[], dict[str, Any]]) -> None:
        """Add keys to the record with which a service invokes a function; the executor gets that record."""
        record_for = self._lambda._execution_record_for_config
        self._lambda._execution_record_for_config = lambda func, config: {**record_for(func, config), **mark()}

    def wrap_async_invocation(self, wrapper: Wrapper) -> None:
        self._lambda.invoke_async_with_retry = wrapper(self._lambda.invoke_async_with_retry)

    def invoke_event(self, func: dict[str, Any], event: Any) -> None:
        """Invoke asynchronously: answers at once, tries again, ends in a destination."""
        self._lambda.invoke_async_with_retry(func, event)

    def wrap_deliveries(self, wrapper: Wrapper) -> None:
        self._sns._deliver_to_lambda = wrapper(self._sns._deliver_to_lambda)
        self._events._dispatch_to_lambda = wrapper(self._events._dispatch_to_lambda)

    def wrap_invocation(self, wrapper: Wrapper) -> None:
        self._lambda._execute_function_with_config_scope = wrapper(self._lambda._execute_function_with_config_scope)

    def wrap_async_failure(self, wrapper: Wrapper) -> None:
        self._lambda._route_async_failure = wrapper(self._lambda._route_async_failure)

    def configuration(self, function: str) -> dict[str, Any]:
        """Of a function, in the account and region of the thread that asks."""
        found: dict[str, Any] = (self._lambda._functions.get(function) or {}).get("config") or {}
        return found

    def send_message(self, queue_arn: str, body: str, attributes: dict[str, Any]) -> bool:
        """Put a message into a queue of the thread's account and region; False if it has no such queue."""
        queues = list(self._sqs._queues.items())
        url = next((url for url, queue in queues if queue["attributes"].get("QueueArn") == queue_arn), None)
        if url is None:
            return False
        self._sqs._act_send_message({"MessageBody": body, "MessageAttributes": attributes}, url)
        self.esm_wake.set()
        return True

    def wrap_new_message(self, wrapper: Wrapper) -> None:
        self._sqs._ensure_msg_fields = wrapper(self._sqs._ensure_msg_fields)

    def wrap_s3_event(self, wrapper: Wrapper) -> None:
        self._s3._fire_s3_event_async = wrapper(self._s3._fire_s3_event_async)

    def wrap_history_event(self, wrapper: Wrapper) -> None:
        self._states._add_event = wrapper(self._states._add_event)

    def wrap_task(self, wrapper: Wrapper) -> None:
        self._states._invoke_resource = wrapper(self._states._invoke_resource)

    def machine_type(self, arn: str) -> str:
        """STANDARD, EXPRESS, or nothing for a state machine that is not there."""
        return str((self._states._state_machines.get(arn) or {}).get("type", ""))

    def logging_of(self, arn: str) -> dict[str, Any]:
        """The logging configuration of a state machine."""
        found: dict[str, Any] = (self._states._state_machines.get(arn) or {}).get("loggingConfiguration") or {}
        return found

    def wrap_send_message(self, wrapper: Wrapper) -> None:
        self._sqs._act_send_message = wrapper(self._sqs._act_send_message)

    def wrap_esm_receive(self, wrapper: Wrapper) -> None:
        self._sqs._receive_messages_for_esm = wrapper(self._sqs._receive_messages_for_esm)

    def queue(self, url: str) -> dict[str, Any] | None:
        """A queue as ministack keeps it: `attributes`, and `messages` with `sent_at` and `visible_at`."""
        found: dict[str, Any] | None = self._sqs._queues.get(url)
        return found

    def mappings(self) -> list[dict[str, Any]]:
        return [mapping for _account, _region, mapping in self._lambda._iter_all_esms()]
