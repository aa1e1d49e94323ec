"""A strict grammar of the Mermaid that ITK writes: narrower than Mermaid's own, so what passes here is valid there.

All names of `strategies.names` were also drawn by Mermaid 11 itself when this was written.
"""

from __future__ import annotations

import re

_TEXT = r"(?:[^\W_]|[ _.,:/=+*'?!()\-…·]|#\d+;)+"
_LINES = (
    r"%% run " + _TEXT,
    r"participant p\d+ as " + _TEXT,
    r"Note over p\d+: " + _TEXT,
    r"p\d+--?(?:>>|\)|x)p\d+: " + _TEXT,
    r"loop \d+ times - \d+ messages folded",
    r"end",
)
_LINE = re.compile(r" {4,8}(?:" + "|".join(_LINES) + r")")


def faults(diagram: str) -> list[str]:
    """Every line that is not of the grammar, every participant that was not declared, every loop left open."""
    first, *rest = diagram.removesuffix("\n").split("\n")
    found = [] if first == "sequenceDiagram" else [first]
    found += [line for line in rest if not _LINE.fullmatch(line)]
    declared = set(re.findall(r"^ +participant (p\d+) ", diagram, re.MULTILINE))
    body = re.sub(r"(?m): .*$| as .*$", "", diagram)
    found += sorted(set(re.findall(r"\bp\d+\b", body)) - declared)
    opened, closed = (len(re.findall(word, diagram, re.MULTILINE)) for word in (r"^ +loop ", r"^ +end$"))
    return found if opened == closed else [*found, f"{opened} loops, {closed} ends"]
