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
    ),
    "ministack.services.sqs": (
        "_act_send_message",  # wrapped: SendMessageBatch drops AWSTraceHeader
        "_receive_messages_for_esm",  # wrapped: gathers real batches
        "_queues",  # read: how many messages wait
    ),
}

# run(function record, its configuration, event, request id, seconds since the epoch) -> ministack's result dict
Executor = Callable[[dict[str, Any], dict[str, Any], Any, str, float], dict[str, Any]]


class Ministack:
    """ministack, imported; see `NAMES`."""

    def __init__(self) -> None:
        self.app: Any = importlib.import_module("ministack.app").app
        self.esm_wake: Any = importlib.import_module("ministack.core.concurrency").esm_wake
        self._lambda: Any = importlib.import_module("ministack.services.lambda_svc")
        self._sqs: Any = importlib.import_module("ministack.services.sqs")

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

    def wrap_send_message(self, wrapper: Callable[[Callable[..., Any]], Callable[..., Any]]) -> None:
        self._sqs._act_send_message = wrapper(self._sqs._act_send_message)

    def wrap_esm_receive(self, wrapper: Callable[[Callable[..., Any]], Callable[..., Any]]) -> None:
        self._sqs._receive_messages_for_esm = wrapper(self._sqs._receive_messages_for_esm)

    def queue(self, url: str) -> dict[str, Any] | None:
        """A queue as ministack keeps it: `attributes`, and `messages` with `sent_at` and `visible_at`."""
        found: dict[str, Any] | None = self._sqs._queues.get(url)
        return found

    def mappings(self) -> list[dict[str, Any]]:
        return [mapping for _account, _region, mapping in self._lambda._iter_all_esms()]
