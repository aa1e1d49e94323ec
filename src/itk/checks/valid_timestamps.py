"""Do the times make sense?"""

from __future__ import annotations

from itk.checks._answers import Params, failed, names, nothing_to_judge, once_failed, passed
from itk.model.case import CheckSpec
from itk.model.run import CheckVerdict
from itk.model.wording import counted
from itk.ports import Facts


class ValidTimestamps:
    name = "valid_timestamps"
    summary = "No span ends before it starts. Spans for which nobody gave both times are not judged."
    params = Params
    shorthand = None
    beside: tuple[str, ...] = ()
    settles_early = once_failed

    def judge(self, spec: CheckSpec, facts: Facts) -> CheckVerdict:
        timed = [s for s in facts.trace.spans if s.evidence and s.start_ns is not None and s.end_ns is not None]
        if not timed:
            return nothing_to_judge(spec, "no span has both a start and an end", expected="start <= end")
        bad = [s for s in timed if s.start_ns is not None and s.end_ns is not None and s.end_ns < s.start_ns]
        if bad:
            return failed(
                spec,
                f"{names(bad)}: ends before it starts",
                bad,
                expected="start <= end",
                actual=counted(len(bad), "reversed span"),
            )
        return passed(
            spec, f"{counted(len(timed), 'span')} with start <= end", timed, expected="start <= end", actual="all"
        )


valid_timestamps = ValidTimestamps()
