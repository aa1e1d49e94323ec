"""`itk merge-reports`: the reports of the parts of a suite become one, with the artifacts of all cases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from itk.errors import ExitCode, ItkError, UsageError
from itk.model.suite import RedactedSuite, SuiteResult
from itk.preflight.output_dir import check_output_dir
from itk.redact import redact_suite, reload_suite
from itk.renderers.suite import render_suite
from itk.workflows.artifacts import copy_tree, directory_at_once, write_artifacts
from itk.workflows.clock import new_salt
from itk.workflows.shards import Part, exit_code, merged

_FIX = "name the directory of a finished suite, the one with index.json"


@dataclass(frozen=True, slots=True)
class Merged:
    """A merged report: what may be shown of it, the code to leave with, and which cases left no artifacts."""

    suite: RedactedSuite
    exit_code: ExitCode
    without_artifacts: tuple[str, ...]


def merge_reports(directories: Sequence[Path], out: Path) -> Merged:
    """Write the report of all cases in `directories` to `out`: whole or not at all.

    Raises UsageError where they overlap, or are not of one suite, or where `out` is not empty.
    """
    finding = check_output_dir(out, overwrite=False)
    if not finding.ok:
        raise UsageError(finding.what, where="--out", fix="give a new or empty directory with --out")
    parts = [Part(str(directory), _read(directory)) for directory in directories]
    # Each part was redacted when it was written. Nothing passes the gate unseen all the same.
    suite = redact_suite(merged(parts), salt=new_salt())
    missing: list[str] = []
    with directory_at_once(out) as building:
        for directory, part in zip(directories, parts, strict=True):
            missing += _copy_cases(directory, part.suite, building)
        write_artifacts(building, render_suite(suite), replace_all=False)
    return Merged(suite, exit_code(suite.result), tuple(missing))


def _read(directory: Path) -> SuiteResult:
    place = directory / "index.json"
    try:
        return reload_suite(place.read_bytes()).result
    except OSError as error:
        what = f"cannot read index.json: {error.strerror or error}"
        raise UsageError(what, where=str(directory), fix=_FIX) from error
    except ItkError as error:
        raise UsageError(error.what, where=str(place), fix=error.fix) from error


def _copy_cases(directory: Path, suite: SuiteResult, building: Path) -> list[str]:
    """The directories of the cases; the ids of those whose artifacts are not there."""
    missing = []
    for row in suite.cases:
        tops = dict.fromkeys(_top(each.directory, directory) for each in row.tries if each.directory)
        for top in tops:
            if (directory / top).is_dir():
                copy_tree(directory / top, building / top)
        if not all((directory / each.directory).is_dir() for each in row.tries if each.directory):
            missing.append(row.id)
    return missing


def _top(path: str, directory: Path) -> str:
    """The first part of a path below `directory`. Raises UsageError where an index.json leads out of its directory."""
    parts = PurePosixPath(path).parts
    if not parts or parts[0] == "/" or ".." in parts or "\\" in path or "\0" in path:
        raise UsageError("index.json names artifacts outside of its directory", where=str(directory), fix=_FIX)
    return parts[0]
