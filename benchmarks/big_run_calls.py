"""The parts of the invented shop, and the calls between them: messages, invocations, tables."""

from __future__ import annotations

from typing import Any

from benchmarks.big_run_payloads import Shop
from benchmarks.big_run_tape import MS, T0, Draft, Tape

from itk.model.trace import Attempt, Component, ComponentType, Faas, Link, Payload

ACCOUNT = "eu-west-1:111122223333"


def _component(kind: ComponentType, name: str, arn: str = "") -> Component:
    return Component(type=kind, name=name, id=f"arn:aws:{arn}" if arn else "")


def _function(name: str) -> Component:
    return _component("lambda", name, f"lambda:{ACCOUNT}:function:{name}")


def _queue(name: str) -> Component:
    return _component("queue", name, f"sqs:{ACCOUNT}:{name}")


IMPORTS, ORDERS, NOTICES, AUDIT = map(_queue, ("imports", "orders", "notices", "audit"))
SPLIT, WORK, LOOKUP, REFUND, NOTIFY, ARCHIVE, SETTLE = map(
    _function, ("split-imports", "order-worker", "lookup-order", "create-refund", "notify", "audit-archive", "settle")
)
SUPERVISOR, RETURNS, POLICY = (
    _component("agent", name, f"bedrock:{ACCOUNT}:agent/{name.upper()[:10]}")
    for name in ("order-supervisor", "returns-specialist", "policy-advisor")
)
LARGE = _component("model", "anthropic.claude-3-5-sonnet-20241022-v2:0")
SMALL = _component("model", "amazon.nova-lite-v1:0")
TOOL_LOOKUP, TOOL_REFUND = _component("tool", "orders::lookup_order"), _component("tool", "orders::create_refund")
POLICIES, GUARD = _component("knowledge_base", "KBPOLICIES"), _component("guardrail", "no-promises")
ORDERS_TABLE, REFUNDS_TABLE, IDEMPOTENCY = (
    _component("table", name, f"dynamodb:{ACCOUNT}:table/{name}") for name in ("orders", "refunds", "idempotency")
)
EVENTS = _component("topic", "order-events", f"sns:{ACCOUNT}:order-events")
BUS = _component("bus", "shop", f"events:{ACCOUNT}:event-bus/shop")
ARCHIVES = _component("bucket", "audit-archive-eu")
MACHINE = _component("state_machine", "settlement", f"states:{ACCOUNT}:stateMachine:settlement")
PAYMENTS = _component("service", "payments.example.com")


class Calls:
    """Puts one call after the other onto a tape, with payloads, ids and log lines."""

    def __init__(self, tape: Tape) -> None:
        self.tape = tape
        self.shop = Shop(tape.chance)
        self.warm: set[str] = set()

    def call(
        self,
        parent: Draft,
        component: Component,
        operation: str,
        start: float,
        end: float | None,
        request: Any = None,
        response: Any = None,
        **fields: Any,
    ) -> Draft:
        if request is not None:
            fields["request"] = Payload(value=request)
        if response is not None:
            fields["response"] = Payload(value=response)
        fields.setdefault("ids", {"aws_request_id": self.tape.uuid()})
        return self.tape.add(parent, component, operation, start, end, **fields)

    def table(self, parent: Draft, table: Component, operation: str, start: float, order: str) -> float:
        key = {"TableName": table.name, "Key": {"pk": {"S": f"ORDER#{order}"}}}
        end = start + self.tape.between(2, 40)
        self.call(
            parent,
            table,
            operation,
            start,
            end,
            request=key,
            response={"Item": self.shop.item(order)},
            attributes={"db.system.name": "aws.dynamodb", "aws.dynamodb.consumed_capacity": 0.5},
        )
        return end + 1

    def send(
        self,
        parent: Draft | None,
        carrier: Component,
        start: float,
        body: Any,
        *,
        operation: str = "SendMessage",
        key: str = "sqs_message_id",
    ) -> Draft:
        message = self.tape.uuid()
        fields: dict[str, Any] = {
            "kind": "PRODUCER",
            "ids": {key: message},
            "request": Payload(value=body),
            "response": Payload(value={"MessageId": message}),
        }
        end = start + self.tape.between(5, 45)
        return self.tape.add(
            parent, carrier, operation, start, end, rule="message_id", detail=f"messageId {message} equals", **fields
        )

    def received(
        self,
        sent: Draft,
        function: Component,
        start: float,
        *,
        body: Any = None,
        batch: bool = False,
        again: tuple[int, Draft | None] | None = None,
    ) -> Draft:
        message = next(iter(sent.fields["ids"].values()))
        record = {
            "messageId": message,
            "md5OfBody": f"{self.tape.chance.getrandbits(128):032x}",
            "body": "{}" if body is None else body,
            "attributes": {"ApproximateReceiveCount": "1", "SentTimestamp": str(T0 // MS + int(sent.start))},
            "eventSource": "aws:sqs",
            "eventSourceARN": sent.fields["component"].id,
        }
        request = {"Records": [record]}
        run = self.invoked(
            sent,
            function,
            start,
            request=request,
            rule="message_id",
            detail=f"messageId {message} equals",
            operation="process",
            kind="CONSUMER",
        )
        if batch and self.tape.chance.random() < 0.4:
            run.fields["links"] = (
                Link(
                    span_id="", reason="sqs_batch", tier="exact", rule="message_id", detail="4 messages of other runs"
                ),
            )
            run.fields["faas"] = Faas(batch_size=5, memory_mb=512, max_memory_mb=148, billed_ms=90.0)
        if again is not None:
            run.fields["attempt"] = Attempt(n=again[0], of=3, kind="sqs_receive")
            run.retry_of = again[1]
        return run

    def invoked(
        self,
        parent: Draft,
        function: Component,
        start: float,
        *,
        operation: str = "Invoke",
        kind: str = "SERVER",
        **how: Any,
    ) -> Draft:
        """An invocation of a function: cold where it is the first, and now and then after that."""
        request_id, chance = self.tape.uuid(), self.tape.chance
        cold = function.name not in self.warm or chance.random() < 0.01
        self.warm.add(function.name)
        faas = Faas(
            cold_start=cold,
            init_ms=round(self.tape.between(180, 900), 2) if cold else None,
            memory_mb=512,
            max_memory_mb=chance.randrange(90, 300),
            version="$LATEST",
        )
        run = self.call(
            parent, function, operation, start, None, kind=kind, faas=faas, ids={"lambda_request_id": request_id}, **how
        )
        run.lines.append((start + 1, "log", "INFO", f"START RequestId: {request_id} Version: $LATEST"))
        return run

    def close(self, run: Draft, end: float, order: str) -> float:
        """The end of an invocation, with what it logged on its way."""
        run.end = end
        for at in range(self.tape.chance.randrange(1, 5)):
            level, text = self.shop.line(order)
            run.lines.append((run.start + (end - run.start) * (at + 1) / 6, "log", level, text))
        run.lines.sort(key=lambda line: line[0])
        if run.fields["status"] == "ok":
            run.fields["response"] = Payload(value={"statusCode": 200, "batchItemFailures": []})
        return end

    @staticmethod
    def _end(draft: Draft) -> float:
        return draft.start if draft.end is None else draft.end
