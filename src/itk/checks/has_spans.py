"""Did anything at all come back?"""

from __future__ import annotations

from pydantic import Field

from itk.checks._answers import Params, failed, once_passed, passed, seen
from itk.model.case import CheckSpec
from itk.model.run import CheckVerdict
from itk.model.wording import counted
from itk.ports import Facts


class HasSpansParams(Params):
    min_count: int = Field(1, ge=1, description="how many spans there must be at least")


class HasSpans:
    name = "has_spans"
    summary = (
        "Records of this run were found, enough for at least `min_count` spans. What ITK itself sent does not count."
    )
    params = HasSpansParams
    shorthand = "min_count"
    beside: tuple[str, ...] = ()
    settles_early = once_passed

    def judge(self, spec: CheckSpec, facts: Facts) -> CheckVerdict:
        wanted = HasSpansParams(**spec.params).min_count
        spans = seen(facts.trace)
        answer = passed if len(spans) >= wanted else failed
        return answer(
            spec,
            f"{counted(len(spans), 'span')} seen",
            spans,
            expected=f"at least {counted(wanted, 'span')}",
            actual=counted(len(spans), "span"),
        )


has_spans = HasSpans()
