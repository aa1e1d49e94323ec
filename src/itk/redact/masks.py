"""What stands in place of a secret: `[redacted:email#3fa9c1]`, the kind and a tag that is equal for equal secrets."""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterator

MASK = re.compile(r"\[redacted:[a-z0-9-]{1,40}(?:#[0-9a-f]{6})?\]")
TOO_DEEP = "[redacted:too-deep]"

_SCHEME = re.compile(r"(?i)(?:bearer|basic|token|apikey)[ \t]+")
_NUMBER = re.compile(r"\+?[\d\s().\-]+")
_EMAIL = re.compile(r"[^\s@]+@[^\s@]+")
_IBAN = re.compile(r"(?i)[a-z]{2}\d{2}(?: ?[a-z0-9]){11,30}")


class Masks:
    """Makes masks with the salt of one run. The salt is never written, so that nobody can try all phone numbers."""

    __slots__ = ("_salt",)

    def __init__(self, salt: bytes) -> None:
        if not salt:
            raise ValueError("redaction needs a random salt of the run")
        self._salt = salt

    def mask(self, kind: str, secret: str) -> str:
        """`secret` as it must be written. The tag does not depend on `kind`: a key and a pattern agree on it."""
        tag = hmac.new(self._salt, normal(secret).encode("utf-8", "surrogatepass"), "sha256").hexdigest()[:6]
        return f"[redacted:{kind}#{tag}]"


def normal(secret: str) -> str:
    """One spelling for one secret: without quotes, auth scheme, or the separators of a number."""
    text = secret.strip().strip("\"'`")
    if scheme := _SCHEME.match(text):
        text = text[scheme.end() :].strip()
    if len(text) <= 64:
        if _NUMBER.fullmatch(text):
            return "".join(c for c in text if c.isdigit())
        if _EMAIL.fullmatch(text):
            return text.lower()
        if _IBAN.fullmatch(text):
            return text.replace(" ", "").upper()
    return text


def masked_already(text: str) -> bool:
    """Nothing but masks (and the punctuation between them) is left."""
    return "[redacted:" in text and not any(c.isalnum() for c in MASK.sub("", text))


def outside_masks(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The parts of `text[start:end]` that no mask covers yet and that say something."""
    at = start
    # A mask is at most 64 characters long: one that touches the span lies between these bounds.
    for found in MASK.finditer(text, max(0, start - 64), end + 64):
        if found.start() >= end:
            break
        if found.start() > at and _says_something(text, at, found.start()):
            yield at, found.start()
        at = max(at, found.end())
    if at < end and _says_something(text, at, end):
        yield at, end


def _says_something(text: str, start: int, end: int) -> bool:
    return any(not c.isspace() and c not in "[](){}<>:;,.\"'`\\|&=/-@" for c in text[start:end])
