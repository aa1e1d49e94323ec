"""Was the conversation held to its end?"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from pydantic import Field

from itk.casefile.turns import TurnForm
from itk.checks._answers import Params, failed, nothing_to_judge, once_failed, passed
from itk.model.case import CheckSpec
from itk.model.evidence import ErrorFact
from itk.model.ids import turn_span_id
from itk.model.run import CheckVerdict, Receipt
from itk.model.trace import Span
from itk.model.wording import counted
from itk.ports import Facts


class TurnsParams(Params):
    turns: tuple[TurnForm, ...] = Field(min_length=1, description="what is said, one after the other in one session")


class Turns:
    name = "turns"
    summary = (
        "A conversation with an agent: every turn was sent and answered. What `expect` and `expectedResponse` of a "
        "turn ask for is judged on that turn alone."
    )
    params = TurnsParams
    shorthand = "turns"
    beside: tuple[str, ...] = ()
    settles_early = once_failed

    def judge(self, spec: CheckSpec, facts: Facts) -> CheckVerdict:
        total = len(TurnsParams(**spec.params).turns)
        expected = f"{counted(total, 'turn')} answered"
        sent = facts.receipt.turns if facts.receipt is not None else ()
        if not sent:
            return nothing_to_judge(spec, "no turn was sent", expected=expected)
        spans = [span for n in range(1, len(sent) + 1) if (span := _call(facts, n)) is not None]
        answered = sum(is_answered(turn) for turn in sent)
        actual = f"{counted(len(sent), 'turn')} sent, {answered} answered"
        if (found := _worst(sent)) is not None:
            n, error = found
            refused = error.origin == "client"
            what = f"turn {n} {'was refused' if refused else 'failed'}: {error.message}"
            verdict = failed(spec, what, spans[n - 1 : n], expected=expected, actual=actual)
            # Nothing is proven of an agent that was never asked.
            return msgspec.structs.replace(verdict, status="error") if refused else verdict
        if len(sent) > total:
            what = f"{len(sent)} turns were sent, and the case has {total}"
            return failed(spec, what, spans, expected=expected, actual=actual)
        if answered < len(sent):
            return _open(spec, f"turn {len(sent)} was sent, and no answer was seen", expected, actual, spans[-1:])
        if len(sent) < total:
            return _open(spec, f"turn {len(sent) + 1} was not sent", expected, actual, spans[-1:])
        return passed(spec, f"{counted(total, 'turn')} sent and answered", spans, expected=expected, actual=actual)


def is_answered(turn: Receipt) -> bool:
    """Whether a turn came to its end without an error."""
    return turn.answered_ns is not None and turn.error is None


def _worst(sent: Sequence[Receipt]) -> tuple[int, ErrorFact] | None:
    """The first turn that failed, else the first that was refused."""
    errors = [(n, turn.error) for n, turn in enumerate(sent, 1) if turn.error is not None]
    failed = (found for found in errors if found[1].origin != "client")
    return next(failed, errors[0] if errors else None)


def _open(spec: CheckSpec, what: str, expected: str, actual: str, last: Sequence[Span]) -> CheckVerdict:
    """`judge` fails it where the run is complete: the conversation ended early."""
    verdict = failed(spec, what, last, expected=expected, actual=actual)
    return msgspec.structs.replace(verdict, status="inconclusive")


def _call(facts: Facts, n: int) -> Span | None:
    own = turn_span_id(facts.trace.run_id, n)
    return next((span for span in facts.trace.spans if span.span_id == own), None)


turns = Turns()
