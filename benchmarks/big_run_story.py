"""What the invented shop does with each order: who calls whom, how long it takes, and what goes wrong at times."""

from __future__ import annotations

from benchmarks.big_run_agents import THROTTLED, Agents
from benchmarks.big_run_calls import (
    ACCOUNT,
    ARCHIVE,
    ARCHIVES,
    AUDIT,
    BUS,
    EVENTS,
    IDEMPOTENCY,
    IMPORTS,
    MACHINE,
    NOTICES,
    NOTIFY,
    ORDERS,
    ORDERS_TABLE,
    PAYMENTS,
    SETTLE,
    SPLIT,
    SUPERVISOR,
    WORK,
)
from benchmarks.big_run_tape import Draft

from itk.model.evidence import ErrorFact
from itk.model.trace import Attempt


class Story(Agents):
    """Writes one order after the other onto a tape."""

    def begin(self) -> Draft:
        """The stimulus: one message, that a function splits into orders."""
        sent = self.send(None, IMPORTS, 0.0, {"file": "imports/2026-03-01.csv", "rows": 2_000})
        return self.received(sent, SPLIT, 120.0)

    def order(self, split: Draft, start: float) -> float:
        """One order, received again where it failed; says when the function that splits has sent it."""
        tape, order = self.tape, self.shop.order_id()
        value = self.shop.order(order)
        sent = self.send(split, ORDERS, start, value)
        begins = self._end(sent) + tape.between(4, 900)
        first: Draft | None = None
        tries = 1 + (tape.chance.random() < 0.08) + (tape.chance.random() < 0.02)
        for n in range(1, tries + 1):
            received = self.received(sent, WORK, begins, body=value, again=(n, first) if tries > 1 else None)
            begins = self.work(received, order, fails=n < tries) + 30_000
            first = first or received
        return self._end(sent)

    def work(self, received: Draft, order: str, *, fails: bool) -> float:
        """What the worker does: idempotency, the agent, the books, the news. Returns its end."""
        tape, clock = self.tape, received.start + 9
        clock = self.table(received, IDEMPOTENCY, "PutItem", clock, order)
        clock = self.table(received, ORDERS_TABLE, "GetItem", clock, order)
        if fails:
            return self.crash(received, clock, order)
        clock = self.supervise(received, clock + 3, order)
        branches = [self.settle(received, clock, order), self.publish(received, clock + 1.5, order)]
        clock = max(branches)
        if tape.chance.random() < 0.15:  # a loop of calls that differ in nothing but time
            for _ in range(tape.chance.randrange(6, 16)):
                clock = self.table(received, ORDERS_TABLE, "Query", clock, order)
        return self.close(received, clock + tape.between(1, 12), order)

    def crash(self, received: Draft, clock: float, order: str) -> float:
        agent = self.call(
            received,
            SUPERVISOR,
            "InvokeAgent",
            clock,
            clock + 210,
            request={"inputText": self.shop.letter(order)},
            rule="client_request_id",
        )
        agent.fields |= {"status": "throttled", "error": THROTTLED}
        stack = "Traceback (most recent call last):\n" + "\n".join(
            f'  File "/var/task/worker/{name}.py", line {line}, in {name}\n    return {name}(order, context)'
            for name, line in (("handler", 41), ("decide", 117), ("invoke", 64))
        )
        received.fields |= {
            "status": "error",
            "error": ErrorFact(type="ThrottlingException", message=f"order {order}: too many requests", stack=stack),
        }
        received.lines.append((clock + 214, "log", "ERROR", f"ThrottlingException: order {order}: too many requests"))
        return self.close(received, clock + 220, order)

    def settle(self, received: Draft, start: float, order: str) -> float:
        """A state machine that calls a payments service, which fails at times and is asked again."""
        machine = self.call(
            received,
            MACHINE,
            "StartExecution",
            start,
            start + 38,
            rule="execution_arn",
            kind="PRODUCER",
            request={"orderId": order},
            ids={"execution_arn": f"arn:aws:states:{ACCOUNT}:execution:settlement:{self.tape.uuid()}"},
        )
        run = self.invoked(machine, SETTLE, start + 70, rule="execution_arn", request=self.shop.order(order))
        clock, first, tries = run.start + 8, None, 1 + (self.tape.chance.random() < 0.06)
        for n in range(1, tries + 1):
            failed = n < tries
            call = self.call(
                run,
                PAYMENTS,
                "POST /v2/refunds",
                clock,
                clock + self.tape.between(60, 700),
                rule="traced_parent",
                request={"order": order, "amount": 12.5},
                response={"state": "failed" if failed else "accepted"},
                attributes={"http.response.status_code": 503 if failed else 201, "server.address": PAYMENTS.name},
            )
            if tries > 1:
                call.fields["attempt"] = Attempt(n=n, of=tries, kind="app")
            if failed:
                call.fields |= {
                    "status": "error",
                    "error": ErrorFact(type="503", message="Service Unavailable", origin="service"),
                }
            call.retry_of, first = first, first or call
            clock = self._end(call) + 150
        self.close(run, clock, order)
        return start + 40

    def publish(self, received: Draft, start: float, order: str) -> float:
        """The news of an order, to a topic that two queues hear, each with a function at its end."""
        topic = self.send(
            received,
            EVENTS,
            start,
            {"event": "order.settled", "orderId": order},
            operation="Publish",
            key="sns_message_id",
        )
        for queue, function, table in ((NOTICES, NOTIFY, ORDERS_TABLE), (AUDIT, ARCHIVE, None)):
            through = self.send(
                topic, queue, start + self.tape.between(14, 60), {"orderId": order}, operation="Deliver"
            )
            run = self.received(through, function, self._end(through) + self.tape.between(20, 1500), batch=True)
            clock = run.start + 5
            if table is not None:
                clock = self.table(run, table, "UpdateItem", clock, order)
            else:
                self.call(run, ARCHIVES, "PutObject", clock, clock + 31, request={"Key": f"2026/03/01/{order}.json"})
                clock = self._end(
                    self.send(
                        run,
                        BUS,
                        clock + 32,
                        {"detail-type": "order.archived"},
                        operation="PutEvents",
                        key="eventbridge_event_id",
                    )
                )
            self.close(run, clock + 2, order)
            if self.tape.chance.random() < 0.005:  # the end of it was never seen
                run.end = None
                run.fields |= {"status": "incomplete", "response": None, "faas": None}
        return self._end(topic)
