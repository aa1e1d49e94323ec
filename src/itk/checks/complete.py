"""Is the evidence whole?"""

from __future__ import annotations

from itk.checks._answers import Params, failed, nothing_to_judge, once_passed, passed, seen
from itk.model.case import CheckSpec
from itk.model.run import CheckVerdict
from itk.ports import Facts


class Complete:
    name = "complete"
    summary = "Everything that started was seen to finish, and nothing new came for the quiet period."
    params = Params
    shorthand = None
    beside: tuple[str, ...] = ()
    settles_early = once_passed

    def judge(self, spec: CheckSpec, facts: Facts) -> CheckVerdict:
        spans = seen(facts.trace)
        if facts.complete and not spans:
            return nothing_to_judge(spec, "no span was seen", expected="complete")
        if facts.complete:
            return passed(spec, "everything that started has finished", spans, expected="complete", actual="complete")
        missing = "; ".join(entry.what for entry in facts.trace.missing) or "records were still arriving"
        return failed(spec, missing, expected="complete", actual="not complete")


complete = Complete()
