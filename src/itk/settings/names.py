"""Names of resources that must never be touched: `prod`, `production` and `prd` as whole words, or as the user says."""

from __future__ import annotations

import re

import msgspec

DEFAULT_PATTERNS = "prod|production|prd"

# Words: runs of capitals (PROD), capitalised or small words (Prod, prod), runs of digits. Whatever is not alphanumeric
# parts words, and so does camelCase; digits part too, because `prod2` is production.
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+|[^\W_A-Za-z0-9]+")
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
        words = [match.span() for match in _WORD.finditer(shown)]
        for pattern in self.patterns:
            rule = re.compile(pattern, re.IGNORECASE)
            for at, (start, _) in enumerate(words):
                for _, end in words[at : at + _WORDS_AT_ONCE]:
                    if rule.fullmatch(shown, start, end):
                        return shown[start:end]
        return None


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
