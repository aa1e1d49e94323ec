"""`trace-viewer.html` and `timeline.html`: two ways into the same page, a sequence diagram and a waterfall."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from itk.model.run import RedactedRun, RunResult
from itk.ports import Artifact
from itk.renderers import files, plain
from itk.renderers.markup import Markup
from itk.renderers.text import one_line
from itk.renderers.viewer import details, index, packing, page

VIEWS = ((files.VIEWER, "sequence", "sequence"), (files.TIMELINE, "waterfall", "timeline"))


class Viewer:
    """Everything that was seen, to be looked into. Both pages hold the whole run."""

    name = "viewer"

    def __init__(self, *, split: bool = False) -> None:
        self.split = split  # script, style and payloads in files of their own, for hosts that forbid inline scripts

    def render(self, run: RedactedRun) -> Sequence[Artifact]:
        result = run.result
        title = f"{result.status}: {one_line(result.case.name)}"
        return pages(title, plain.layer(result), pack(result, aside=self.split), split=self.split)


def pages(title: str, without_script: Markup, data: page.Data, *, split: bool) -> Sequence[Artifact]:
    """Both pages of the same data, and the files beside them."""
    made = (
        Artifact(
            path=path,
            content=page.document(title=f"{title} - {what}", view=view, plain=without_script, data=[data], split=split),
        )
        for path, view, what in VIEWS
    )
    return (*made, *data.side, *(page.own_files() if split else ()))


def contents(result: RunResult) -> tuple[dict[str, Any], list[bytes]]:
    """What a page holds of one run: its index, and the details of each span as a line."""
    at = index.frame(result)
    spans = result.trace.spans
    lines = details.lines(spans, at.order, [node.parent for node in at.tree.nodes])
    firsts, _ = packing.chunks(lines)
    return {**index.index(at), "chunks": firsts}, lines


def pack(result: RunResult, *, run: int = 0, aside: bool = False) -> page.Data:
    """The data of one run. `run` tells two runs in one page apart."""
    head, lines = contents(result)
    return page.pack(packing.encode(head), lines, run=run, aside=aside)
