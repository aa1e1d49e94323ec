"""Who caused an invocation: what an Invoke request says besides its payload, and the trace that comes with it."""

from __future__ import annotations

import contextvars
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


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
TRACE_MARK = "itk_trace_header"  # the same in the record of an invocation, for threads without the context


def mark() -> dict[str, Any]:
    """What the record of an invocation carries from the request that caused it."""
    return {TRACE_MARK: TRACE_HEADER.get()}


def one_request_id(invoke: Callable[..., None]) -> Callable[..., None]:
    """Wrap ministack's asynchronous invocation: every attempt has the RequestId of the first."""

    def invoke_event(func: dict[str, Any], event: Any) -> None:
        token = CALLER.set(CALLER.get() or Caller(str(uuid.uuid4()), asynchronous=True))
        try:
            invoke(func, event)
        finally:
            CALLER.reset(token)

    return invoke_event
