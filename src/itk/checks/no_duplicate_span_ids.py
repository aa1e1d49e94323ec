"""Is every span there once?"""

from __future__ import annotations

from collections import Counter

from itk.checks._answers import Params, failed, is_inferred, names, nothing_to_judge, once_failed, passed, seen
from itk.model.case import CheckSpec
from itk.model.run import CheckVerdict
from itk.model.trace import Span
from itk.model.wording import counted
from itk.ports import Facts


def _name(span: Span) -> tuple[str | None, str]:
    """The id that the application gave, unique among what was done for the same parent; else ITK's own."""
    if "span_id" not in span.ids:
        return None, span.span_id
    return (None if is_inferred(span) else span.parent_span_id), f"logged {span.ids['span_id']}"


class NoDuplicateSpanIds:
    name = "no_duplicate_span_ids"
    summary = "No two spans share a span id: an application that reuses the ids it logs cannot be told apart."
    params = Params
    shorthand = None
    beside: tuple[str, ...] = ()
    settles_early = once_failed

    def judge(self, spec: CheckSpec, facts: Facts) -> CheckVerdict:
        spans = seen(facts.trace)
        if not spans:
            return nothing_to_judge(spec, "no span was seen", expected="0 duplicates")
        counts = Counter(_name(span) for span in facts.trace.spans)
        twice = [span for span in facts.trace.spans if counts[_name(span)] > 1]
        if twice:
            return failed(
                spec, f"same id: {names(twice)}", twice, expected="0 duplicates", actual=counted(len(twice), "span")
            )
        return passed(
            spec,
            f"{counted(len(spans), 'span')}, {counted(len(spans), 'id')}",
            spans,
            expected="0 duplicates",
            actual="0",
        )


no_duplicate_span_ids = NoDuplicateSpanIds()
