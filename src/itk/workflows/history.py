"""Earlier runs: what their artifacts teach about who calls whom, and how long that takes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from itk.errors import ItkError
from itk.model.run import EventSource, Mode
from itk.model.trace import Trace
from itk.redact import reload
from itk.stitch.likely import delays_of_runs, graph_of, with_likely_parents

RUNS_MAX = 200  # the newest ones; enough to calibrate, and read in seconds


def likely(trace: Trace, event_sources: Sequence[EventSource], out: Path, mode: Mode) -> Trace:
    """The trace with likely parents where none is proven, by what the runs beside `out` show."""
    if not any(span.join is not None and span.join.tier == "unresolved" for span in trace.spans):
        return trace
    earlier = delays_of_runs(_earlier(out, mode))
    return with_likely_parents(trace, graph_of(event_sources) | earlier.graph(), earlier)


def _earlier(out: Path, mode: Mode) -> list[Trace]:
    """Traces of complete runs in the same mode. What cannot be read teaches nothing, and is no error of this run."""
    found = []
    paths = [path for path in out.parent.glob("*/run.json") if path.parent != out]
    for path in sorted(paths, key=_age, reverse=True)[:RUNS_MAX]:
        try:
            run = reload(path.read_bytes()).result
        except (OSError, ItkError):
            continue
        if run.mode == mode and run.collection.complete:
            found.append(run.trace)
    return found


def _age(path: Path) -> tuple[float, str]:
    try:
        return (path.stat().st_mtime, str(path))
    except OSError:
        return (0.0, str(path))
