"""How often was something tried again?"""

from __future__ import annotations

from pydantic import Field

from itk.checks._answers import (
    NEAREST_MAX,
    Params,
    failed,
    matches,
    names,
    near,
    near_component,
    nothing_to_judge,
    once_failed,
    passed,
    seen,
)
from itk.model.case import CheckSpec
from itk.model.run import CheckVerdict
from itk.model.wording import counted
from itk.ports import Facts


class MaxRetryCountParams(Params):
    max: int = Field(0, ge=0, description="how many attempts after a first one are allowed")
    component: str | None = Field(None, description="count only here: `lambda:intake`, `intake` or a pattern")


class MaxRetryCount:
    name = "max_retry_count"
    summary = "At most `max` attempts were second or later ones: redeliveries, Lambda's own retries, reprompts."
    params = MaxRetryCountParams
    shorthand = "max"
    beside: tuple[str, ...] = ()
    settles_early = once_failed

    def judge(self, spec: CheckSpec, facts: Facts) -> CheckVerdict:
        params = MaxRetryCountParams(**spec.params)
        spans = [s for s in seen(facts.trace) if params.component is None or matches(params.component, s.component)]
        expected = f"at most {counted(params.max, 'second attempt')}"
        if not spans:
            what = f"no span of `{params.component or '*'}` was seen"
            close = near_component(params.component or "*", facts.trace)
            return nothing_to_judge(spec, what, expected=expected, nearest=close)
        again = [span for span in spans if span.is_again]
        likely = sum(span.looks_like_again for span in spans)
        note = f"; {likely} more may be repetitions (inferred, not proven)" if likely else ""
        if len(again) > params.max:
            tries = tuple(near(span, f"is attempt {span.attempt.n}") for span in again[:NEAREST_MAX] if span.attempt)
            said = f"tried again: {names(again)}{note}"
            return failed(spec, said, again, expected=expected, actual=str(len(again)), nearest=tries)
        return passed(spec, f"{len(again)} seen{note}", again or spans, expected=expected, actual=str(len(again)))


max_retry_count = MaxRetryCount()
