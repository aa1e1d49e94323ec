"""Single lines for tests that need to know each one. Times are milliseconds after a fixed moment."""

from __future__ import annotations

import json
from typing import Any

from itk.model.evidence import LogEvent
from itk.model.ids import Id
from itk.model.run import EventSource, Receipt
from itk.model.trace import Span, Trace
from itk.stitch import RedrivePolicy, stitch
from tests.stitch.traffic import BASE_MS, iso, observe

RUN, OTHER = "itk-0123456789abcdef0123", "itk-ffffffffffffffffffff"
M1, M2, M3 = (f"00000000-0000-4000-8000-00000000000{n}" for n in "123")
R1, R2, R3 = (f"11111111-0000-4000-8000-00000000000{n}" for n in "123")
API = "22222222-0000-4000-8000-000000000001"
POLICY = {"intake": RedrivePolicy("intake", 2, "intake-dlq")}


def to_queue(*more: Id) -> Receipt:
    ids = (Id("run_id", RUN), Id("sqs_message_id", M1), *more)
    return Receipt(
        run_id=RUN,
        entrypoint="sqs_event",
        operation="SendMessage",
        target_type="queue",
        target_name="intake",
        sent_ns=BASE_MS * 1_000_000,
        ids=ids,
    )


def to_function() -> Receipt:
    ids = (Id("run_id", RUN), Id("lambda_request_id", R1))
    return Receipt(
        run_id=RUN,
        entrypoint="lambda_invoke",
        operation="Invoke",
        target_type="lambda",
        target_name="intake",
        sent_ns=BASE_MS * 1_000_000,
        ids=ids,
    )


class Log:
    """Writes one log stream."""

    def __init__(self, function: str = "intake", stream: str = "s1") -> None:
        self.function, self.stream, self.events = function, stream, list[LogEvent]()

    def at(self, ms: int, message: str | dict[str, Any]) -> Log:
        text = message if isinstance(message, str) else json.dumps(message)
        self.events.append(
            LogEvent(
                group=f"/aws/lambda/{self.function}",
                stream=self.stream,
                event_id=f"{BASE_MS + ms}{len(self.events):06d}",
                time_ms=BASE_MS + ms,
                message=text,
            )
        )
        return self

    def start(self, ms: int, request: str) -> Log:
        return self.at(ms, f"START RequestId: {request} Version: $LATEST\n")

    def end(self, ms: int, request: str, more: str = "") -> Log:
        self.at(ms, f"END RequestId: {request}\n")
        return self.at(
            ms, f"REPORT RequestId: {request}\tDuration: 9.00 ms\tBilled Duration: 9 ms\tMemory Size: 128 MB\t{more}\n"
        )

    def line(self, ms: int, request: str, text: Any = "hello", **keys: Any) -> Log:
        head = {"level": "INFO", "message": text, "timestamp": iso(BASE_MS + ms), "service": "intake"}
        return self.at(ms, head | {"function_request_id": request} | keys)

    def receive(
        self, ms: int, request: str, message: str, run: str = RUN, status: str = "ok", attempt: int = 1, **more: Any
    ) -> Log:
        span = boundary("CONSUMER", "queue", "intake", ms, sqs_message_id=message)
        span |= {"status": status, "attempt": attempt} | more
        keys = {"itk_trace_id": run} if run else {}
        return self.line(ms, request, json.dumps(span), sqs_message_id=message, **keys)


def boundary(kind: str, type_: str, name: str, ms: int, **ids: str) -> dict[str, Any]:
    head = {"itk": "span", "name": f"{kind} {name}", "kind": kind, "component": {"type": type_, "name": name}}
    times = {"start_time": iso(BASE_MS + ms - 1), "end_time": iso(BASE_MS + ms)}
    return head | times | {"operation": "Op", "status": "ok", "ids": ids}


def trace(receipt: Receipt, *logs: Log, batch_size: int | None = None, partial_failures: bool = False) -> Trace:
    """`batch_size`: of the event source mapping that feeds `intake`; None where nobody knows of one."""
    fed = EventSource(queue="intake", function="intake", batch_size=batch_size or 1, partial_failures=partial_failures)
    sources = [fed] if batch_size else []
    observations = observe(event for log in logs for event in log.events)
    return stitch(receipt, observations, policies=POLICY, event_sources=sources)


def named(found: Trace, name: str) -> list[Span]:
    return [span for span in found.spans if span.name == name]


def one(found: Trace, name: str) -> Span:
    (span,) = named(found, name)
    return span


def texts(span: Span) -> list[str]:
    return [event.text for event in span.events]
