"""`itk render`: run.json is the truth of a run; everything else can be drawn from it again."""

from __future__ import annotations

from pathlib import Path

from itk.errors import ItkError, UsageError
from itk.model.run import RedactedRun
from itk.redact import reload
from itk.workflows.artifacts import write_run


def render_again(run: Path, out: Path, *, split: bool = False) -> tuple[Path, ...]:
    """Draw the run in directory `run` into `out`. Raises UsageError where there is no run."""
    return write_run(out, read_run(run), split=split)


def read_run(run: Path) -> RedactedRun:
    """The finished run in directory `run`: redacted when it was written. Raises ItkError where there is none."""
    place = run / "run.json"
    try:
        data = place.read_bytes()
    except OSError as error:
        fix = "give the directory of a finished run, e.g. artifacts/run-001"
        raise UsageError(f"cannot read run.json: {error.strerror or error}", where=str(run), fix=fix) from error
    try:
        return reload(data)
    except ItkError as error:
        raise UsageError(error.what, where=str(place), fix=error.fix) from error
