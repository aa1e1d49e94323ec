"""The pages of a run: its data, packed once for both, within the shell that all pages have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from itk.ports import Artifact
from itk.renderers import packing, shell
from itk.renderers.markup import Markup

INLINE_LIMIT = 25 * 1024 * 1024  # chunks of more than this, packed, lie in files beside the page


class Carried(msgspec.Struct, frozen=True, kw_only=True):
    """The details of a run as its pages carry them."""

    firsts: list[int]  # the first span of each chunk
    chunks: list[bytes]
    packed: bool


class Data(msgspec.Struct, frozen=True, kw_only=True):
    """What the pages of a run hold, packed once for all of them."""

    run: int
    index: bytes  # an element of the page
    details: Carried
    aside: bool  # the details lie in files beside the page

    def elements(self) -> Iterator[bytes]:
        """The chunks that stand in the page."""
        for n, chunk in enumerate(() if self.aside else self.details.chunks):
            named = _named("run", self.run) + _named("chunk", n)
            yield packing.script("chunk", chunk, packed=self.details.packed, attributes=named)

    def files(self) -> Iterator[Artifact]:
        """The chunks that lie beside it."""
        for n, chunk in enumerate(self.details.chunks if self.aside else ()):
            yield _file(self.run, n, chunk)


def carry(chunks: Iterable[tuple[int, bytes]]) -> Carried:
    """Few details stay as they are. Of many each chunk is packed as it comes, so that they never lie there unpacked."""
    firsts: list[int] = []
    held: list[bytes] = []
    size = 0
    chunks = iter(chunks)
    for first, text in chunks:
        firsts.append(first)
        held.append(text)
        size += len(text)
        if size >= packing.PLAIN_LIMIT:
            break
    else:
        return Carried(firsts=firsts, chunks=held, packed=False)
    small = [packing.packed(text) for text in held]
    for first, text in chunks:
        firsts.append(first)
        small.append(packing.packed(text))
    return Carried(firsts=firsts, chunks=small, packed=True)


def pack(index: bytes, details: Carried, *, run: int = 0, aside: bool = False) -> Data:
    """`index` as it is encoded; details go into files `aside`, or where they are very large."""
    packed = len(index) >= packing.PLAIN_LIMIT
    content = packing.packed(index) if packed else index
    large = sum(map(len, details.chunks)) > INLINE_LIMIT
    return Data(
        run=run,
        index=packing.script("index", content, packed=packed, attributes=_named("run", run)),
        details=details,
        aside=details.packed and (aside or large),
    )


def head(*, title: str, view: str, data: Sequence[Data], split: bool = False) -> bytes:
    """The beginning of a page, up to what all pages of a run have alike."""
    return shell.head(shell.VIEWER, title=title, view=view, split=split, files=any(each.aside for each in data))


def rest(*, plain: Markup, data: Sequence[Data], split: bool = False) -> bytes:
    """All that stands in `body`."""
    chunks = (chunk for each in data for chunk in each.elements())
    return shell.rest(shell.VIEWER, plain=plain, first=[each.index for each in data], last=chunks, split=split)


def _file(run: int, n: int, packed: bytes) -> Artifact:
    """A chunk as a script that hands it over: over file:// a page may run its neighbours, and read nothing else."""
    return Artifact(path=side_file(run, n), content=b'itkChunk(%d,%d,"%s")\n' % (run, n, packed))


def side_file(run: int, n: int) -> str:
    return f"payloads/chunk-{run}-{n:04d}.js"


def _named(name: str, value: int) -> str:
    return f' data-{name}="{value}"'
