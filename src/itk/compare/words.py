"""Words that a machine made: ids in hex, base32 and base62. `deadbeef` and `getOrderItemsV2` are none."""

from __future__ import annotations

import re
from itertools import pairwise

_HEX = re.compile(r"[0-9a-f]{16,}|[0-9A-F]{16,}")
_UPPER = re.compile(r"[0-9A-Z]{20,}")

_DIGITS_MIN = 20  # longer than any amount or epoch: sequence numbers of SQS and Kinesis, event ids of CloudWatch
_MIXED_MIN = 15  # API Gateway's request ids


def kind_of_word(word: str) -> str | None:
    """`id` for letters and digits that only a machine puts together so; None for everything else.

    >>> kind_of_word("4442587FB7D0A2F9"), kind_of_word("customerServiceV2Request")
    ('id', None)
    """
    if word.isdigit():
        return "id" if len(word) >= _DIGITS_MIN else None
    if len(word) < _MIXED_MIN or not any(c.isdigit() for c in word):
        return None if len(word) < _MIXED_MIN or not _shouting(word) else "id"
    if _HEX.fullmatch(word):
        return "id"
    if _UPPER.fullmatch(word):
        return "id" if sum(c.isdigit() for c in word) >= 3 else None
    return "id" if _shuffled(word) else None


def _shuffled(word: str) -> bool:
    """Upper, lower and digit in no order: a name changes its case once a word, and ends in its digits."""
    if not (any(c.isupper() for c in word) and any(c.islower() for c in word)):
        return False
    classes = [0 if c.isdigit() else 1 if c.isupper() else 2 for c in word[:64]]
    changes = sum(a != b for a, b in pairwise(classes))
    at_digits = sum((a == 0) != (b == 0) for a, b in pairwise(classes))
    return changes * 5 >= len(classes) * 2 and at_digits >= 3


def _shouting(word: str) -> bool:
    """API Gateway's ids may lack digits: `JKJaXmPLvHcESHA` changes its case all the time."""
    changes = sum(a.isupper() != b.isupper() for a, b in pairwise(word[:64]))
    return len(word) <= 64 and changes * 2 >= len(word) and not word.islower()
