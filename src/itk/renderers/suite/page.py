"""`index.html`: the report of a suite, in one file that opens by double click."""

from __future__ import annotations

from collections.abc import Iterator

from itk.model.suite import RedactedSuite
from itk.ports import Artifact
from itk.renderers import packing, shell
from itk.renderers.suite import data, figures, plain, words

INDEX = "index.html"


class SuitePage:
    """Writes `index.html`. `split`: script and style lie beside it, for hosts that forbid inline scripts."""

    name = "suite_page"

    def __init__(self, *, split: bool = False) -> None:
        self.split = split

    def render(self, suite: RedactedSuite) -> Iterator[Artifact]:
        result = suite.result
        title = f"{words.word(figures.verdict(result)).lower()}: {words.title(result)}"
        head = shell.head(shell.SUITE, title=title, view="suite", split=self.split)
        content = packing.encode(data.contents(result))
        packed = len(content) >= packing.PLAIN_LIMIT
        element = packing.script("suite", packing.packed(content) if packed else content, packed=packed)
        rest = shell.rest(shell.SUITE, plain=plain.layer(result), first=[element], split=self.split)
        yield Artifact(path=INDEX, content=head + rest)
        yield from shell.own_files(shell.SUITE) if self.split else ()
