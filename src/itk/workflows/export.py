"""`itk export`: a finished run as a file for another tool."""

from __future__ import annotations

from pathlib import Path

from itk.errors import UsageError
from itk.model.wording import closest
from itk.ports import Artifact, Renderer
from itk.renderers import EXPORTERS
from itk.workflows.artifacts import write_file
from itk.workflows.render import read_run

FORMATS = {exporter.name: exporter for exporter in EXPORTERS}


def export(run: Path, format_name: str, out: Path | None) -> Path:
    """Write the run in directory `run` to `out`, else beside its run.json. Raises UsageError where there is no run."""
    artifact = exported(run, format_name)
    path = out or run / artifact.path
    if path.is_dir():
        raise UsageError("this is a directory; --out names a file", where=str(path), fix=f"{path / artifact.path}")
    write_file(path, artifact.content)
    return path


def exported(run: Path, format_name: str) -> Artifact:
    """The run in directory `run` in another tool's format."""
    exporter = _exporter(format_name)
    (artifact,) = exporter.render(read_run(run))
    return artifact


def _exporter(name: str) -> Renderer:
    if name not in FORMATS:
        near = closest(name, FORMATS)
        known = ", ".join(FORMATS)
        raise UsageError(f"unknown format `{name}`", fix=f"did you mean `{near}`?" if near else f"known: {known}")
    return FORMATS[name]
