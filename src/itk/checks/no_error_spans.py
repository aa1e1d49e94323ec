"""Did every piece of work end well?"""

from __future__ import annotations

from itk.checks._answers import NEAREST_MAX, Params, failed, names, near, nothing_to_judge, once_failed, passed, seen
from itk.model.case import CheckSpec
from itk.model.run import CheckVerdict
from itk.model.trace import Span
from itk.model.wording import counted
from itk.ports import Facts

BAD = ("error", "timeout", "throttled", "blocked")


def first_error(span: Span) -> str:
    if span.error is None:
        return span.status
    return ": ".join(part for part in (span.error.type, span.error.message) if part) or span.status


class NoErrorSpans:
    name = "no_error_spans"
    summary = "No span ended in an error, a timeout, a throttle or a guardrail's block; attempts tried again count."
    params = Params
    shorthand = None
    beside: tuple[str, ...] = ()
    settles_early = once_failed

    def judge(self, spec: CheckSpec, facts: Facts) -> CheckVerdict:
        spans = seen(facts.trace)
        if not spans:
            return nothing_to_judge(spec, "no span was seen", expected="no error spans")
        bad = [span for span in facts.trace.spans if span.status in BAD]
        if bad:
            return failed(
                spec,
                f"{counted(len(bad), 'span')} ended badly: {names(bad)}; first: {first_error(bad[0])}",
                bad,
                expected="0 error spans",
                actual=counted(len(bad), "error span"),
                nearest=tuple(near(span, f"ended in {first_error(span)}") for span in bad[:NEAREST_MAX]),
            )
        return passed(
            spec,
            f"none of {counted(len(spans), 'span')} ended in an error",
            spans,
            expected="0 error spans",
            actual="0",
        )


no_error_spans = NoErrorSpans()
