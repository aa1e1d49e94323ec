"""The recorded runs of the demo application, and the same runs again: all that is volatile renamed, times shifted."""

from __future__ import annotations

import random
import re
import subprocess
import sys
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from itk.compare import compare
from itk.model.comparison import Comparison, Tolerance
from itk.model.run import RedactedRun
from itk.model.trace import Span, Trace
from itk.redact import reload
from tests.renderers.build import redacted, result

ROOT = Path(__file__).resolve().parents[2]
NAMES = ("example-001", "example-002-retry", "example-003-poison", "example-004-lambda", "example-005-agent")

_UUID = r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b"
_HEX = r"\bitk-[0-9a-f]{20}\b|\b1-[0-9a-f]{8}-[0-9a-f]{24}\b|\b[0-9a-f]{16}\b|(?<![0-9A-Za-z])[0-9a-f]{32}\b"
_ISO = r"\b2026-\d\d-\d\dT(\d\d):(\d\d):(\d\d)"
_PORT = r"(?<=127\.0\.0\.1:)\d+"


@lru_cache(maxsize=8)
def recorded(name: str) -> Trace:
    """The trace of a case over its recorded evidence, as `run.json` holds it."""
    with TemporaryDirectory() as directory:
        case = ["--case", f"cases/{name}.yaml", "--mode", "dev-fixtures", "--out", f"{directory}/out"]
        subprocess.run(
            [sys.executable, "-m", "itk", "run", *case],
            cwd=ROOT,
            env={"PYTHONPATH": str(ROOT / "src"), "PATH": ""},
            capture_output=True,
            check=False,
        )
        return reload((Path(directory) / "out" / "run.json").read_bytes()).result.trace


def run(trace: Trace) -> RedactedRun:
    return redacted(result(trace))


def compared(a: Trace, b: Trace, tolerance: Tolerance | None = None) -> Comparison:
    return compare(run(a), run(b), tolerance=tolerance)


def again(trace: Trace, seed: int) -> Trace:
    """The same run on another day: other ids, times, ports and log streams, and everything at another pace."""
    chance = random.Random(seed)
    text = msgspec.json.encode(trace).decode()
    new = _Renaming(chance)
    text = re.sub(_UUID, new.hexes, text)
    text = re.sub(_HEX, new.hexes, text)
    text = re.sub(_PORT, lambda found: str(20_000 + chance.randrange(40_000)), text)
    text = re.sub(_ISO, lambda found: f"2026-12-24T{found[1]}:{found[2]}:{(int(found[3]) + seed) % 60:02}", text)
    shift, pace = chance.randrange(10**15), chance.uniform(0.9, 1.1)
    copy = msgspec.json.decode(text, type=Trace)
    first = min(span.start_ns for span in copy.spans if span.start_ns is not None)

    def moved(ns: int | None) -> int | None:
        return None if ns is None else first + shift + round((ns - first) * pace)

    return with_spans(
        copy,
        lambda span: msgspec.structs.replace(
            span,
            start_ns=moved(span.start_ns),
            end_ns=moved(span.end_ns),
            duration_ms=None if span.duration_ms is None else span.duration_ms * pace,
        ),
    )


class _Renaming:
    """Other hex digits for equal ids, everywhere the same; digits stay digits and dashes dashes."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._known: dict[str, str] = {}

    def hexes(self, found: re.Match[str]) -> str:
        old = found[0]
        if old not in self._known:
            head, body = ("itk-", old[4:]) if old.startswith("itk-") else ("", old)
            head, body = ("1-", old[2:]) if old.startswith("1-") else (head, body)
            made = "".join(c if c == "-" else self._chance.choice("0123456789abcdef") for c in body)
            # An id of digits alone is a number to any reader; AWS makes none so long.
            self._known[old] = head + made[:-2] + ("a7" if len(body) > 8 else made[-2:])
        return self._known[old]


def with_spans(trace: Trace, change: Callable[[Span], Span | None]) -> Trace:
    """The trace with each span changed, or left out where the answer is None."""
    return msgspec.structs.replace(trace, spans=tuple(new for span in trace.spans if (new := change(span)) is not None))


def told(comparison: Comparison, a: Trace, b: Trace) -> list[str]:
    """What a comparison says, a line for each difference."""
    lines = []
    for pair in comparison.pairs:
        span = b.spans[pair.b] if pair.b is not None else a.spans[pair.a or 0]
        where = f"{span.component.label} {span.operation}"
        if pair.kind in ("inserted", "removed"):
            lines.append(f"{pair.kind} {where}")
        for change in pair.changes:
            words = [where, change.what, change.path, change.edit, f"{change.before} -> {change.after}"]
            lines.append(" | ".join(words))
    return lines
