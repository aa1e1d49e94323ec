"""Did the stimulus get in?"""

from __future__ import annotations

from itk.checks._answers import Params, failed, is_inferred, once_passed, passed
from itk.model.case import CheckSpec
from itk.model.run import CheckVerdict
from itk.ports import Facts


class HasEntrypoint:
    name = "has_entrypoint"
    summary = "The stimulus was accepted, and a component was seen to take it up."
    params = Params
    shorthand = None
    beside: tuple[str, ...] = ()
    settles_early = once_passed

    def judge(self, spec: CheckSpec, facts: Facts) -> CheckVerdict:
        root = next((span for span in facts.trace.spans if span.parent_span_id is None), None)
        if root is None:
            return failed(spec, "there is no span for what was sent", expected="an entrypoint span", actual="none")
        # Where the caller is only inferred, the record still is the run's: somebody took the stimulus up.
        takers = [
            span
            for span in facts.trace.spans
            if span.evidence and (span.parent_span_id == root.span_id or is_inferred(span))
        ]
        if root.evidence or takers:
            return passed(spec, f"`{root.name}` was taken up", [root, *takers])
        return failed(
            spec,
            f"`{root.name}` was sent, and nobody was seen to take it up",
            [root],
            expected="a receiver",
            actual="none seen",
        )


has_entrypoint = HasEntrypoint()
