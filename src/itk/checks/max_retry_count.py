"""How often was something tried again?"""

from __future__ import annotations

from pydantic import Field

from itk.checks._answers import Params, failed, matches, names, nothing_to_judge, passed, seen
from itk.model.case import CheckSpec
from itk.model.run import CheckVerdict
from itk.model.trace import Span
from itk.model.wording import counted
from itk.ports import Facts


class MaxRetryCountParams(Params):
    max: int = Field(0, ge=0, description="how many attempts after a first one are allowed")
    component: str | None = Field(None, description="count only here: `lambda:intake`, `intake` or a pattern")


def _is_again(span: Span) -> bool:
    return span.attempt is not None and span.attempt.n > 1 and not _looks_like_again(span)


def _looks_like_again(span: Span) -> bool:
    """Is a likeness all that says so, such as an agent that asks its tool for the same thing twice?"""
    tiers = {link.tier for link in span.links if link.reason == "retry_of"}
    return span.attempt is not None and span.attempt.n > 1 and tiers == {"inferred"}


class MaxRetryCount:
    name = "max_retry_count"
    summary = "At most `max` attempts were second or later ones: redeliveries, Lambda's own retries, reprompts."
    params = MaxRetryCountParams
    shorthand = "max"
    settles_early = "failed"

    def judge(self, spec: CheckSpec, facts: Facts) -> CheckVerdict:
        params = MaxRetryCountParams(**spec.params)
        spans = [s for s in seen(facts.trace) if params.component is None or matches(params.component, s.component)]
        expected = f"at most {counted(params.max, 'second attempt')}"
        if not spans:
            return nothing_to_judge(spec, f"no span of `{params.component or '*'}` was seen", expected=expected)
        again = [span for span in spans if _is_again(span)]
        likely = sum(_looks_like_again(span) for span in spans)
        note = f"; {likely} more may be repetitions (inferred, not proven)" if likely else ""
        if len(again) > params.max:
            return failed(spec, f"tried again: {names(again)}{note}", again, expected=expected, actual=str(len(again)))
        return passed(spec, f"{len(again)} seen{note}", again or spans, expected=expected, actual=str(len(again)))


max_retry_count = MaxRetryCount()
