"""How often was something tried again?"""

from __future__ import annotations

from pydantic import Field

from itk.checks._answers import Params, failed, matches, names, nothing_to_judge, once_failed, passed, seen
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
            return nothing_to_judge(spec, f"no span of `{params.component or '*'}` was seen", expected=expected)
        again = [span for span in spans if span.is_again]
        likely = sum(span.looks_like_again for span in spans)
        note = f"; {likely} more may be repetitions (inferred, not proven)" if likely else ""
        if len(again) > params.max:
            return failed(spec, f"tried again: {names(again)}{note}", again, expected=expected, actual=str(len(again)))
        return passed(spec, f"{len(again)} seen{note}", again or spans, expected=expected, actual=str(len(again)))


max_retry_count = MaxRetryCount()
