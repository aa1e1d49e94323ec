"""Did everybody take part who should?"""

from __future__ import annotations

import msgspec
from pydantic import Field

from itk.checks._answers import NEAREST_MAX, Params, failed, matches, near_component, once_passed, passed, took_part
from itk.model.case import CheckSpec
from itk.model.run import CheckVerdict
from itk.model.trace import Trace
from itk.ports import Facts


class RequiredComponentsParams(Params):
    components: tuple[str, ...] = Field(
        min_length=1, description="`lambda:intake`, `intake` or a pattern such as `table:*`"
    )


def absent(wanted: tuple[str, ...], trace: Trace) -> tuple[str, ...]:
    """Those of `wanted` that nobody was seen to be. That ITK sent to a queue does not show that it delivers."""
    return tuple(name for name in wanted if not any(matches(name, span.component) for span in took_part(trace)))


class RequiredComponents:
    name = "required_components"
    summary = "Each of these components was seen. A run is not complete before they are."
    params = RequiredComponentsParams
    shorthand = "components"
    beside: tuple[str, ...] = ()
    settles_early = once_passed

    def judge(self, spec: CheckSpec, facts: Facts) -> CheckVerdict:
        wanted = RequiredComponentsParams(**spec.params).components
        missing = absent(wanted, facts.trace)
        if missing:
            present = sorted({span.component.label for span in took_part(facts.trace)})
            verdict = failed(
                spec,
                f"not seen: {', '.join(missing)}",
                expected=", ".join(wanted),
                actual=", ".join(present) or "no component",
                nearest=tuple(one for name in missing for one in near_component(name, facts.trace))[:NEAREST_MAX],
            )
            return msgspec.structs.replace(verdict, absent=missing)
        spans = [span for span in took_part(facts.trace) if any(matches(name, span.component) for name in wanted)]
        return passed(spec, f"all {len(wanted)} seen", spans, expected=", ".join(wanted), actual="all")


required_components = RequiredComponents()
