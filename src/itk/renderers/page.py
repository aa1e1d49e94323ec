"""The shell of both pages: policy, style, data, script. What a page shows is handed in."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from typing import Any

from itk.renderers import assets, icons
from itk.renderers.json_form import plain
from itk.renderers.markup import Child, Markup, el, join, json_script


def document(*, title: str, style: str, script: str, body: Child, data: Any) -> bytes:
    """A whole page. It runs one script, known by its hash, and loads nothing; its data never runs.

    The policy forbids everything that is not named: a log line that smuggled in an element could neither run code,
    nor load anything, nor send a form, nor move the base of links.
    """
    css, js = assets.text(style), assets.text(script)
    policy = "; ".join(
        (
            "default-src 'none'",
            f"script-src {_hash(js)}",
            f"style-src {_hash(css)}",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        )
    )
    head = el(
        "head",
        el("meta", charset="utf-8"),
        # The hashes hold no character that HTML would need escaped but the quotes around them.
        Markup(f'<meta http-equiv="Content-Security-Policy" content="{policy}">'),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("meta", name="color-scheme", content="light dark"),
        el("meta", name="referrer", content="no-referrer"),
        el("title", title),
        Markup(f"<style>{css}</style>"),
    )
    page = el(
        "html",
        head,
        "\n",
        el("body", icons.sheet(), body, "\n", json_script("itk-data", plain(data)), Markup(f"<script>{js}</script>")),
        lang="en",
    )
    return join(Markup("<!DOCTYPE html>\n"), page, "\n").encode("utf-8")


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode('utf-8')).digest()).decode()}'"
