"""Values written inside text: JSON at any place of a line, a JSON string, percent-encoding.

They are decoded, redacted as values, and encoded again if that changed them; otherwise the text stays byte for byte.
Numbers keep their text (`1.0`, `1e3`, 30 digits), objects the order and the doubles of their keys.
"""

from __future__ import annotations

import json
import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple
from urllib.parse import quote, unquote

from itk.redact.masks import MASK, TOO_DEEP


class Num(str):
    """A JSON number, as it was written."""

    __slots__ = ()


class Pairs(list[tuple[str, Any]]):
    """A JSON object, as it was written."""

    __slots__ = ()


class Region(NamedTuple):
    """`text[start:end]` is a value of its own; `new` is what it becomes."""

    start: int
    end: int
    new: str


_DECODE = json.JSONDecoder(
    object_pairs_hook=Pairs, parse_int=Num, parse_float=Num, parse_constant=Num, strict=False
).raw_decode
_OPEN = re.compile(r"\{(?=\s*+[\"}])|\[(?=\s*+[\[{\"\d\-tfnN\]I])")
_FAILURES = 64  # then the rules for plain text must do: a decoder that fails on every bracket would take quadratic time
_RUN = re.compile(r"[^\s\"'<>&=?#;,(){}\[\]\\|]++")
_ESCAPE = re.compile(r"%[0-9A-Fa-f]{2}")
_BASE64 = re.compile(r"(?<![\w.+/\-])(?:eyJ|eyA[ig]|ewo[gJK]|ew0K)[\w+/\-]{12,}+(?:={0,2})(?![.=])", re.ASCII)
_SURROGATE = re.compile("[\ud800-\udfff]")


def regions(text: str, redact: Callable[[Any], Any]) -> list[Region]:
    """The values inside `text`, from left to right, without overlap."""
    found = list(_json(text, redact))
    gaps = list(_gaps(text, found))
    if "%" in text:
        found.extend(region for start, end in gaps for region in _percent(text, start, end, redact))
        gaps = list(_gaps(text, sorted(found)))
    if "ey" in text or "ew" in text:
        found.extend(region for start, end in gaps for region in _base64(text, start, end, redact))
    return sorted(found)


def _gaps(text: str, found: list[Region]) -> Iterator[tuple[int, int]]:
    at = 0
    for region in found:
        yield at, region.start
        at = region.end
    yield at, len(text)


def _json(text: str, redact: Callable[[Any], Any]) -> Iterator[Region]:
    whole = text.strip()
    if len(whole) > 2 and whole[0] == whole[-1] == '"' and "\\" in whole:
        try:
            value, end = _DECODE(whole)
        except ValueError:
            value, end = None, 0
        if end == len(whole) and isinstance(value, str):
            start = text.index('"')
            yield _region(text, start, start + end, value, redact)
            return
    at = failures = 0
    while failures < _FAILURES and (opening := _OPEN.search(text, at)):
        try:
            value, at = _DECODE(text, opening.start())
        except json.JSONDecodeError as error:
            at = max(error.pos, opening.end())
            failures += 1
        except RecursionError:
            yield Region(opening.start(), len(text), json.dumps(TOO_DEEP))
            return
        else:
            yield _region(text, opening.start(), at, value, redact)


def _region(text: str, start: int, end: int, value: Any, redact: Callable[[Any], Any]) -> Region:
    new = redact(value)
    if new is value:
        return Region(start, end, text[start:end])
    spaced = '": ' in text[start:end]
    return Region(start, end, dump(new, ", " if spaced else ",", ": " if spaced else ":"))


def _percent(text: str, start: int, end: int, redact: Callable[[Any], Any]) -> Iterator[Region]:
    for run in _RUN.finditer(text, start, end):
        if "%" not in run[0] or not _ESCAPE.search(run[0]):
            continue
        decoded = unquote(run[0], errors="surrogateescape")
        new = redact(decoded)
        if new != decoded:
            yield Region(run.start(), run.end(), _quoted(new))


def _base64(text: str, start: int, end: int, redact: Callable[[Any], Any]) -> Iterator[Region]:
    """Base64 of a JSON object: a binary attribute, a body, a state. Of a cut one, what is left."""
    for run in _BASE64.finditer(text, start, end):
        digits = run[0].rstrip("=")
        plain = digits.replace("-", "+").replace("_", "/")
        if len(plain) % 4 == 1:  # cut within a byte
            plain = plain[:-1]
        decoded = b64decode(plain + "=" * (-len(plain) % 4))
        inner = decoded.decode("utf-8", "surrogateescape")
        new = redact(inner)
        if new == inner or inner.lstrip()[:1] != "{":
            continue
        coded = b64encode(new.encode("utf-8", "surrogateescape")).decode()
        if "-" in digits or "_" in digits:
            coded = coded.replace("+", "-").replace("/", "_")
        yield Region(run.start(), run.end(), coded if len(run[0]) % 4 == 0 else coded.rstrip("="))


def _quoted(text: str) -> str:
    """Percent-encoded, but for the masks: a person must find them."""
    out, at = "", 0
    for mask in MASK.finditer(text):
        out += _quote(text[at : mask.start()]) + mask[0]
        at = mask.end()
    return out + _quote(text[at:])


def _quote(text: str) -> str:
    try:
        return quote(text, safe="~*!./:+@$", errors="surrogateescape")
    except UnicodeEncodeError:
        return quote(text, safe="~*!./:+@$", errors="surrogatepass")


def dump(value: Any, comma: str = ",", colon: str = ":") -> str:
    """JSON text of what `_DECODE` made, of dicts and of plain values."""
    if isinstance(value, Num):
        return str(value)
    if isinstance(value, str):
        return _SURROGATE.sub(lambda c: f"\\u{ord(c[0]):04x}", json.dumps(value, ensure_ascii=False))
    if isinstance(value, (dict, Pairs)):
        pairs = value.items() if isinstance(value, dict) else value
        return "{" + comma.join(f"{dump(key)}{colon}{dump(item, comma, colon)}" for key, item in pairs) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + comma.join(dump(item, comma, colon) for item in value) + "]"
    return json.dumps(value)
