"""A run for readers without a script, and on paper: written by Python, bounded, readable even where styles are blocked.

Everything is markup: the script of the page hides `#plain` on the screen and leaves it to the printer.
"""

from __future__ import annotations

from itk.model.comparison import Comparison
from itk.model.run import RunResult
from itk.model.tree import Tree
from itk.renderers import files
from itk.renderers.layout.sequence import place
from itk.renderers.layout.story import tell
from itk.renderers.markup import Markup, el
from itk.renderers.plain import comparison as comparison_section
from itk.renderers.plain import details, drawing, evidence, judgement, summary
from itk.renderers.plain.limits import unlinked
from itk.renderers.words import cited_by_failures

MESSAGES_MAX = 100


def compared(before: RunResult, after: RunResult, comparison: Comparison) -> Markup:
    """The layer of a page with two runs: that of the second, with a list of what differs from the first."""
    return unlinked(layer(after, first=comparison_section.section(before, after, comparison)))


def layer(result: RunResult, tree: Tree | None = None, *, first: Markup | None = None) -> Markup:
    """The element `#plain` of both pages; `first` stands below the header, and then no file of a run is named.

    About 80 KB of a run of a thousand spans or more, and at most 200 KB whatever a run holds: each part has room of
    its own, and says what it leaves out and where that is. Only what is drawn is placed. `tree`: that of the trace,
    where it is known.
    """
    trace, cited = result.trace, frozenset(cited_by_failures(result))
    stems = files.stems(trace.spans)
    story = tell(trace, most=MESSAGES_MAX, cited=cited, tree=tree)
    spans = details.written(trace, story.tree, stems, cited)
    return el(
        "div",
        summary.header(result, links=first is None),
        first,
        el(
            "main",
            el(
                "div",
                judgement.checks(result, spans.anchors),
                judgement.errors(result, story.tree, stems, spans.anchors),
                judgement.missing(result),
                class_="p-first",
            ),
            drawing.section(place(trace, story), trace, spans.anchors),
            spans.section,
            evidence.section(result),
        ),
        id="plain",
    )


__all__ = ["MESSAGES_MAX", "compared", "layer"]
