"""Earlier runs: what their artifacts teach about who calls whom, and how long that takes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from itk.errors import ItkError
from itk.model.run import Environment, EventSource, Mode
from itk.model.trace import Trace
from itk.redact import reload
from itk.stitch.likely import can_guess, delays_of_runs, graph_of, has_open_links, with_likely_parents

RUNS_MAX = 200  # the newest ones: enough to calibrate the calls that a case makes


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Where earlier runs are: beside this one, or, of a case of a suite, in the suites beside its own.

    The other cases of its own suite are under way: what they teach would depend on which of them is quicker.
    """

    out: Path
    suite: Path | None = None

    def runs(self) -> list[Path]:
        if self.suite is not None:
            found = self.suite.parent.glob("*/*/run.json")
            return [path for path in found if path.parent.parent != self.suite]
        return [path for path in self.out.parent.glob("*/run.json") if path.parent != self.out]


def likely(
    trace: Trace, event_sources: Sequence[EventSource], neighbours: Neighbours, mode: Mode, environment: Environment
) -> Trace:
    """The trace with likely parents where none is proven, by what earlier runs show.

    Nothing is read where every parent is proven, or nothing could be guessed anyway.
    """
    if not has_open_links(trace):
        return trace
    earlier = delays_of_runs(_earlier(trace, neighbours, mode, environment) if can_guess() else ())
    return with_likely_parents(trace, graph_of(event_sources) | earlier.graph(), earlier)


def _earlier(trace: Trace, neighbours: Neighbours, mode: Mode, environment: Environment) -> Iterator[Trace]:
    """Traces of complete runs of the same place. What cannot be read teaches nothing, and is no error of this run.

    A run that was rendered twice, or recorded evidence that was judged twice, is one run; this one teaches itself
    nothing.
    """
    seen = {trace.trace_id}
    for path in sorted(neighbours.runs(), key=_age, reverse=True)[:RUNS_MAX]:
        try:
            run = reload(path.read_bytes()).result
        except (OSError, ItkError):
            continue
        same = run.mode == mode and _place(run.environment) == _place(environment)
        if same and run.collection.complete and run.trace.trace_id not in seen:
            seen.add(run.trace.trace_id)
            yield run.trace


def _place(environment: Environment) -> tuple[str, str, str, bool]:
    """What delays depend on. An emulator has another port each time."""
    emulated = environment.emulated_endpoint != ""
    return (environment.account, environment.region, environment.name, emulated)


def _age(path: Path) -> tuple[float, str]:
    try:
        return (path.stat().st_mtime, str(path))
    except OSError:
        return (0.0, str(path))
