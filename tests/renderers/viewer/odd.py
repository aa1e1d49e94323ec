"""Runs of odd shapes: nothing, one, no times, very wide, very deep, very long, all failed."""

from __future__ import annotations

import msgspec

from itk.model.evidence import ErrorFact
from itk.model.run import RunResult
from itk.model.trace import Component, Payload
from tests.renderers.build import INTAKE, ORDERS, TABLE, Tape, happy_trace, result

LONG = "a-very-long-name-that-somebody-generated-" * 13
NAMES = ("مرحبا بالعالم", "שלום עולם", "👩‍👩‍👧‍👦 family", "日本語のキュー", "Ω≈ç√∫˜µ", "e\u0301" * 30)


def nothing() -> RunResult:
    return result(Tape().trace(), checks=())


def one() -> RunResult:
    t = Tape()
    t.add(None, INTAKE, "process intake", 0, 12)
    return result(t.trace())


def timeless() -> RunResult:
    """Nobody said when anything happened."""
    t = Tape()
    sent = t.add(None, ORDERS, "SendMessage", None, None, kind="PRODUCER")
    intake = t.add(sent, INTAKE, "process intake", None, None, kind="CONSUMER")
    for n in range(5):
        t.add(intake, TABLE, f"GetItem {n}", None, None)
    return result(t.trace())


def wide(participants: int = 300) -> RunResult:
    """One function that calls very many others."""
    t = Tape()
    root = t.add(None, INTAKE, "process intake", 0, 20 * participants)
    for n in range(participants - 1):
        status = "error" if n == participants // 2 else "ok"
        t.add(root, Component(type="lambda", name=f"worker-{n:03}"), "Invoke", 10 + 20 * n, 25 + 20 * n, status=status)
    return result(t.trace())


def deep(levels: int = 60) -> RunResult:
    """Each calls the next, down to the one that fails."""
    t = Tape()
    parent: str | None = None
    for n in range(levels):
        status = "error" if n == levels - 1 else "ok"
        component = Component(type="lambda", name=f"level-{n % 7}")
        parent = t.add(parent, component, f"Invoke {n}", n, 2 * levels - n, status=status)
    return result(t.trace())


def heavy() -> RunResult:
    """A span with a payload of a megabyte."""
    t = Tape()
    items = [{"id": n, "text": "x" * 80} for n in range(9_000)]
    sent = t.add(None, ORDERS, "SendMessage", 0, 41, kind="PRODUCER", request=Payload(value={"items": items}))
    t.add(sent, INTAKE, "process intake", 100, 900, kind="CONSUMER", response=Payload(value="y" * 1_000_000))
    return result(t.trace())


def long() -> RunResult:
    """Names of more than 500 characters, everywhere."""
    t = Tape()
    sent = t.add(None, Component(type="queue", name=LONG), LONG, 0, 41, kind="PRODUCER")
    error = ErrorFact(type=LONG, message=LONG, stack=LONG)
    done = t.add(sent, Component(type="lambda", name=LONG + "2"), LONG, 90, 400, status="error", error=error)
    t.add(done, TABLE, "PutItem", 100, 120, request=Payload(value={LONG: LONG}))
    made = result(t.trace())
    check = msgspec.structs.replace(
        made.checks[0], name=LONG, status="failed", message=LONG, expected=LONG, actual=LONG
    )
    case = msgspec.structs.replace(made.case, name=LONG)
    return msgspec.structs.replace(made, checks=(check,), status="failed", reasons=(LONG, LONG), case=case)


def scripts() -> RunResult:
    """Names in other scripts, from right to left, and of several code points a character."""
    t = Tape()
    sent = t.add(None, ORDERS, "SendMessage", 0, 41, kind="PRODUCER")
    for n, name in enumerate(NAMES):
        t.add(sent, Component(type="lambda", name=name), name, 50 + 40 * n, 80 + 40 * n)
    return result(t.trace())


def looped() -> RunResult:
    """The same two calls, ten times."""
    t = Tape()
    root = t.add(None, INTAKE, "process intake", 0, 1_000)
    t.add(root, ORDERS, "SendMessage", 5, 9)
    for n in range(10):
        t.add(root, TABLE, "GetItem", 20 + 90 * n, 50 + 90 * n)
        t.add(root, TABLE, "PutItem", 60 + 90 * n, 80 + 90 * n)
    return result(t.trace())


def failed() -> RunResult:
    """Every span failed."""
    trace = happy_trace()
    error = ErrorFact(type="ValidationException", message="everything is wrong")
    spans = tuple(msgspec.structs.replace(span, status="error", error=error) for span in trace.spans)
    return result(msgspec.structs.replace(trace, spans=spans), status="failed")


ALL = {
    "nothing": nothing, "one": one, "timeless": timeless, "wide": wide, "deep": deep, "heavy": heavy, "long": long,
    "scripts": scripts, "looped": looped, "failed": failed,
}  # fmt: skip
