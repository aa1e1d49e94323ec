"""Was it fast enough?"""

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
from itk.checks._measures import last_to_end, own_ms, total_ms
from itk.model.case import CheckSpec
from itk.model.run import CheckVerdict
from itk.ports import Facts


class MaxDurationMsParams(Params):
    max: float = Field(gt=0, description="milliseconds")
    component: str | None = Field(None, description="judge each span of this component instead of the whole run")


class MaxDurationMs:
    name = "max_duration_ms"
    summary = "From sending to the last end seen (or each span of `component`), at most `max` milliseconds."
    params = MaxDurationMsParams
    shorthand = "max"
    beside: tuple[str, ...] = ()
    settles_early = once_failed

    def judge(self, spec: CheckSpec, facts: Facts) -> CheckVerdict:
        params = MaxDurationMsParams(**spec.params)
        expected = f"at most {params.max:g} ms"
        if params.component is None:
            total = total_ms(facts.trace)
            if total is None:
                return nothing_to_judge(spec, "no span with an end was seen", expected=expected)
            told, actual = f"took {total:.0f} ms", f"{total:.1f} ms"
            if total <= params.max:
                return passed(spec, told, seen(facts.trace), expected=expected, actual=actual)
            last = tuple(near(span, "ended last") for span in last_to_end(facts.trace))
            return failed(spec, told, seen(facts.trace), expected=expected, actual=actual, nearest=last)
        spans = [span for span in facts.trace.spans if matches(params.component, span.component)]
        timed = {span.span_id: ms for span in spans if (ms := own_ms(span)) is not None}
        if not timed:
            what, close = (
                f"no timed span of `{params.component}` was seen",
                near_component(params.component, facts.trace),
            )
            return nothing_to_judge(spec, what, expected=expected, nearest=close)
        slow = [span for span in spans if timed.get(span.span_id, 0.0) > params.max]
        longest = f"{max(timed.values()):.1f} ms"
        if slow:
            slowest = sorted(slow, key=lambda span: -timed[span.span_id])[:NEAREST_MAX]
            close = tuple(near(span, f"took {timed[span.span_id]:.1f} ms, not {expected}") for span in slowest)
            return failed(spec, f"too slow: {names(slow)}", slow, expected=expected, actual=longest, nearest=close)
        return passed(spec, f"longest took {longest}", spans, expected=expected, actual=longest)


max_duration_ms = MaxDurationMs()
