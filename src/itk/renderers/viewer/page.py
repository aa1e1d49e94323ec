"""The shell of the interactive pages: policy, style, data, script, and what stands there without a script."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from functools import cache
from hashlib import sha256

import msgspec

from itk.ports import Artifact
from itk.renderers import assets
from itk.renderers.markup import Markup, el, join
from itk.renderers.viewer import packing

SCRIPT, STYLE = "viewer.js", "viewer.css"
LOADER, FIRST_STYLE = "loader.js", "first.css"
INLINE_LIMIT = 25 * 1024 * 1024  # chunks of more than this, packed, lie in files beside the page


class Data(msgspec.Struct, frozen=True, kw_only=True):
    """What the pages of a run hold, packed once for all of them."""

    index: Markup
    chunks: tuple[Markup, ...]  # elements of the page, empty where they are side files
    side: tuple[Artifact, ...]  # files beside the page


def pack(index: bytes, lines: Sequence[bytes], *, run: int = 0, aside: bool = False) -> Data:
    """`index` as it is encoded, the details by line; chunks go into files `aside`, or where they are very large."""
    _, texts = packing.chunks(lines)
    small = sum(map(len, texts)) < packing.PLAIN_LIMIT
    carried = [text.decode() if small else packing.packed(text) for text in texts]
    packed = len(index) >= packing.PLAIN_LIMIT
    element = packing.script(
        "index", packing.packed(index) if packed else index.decode(), packed=packed, attributes=_named("run", run)
    )
    if not small and (aside or sum(map(len, carried)) > INLINE_LIMIT):
        return Data(index=element, chunks=(), side=tuple(_file(run, n, text) for n, text in enumerate(carried)))
    elements = (
        packing.script("chunk", text, packed=not small, attributes=_named("run", run) + _named("chunk", n))
        for n, text in enumerate(carried)
    )
    return Data(index=element, chunks=tuple(elements), side=())


def document(*, title: str, view: str, plain: Markup, data: Sequence[Data], split: bool = False) -> bytes:
    """A whole page. It runs one script, known by its hash or lying beside it, and its data never runs.

    The policy forbids everything that is not named: a log line that smuggled in an element could neither run code,
    nor load anything, nor send a form, nor move the base of links.
    """
    files = any(each.side for each in data)
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
    body = el(
        "body",
        el("div", id="app"),
        "\n",
        [join(each.index, "\n") for each in data],
        el("script", src=SCRIPT) if split else _packed_viewer(),
        "\n",
        plain,
        "\n",
        [join(chunk, "\n") for each in data for chunk in each.chunks],
        data_view=view,
    )
    return join(Markup("<!DOCTYPE html>\n"), el("html", head, "\n", body, lang="en"), "\n").encode("utf-8")


def _styles() -> Markup:
    return join(*(el("link", rel="stylesheet", href=name) for name in (FIRST_STYLE, STYLE)))


@cache
def _packed_viewer() -> Markup:
    """Style and script of the viewer, packed to less than half, and the few lines that unpack and start them."""
    packed = (
        packing.script(kind, packing.packed(assets.text(name).encode("utf-8")), packed=True)
        for kind, name in (("style", STYLE), ("viewer", SCRIPT))
    )
    return join(*packed, Markup(f"<script>{assets.text(LOADER)}</script>"))


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


def _file(run: int, n: int, packed: str) -> Artifact:
    """A chunk as a script that hands it over: over file:// a page may run its neighbours, and read nothing else."""
    return Artifact(path=side_file(run, n), content=f'itkChunk({run},{n},"{packed}")\n'.encode())


def side_file(run: int, n: int) -> str:
    return f"payloads/chunk-{run}-{n:04d}.js"


def _named(name: str, value: int) -> str:
    return f' data-{name}="{value}"'


def _hash(name: str) -> str:
    return f"'sha256-{b64encode(sha256(assets.text(name).encode('utf-8')).digest()).decode()}'"
