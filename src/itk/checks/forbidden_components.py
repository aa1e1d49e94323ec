"""Did nobody take part who should not?"""

from __future__ import annotations

from pydantic import Field

from itk.checks._answers import (
    NEAREST_MAX,
    Params,
    failed,
    matches,
    names,
    near,
    nothing_to_judge,
    once_failed,
    passed,
    seen,
)
from itk.model.case import CheckSpec
from itk.model.run import CheckVerdict
from itk.ports import Facts


class ForbiddenComponentsParams(Params):
    components: tuple[str, ...] = Field(
        min_length=1, description="`lambda:refund`, `refund` or a pattern such as `topic:*`"
    )


class ForbiddenComponents:
    name = "forbidden_components"
    summary = "None of these components was seen."
    params = ForbiddenComponentsParams
    shorthand = "components"
    beside: tuple[str, ...] = ()
    settles_early = once_failed

    def judge(self, spec: CheckSpec, facts: Facts) -> CheckVerdict:
        unwanted = ForbiddenComponentsParams(**spec.params).components
        spans = seen(facts.trace)
        expected = f"none of {', '.join(unwanted)}"
        if not spans:
            return nothing_to_judge(spec, "no span was seen", expected=expected)
        found = [span for span in facts.trace.spans if any(matches(name, span.component) for name in unwanted)]
        if found:
            close = tuple(near(span, f"is {span.component.label}") for span in found[:NEAREST_MAX])
            return failed(spec, f"seen: {names(found)}", found, expected=expected, actual=names(found), nearest=close)
        return passed(spec, f"not among {len(spans)} spans", spans, expected=expected, actual="none")


forbidden_components = ForbiddenComponents()
