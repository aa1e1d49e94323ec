"""Did it stay within its budget of time, tokens and trouble?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, model_validator

from itk.checks._answers import NEAREST_MAX, Wishes, near, nothing_to_judge, seen
from itk.checks._expenses import EXPENSES, Expense
from itk.checks._parts import Part, conclude
from itk.checks.matching.bounds import Measured, holds, only_upper, read_bound
from itk.checks.matching.matchers import Matcher, why_not
from itk.checks.matching.schemas import MATCHER, shown_as
from itk.checks.matching.wrongs import Wrongs, refuse
from itk.model.case import CheckSpec
from itk.model.run import CheckVerdict
from itk.ports import Early, Facts


def _read(name: str, written: Any) -> Matcher:
    wrongs = Wrongs()
    matcher = read_bound(written, (), wrongs, time=EXPENSES[name].time)
    wrongs.raise_any(name)
    return matcher


def _checked(name: str) -> Callable[[Any], Any]:
    def check(written: Any) -> Any:
        _read(name, written)
        return written

    return check


class BudgetParams(Wishes):
    e2e: Annotated[Any, BeforeValidator(_checked("e2e")), shown_as(MATCHER)] = Field(
        None, description="from sending to the last end seen: `20s`, `1500ms`"
    )
    tokens: Annotated[Any, BeforeValidator(_checked("tokens")), shown_as(MATCHER)] = Field(
        None, description="input and output tokens of all models, each counted once"
    )
    retries: Annotated[Any, BeforeValidator(_checked("retries")), shown_as(MATCHER)] = Field(
        None, description="attempts after a first one, as far as they are proven"
    )
    throttles: Annotated[Any, BeforeValidator(_checked("throttles")), shown_as(MATCHER)] = Field(
        None, description="calls of the application that were refused for their rate"
    )
    cold_starts: Annotated[Any, BeforeValidator(_checked("cold_starts")), shown_as(MATCHER)] = Field(
        None, description="invocations that Lambda had to start an environment for"
    )
    allow_unknown: bool = Field(False, description="let pass what nobody told of; else it fails, for it is not zero")

    @model_validator(mode="after")
    def _asks(self) -> BudgetParams:
        if all(getattr(self, name) is None for name in EXPENSES):
            refuse((), "it asks for nothing", "write for example `- budget: {e2e: 20s, tokens: 8000, retries: 0}`")
        return self


class Budget:
    name = "budget"
    summary = (
        "Time, tokens, retries, throttles and cold starts stay within bounds. "
        "What nobody told of fails: it is not zero."
    )
    params = BudgetParams
    shorthand = None
    beside: tuple[str, ...] = ()

    def settles_early(self, spec: CheckSpec) -> Early:
        """failed, where every bound is a most: sums only grow."""
        return "failed" if all(only_upper(matcher) for matcher in _asked(BudgetParams(**spec.params)).values()) else ""

    def judge(self, spec: CheckSpec, facts: Facts) -> CheckVerdict:
        params = BudgetParams(**spec.params)
        asked = _asked(params)
        if not seen(facts.trace):
            expected = "; ".join(_expected(EXPENSES[name], matcher) for name, matcher in asked.items())
            return nothing_to_judge(spec, "no span was seen", expected=expected)
        return conclude(
            spec, [_part(EXPENSES[name], matcher, facts, params.allow_unknown) for name, matcher in asked.items()]
        )


def _asked(params: BudgetParams) -> dict[str, Matcher]:
    return {name: _read(name, written) for name in EXPENSES if (written := getattr(params, name)) is not None}


def _expected(expense: Expense, matcher: Matcher) -> str:
    return f"{matcher.wants} {expense.unit}"


def _part(expense: Expense, matcher: Matcher, facts: Facts, allow_unknown: bool) -> Part:
    measured, spenders = expense.measure(facts.trace)
    told = _told(matcher, measured, allow_unknown)
    if told and not facts.complete:
        told = None  # it may grow
    actual = _actual(expense, measured)
    allowed = ", which is allowed" if told and measured.untold and allow_unknown else ""
    return Part(
        holds=told,
        message=f"{actual}{allowed}",
        expected=_expected(expense, matcher),
        actual=actual,
        spans=tuple(span for span, _ in spenders),
        nearest=tuple(near(span, why) for span, why in spenders[:NEAREST_MAX]),
    )


def _told(matcher: Matcher, measured: Measured, allow_unknown: bool) -> bool | None:
    if not allow_unknown or not measured.untold:
        return holds(matcher, measured)
    return True if measured.low is None else not why_not(matcher, measured.low)


def _actual(expense: Expense, measured: Measured) -> str:
    if measured.low is None:
        return measured.untold
    said = f"{measured.low:,.0f} {expense.one if expense.one and measured.low == 1 else expense.unit}"
    return f"at least {said}: {measured.untold}" if measured.untold else said


budget = Budget()
