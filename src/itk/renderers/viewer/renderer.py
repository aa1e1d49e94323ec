"""`trace-viewer.html` and `timeline.html`: two ways into the same page, a sequence diagram and a waterfall."""

from __future__ import annotations

from collections.abc import Iterator

from itk.model.run import RedactedRun
from itk.ports import Artifact
from itk.renderers import files, plain
from itk.renderers.text import one_line
from itk.renderers.viewer import details, index, packing, page

VIEWS = ((files.VIEWER, "sequence", "sequence"), (files.TIMELINE, "waterfall", "timeline"))


class Viewer:
    """Everything that was seen, to be looked into. Both pages hold the whole run."""

    name = "viewer"

    def __init__(self, *, split: bool = False) -> None:
        self.split = split  # script, style and payloads in files of their own, for hosts that forbid inline scripts

    def render(self, run: RedactedRun) -> Iterator[Artifact]:
        result = run.result
        at = index.frame(result)
        data = [pack(at, aside=self.split)]
        rest = page.rest(plain=plain.layer(result, at.tree), data=data, split=self.split)
        for path, view, what in VIEWS:
            title = f"{result.status}: {one_line(result.case.name)} - {what}"
            yield Artifact(path=path, content=page.head(title=title, view=view, data=data, split=self.split) + rest)
        for each in data:
            yield from each.files()
        yield from page.own_files() if self.split else ()


def pack(at: index.Frame, *, run: int = 0, aside: bool = False) -> page.Data:
    """The data of one run. `run` tells two runs in one page apart."""
    carried = page.carry(packing.chunks(lines(at)))
    head = {**index.index(at), "chunks": carried.firsts}
    return page.pack(packing.encode(head), carried, run=run, aside=aside)


def lines(at: index.Frame) -> Iterator[bytes]:
    """The details of each span, in the order of the index."""
    return details.lines(at.result.trace.spans, at.order, [node.parent for node in at.tree.nodes])
