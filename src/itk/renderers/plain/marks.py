"""Icons, which need no style sheet. Each is drawn once, in the first icon of the page, and used by its name."""

from __future__ import annotations

from itk.renderers import icons
from itk.renderers.markup import Markup, el

# The colours of the light theme; `plain.css` has the same by their names, and those of the dark one.
INK, MUTED, LINE, PAPER = "#171c24", "#566072", "#c3cad5", "#ffffff"
BAD, WARN = "#b9202b", "#7d5200"
HATCH = "plain-hatch"  # the pattern of a message that waits
CROSS = "plain-i-error"
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
    "xfailed": "warn",
    "skipped": "muted",
    "flaky": "warn",
}
_KNOWN = frozenset((*_OF_STATUS, "burst"))
_ALIKE = {"ok": "passed", "failed": "error", "incomplete": "inconclusive", "unknown": "inconclusive"}


def icon(name: str, *, size: int = 16) -> Markup:
    """A status in the colour of the text around it."""
    use = el("use", href=f"#plain-i-{_drawn(name)}")
    return el("svg", use, width=size, height=size, aria_hidden="true")


def symbols() -> Markup:
    """What `icon` uses, to stand before all of them; it takes no room."""
    names = sorted({_drawn(name) for name in (*_KNOWN, "unknown")})
    return el("svg", el("defs", [_symbol(name) for name in names]), width=0, height=0, aria_hidden="true")


def px(value: float) -> int:
    """A coordinate: whole pixels are fine enough."""
    return round(value)


def _drawn(name: str) -> str:
    """Statuses that look alike are one drawing."""
    return _ALIKE.get(name, name)


def _symbol(name: str) -> Markup:
    return el(
        "symbol",
        el("path", d=icons.path_of(name)),
        id=f"plain-i-{name}",
        viewBox="0 0 16 16",
        fill="none",
        stroke="currentColor",
        stroke_width=1.4,
        stroke_linecap="round",
        stroke_linejoin="round",
    )


def feeling(status: str) -> str:
    """`good`, `bad`, `warn` or `muted`: the second voice of a status, whose first is its word."""
    return _OF_STATUS.get(status, "muted")


def status(name: str, *, size: int = 14) -> Markup:
    """A status as shape and word, never as colour alone."""
    return el("span", icon(name if name in _KNOWN else "unknown", size=size), " ", el("b", name),
              class_=f"p-status p-{feeling(name)}")  # fmt: skip
