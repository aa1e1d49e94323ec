"""One turn of a conversation as a run of its own: what its checks may look at, and when they may judge."""

from __future__ import annotations

from msgspec.structs import replace

from itk.checks._answers import is_inferred
from itk.model.case import CheckSpec
from itk.model.ids import turn_span_id
from itk.model.run import CheckVerdict, Receipt
from itk.model.trace import Span, Trace
from itk.ports import Facts

# What they judge is whole as soon as the turn is answered; the second of those that a Bedrock agent's stream tells.
_OF_ANSWER = frozenset({"response_contains", "response", "expectedResponse"})
_OF_STREAM = frozenset({"expectedTrajectory", "tools"})


def of_turn(facts: Facts, n: int) -> Facts | None:
    """Turn `n` alone: its call, and what provably was done for it. `None` where it was never carried out."""
    turn = turn_receipt(facts, n)
    if turn is None or (turn.error is not None and turn.error.origin == "client"):
        return None
    spans = _below(facts.trace, turn_span_id(facts.trace.run_id, n))
    own = {span.span_id for span in spans}
    trace = Trace(
        trace_id=facts.trace.trace_id,
        run_id=facts.trace.run_id,
        spans=spans,
        missing=tuple(entry for entry in facts.trace.missing if entry.span_id in own),
    )
    return Facts(trace=trace, receipt=turn, complete=facts.complete, day=facts.day)


def turn_receipt(facts: Facts, n: int) -> Receipt | None:
    turns = facts.receipt.turns if facts.receipt is not None else ()
    return turns[n - 1] if n <= len(turns) else None


def never_carried_out(spec: CheckSpec, facts: Facts) -> CheckVerdict:
    """The verdict of a check whose turn did not take place."""
    turn = turn_receipt(facts, spec.turn)
    why = "was not sent" if turn is None or turn.error is None else f"was refused: {turn.error.message}"
    return CheckVerdict(
        name=spec.name, title=spec.title, status="skipped", message=f"turn {spec.turn} {why}", where=spec.where
    )


def is_settled(spec: CheckSpec, facts: Facts) -> bool:
    """Whether a turn's answer alone decides the check, so that no log needs to be waited for."""
    turn = turn_receipt(facts, spec.turn)
    told = turn is not None and turn.answered_ns is not None and not spec.params.get("component")
    streamed = turn is not None and turn.operation == "InvokeAgent"
    return told and (spec.name in _OF_ANSWER or (streamed and spec.name in _OF_STREAM))


def _below(trace: Trace, top: str) -> tuple[Span, ...]:
    """The span `top` as the first, and all below it; a likely parent is none."""
    own: set[str] = set()
    spans = list[Span]()
    for span in trace.spans:  # parents before children
        if span.span_id == top:
            spans.append(replace(span, parent_span_id=None, join=None))
        elif span.parent_span_id in own and not is_inferred(span):
            spans.append(span)
        else:
            continue
        own.add(span.span_id)
    return tuple(spans)
