"""`itk render`: run.json is the truth of a run; everything else can be drawn from it again."""

from __future__ import annotations

from pathlib import Path

from itk.errors import UsageError
from itk.redact import reload
from itk.renderers import render_all
from itk.workflows.artifacts import write_artifacts


def render_again(run: Path, out: Path) -> tuple[Path, ...]:
    """Draw the run in directory `run` into `out`. Raises UsageError where there is no run."""
    try:
        data = (run / "run.json").read_bytes()
    except OSError as error:
        fix = "give the directory of a finished run, e.g. artifacts/run-001"
        raise UsageError(f"cannot read run.json: {error.strerror or error}", where=str(run), fix=fix) from error
    return write_artifacts(out, render_all(reload(data)))
