"""Does every span hang where it belongs?"""

from __future__ import annotations

from collections.abc import Sequence

from itk.checks._answers import (
    NEAREST_MAX,
    Params,
    failed,
    is_inferred,
    names,
    near,
    never_early,
    nothing_to_judge,
    passed,
    seen,
)
from itk.checks._measures import orphans
from itk.model.case import CheckSpec
from itk.model.run import CheckVerdict
from itk.model.trace import Span
from itk.model.wording import counted
from itk.ports import Facts


class NoOrphanSpans:
    name = "no_orphan_spans"
    summary = (
        "Every span but the first has a parent, and the link to it is proven by ids or by structure; "
        "one that is only inferred does not pass."
    )
    params = Params
    shorthand = None
    beside: tuple[str, ...] = ()
    settles_early = never_early  # the record that proves a parent may come last

    def judge(self, spec: CheckSpec, facts: Facts) -> CheckVerdict:
        spans = seen(facts.trace)
        if not spans:
            return nothing_to_judge(spec, "no span was seen", expected="0 orphans")
        alone = orphans(facts.trace)
        if alone:
            return failed(
                spec,
                _why(alone),
                alone,
                expected="0 orphans",
                actual=counted(len(alone), "orphan"),
                nearest=tuple(near(span, _doubt(span)) for span in alone[:NEAREST_MAX]),
            )
        return passed(
            spec, f"all of {counted(len(spans), 'span')} have a proven parent", spans, expected="0 orphans", actual="0"
        )


def _doubt(span: Span) -> str:
    return "its parent is inferred, not proven" if is_inferred(span) else "its parent is not proven"


def _why(alone: Sequence[Span]) -> str:
    """A likely parent is no proof: it is said apart from a parent that nobody knows."""
    inferred = [span for span in alone if is_inferred(span)]
    unknown = [span for span in alone if not is_inferred(span)]
    said = [f"who called {names(unknown)} is not proven"] if unknown else []
    said += [f"who called {names(inferred)} is inferred, not proven"] if inferred else []
    return "; ".join(said)


no_orphan_spans = NoOrphanSpans()
