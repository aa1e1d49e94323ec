"""The layer on a page of its own, as the pages of a run hold it, and as markup that a test can walk through."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

from itk.model.run import RunResult
from itk.renderers import plain

STYLE = Path(__file__).parents[3] / "web" / "src" / "style"
SHEETS = ("base.css", "colours.css", "plain.css")  # as first.css holds them
# What Jenkins sends with files of a build: https://www.jenkins.io/doc/book/security/configuring-content-security-policy/
STRICT = "default-src 'none'; img-src 'self'; style-src 'self'"


def css() -> str:
    return "".join((STYLE / name).read_text(encoding="utf-8") for name in SHEETS)


def document(run: RunResult, *, policy: str = "", head: str = "") -> str:
    """A page; `policy` is one more that it must obey."""
    meta = f'<meta http-equiv="Content-Security-Policy" content="{policy}">' if policy else ""
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">{meta}<title>a run</title>'
        f'<meta name="color-scheme" content="light dark"><style>{css()}</style>{head}</head>'
        f'<body><div id="app"></div>{plain.layer(run)}</body></html>'
    )


def parsed(run: RunResult) -> ElementTree.Element:
    """The layer as a tree: markup that is not well-formed does not get this far."""
    return ElementTree.fromstring(plain.layer(run))  # noqa: S314 - what we wrote ourselves


def words(element: ElementTree.Element) -> str:
    return " ".join(" ".join(element.itertext()).split())
