"""Facts for checks: small traces, made by hand."""

from __future__ import annotations

from typing import Any

from itk.checks import VOCABULARY, judge
from itk.model.case import CheckSpec, Where
from itk.model.evidence import Evidence
from itk.model.run import CheckVerdict, QueueReading, Receipt
from itk.model.trace import Component, ComponentType, Join, Missing, Span, Trace
from itk.ports import Facts

SEEN = Evidence(
    source="cloudwatch_logs", group="/aws/lambda/intake", stream="s", event_id="1", time_ms=0, format="lambda_text"
)
EXACT = Join(tier="exact", rule="message_id")
MS = 1_000_000


def span(span_id: str = "b", parent: str | None = "a", type_: ComponentType = "lambda", **fields: Any) -> Span:
    """A span of `lambda:intake` from 10 to 20 ms that some record proves."""
    base: dict[str, Any] = {"name": "invoke intake", "kind": "SERVER", "component": Component(type_, "intake")}
    base |= {"start_ns": 10 * MS, "end_ns": 20 * MS, "status": "ok", "evidence": (SEEN,)}
    base |= {"join": EXACT if parent else None}
    return Span(span_id=span_id, parent_span_id=parent, **(base | fields))


def root(**fields: Any) -> Span:
    """What ITK sent: no record proves it."""
    base: dict[str, Any] = {
        "name": "SendMessage intake",
        "kind": "PRODUCER",
        "evidence": (),
        "start_ns": 0,
        "end_ns": 1,
    }
    return span("a", None, "queue", **(base | fields))


def facts(*spans: Span, complete: bool = True, missing: str = "", **fields: Any) -> Facts:
    gone = (Missing(what=missing),) if missing else ()
    trace = Trace(trace_id="t", run_id="r", spans=spans, missing=gone)
    base: dict[str, Any] = {"receipt": receipt("queue")}
    return Facts(trace=trace, complete=complete, **(base | fields))


def receipt(target: Any) -> Receipt:
    return Receipt(
        run_id="r", entrypoint="sqs_event", operation="Send", target_type=target, target_name="intake", sent_ns=0
    )


def dead_letter_queue(before: int, after: int) -> QueueReading:
    return QueueReading(name="dlq", source_queue="intake", max_receive_count=3, before=before, after=after)


def verdict(name: str, of: Facts, **params: Any) -> CheckVerdict:
    (said,) = judge([spec(name, **params)], of)
    assert said.name == name
    assert said.where == Where("case.yaml", 3, 5)
    return said


def spec(name: str, **params: Any) -> CheckSpec:
    params = VOCABULARY[name].params(**params).model_dump(mode="json")
    return CheckSpec(name=name, params=params, where=Where("case.yaml", 3, 5))


def said(name: str, of: Facts, **params: Any) -> str:
    return verdict(name, of, **params).status
