"""Icons that carry their lines with them: they need neither a style sheet nor an element elsewhere on the page."""

from __future__ import annotations

from itk.renderers import icons
from itk.renderers.markup import Markup, el

# The colours of the light theme; `plain.css` has the same by their names, and those of the dark one.
INK, MUTED, LINE, PAPER = "#171c24", "#566072", "#c3cad5", "#ffffff"
BAD, WARN = "#b9202b", "#7d5200"
HATCH = "plain-hatch"  # the pattern of a message that waits
_OF_STATUS = {
    "passed": "good",
    "ok": "good",
    "failed": "bad",
    "error": "bad",
    "timeout": "bad",
    "throttled": "bad",
    "blocked": "bad",
    "warning": "warn",
    "inconclusive": "warn",
    "incomplete": "warn",
}


def icon(name: str, *, x: float | None = None, y: float | None = None, size: float = 16) -> Markup:
    """An icon in the colour of the text around it; inside a drawing it takes a place."""
    return el(
        "svg",
        el("path", d=icons.path_of(name)),
        x=x,
        y=y,
        width=size,
        height=size,
        viewBox="0 0 16 16",
        fill="none",
        stroke="currentColor",
        stroke_width=1.4,
        stroke_linecap="round",
        stroke_linejoin="round",
        aria_hidden="true",
    )


def feeling(status: str) -> str:
    """`good`, `bad`, `warn` or `muted`: the second voice of a status, whose first is its word."""
    return _OF_STATUS.get(status, "muted")


def status(name: str, *, size: float = 14) -> Markup:
    """A status as shape and word, never as colour alone."""
    return el("span", icon(name if name in _OF_STATUS else "unknown", size=size), " ", el("b", name),
              class_=f"p-status p-{feeling(name)}")  # fmt: skip
