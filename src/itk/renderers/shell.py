"""The shell of every interactive page: policy, style, script, and where its data and its plain layer stand."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable
from functools import cache
from hashlib import sha256
from itertools import chain

import msgspec

from itk.ports import Artifact
from itk.renderers import assets, packing
from itk.renderers.markup import Markup, el, escape, join

LOADER = "loader.js"


class Bundle(msgspec.Struct, frozen=True):
    """The files of `static/` that one kind of page is made of."""

    script: str
    style: str
    first_style: str  # all that the page has until its script is unpacked, and without one


VIEWER = Bundle("viewer.js", "viewer.css", "first.css")
SUITE = Bundle("suite.js", "suite.css", "suite-first.css")


def head(bundle: Bundle, *, title: str, view: str, split: bool = False, files: bool = False) -> bytes:
    """The beginning of a page. `split`: script and style lie beside it; `files`: scripts with data do.

    The policy forbids everything that is not named: a log line that smuggled in an element could neither run code,
    nor load anything, nor send a form, nor move the base of links.
    """
    head = el(
        "head",
        el("meta", charset="utf-8"),
        # The hashes hold no character that HTML would need escaped but the quotes around them.
        Markup(f'<meta http-equiv="Content-Security-Policy" content="{_policy(bundle, split=split, files=files)}">'),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("meta", name="color-scheme", content="light dark"),
        el("meta", name="referrer", content="no-referrer"),
        el("title", title),
        _styles(bundle) if split else Markup(f"<style>{assets.text(bundle.first_style)}</style>"),
    )
    body = Markup(f'<body data-view="{escape(view)}">')
    return join(Markup('<!DOCTYPE html>\n<html lang="en">'), head, "\n", body).encode("utf-8")


def rest(
    bundle: Bundle, *, plain: Markup, first: Iterable[bytes], last: Iterable[bytes] = (), split: bool = False
) -> bytes:
    """All that stands in `body`: one script, known by its hash or lying beside the page, and data that never runs.

    `first` is data that the script needs at once, `last` what it asks for later.
    """
    parts = (
        (el("div", id="app").encode(), b"\n"),
        *((element, b"\n") for element in first),
        (el("script", src=bundle.script).encode() if split else _packed(bundle), b"\n"),
        (plain.encode("utf-8"), b"\n"),
        *((element, b"\n") for element in last),
        (b"</body></html>", b"\n"),
    )
    return b"".join(chain.from_iterable(parts))


def own_files(bundle: Bundle) -> tuple[Artifact, ...]:
    """Script and style as files, for pages that are `split`."""
    names = (bundle.script, bundle.style, bundle.first_style)
    return tuple(Artifact(path=name, content=assets.text(name).encode("utf-8")) for name in names)


def _styles(bundle: Bundle) -> Markup:
    return join(*(el("link", rel="stylesheet", href=name) for name in (bundle.first_style, bundle.style)))


@cache
def _packed(bundle: Bundle) -> bytes:
    """Style and script, packed to less than half, and the few lines that unpack and start them."""
    packed = (
        packing.script(kind, packing.packed(assets.text(name).encode("utf-8")), packed=True)
        for kind, name in (("style", bundle.style), ("viewer", bundle.script))
    )
    return b"".join((*packed, f"<script>{assets.text(LOADER)}</script>".encode()))


def _policy(bundle: Bundle, *, split: bool, files: bool) -> str:
    """Nothing runs, and nothing styles the page, but what is named here."""
    scripts = ["'self'"] if split else [_hash(LOADER), _hash(bundle.script), *(["'self'"] if files else [])]
    styles = ["'self'"] if split else [_hash(bundle.first_style), _hash(bundle.style)]
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


def _hash(name: str) -> str:
    return f"'sha256-{b64encode(sha256(assets.text(name).encode('utf-8')).digest()).decode()}'"
