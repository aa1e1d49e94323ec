"""Two small runs that differ in many ways: what the pages of a comparison are tested with."""

from __future__ import annotations

from typing import Any

import msgspec

from itk.compare import compare
from itk.model.comparison import Comparison
from itk.model.evidence import ErrorFact
from itk.model.ids import span_id
from itk.model.run import CheckVerdict, RunResult
from itk.model.trace import Attempt, Component, Link, Payload, Span, Trace
from tests.renderers import build
from tests.renderers.build import MS, Tape

INTAKE_Q = Component(type="queue", name="orders-intake")
INTAKE = Component(type="lambda", name="intake")
STOCK = Component(type="lambda", name="stock")
FRAUD = Component(type="lambda", name="fraud-check")
PRICES = Component(type="table", name="prices")
AUDIT = Component(type="table", name="audit-trail")
AUDIT_LOG = Component(type="lambda", name="audit-writer")
MAIL_Q = Component(type="queue", name="mail")
MAIL = Component(type="lambda", name="mailer")
LATER_NS = 86_400_000 * MS  # run B took place a day later


def before() -> RunResult:
    """Run A: an order, its stock, an audit by a function of its own, a mail."""
    t = Tape()
    sent = t.add(None, INTAKE_Q, "SendMessage", 0, 32, kind="PRODUCER", request=_order(2))
    intake = t.add(sent, INTAKE, "process order", 150, 1180, kind="CONSUMER", request=_order(2),
                   response=Payload(value={"status": "accepted", "total": 35.8}))  # fmt: skip
    t.add(intake, PRICES, "GetItem", 180, 201, response=Payload(value={"Item": {"sku": "lamp", "price": 17.9}}))
    t.add(intake, STOCK, "Invoke", 220, 480, request=Payload(value={"sku": "lamp", "quantity": 2}),
          response=Payload(value={"left": 12, "warehouse": "north"}))  # fmt: skip
    audit = t.add(intake, AUDIT_LOG, "Invoke", 500, 860, request=Payload(value={"event": "accepted"}),
                  logs=((610, "INFO", "audit of order A-17"),))  # fmt: skip
    t.add(audit, AUDIT, "PutItem", 640, 700, request=Payload(value={"Item": {"order": "A-17"}}))
    put = t.add(intake, MAIL_Q, "SendMessage", 900, 921, kind="PRODUCER")
    t.add(put, MAIL, "send mail", 1400, 1650, kind="CONSUMER", response=Payload(value={"template": "thanks-v1"}))
    return build.result(t.trace())


def after() -> RunResult:
    """Run B: no audit, a fraud check that is new, stock that needed two tries and is slow, another mail."""
    t = Tape()
    sent = t.add(None, INTAKE_Q, "SendMessage", 0, 29, kind="PRODUCER", request=_order(2))
    intake = t.add(sent, INTAKE, "process order", 140, 2400, kind="CONSUMER", request=_order(2),
                   response=Payload(value={"status": "accepted", "total": 38.8, "discount": None}))  # fmt: skip
    t.add(intake, PRICES, "GetItem", 170, 195, response=Payload(value={"Item": {"sku": "lamp", "price": 19.4}}))
    fraud = t.add(intake, FRAUD, "Invoke", 205, 420, response=Payload(value={"risk": "low"}))
    t.add(fraud, AUDIT, "GetItem", 260, 300)
    first = t.add(intake, STOCK, "Invoke", 430, 640, status="throttled", attempt=Attempt(n=1, of=3, kind="sdk"),
                  request=Payload(value={"sku": "lamp", "quantity": 2}),
                  error=ErrorFact(type="TooManyRequestsException", message="Rate exceeded"))  # fmt: skip
    t.add(intake, STOCK, "Invoke", 940, 1990, attempt=Attempt(n=2, of=3, kind="sdk"),
          links=(Link(span_id=first, reason="retry_of", tier="exact", rule="sdk_retry"),),
          request=Payload(value={"sku": "lamp", "quantity": 2}),
          response=Payload(value={"left": 12, "warehouse": "north"}))  # fmt: skip
    put = t.add(intake, MAIL_Q, "SendMessage", 2050, 2071, kind="PRODUCER")
    t.add(put, MAIL, "send mail", 4400, 4660, kind="CONSUMER", response=Payload(value={"template": "thanks-v2"}))
    trace = t.trace()
    slow = CheckVerdict(
        name="max_duration", status="failed", message="stock took 1.05 s", expected="at most 1 s", actual="1.05 s",
        span_ids=(trace.spans[6].span_id,),
    )  # fmt: skip
    made = build.result(trace, status="failed", checks=(slow, *build.checks(trace)[:1]), run_id="run-2")
    return later(made, "run-2")


def later(result: RunResult, run_id: str) -> RunResult:
    """The same at another time, under other ids: what differs between any two runs."""
    spans = tuple(_later(span, run_id) for span in result.trace.spans)
    checks = tuple(
        msgspec.structs.replace(check, span_ids=tuple(_renamed(each, run_id) for each in check.span_ids))
        for check in result.checks
    )
    return msgspec.structs.replace(
        result,
        run_id=run_id,
        trace=msgspec.structs.replace(result.trace, run_id=run_id, spans=spans),
        checks=checks,
        started_ns=result.started_ns + LATER_NS,
        ended_ns=result.ended_ns + LATER_NS,
    )


def comparison(a: RunResult, b: RunResult) -> Comparison:
    return compare(build.redacted(a), build.redacted(b))


def pair() -> tuple[RunResult, RunResult, Comparison]:
    a, b = before(), after()
    return a, b, comparison(a, b)


def trace_of(result: RunResult, spans: tuple[Span, ...]) -> RunResult:
    """`result` with other spans."""
    trace: Trace = msgspec.structs.replace(result.trace, spans=spans)
    return msgspec.structs.replace(result, trace=trace)


def _order(quantity: int) -> Payload:
    value: dict[str, Any] = {"orderId": "A-17", "items": [{"sku": "lamp", "quantity": quantity}]}
    return Payload(value=value)


def _renamed(name: str, run_id: str) -> str:
    return span_id(run_id, name)


def _later(span: Span, run_id: str) -> Span:
    return msgspec.structs.replace(
        span,
        span_id=_renamed(span.span_id, run_id),
        parent_span_id=None if span.parent_span_id is None else _renamed(span.parent_span_id, run_id),
        start_ns=None if span.start_ns is None else span.start_ns + LATER_NS,
        end_ns=None if span.end_ns is None else span.end_ns + LATER_NS,
        links=tuple(msgspec.structs.replace(link, span_id=_renamed(link.span_id, run_id)) for link in span.links),
        events=tuple(msgspec.structs.replace(event, time_ns=event.time_ns + LATER_NS) for event in span.events),
    )
