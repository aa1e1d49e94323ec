"""The shell of the interactive pages: policy, style, data, script, and what stands there without a script."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from hashlib import sha256
from itertools import chain

import msgspec

from itk.ports import Artifact
from itk.renderers import assets
from itk.renderers.markup import Markup, el, escape, join
from itk.renderers.viewer import packing

SCRIPT, STYLE = "viewer.js", "viewer.css"
LOADER, FIRST_STYLE = "loader.js", "first.css"
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
    """The beginning of a page, up to what all pages of a run have alike.

    The policy forbids everything that is not named: a log line that smuggled in an element could neither run code,
    nor load anything, nor send a form, nor move the base of links.
    """
    files = any(each.aside for each in data)
    head = el(
        "head",
        el("meta", charset="utf-8"),
        # The hashes hold no character that HTML would need escaped but the quotes around them.
        Markup(f'<meta http-equiv="Content-Security-Policy" content="{_policy(split=split, files=files)}">'),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("meta", name="color-scheme", content="light dark"),
        el("meta", name="referrer", content="no-referrer"),
        el("title", title),
        _styles() if split else Markup(f"<style>{assets.text(FIRST_STYLE)}</style>"),
    )
    body = Markup(f'<body data-view="{escape(view)}">')
    return join(Markup('<!DOCTYPE html>\n<html lang="en">'), head, "\n", body).encode("utf-8")


def rest(*, plain: Markup, data: Sequence[Data], split: bool = False) -> bytes:
    """All that stands in `body`. It runs one script, known by its hash or lying beside it, and its data never runs."""
    parts = (
        (el("div", id="app").encode(), b"\n"),
        *((each.index, b"\n") for each in data),
        (el("script", src=SCRIPT).encode() if split else _packed_viewer(), b"\n"),
        (plain.encode("utf-8"), b"\n"),
        *((chunk, b"\n") for each in data for chunk in each.elements()),
        (b"</body></html>", b"\n"),
    )
    return b"".join(chain.from_iterable(parts))


def _styles() -> Markup:
    return join(*(el("link", rel="stylesheet", href=name) for name in (FIRST_STYLE, STYLE)))


@cache
def _packed_viewer() -> bytes:
    """Style and script of the viewer, packed to less than half, and the few lines that unpack and start them."""
    packed = (
        packing.script(kind, packing.packed(assets.text(name).encode("utf-8")), packed=True)
        for kind, name in (("style", STYLE), ("viewer", SCRIPT))
    )
    return b"".join((*packed, f"<script>{assets.text(LOADER)}</script>".encode()))


def _policy(*, split: bool, files: bool) -> str:
    """Nothing runs, and nothing styles the page, but what is named here."""
    scripts = ["'self'"] if split else [_hash(LOADER), _hash(SCRIPT), *(["'self'"] if files else [])]
    styles = ["'self'"] if split else [_hash(FIRST_STYLE), _hash(STYLE)]
    policies = [*([] if split else ["itk-loader"]), *(["itk"] if split or files else [])]
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src {' '.join(scripts)}",
            f"style-src {' '.join(styles)}",
            "img-src data: blob:",
            "base-uri 'none'",
            "form-action 'none'",
            "require-trusted-types-for 'script'",
            f"trusted-types {' '.join(policies)}",
        )
    )


def own_files() -> tuple[Artifact, ...]:
    """Script and style as files, for pages that are `split`."""
    names = (SCRIPT, STYLE, FIRST_STYLE)
    return tuple(Artifact(path=name, content=assets.text(name).encode("utf-8")) for name in names)


def _file(run: int, n: int, packed: bytes) -> Artifact:
    """A chunk as a script that hands it over: over file:// a page may run its neighbours, and read nothing else."""
    return Artifact(path=side_file(run, n), content=b'itkChunk(%d,%d,"%s")\n' % (run, n, packed))


def side_file(run: int, n: int) -> str:
    return f"payloads/chunk-{run}-{n:04d}.js"


def _named(name: str, value: int) -> str:
    return f' data-{name}="{value}"'


def _hash(name: str) -> str:
    return f"'sha256-{b64encode(sha256(assets.text(name).encode('utf-8')).digest()).decode()}'"
