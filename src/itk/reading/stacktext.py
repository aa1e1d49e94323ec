"""Errors by the stacks that loggers and runtimes print: Python's traceback, frames of Java, .NET and Node.

Traceback (most recent call last):                     java.lang.RuntimeException: no order
  File "/var/task/app.py", line 9, in handler              at shop.Orders.find(Orders.java:12)
ValueError: no such table                              Caused by: java.lang.Error: gone
"""

from __future__ import annotations

import re

from itk.model.evidence import ErrorFact

_TRACEBACK = "Traceback (most recent call last)"
_FRAME = re.compile(r"\n\s+(?:at |---> )\S")
_THROWN = re.compile(r"(?:^|[\s'\"(:])([\w$.]*(?:Error|Exception|Throwable))(?:: *([^\n]*))?\s*$")
_HEAD = 2_000


def error_in(text: str) -> ErrorFact | None:
    """The error that `text` shows with its stack, or `None`. Without a stack, words prove no error."""
    if "\n" not in text:
        return None
    at = text.find(_TRACEBACK)
    if at >= 0:
        return _of_traceback(text[at:])
    frame = _FRAME.search(text)
    if frame is None:
        return None
    head = text[max(0, frame.start() - _HEAD) : frame.start()]
    thrown = _THROWN.search(head.rpartition("\n")[2])
    if thrown is None:
        return None
    stack = text[frame.start() - len(head) + head.rfind("\n") + 1 :]
    return ErrorFact(type=thrown[1], message=(thrown[2] or "").strip(), stack=stack.rstrip())


def _of_traceback(stack: str) -> ErrorFact:
    last = stack.rstrip().rpartition("\n")[2].strip()
    kind, _, message = last.partition(": ")
    return ErrorFact(type=kind if " " not in kind else "", message=message, stack=stack.replace("\u00a0", " "))
