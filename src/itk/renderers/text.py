"""Text from logs, made fit to be shown: nothing invisible, nothing that cannot be encoded."""

from __future__ import annotations

import re
import unicodedata

_SURROGATE = re.compile("[\ud800-\udfff]")
_LINE_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
# Control characters, and the format characters that turn or hide text (bidi overrides and isolates, BOM, zero width).
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]"
)

# What colours a terminal, moves its cursor or names its window (ECMA-48); a log that was made for one is full of it.
_ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[ -/]*[0-Z\\^-~])|\x9b[0-?]*[ -/]*[@-~]")


def well_formed(text: str) -> str:
    """`text` that UTF-8 can hold: a lone surrogate becomes U+FFFD, all else stays as it is."""
    return _SURROGATE.sub("\ufffd", text)


def visible(text: str) -> str:
    """`text` in which a reader sees what is there: line breaks are `\\n`, unseen characters are spelled `[U+202E]`.

    A right-to-left override in a log line could make a page say something else than its bytes.
    """
    if text.isascii() and text.isprintable():
        return text
    return _UNSEEN.sub(lambda m: f"[U+{ord(m.group()):04X}]", _LINE_BREAKS.sub("\n", well_formed(text)))


def uncoloured(text: str) -> str:
    """`text` without what would colour a terminal."""
    return _ANSI.sub("", text)


def one_line(text: str) -> str:
    """`visible`, with every run of white space as one blank."""
    return " ".join(visible(text).split())


def shorten(text: str, limit: int) -> str:
    """At most `limit` characters of `text`; a cut shows as an ellipsis."""
    return text if len(text) <= limit else text[: max(limit - 1, 0)].rstrip() + "…"


def begin(text: str, limit: int) -> str:
    """`shorten(one_line(text), limit)`, without reading on where the beginning alone says it."""
    for most in (limit + limit // 4, 4 * limit):
        first = one_line(text[:most])
        if len(first) > limit or len(text) <= most:
            return shorten(first, limit)
    return shorten(one_line(text), limit)


def width_px(text: str, font_px: float = 12.0) -> float:
    """About how wide `text` is in a sans-serif font: layouts must not depend on a browser or an installed font."""
    return sum(_advance(c) for c in text) * font_px


def fit(text: str, room_px: float, font_px: float = 12.0) -> str:
    """The longest beginning of `text` that fits into `room_px`, with an ellipsis where it was cut."""
    if width_px(text, font_px) <= room_px:
        return text
    used = _advance("…") * font_px
    for at, c in enumerate(text):
        used += _advance(c) * font_px
        if used > room_px:
            return text[:at].rstrip() + "…"
    return text


def fit_two(text: str, room_px: float, font_px: float = 12.0) -> tuple[str, ...]:
    """`text` in one line, or in two that break behind a separator, the second cut with an ellipsis if need be."""
    if width_px(text, font_px) <= room_px:
        return (text,)
    breaks = [at + 1 for at, c in enumerate(text) if c in "-_./: " and width_px(text[: at + 1], font_px) <= room_px]
    at = breaks[-1] if breaks else len(fit(text, room_px, font_px)) - 1
    return (text[:at], fit(text[at:], room_px, font_px))


def _advance(c: str) -> float:
    """Width of a character as a part of the font size; on the generous side."""
    if c in "iljtfr.,:;'|!()[] ":
        return 0.34
    if c in "mwMW@%…—":
        return 0.88
    if c >= "\u0300" and unicodedata.combining(c):
        return 0.0
    if unicodedata.east_asian_width(c) in "WF":
        return 1.05
    return 0.68 if c.isupper() else 0.57
