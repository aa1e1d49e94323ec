"""Names of resources that must never be touched: `prod`, `production` and `prd` as whole words, or as the user says."""

from __future__ import annotations

import re

import msgspec

DEFAULT_PATTERNS = "prod|production|prd"

# Whatever is not alphanumeric parts words; digits do too, because `prod2` is production.
_RUN = re.compile(r"[^\W\d_]+|\d+")
_NAME_MAX = 2048
_WORDS_AT_ONCE = 12


class ForbiddenNames(msgspec.Struct, frozen=True):
    """Patterns that no resource's name may hold as a word (or several words with what stands between them)."""

    patterns: tuple[str, ...] = (DEFAULT_PATTERNS,)

    def hits(self, name: str) -> str | None:
        """The part of `name` that is forbidden, or `None`.

        >>> rule = ForbiddenNames()
        >>> rule.hits("https://sqs.eu-west-1.amazonaws.com/123456789012/ordersProdQueue"), rule.hits("products")
        ('Prod', None)
        """
        shown = name[:_NAME_MAX]
        words = _words(shown)
        for pattern in self.patterns:
            rule = re.compile(pattern, re.IGNORECASE)
            for at, (start, _) in enumerate(words):
                for _, end in words[at : at + _WORDS_AT_ONCE]:
                    if rule.fullmatch(shown, start, end):
                        return shown[start:end]
        return None


def _words(name: str) -> list[tuple[int, int]]:
    """Start and end of each word. camelCase parts words: `ordersProd`, `PRODOrders`."""
    words = []
    for run in _RUN.finditer(name):
        start = run.start()
        for at in range(run.start() + 1, run.end()):
            before, here, after = name[at - 1], name[at], name[at + 1 : at + 2]
            if here.isupper() and (not before.isupper() or (after.islower() and at + 1 < run.end())):
                words.append((start, at))
                start = at
        words.append((start, run.end()))
    return words


def split_patterns(written: str) -> list[str]:
    """A list of regular expressions: a JSON list, or one a line, or separated by commas outside brackets.

    >>> split_patterns("a{1,2}, b")
    ['a{1,2}', 'b']
    """
    if written.lstrip().startswith("["):
        try:
            listed = msgspec.json.decode(written, type=list[str])
        except (msgspec.DecodeError, msgspec.ValidationError):
            pass
        else:
            return [pattern for pattern in listed if pattern]
    parts, depth, escaped = [""], 0, False
    for char in written:
        if char == "\n" or (char == "," and depth <= 0 and not escaped):
            parts.append("")
            depth = 0
            continue
        depth += (char in "([{") - (char in ")]}") if not escaped else 0
        escaped = char == "\\" and not escaped
        parts[-1] += char
    return [part.strip() for part in parts if part.strip()]
