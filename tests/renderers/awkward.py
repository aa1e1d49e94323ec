"""A run whose names are awkward for whoever quotes them: YAML, JMESPath, patterns, shells, Mermaid."""

from __future__ import annotations

from itk.model.run import RunResult
from itk.model.trace import Component, Payload
from tests.renderers.build import ORDERS, Tape, result

NAMES = (
    'it\'s `quoted` "twice" \\\\ \\',
    "${NAME} $${kept} ${",
    "[a-z]*?[!x]",
    "two\nlines # and a comment: - x",
    "\u202egnp.exe\u2066 \u00a0\x1b[31m\u2028",
    "😀 ünïcödé 1.10",
    "null",
    "",
)


def awkward() -> RunResult:
    """One span of each name, as component and as operation, and one that looks like another on the page."""
    t = Tape()
    sent = t.add(None, ORDERS, "SendMessage", 0, 41, kind="PRODUCER")
    for n, name in enumerate(NAMES):
        answer = Payload(value={"text": f"I did it {n} times"})
        t.add(sent, Component(type="lambda", name=name), name, 50 + 10 * n, 58 + 10 * n, response=answer)
    t.add(sent, Component(type="lambda", name="two lines # and a comment: - x"), NAMES[3], 200, 220)
    t.add(sent, Component(type="lambda", name=NAMES[3]), "two lines # and a comment: - x", 230, 240)
    return result(t.trace())
