"""Which lines of a log stream make one record together: printed JSON, tracebacks, stacks, a REPORT and its X-Ray line.

    {                          Traceback (most recent call last):          java.lang.RuntimeException: no order
      "order_id": 42             File "/var/task/app.py", line 9, in h        at shop.Orders.find(Orders.java:12)
    }                          KeyError: 'order_id'                        Caused by: java.lang.Error: gone

On Python 3.13 each line of a `print` is a record of its own; in a copied file each line of anything is. Lines are put
together only if they read as a value or a stack then. Work is linear in the text, whatever it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from itk.reading.jsontext import value_at

LINES_MAX = 5_000  # of one block
CHARS_MAX = 1_048_576  # what CloudWatch takes as one record
TRIES_MAX = 3  # blocks within one another that are tried before their lines stay alone

# What the platform writes is never part of what a function printed.
_PLATFORM = (
    *("START RequestId: ", "END RequestId: ", "REPORT RequestId: ", "RequestId: ", "INIT_", "RESTORE_"),
    *("EXTENSION", "TELEMETRY", "LOGS", "XRAY TraceId:"),
)
_TIMED_OUT = re.compile(r"\d{4}-[\dT:.-]+Z \S+ Task timed out after ")
_QUOTED = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*(?:"|\\?\Z)|' + r"'[^'\\]*(?:\\.[^'\\]*)*(?:'|\\?\Z)", re.S)
_BRACKET = re.compile(r"[][{}()]")
_TRACEBACK = "Traceback (most recent call last):"
_NAMED = re.compile(r"\[(?:ERROR|CRITICAL)\] [A-Za-z_][\w.]*(?:: |\s*$)")  # the runtime names the error first
_RAISED = re.compile(r"[A-Za-z_][\w.]*(?::.*)?\Z", re.S)
_CHAINED = ("During handling of the above exception", "The above exception was the direct cause")
_FRAME = re.compile(r"\s+(?:at |\.\.\. \d+ (?:more|common)|--- |---> |Suppressed: )|Caused by: |Suppressed: ")
_THROWN = re.compile(r"(?:^|[\s'\"(:])[\w$.]*(?:Error|Exception|Throwable)(?::|\s*$)")
_CRASHED = " Error: "
_EXIT_TYPE = re.compile(r"(?:Runtime|Sandbox)\.\w+\s*$")
_SECONDS = ("XRAY TraceId:", "Runtime.", "Sandbox.")
_CONTINUES = " \t\u00a0CSXR"  # how a frame and those begin

Adjacent = Callable[[int], bool]  # whether the line at this index came right after the one before it


def blocks(texts: Sequence[str], adjacent: Adjacent) -> Iterator[range]:
    """The ranges of two lines and more that make one record each, in order."""
    if not any(map(_telling, texts)):
        return
    end = doubted = failures = 0
    values = ((found, False) for found in _values(texts, adjacent))
    stacks = ((found, True) for found in _stacks(texts, adjacent))
    for found, sure in sorted((*values, *stacks), key=lambda one: (one[0].start, -one[0].stop)):
        if found.start < end or (found.start < doubted and failures >= TRIES_MAX) or not _fits(texts, found):
            continue
        if sure or _is_value(texts[found.start : found.stop]):
            yield found
            end = found.stop
        else:
            failures = failures + 1 if found.start < doubted else 1
            doubted = max(doubted, found.stop)


def joined(texts: Sequence[str]) -> str:
    """The lines of a block as one text. No-break spaces before a line become plain ones: JSON knows no other."""
    return "\n".join(_plain(text.rstrip("\r\n")) for text in texts)


def _plain(line: str) -> str:
    if "\u00a0" not in line:
        return line
    rest = line.lstrip("\u00a0 ")
    return " " * (len(line) - len(rest)) + rest


def _fits(texts: Sequence[str], found: range) -> bool:
    return len(found) <= LINES_MAX and sum(map(len, texts[found.start : found.stop])) <= CHARS_MAX


def _telling(text: str) -> bool:
    """Whether a line begins or continues a block: the one look that nearly every line gets."""
    if text[:1] == "{" and text.endswith(("}", "}\n")):
        return False
    if text[:1] in _CONTINUES and (_FRAME.match(text) is not None or text.startswith(_SECONDS)):
        return True
    return _opens(text) or text.rstrip().endswith(_TRACEBACK)


def _breaks(text: str) -> bool:
    if text[:1] == "{":
        return '"platform.' in text and text.rstrip()[-1:] == "}"
    return text.startswith(_PLATFORM) or _TIMED_OUT.match(text) is not None


# Values: JSON, Python's repr, Node's inspect


def _opens(text: str) -> bool:
    """Whether a value may begin here and go on: a bracket at the line's end, or at its start and no end in sight."""
    stripped = text.strip()
    last = stripped[-1:]
    return last in ("{", "[") or (stripped[:1] in ("{", "[") and last in (",", "'", '"', "+"))


def _values(texts: Sequence[str], adjacent: Adjacent) -> Iterator[range]:
    """Ranges whose brackets open in the first line and close in the last; they may lie within one another."""
    opened: list[tuple[int, int]] = []  # line, and how deep it was before
    depth = 0
    for at, text in enumerate(texts):
        if opened and (not adjacent(at) or _breaks(text)):
            opened.clear()
            depth = 0
        opens = _opens(text)
        if not opened and not opens:
            continue
        change, lowest = _balance(text)
        if opens and change <= 0 and text.rstrip().endswith(("{", "[")):
            change = max(change, lowest + 1)  # an apostrophe before it: `it's {`
        while opened and depth + lowest <= opened[-1][1]:
            start, before = opened.pop()
            if depth + change == before:
                yield range(start, at + 1)
        if opens and change > lowest:
            opened.append((at, depth + lowest))
        depth = depth + change if opened else 0


def _balance(text: str) -> tuple[int, int]:
    """How many brackets more a line opens than it closes, and the lowest that this count gets on the way."""
    depth = lowest = 0
    for bracket in _BRACKET.findall(_QUOTED.sub("", text)):
        depth += 1 if bracket in "{[(" else -1
        lowest = min(lowest, depth)
    return depth, lowest


def _is_value(texts: Sequence[str]) -> bool:
    text, start = joined(texts), _first_open(_plain(texts[0]))
    value = value_at(text, start)
    return isinstance(value, dict) if text[start : start + 1] == "{" else value is not None  # `{ go() }` is code


def _first_open(line: str) -> int:
    """Where the first bracket stands that its line does not close."""
    places: list[int] = []
    bare = _QUOTED.sub(lambda quoted: " " * len(quoted[0]), line)
    for bracket in _BRACKET.finditer(bare):
        if bracket[0] in "{[(":
            places.append(bracket.start())
        elif places:
            places.pop()
    return places[0] if places else len(line.rstrip()) - 1


# Stacks: Python, Java, .NET, Node; and what Lambda itself writes on two lines


def _stacks(texts: Sequence[str], adjacent: Adjacent) -> Iterator[range]:
    end = 0
    for at, text in enumerate(texts):
        if at < end:
            continue
        head = text.rstrip().endswith(_TRACEBACK) and not _indented(text)
        found = _traceback(texts, at, adjacent) if head else None
        if found is None and at > end and adjacent(at) and (_FRAME.match(text) or text[:1] in "XRS"):
            found = _frames(texts, at, adjacent)
        if found is not None:
            yield found
            end = found.stop


def _traceback(texts: Sequence[str], at: int, adjacent: Adjacent) -> range | None:
    """To the line that names the error, and on if that one came while another was handled."""
    named = at > 0 and adjacent(at) and _NAMED.match(texts[at - 1]) is not None
    start, stop = (at - 1 if named else at), at
    while True:
        frames = _while(texts, at + 1, adjacent, _indented)
        if frames == at + 1:
            break
        raised = frames < len(texts) and adjacent(frames) and _RAISED.match(texts[frames].rstrip()) is not None
        if not raised or _breaks(texts[frames]):
            stop = frames if named and stop == at else stop
            break
        stop = frames + 1
        at = _while(texts, stop, adjacent, _blank)
        if at >= len(texts) or not adjacent(at) or not texts[at].startswith(_CHAINED):
            break
        at = _while(texts, at + 1, adjacent, _blank)
        if at >= len(texts) or not adjacent(at) or not texts[at].rstrip().endswith(_TRACEBACK):
            break
    return range(start, stop) if stop > start + 1 else None


def _frames(texts: Sequence[str], at: int, adjacent: Adjacent) -> range | None:
    before, text = texts[at - 1], texts[at]
    if text.startswith("XRAY TraceId:"):
        return range(at - 1, at + 1) if before.startswith("REPORT RequestId: ") else None
    if _EXIT_TYPE.match(text):
        return range(at - 1, at + 1) if before.startswith("RequestId: ") and _CRASHED in before else None
    if _FRAME.match(text) is None or _breaks(before) or before.rstrip()[-1:] == "}":
        return None  # a stack does not follow JSON: that has its own
    if _THROWN.search(before[:2_000]) is None:
        return None
    return range(at - 1, _while(texts, at, adjacent, lambda line: _FRAME.match(line) is not None))


def _while(texts: Sequence[str], at: int, adjacent: Adjacent, wanted: Callable[[str], bool]) -> int:
    while at < len(texts) and adjacent(at) and wanted(texts[at]):
        at += 1
    return at


def _indented(text: str) -> bool:
    return text[:1] in (" ", "\t", "\u00a0") and not _blank(text)


def _blank(text: str) -> bool:
    return not text.strip()
