"""Read a page as its viewer does: elements, attributes, and the data that no browser runs."""

from __future__ import annotations

import gzip
import json
import re
from base64 import b64decode
from html.parser import HTMLParser
from typing import Any

from itk.model.run import RunResult
from itk.ports import Artifact
from itk.renderers.viewer.renderer import Viewer
from tests.renderers import build


def artifacts(run: RunResult, *, split: bool = False) -> dict[str, Artifact]:
    return {artifact.path: artifact for artifact in Viewer(split=split).render(build.redacted(run))}


def page(run: RunResult, name: str = "trace-viewer.html", *, split: bool = False) -> str:
    return artifacts(run, split=split)[name].content.decode("utf-8")


class Parsed(HTMLParser):
    """Elements and attributes as a browser would see them, and the text of the scripts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[tuple[dict[str, str | None], str]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "script":
            self.scripts.append((dict(attrs), ""))

    def handle_data(self, data: str) -> None:
        if self.cdata_elem == "script":
            attributes, text = self.scripts[-1]
            self.scripts[-1] = (attributes, text + data)


def policy(text: str) -> str:
    found = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', text)
    assert found is not None
    return found.group(1)


def data(text: str, kind: str) -> list[str]:
    """The texts of the page's data elements of one kind, unpacked."""
    return [
        gzip.decompress(b64decode(content)).decode() if attributes["data-encoding"] == "gzip" else content
        for attributes, content in Parsed(text).scripts
        if attributes.get("type") == f"application/itk-{kind}"
    ]


def index(text: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(data(text, "index")[0])
    return found


def details(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for chunk in data(text, "chunk") for line in chunk.split("\n")]
