"""Who caused an invocation: what an Invoke request says besides its payload, and the trace that comes with it."""

from __future__ import annotations

import contextvars
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from itk.sandbox.server.ministack_names import Ministack


@dataclass(frozen=True, slots=True)
class Caller:
    """What an Invoke request says besides its payload; event sources say nothing."""

    request_id: str
    client_context: str = ""
    asynchronous: bool = False


# Set by the HTTP layer around one Invoke request; ministack copies the context into its worker thread.
CALLER: contextvars.ContextVar[Caller | None] = contextvars.ContextVar("itk_caller", default=None)
# The X-Amzn-Trace-Id of the request that is being answered; services pass it on to what they set off.
TRACE_HEADER: contextvars.ContextVar[str] = contextvars.ContextVar("itk_trace_header", default="")
# SNS and EventBridge invoke asynchronously; set while they hand an event to a function.
DELIVERING: contextvars.ContextVar[bool] = contextvars.ContextVar("itk_delivering", default=False)
# The same in the record of an invocation, for threads without the context.
TRACE_MARK, DELIVERED_MARK = "itk_trace_header", "itk_delivered"


def install(ministack: Ministack) -> None:
    """Have invocations know their cause, and those of events be tried again as AWS does."""
    ministack.mark_invocations(_mark)
    ministack.wrap_async_invocation(_one_request_id)
    ministack.wrap_deliveries(_delivering)
    ministack.wrap_invocation(lambda execute: _in_its_own_time(execute, ministack.invoke_event))


def _mark() -> dict[str, Any]:
    """What the record of an invocation carries from the request that caused it."""
    return {TRACE_MARK: TRACE_HEADER.get(), DELIVERED_MARK: DELIVERING.get()}


def _delivering(deliver: Callable[..., Any]) -> Callable[..., Any]:
    def deliver_event(*args: Any, **options: Any) -> Any:
        token = DELIVERING.set(True)
        try:
            return deliver(*args, **options)
        finally:
            DELIVERING.reset(token)

    return deliver_event


def _in_its_own_time(execute: Callable[..., Any], invoke_event: Callable[..., None]) -> Callable[..., Any]:
    """ministack tries a delivered event once; Lambda tries up to three times, and has destinations for what failed."""

    def invoke(func: dict[str, Any], event: Any) -> Any:
        if not func.get(DELIVERED_MARK):
            return execute(func, event)
        invoke_event(func, event)
        return {}

    return invoke


def _one_request_id(invoke: Callable[..., None]) -> Callable[..., None]:
    """Wrap ministack's asynchronous invocation: every attempt has the RequestId of the first."""

    def invoke_event(func: dict[str, Any], event: Any) -> None:
        token = CALLER.set(CALLER.get() or Caller(str(uuid.uuid4()), asynchronous=True))
        try:
            invoke(func, event)
        finally:
            CALLER.reset(token)

    return invoke_event
