"""Style sheets and scripts of the pages. The only renderer module that reads files: its own, from the package."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def text(name: str) -> str:
    """The text of `static/<name>`."""
    return files("itk.renderers").joinpath("static", name).read_text(encoding="utf-8")
