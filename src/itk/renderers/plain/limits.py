"""Room for each part of the layer: what does not fit is counted, and the reader is told where it is."""

from __future__ import annotations

import re
from collections.abc import Iterable

from itk.model.wording import counted
from itk.renderers.markup import Child, Markup, el, escape
from itk.renderers.text import one_line, shorten

# As `el` writes a link to a file: what stands in it is escaped, so that no text of a run can look like one.
_TO_FILE = re.compile(r'<a href="[^"#][^"]*">([^<]*)</a>')


def take(items: Iterable[Markup], *, most: int, room: int) -> list[Markup]:
    """The first items, up to `most`, that together fit into `room` bytes. The others are never made."""
    taken: list[Markup] = []
    for item in items:
        room -= len(item.encode("utf-8"))
        if room < 0:
            break
        taken.append(item)
        if len(taken) == most:
            break
    return taken


def rest(count: int, noun: str, *where: str) -> Markup | None:
    """`12 more spans: spans.jsonl`, with links; nothing where nothing is left out. `noun` is in the singular."""
    if count <= 0:
        return None
    links: list[Child] = []
    for file in where:
        links += [", " if links else ": ", el("a", file, href=file)]
    return el("p", counted(count, f"more {noun}"), links, class_="p-rest")


def unlinked(layer: Markup) -> Markup:
    """Files are named, but not linked: those of a run do not lie beside a page of two. Anchors stay links."""
    return Markup(_TO_FILE.sub(r"<span>\1</span>", layer))


def said(text: str, most: int) -> str:
    """Text from a log in one line of at most `most` characters; a log line of a megabyte is not read to its end."""
    return cut(one_line(text[: 4 * most]), most)


def cut(text: str, most: int) -> str:
    """At most `most` characters of `text`; fewer where escapes and encodings make them long, 2.5 bytes on average."""
    short = shorten(text, most)
    written = len(escape(short).encode("utf-8"))
    return short if written <= 2.5 * most else shorten(short, int(2.5 * most * len(short) / written))
