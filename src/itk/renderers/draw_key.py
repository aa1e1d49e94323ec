"""The key to the drawings: each kind of line and mark, with its meaning in words."""

from __future__ import annotations

from itk.renderers import files
from itk.renderers.markup import Markup, el

_LINE = {"y1": 8, "y2": 8, "x1": 2, "x2": 44}


def key(page: str) -> Markup:
    """What the lines and shapes of a page mean; closed until it is asked for."""
    samples = _SEQUENCE if page == files.VIEWER else _WATERFALL
    rows = [
        el("li", el("svg", drawn, class_="sample", width=48, height=16, aria_hidden="true"), what)
        for drawn, what in samples
    ]
    keys = "Keys: Tab into the drawing, arrows to move (left: caller, right: first call), Enter opens, Esc closes."
    return el(
        "details", el("summary", "Key to the drawing"), el("ul", rows), el("p", keys, class_="quiet"), class_="key"
    )


def _wire(classes: str, tip: str) -> Markup:
    return el(
        "g",
        el("line", **_LINE, class_="wire"),
        el("path", d=tip, class_="tip filled" if "z" in tip else "tip"),
        class_=classes,
    )


_CLOSED, _OPEN, _BACK = "M36 3.5L45 8L36 12.5z", "M36 3.5L45 8L36 12.5", "M11 3.5L2 8L11 12.5"
_HATCHED = el("rect", x=2, y=4, width=42, height=9, fill="url(#hatch)", class_="wait-sample")
_GHOST = el("rect", x=2, y=3, width=42, height=11, rx=3, class_="ghost-box")
_SEQUENCE = (
    (_wire("", _CLOSED), "a call that waits for its answer"),
    (_wire("", _OPEN), "a message; nobody waits"),
    (_wire("m-return", _BACK), "the answer, with its duration"),
    (_wire("bad", _OPEN), "a failure (with an octagon and the word)"),
    (_HATCHED, "a message that lies in a queue"),
    (_wire("t-inferred", _CLOSED), "placed by inference, not by an id"),
    (_wire("t-unresolved", _OPEN), "nobody knows who called"),
    (_GHOST, "not seen, although it should have been"),
)
_WATERFALL = (
    (el("rect", x=2, y=3, width=42, height=11, rx=3, class_="bar-sample"), "work, as long as it took"),
    (_HATCHED, "the message lay in a queue"),
    (el("path", d="M8 1v9h30", class_="elbow t-inferred"), "its caller is inferred, not proven"),
    (el("path", d="M8 1v9h30", class_="elbow t-unresolved"), "nobody knows who called"),
    (_GHOST, "not seen, or its end was not"),
    (el("path", d="M23 5v7", class_="mark"), "a log line"),
    (el("path", d="M23 3l5 5-5 5-5-5z", class_="mark l-warning"), "a warning in the log"),
    (el("path", d="M23 3l6 10h-12z", class_="mark l-error"), "an error in the log"),
    (el("path", d="M20 1q3 4 0 8t0 8M28 1q3 4 0 8t0 8", class_="break"), "a silence that is not drawn to scale"),
)
