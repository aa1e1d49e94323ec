"""The agents of the invented shop: who asks whom, the turns of their models, and the tools behind them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from benchmarks.big_run_calls import (
    GUARD,
    LARGE,
    LOOKUP,
    ORDERS_TABLE,
    POLICIES,
    POLICY,
    REFUND,
    REFUNDS_TABLE,
    RETURNS,
    SMALL,
    SUPERVISOR,
    TOOL_LOOKUP,
    TOOL_REFUND,
    Calls,
)
from benchmarks.big_run_payloads import THOUGHTS
from benchmarks.big_run_tape import Draft

from itk.model.evidence import ErrorFact, Usage
from itk.model.trace import Attempt, Component, Inference, Payload

THROTTLED = ErrorFact(
    type="ThrottlingException",
    message="Too many requests, please wait before trying again.",
    origin="service",
    retryable=True,
)


class Agents(Calls):
    """A supervisor, and two specialists that it asks."""

    def supervise(self, received: Draft, start: float, order: str) -> float:
        """An agent that asks two others, each of which asks a model, tools and a knowledge base."""
        agent = self.call(
            received,
            SUPERVISOR,
            "InvokeAgent",
            start,
            None,
            rule="client_request_id",
            request={"inputText": self.shop.letter(order), "sessionId": self.tape.uuid()},
        )
        clock = self.think(agent, LARGE, start + 12, order, 0)
        clock = self.collaborate(agent, RETURNS, clock, order, self.returns)
        if self.tape.chance.random() < 0.5:
            clock = self.think(agent, LARGE, clock, order, 1)
            clock = self.collaborate(agent, POLICY, clock, order, self.policy)
        clock = self.think(agent, LARGE, clock, order, 2)
        guard = self.call(agent, GUARD, "ApplyGuardrail", clock, clock + 45, tier="structural", rule="trace_order")
        if self.tape.chance.random() < 0.03:
            guard.fields["status"] = "blocked"
            guard.lines.append((clock + 44, "guardrail", "WARNING", "INTERVENED: a day of delivery was promised"))
        agent.end = clock + 60
        agent.fields["response"] = Payload(value={"completion": self.shop.prose(THOUGHTS, order, 1, 3)})
        return agent.end + 4

    def collaborate(
        self, agent: Draft, who: Component, start: float, order: str, does: Callable[[Draft, float, str], float]
    ) -> float:
        other = self.call(
            agent,
            who,
            "InvokeCollaborator",
            start,
            None,
            tier="structural",
            rule="caller_chain",
            request={"text": self.shop.filled(THOUGHTS[0], order)},
        )
        other.end = does(other, self.think(other, SMALL, start + 6, order, 0), order)
        other.fields["response"] = Payload(value={"text": self.shop.prose(THOUGHTS, order, 1, 2)})
        return other.end + 3

    def returns(self, agent: Draft, clock: float, order: str) -> float:
        clock = self.use(agent, TOOL_LOOKUP, LOOKUP, clock, order, (ORDERS_TABLE,))
        clock = self.think(agent, SMALL, clock, order, 1)
        if self.tape.chance.random() < 0.7:
            clock = self.use(agent, TOOL_REFUND, REFUND, clock, order, (REFUNDS_TABLE, ORDERS_TABLE))
        return self.think(agent, SMALL, clock, order, 2)

    def policy(self, agent: Draft, clock: float, order: str) -> float:
        found = [
            {
                "content": {"text": self.shop.filled("Goods from {city} go back within {n} days.", order)},
                "score": 0.5 + at / 10,
            }
            for at in range(3, 0, -1)
        ]
        took = self.tape.between(80, 400)
        self.call(
            agent,
            POLICIES,
            "Retrieve",
            clock,
            clock + took,
            tier="structural",
            rule="trace_order",
            request={"text": self.shop.filled(THOUGHTS[3], order)},
            response={"retrievalResults": found},
        )
        return self.think(agent, SMALL, clock + took + 2, order, 1)

    def think(self, agent: Draft, model: Component, start: float, order: str, turn: int) -> float:
        """One turn of a model, sometimes refused first and tried again by the SDK."""
        tape = self.tape
        usage = Usage(input_tokens=tape.chance.randrange(600, 4000), output_tokens=tape.chance.randrange(30, 400))
        end = start + tape.between(350, 2600)
        call = self.call(
            agent,
            model,
            "Converse",
            start,
            end,
            tier="structural",
            rule="trace_order",
            usage=usage,
            request=self.shop.prompt(order, turn),
            response=self.shop.completion(order),
        )
        call.lines.append((start + 1, "rationale", "", self.shop.filled(THOUGHTS[turn], order)))
        if tape.chance.random() < 0.02:
            call.fields |= {"status": "throttled", "error": THROTTLED, "attempt": Attempt(n=1, of=2, kind="sdk")}
            again = self.call(
                agent,
                model,
                "Converse",
                end + 200,
                end + 900,
                tier="structural",
                rule="trace_order",
                attempt=Attempt(n=2, of=2, kind="sdk"),
                usage=usage,
            )
            again.retry_of = call
            return end + 904
        return end + 4

    def use(
        self,
        agent: Draft,
        tool: Component,
        function: Component,
        start: float,
        order: str,
        tables: tuple[Component, ...],
    ) -> float:
        """A tool of an agent: the function behind it is found by its ids, or only by its times."""
        asked = {"orderId": order, "reason": self.shop.filled("{reason}", order)}
        used = self.call(agent, tool, "execute_tool", start, None, tier="structural", rule="trace_order", request=asked)
        guessed = self.tape.chance.random() < 0.25
        how: dict[str, Any] = {"rule": "agent_trace_id", "detail": f"traceId {self.tape.uuid()}-1 equals"}
        if guessed:
            why = f"would be exact if {function.label} logged the sessionId of its event"
            how = {
                "tier": "inferred",
                "rule": "assignment",
                "inference": Inference(
                    confidence=0.9 + self.tape.chance.random() / 10,
                    candidates=3,
                    gap_ms=18.0,
                    expected_ms=(9.0, 60.0),
                    margin=2.5,
                    would_be_exact=why,
                ),
            }
        run = self.invoked(used, function, start + 18, request=asked, **how)
        clock = run.start + 6
        for table in tables:
            clock = self.table(run, table, self.tape.chance.choice(("GetItem", "Query", "UpdateItem")), clock, order)
        used.end = self.close(run, clock + 3, order) + 7
        used.fields["response"] = Payload(value={"item": self.shop.item(order)})
        return used.end + 2
