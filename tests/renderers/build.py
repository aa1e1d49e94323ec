"""Runs to be drawn: the demo application's shape, with times as real ones have them."""

from __future__ import annotations

from typing import Any

import msgspec

from itk.model.case import Where
from itk.model.evidence import ErrorFact, Evidence, Unread, Usage
from itk.model.ids import Id, span_id, trace_id
from itk.model.run import (
    CaseSummary,
    CheckVerdict,
    Collection,
    Environment,
    Finding,
    GroupReading,
    Near,
    QueueCount,
    QueueReading,
    Receipt,
    RedactedRun,
    RunResult,
    WatchedQueue,
)
from itk.model.trace import Attempt, Component, Faas, Inference, Join, Link, Missing, Payload, Span, SpanEvent, Trace

T0 = 1_772_350_262_120_000_001  # 2026-03-01 07:31:02.120 UTC, and one nanosecond that a float would lose
MS = 1_000_000
ORDERS = Component(type="queue", name="intake", id="arn:aws:sqs:eu-west-1:111122223333:intake")
INTAKE = Component(type="lambda", name="intake", id="arn:aws:lambda:eu-west-1:111122223333:function:intake")
AGENT = Component(type="agent", name="gatekeeper", id="AGENT12345")
MODEL = Component(type="model", name="anthropic.claude-3-haiku-20240307-v1:0")
TOOL = Component(type="tool", name="orders::lookup_order")
LOOKUP = Component(type="lambda", name="lookup-order")
TABLE = Component(type="table", name="orders")
NOTIFY_Q = Component(type="queue", name="notify")
NOTIFY = Component(type="lambda", name="notify")


def redacted(result: RunResult) -> RedactedRun:
    """Tests may make what only `itk.redact` makes."""
    return RedactedRun(result)


class Tape:
    """Collects spans; times in milliseconds after T0."""

    def __init__(self) -> None:
        self.spans: list[Span] = []

    def add(
        self,
        parent: str | None,
        component: Component,
        operation: str,
        start: float | None,
        end: float | None,
        *,
        kind: str = "CLIENT",
        status: str = "ok",
        tier: str = "exact",
        rule: str = "message_id",
        inference: Inference | None = None,
        logs: tuple[tuple[float, str, str], ...] = (),
        **more: Any,
    ) -> str:
        made = span_id("test", len(self.spans))
        group = f"/aws/lambda/{component.name}"
        self.spans.append(
            Span(
                span_id=made,
                parent_span_id=parent,
                join=None if parent is None else _join(tier, rule, inference),
                name=f"{operation} {component.name}",
                kind=kind,  # type: ignore[arg-type]
                component=component,
                operation=operation,
                start_ns=at(start),
                end_ns=at(end),
                duration_ms=None if start is None or end is None else float(end - start),
                duration_source=None if start is None or end is None else "computed",
                status=status,  # type: ignore[arg-type]
                events=tuple(
                    SpanEvent(
                        time_ns=at_known(ms), name="log", level=level, text=text, evidence=evidence(group, len(text))
                    )
                    for ms, level, text in logs
                ),
                evidence=(evidence(group, len(self.spans)),),
                **more,
            )
        )
        return made

    def trace(self, **more: Any) -> Trace:
        return Trace(trace_id=trace_id("run-1"), run_id="run-1", spans=tuple(self.spans), **more)


def _join(tier: str, rule: str, inference: Inference | None) -> Join:
    return Join(tier=tier, rule=rule, detail="messageId 0c1d2e3f equals", inference=inference)  # type: ignore[arg-type]


def at(ms: float | None) -> int | None:
    return None if ms is None else at_known(ms)


def at_known(ms: float) -> int:
    return T0 + round(ms * MS)


def evidence(group: str, n: int) -> Evidence:
    return Evidence(
        source="cloudwatch_logs",
        group=group,
        stream="2026/03/01/[$LATEST]0123456789abcdef",
        event_id=f"3829{n:04d}",
        time_ms=T0 // MS + n,
        ingested_ms=T0 // MS + n + 900,
        format="lambda_json",
    )


def result(trace: Trace, status: str = "passed", **more: Any) -> RunResult:
    defaults: dict[str, Any] = {
        "run_id": "run-1",
        "mode": "live",
        "status": status,
        "reasons": ("3 of 3 checks passed",) if status == "passed" else ("a check failed",),
        "case": CaseSummary(id="refund", name="Refund of a broken lamp", path="cases/refund.yaml", tags=("smoke",)),
        "environment": Environment(account="111122223333", region="eu-west-1", name="dev", itk_version="0.1.0"),
        "receipt": Receipt(
            run_id="run-1",
            entrypoint="sqs_event",
            operation="SendMessage",
            target_type="queue",
            target_name="intake",
            target_id="https://sqs.eu-west-1.amazonaws.com/111122223333/intake",
            sent_ns=T0,
            answered_ns=T0 + 41 * MS,
            ids=(Id("sqs_message_id", "0c1d2e3f-0000-4000-8000-000000000001"),),
            request={"orderId": "A-17", "text": "My lamp is broken <3"},
        ),
        "preflight": (Finding(check="credentials", ok=True, what="caller is arn:aws:iam::111122223333:user/dev"),),
        "collection": Collection(
            polls=4,
            started_ns=T0,
            ended_ns=T0 + 9000 * MS,
            complete=status != "inconclusive",
            quiet_s=5.0,
            groups=(
                GroupReading(group="/aws/lambda/intake", events=42, pages=3, newest_event_ms=T0 // MS, max_lag_ms=1840),
                GroupReading(group="/aws/lambda/notify", events=6, pages=1, truncated=True, max_lag_ms=920),
            ),
            throttles=1,
            api_calls=14,
        ),
        "dead_letter_queues": (
            QueueReading(name="intake-dlq", source_queue="intake", max_receive_count=3, before=0, after=0),
        ),
        "trace": trace,
        "checks": checks(trace),
        "started_ns": T0 - 200 * MS,
        "ended_ns": T0 + 9_100 * MS,
    }
    return RunResult(**{**defaults, **more})


def checks(trace: Trace) -> tuple[CheckVerdict, ...]:
    first = tuple(span.span_id for span in trace.spans[:2])
    return (
        CheckVerdict(
            name="calls",
            status="passed",
            message="lambda:intake called agent:gatekeeper",
            span_ids=first,
            where=Where("cases/refund.yaml", 14, 5),
        ),
        CheckVerdict(
            name="max_duration",
            status="passed",
            message="took 2.4 s",
            expected="at most 30 s",
            actual="2.4 s",
            span_ids=first[:1],
            where=Where("cases/refund.yaml", 17, 5),
        ),
        CheckVerdict(
            name="no_errors", status="passed", message="no span failed", where=Where("cases/refund.yaml", 20, 5)
        ),
    )


def happy_trace(tape: Tape | None = None, **more: Any) -> Trace:
    t = tape or Tape()
    sent = t.add(
        None, ORDERS, "SendMessage", 0, 41, kind="PRODUCER",
        request=Payload(value={"orderId": "A-17", "text": "My lamp is broken <3"}),
        response=Payload(value={"MessageId": "0c1d2e3f-0000-4000-8000-000000000001"}),
        ids={"sqs_message_id": "0c1d2e3f-0000-4000-8000-000000000001"},
    )  # fmt: skip
    intake = t.add(
        sent, INTAKE, "process intake", 190, 2410, kind="CONSUMER",
        faas=Faas(cold_start=True, init_ms=312.4, billed_ms=2221.0, memory_mb=256, max_memory_mb=118, batch_size=1),
        logs=((210, "INFO", "got order A-17"), (2300, "WARNING", "order is older than 30 days")),
        request=Payload(value={"Records": [{"body": '{"orderId":"A-17"}'}]}),
    )  # fmt: skip
    agent = t.add(
        intake, AGENT, "InvokeAgent", 230, 2100, rule="client_request_id",
        request=Payload(value={"inputText": "My lamp is broken <3", "sessionId": "run-1"}),
        response=Payload(value={"text": "I will refund order A-17."}),
    )  # fmt: skip
    t.add(
        agent,
        MODEL,
        "chat",
        250,
        900,
        tier="structural",
        rule="trace_order",
        usage=Usage(input_tokens=812, output_tokens=96),
    )
    tool = t.add(agent, TOOL, "execute_tool", 910, 1240, tier="structural", rule="trace_order")
    lookup = t.add(
        tool, LOOKUP, "Invoke", 930, 1225, tier="inferred", rule="time_window", logs=((1000, "INFO", "reading"),)
    )
    t.add(lookup, TABLE, "GetItem", 1010, 1022.4, response=Payload(value={"Item": {"total": 12345678901234567890}}))
    t.add(
        agent,
        MODEL,
        "chat",
        1260,
        2080,
        tier="structural",
        rule="trace_order",
        usage=Usage(input_tokens=990, output_tokens=51),
    )
    put = t.add(intake, NOTIFY_Q, "SendMessage", 2120, 2139, kind="PRODUCER")
    t.add(put, NOTIFY, "process notify", 3650, 3712, kind="CONSUMER", logs=((3660, "INFO", "mail sent"),),
          faas=Faas(batch_size=5),
          links=(Link(span_id="", reason="sqs_batch", tier="exact", rule="batch"),))  # fmt: skip
    return t.trace(**more)


def happy(**more: Any) -> RunResult:
    return result(happy_trace(), **more)


def small() -> RunResult:
    t = Tape()
    sent = t.add(None, ORDERS, "SendMessage", 0, 41, kind="PRODUCER")
    intake = t.add(sent, INTAKE, "process intake", 120, 480, kind="CONSUMER")
    t.add(intake, TABLE, "PutItem", 300, 312, request=Payload(value={"Item": {"id": "A-17"}}))
    return result(t.trace())


def retried() -> RunResult:
    t = Tape()
    sent = t.add(None, ORDERS, "SendMessage", 0, 38, kind="PRODUCER")
    one = t.add(
        sent, INTAKE, "process intake", 140, 420, kind="CONSUMER", status="error",
        attempt=Attempt(n=1, of=3, kind="sqs_receive"),
        error=ErrorFact(type="ThrottlingException", message="Rate exceeded", stack="Traceback ...\n  line 3",
                         origin="service"),
        logs=((400, "ERROR", "ThrottlingException: Rate exceeded"),),
    )  # fmt: skip
    t.add(one, AGENT, "InvokeAgent", 180, 390, status="throttled",
          error=ErrorFact(type="ThrottlingException", message="Rate exceeded", origin="service"))  # fmt: skip
    two = t.add(
        sent, INTAKE, "process intake", 30_150, 31_900, kind="CONSUMER", attempt=Attempt(n=2, of=3, kind="sqs_receive"),
        links=(Link(span_id=one, reason="retry_of", tier="exact", rule="message_id"),),
    )  # fmt: skip
    t.add(two, AGENT, "InvokeAgent", 30_200, 31_800)
    return result(t.trace(), status="warning", reasons=("all checks passed, but 1 retry was needed",))


def missed() -> RunResult:
    """Everything that started has ended, and the mail that the case asks for was never sent."""
    t = Tape()
    sent = t.add(None, ORDERS, "SendMessage", 0, 38, kind="PRODUCER")
    intake = t.add(sent, INTAKE, "process intake", 140, 980, kind="CONSUMER")
    agent = t.add(intake, AGENT, "InvokeAgent", 180, 900, rule="client_request_id")
    t.add(agent, MODEL, "chat", 200, 860, tier="structural", rule="trace_order")
    t.add(intake, TABLE, "PutItem", 910, 922)
    t.add(intake, NOTIFY_Q, "SendMessage", 930, 948, kind="PRODUCER")
    trace = t.trace()
    asked = CheckVerdict(
        name="required_components",
        status="failed",
        message="not seen: lambda:notify",
        expected="lambda:intake, lambda:notify",
        actual="agent:gatekeeper, lambda:intake, queue:intake, queue:notify, table:orders",
        absent=("lambda:notify",),
        where=Where("cases/refund.yaml", 12, 5),
    )
    return result(trace, "failed", reasons=("check required_components failed",), checks=(asked, *checks(trace)[1:]))


def poison() -> RunResult:
    t = Tape()
    sent = t.add(None, ORDERS, "SendMessage", 0, 38, kind="PRODUCER")
    first = ""
    for n in (1, 2, 3):
        start = 140 + (n - 1) * 30_000
        made = t.add(
            sent, INTAKE, "process intake", start, start + 90, kind="CONSUMER", status="error",
            attempt=Attempt(n=n, of=3, kind="sqs_receive"),
            error=ErrorFact(type="KeyError", message="'orderId'", stack="Traceback (most recent call last):\n  ..."),
            logs=((start + 80, "ERROR", "KeyError: 'orderId'"),),
            links=(Link(span_id=first, reason="retry_of", tier="exact", rule="message_id"),) if first else (),
            request=Payload(value="{not json", truncated=True),
        )  # fmt: skip
        first = first or made
    trace = t.trace(warnings=("the message went to intake-dlq after 3 receives",))
    failed = CheckVerdict(
        name="no_errors",
        status="failed",
        message="3 spans failed",
        expected="no span with status error",
        actual="KeyError: 'orderId', 3 times",
        span_ids=tuple(span.span_id for span in trace.spans[1:]),
        where=Where("cases/poison.yaml", 20, 5),
    )
    readings = (QueueReading(name="intake-dlq", source_queue="intake", max_receive_count=3, before=0, after=1),)
    watched = WatchedQueue(
        name="intake-dlq", counts=tuple(QueueCount(at_ns=at_known(ms), messages=n) for ms, n in ((-20, 0), (9_000, 1))),
        runs_beside=2,
    )  # fmt: skip
    return result(
        trace, status="failed", checks=(failed, *checks(trace)[:1]), dead_letter_queues=readings, queues=(watched,),
        reasons=("check no_errors failed", "dead-letter queue intake-dlq holds 1 message more than before"),
    )  # fmt: skip


def inconclusive() -> RunResult:
    t = Tape()
    sent = t.add(None, ORDERS, "SendMessage", 0, 38, kind="PRODUCER")
    intake = t.add(sent, INTAKE, "process intake", 140, None, kind="CONSUMER", status="incomplete")
    agent = t.add(intake, AGENT, "InvokeAgent", 180, None, status="incomplete")
    t.add(agent, MODEL, "chat", 210, 840)
    t.add(intake, NOTIFY_Q, "SendMessage", 900, 911, kind="PRODUCER")
    missing = (
        Missing(what="lambda intake started 07:31:02.260 (RequestId 7d3c...), no REPORT", component="lambda:intake",
                group="/aws/lambda/intake", span_id=intake),
        Missing(what="agent gatekeeper was invoked, no answer was logged", component="agent:gatekeeper", span_id=agent),
        Missing(what="the message in queue notify was not received by anyone", component="lambda:notify",
                group="/aws/lambda/notify"),
    )  # fmt: skip
    trace = t.trace(missing=missing, foreign=128, shared=3, unread=1)
    late = CheckVerdict(
        name="calls", status="inconclusive", message="lambda:notify was not seen, but evidence is still missing",
        expected="lambda:notify", where=Where("cases/refund.yaml", 14, 5), span_ids=(intake,),
    )  # fmt: skip
    return result(
        trace, status="inconclusive", checks=(late,),
        reasons=("3 things that started were not seen to end within 120 s",),
        unread=(Unread(evidence=evidence("/aws/lambda/intake", 7), reason="no format reads it",
                       preview="\x1b[31mboom"),),
        environment=Environment(account="000000000000", region="us-east-1", emulated_endpoint="http://localhost:4566"),
    )  # fmt: skip


def doubtful() -> RunResult:
    """Links of every tier and reason, a shifted clock, tokens that two spans hold, times that nobody said."""
    t = Tape()
    sent = t.add(None, ORDERS, "SendMessage", 0, 41, kind="PRODUCER")
    batch = (
        Link(span_id="", reason="sqs_batch", tier="exact", rule="message_id", detail="4 messages of other runs"),
        Link(span_id="", trace_id="1-67891233-abcdef012345678912345678", reason="sqs_batch", tier="exact", rule="xray"),
    )
    intake = t.add(
        sent, INTAKE, "process intake", 190, 2410, kind="CONSUMER", faas=Faas(batch_size=5), links=batch,
        clock="platform", time_precision_ns=1_000_000, attempt=Attempt(n=1, of=3, kind="sqs_receive"),
    )  # fmt: skip
    agent = t.add(intake, AGENT, "invoke_agent", 230, 2100, rule="client_request_id",
                  usage=Usage(input_tokens=1802, output_tokens=147, counted=False))  # fmt: skip
    for start, tokens in ((250, 812), (1260, 990)):
        t.add(agent, MODEL, "chat", start, start + 640, tier="structural", rule="trace_order",
              usage=Usage(input_tokens=tokens, output_tokens=96, cache_read_tokens=40))  # fmt: skip
    tool = t.add(agent, TOOL, "execute_tool", 910, 1240, tier="structural", rule="trace_order")
    why = "would be exact if lambda:lookup-order logged the RequestId of its caller"
    lookup = t.add(
        tool, LOOKUP, "Invoke", 930, 1225, tier="inferred", rule="assignment",
        inference=Inference(confidence=0.9937, candidates=3, gap_ms=20.0, expected_ms=(12.0, 45.0), runner_up=agent,
                            margin=3.25, clock_offset_ms=-42.0, would_be_exact=why),
    )  # fmt: skip
    t.add(
        lookup, TABLE, "GetItem", 1010, 1022.4, tier="inferred", rule="enclosing_interval",
        inference=Inference(candidates=2, gap_ms=80.0,
                            would_be_exact="would be exact if lambda:lookup-order logged the parent of GetItem"),
    )  # fmt: skip
    t.add(lookup, TABLE, "PutItem", None, None, tier="inferred", rule="enclosing_interval",
          inference=Inference(candidates=2, would_be_exact=why))  # fmt: skip
    put = t.add(intake, NOTIFY_Q, "SendMessage", 2120, None, kind="PRODUCER")
    first = t.add(put, NOTIFY, "process notify", 3650, 3712, kind="CONSUMER", status="error",
                  attempt=Attempt(n=1, of=2, kind="sqs_receive"),
                  error=ErrorFact(type="KeyError", message="'mail'", stack="Traceback ..."))  # fmt: skip
    again = (
        Link(span_id=first, reason="retry_of", tier="exact", rule="message_id", detail="messageId 9a8b equals"),
        Link(span_id=put, reason="redrive", tier="exact", rule="message_id", detail="messageId 9a8b equals"),
    )
    t.add(put, NOTIFY, "process notify", 4650, 4712, kind="CONSUMER", links=again,
          attempt=Attempt(n=2, of=2, kind="sqs_receive"))  # fmt: skip
    copy = Link(span_id=lookup, reason="duplicate_of", tier="exact", rule="aws_request_id", detail="seen by X-Ray too")
    t.add(sent, Component(type="service", name="audit"), "record", 2500, 2480, tier="unresolved", rule="run_id",
          links=(copy,))  # fmt: skip
    return result(t.trace())


def weighed() -> RunResult:
    """A check of each status, with titles, excuses, and spans that came close."""
    trace = happy_trace()
    at = {span.component.label: span.span_id for span in trace.spans}
    near = (
        Near(span_id=at["lambda:intake"], label="lambda:intake `process intake`",
             differs="component is lambda:intake, not lambda:intake-v2"),
        Near(span_id=at["table:orders"], label="table:orders `GetItem`", differs="component is table:orders"),
    )  # fmt: skip
    said: tuple[dict[str, Any], ...] = (
        {"name": "max_duration", "status": "passed", "message": "took 2.4 s"},
        {"name": "spans", "title": "The new intake ran once", "status": "failed", "message": "no span matches",
         "expected": "exactly 1 span: component lambda:intake-v2", "actual": f"0 of {len(trace.spans)} spans",
         "nearest": near},
        {"name": "no_errors", "title": "Nothing failed", "status": "xfailed", "message": "1 span failed",
         "expected": "no span with status error", "actual": "1", "span_ids": (at["table:orders"],),
         "xfail": "JIRA-12: the ledger is late until 2026-12-31"},
        {"name": "calls", "status": "warning",
         "message": "lambda:intake called agent:gatekeeper, although it is expected to fail: remove `xfail`",
         "span_ids": (at["lambda:intake"],), "xfail": "JIRA-7 until 2026-12-31"},
        {"name": "max_retry_count", "title": "No redelivery", "status": "warning", "message": "tried again",
         "expected": "at most 0 second attempts", "actual": "1"},
        {"name": "response", "title": "Turn 3 confirms", "status": "skipped", "message": "turn 3 was never sent"},
        {"name": "budget", "status": "error", "message": "tokens are not known", "expected": "at most 8,000 tokens"},
        {"name": "complete", "status": "inconclusive", "message": "the agent was not seen to end"},
    )  # fmt: skip
    checks_ = tuple(CheckVerdict(where=Where("cases/refund.yaml", 10 + n, 5), **one) for n, one in enumerate(said))
    return result(trace, "failed", reasons=("The new intake ran once: no span matches",), checks=checks_)


def many(count: int) -> RunResult:
    """An agent that loops: `count` spans over nine components, four levels deep."""
    t = Tape()
    sent = t.add(None, ORDERS, "SendMessage", 0, 20, kind="PRODUCER")
    intake = t.add(sent, INTAKE, "process intake", 90, 200 + count * 110, kind="CONSUMER")
    agent = t.add(intake, AGENT, "InvokeAgent", 120, 150 + count * 110)
    clock = 130.0
    while len(t.spans) < count:
        n = len(t.spans)
        t.add(agent, MODEL, "chat", clock, clock + 90, logs=((clock + 5, "INFO", f"step {n}"),))
        tool = t.add(agent, TOOL, "execute_tool", clock + 95, clock + 300, status="error" if n > count * 0.8 else "ok")
        lookup = t.add(tool, LOOKUP, "Invoke", clock + 110, clock + 290, tier="structural")
        t.add(lookup, TABLE, "GetItem" if n % 3 else "Query", clock + 140, clock + 152)
        t.add(lookup, TABLE, "PutItem", clock + 160, clock + 181)
        clock += 400
    spans = tuple(t.spans[:count])
    trace = msgspec.structs.replace(t.trace(), spans=spans)
    return result(trace, status="failed", checks=checks(trace))


ALL = {"small": small, "happy": happy, "retried": retried, "poison": poison, "missed": missed,
       "inconclusive": inconclusive, "doubtful": doubtful, "weighed": weighed}  # fmt: skip
