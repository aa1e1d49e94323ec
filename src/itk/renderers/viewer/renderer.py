"""`trace-viewer.html` and `timeline.html`: two ways into the same page, a sequence diagram and a waterfall."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from itk.model.run import RedactedRun, RunResult
from itk.ports import Artifact
from itk.renderers import files, packing, plain, shell
from itk.renderers.markup import Markup
from itk.renderers.text import one_line
from itk.renderers.viewer import details, index, page

VIEWS = ((files.VIEWER, "sequence", "sequence"), (files.TIMELINE, "waterfall", "timeline"))


class Viewer:
    """Everything that was seen, to be looked into. Both pages hold the whole run."""

    name = "viewer"

    def __init__(self, *, split: bool = False) -> None:
        self.split = split  # script, style and payloads in files of their own, for hosts that forbid inline scripts

    def render(self, run: RedactedRun) -> Iterator[Artifact]:
        result = run.result
        at = index.frame(result)
        data = pack(*contents_at(at), aside=self.split)
        title = f"{result.status}: {one_line(result.case.name)}"
        return pages(title, plain.layer(result, at.tree), data, split=self.split)


def pages(title: str, without_script: Markup, data: page.Data, *, split: bool) -> Iterator[Artifact]:
    """Both pages of the same data, and the files beside them."""
    rest = page.rest(plain=without_script, data=[data], split=split)
    for path, view, what in VIEWS:
        head = page.head(title=f"{title} - {what}", view=view, data=[data], split=split)
        yield Artifact(path=path, content=head + rest)
    yield from data.files()
    yield from shell.own_files(shell.VIEWER) if split else ()


def contents(result: RunResult) -> tuple[dict[str, Any], Iterator[bytes]]:
    """What a page holds of one run: its index, and the details of each span as a line."""
    return contents_at(index.frame(result))


def contents_at(at: index.Frame) -> tuple[dict[str, Any], Iterator[bytes]]:
    parents = [node.parent for node in at.tree.nodes]
    return index.index(at), details.lines(at.result.trace.spans, at.order, parents)


def pack(head: dict[str, Any], lines: Iterable[bytes], *, run: int = 0, aside: bool = False) -> page.Data:
    """Index and details, ready for a page. `run` tells two runs in one page apart."""
    carried = page.carry(packing.chunks(lines))
    return page.pack(packing.encode({**head, "chunks": carried.firsts}), carried, run=run, aside=aside)
