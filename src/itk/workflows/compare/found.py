"""What a directory holds that can be compared: one run, a suite, or runs of some cases."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Literal

import msgspec

from itk.errors import ItkError, UsageError
from itk.model.problem import show
from itk.model.suite import CaseRow, SuiteResult
from itk.model.wording import counted
from itk.redact import reload_suite
from itk.renderers import files
from itk.workflows.render import read_run

SUITE = "index.json"
_FIX = "give the directory of a run (run.json), of a suite (index.json), or one with runs below it"
_NAMED_MAX = 6


class FoundCase(msgspec.Struct, frozen=True, kw_only=True):
    """A case, its row where there is a suite, and the directories of its runs."""

    id: str
    row: CaseRow | None = None
    runs: tuple[Path, ...] = ()


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """One side of a comparison. `place` is the directory that holds it."""

    place: Path
    kind: Literal["run", "suite", "runs"]
    cases: dict[str, FoundCase]
    suite: SuiteResult | None = None

    @property
    def runs(self) -> int:
        return sum(len(case.runs) for case in self.cases.values())

    @property
    def what(self) -> str:
        """In words, for a reader who gave a directory and wonders what it was taken for."""
        if self.kind == "run":
            (case,) = self.cases
            return f"one run of case {case}"
        if self.kind == "suite":
            return f"a suite of {counted(len(self.cases), 'case')}, {self.runs:,} of them with their runs"
        return f"{counted(self.runs, 'run')} of {counted(len(self.cases), 'case')}"


def find(given: Path) -> Found:
    """Raises UsageError where there is nothing to compare, and where a file is damaged or of another version."""
    place = given.parent if given.name in (files.RUN, SUITE) and given.is_file() else given
    if not place.is_dir():
        what = "this is a file, not a directory" if place.exists() else "there is no such directory"
        raise UsageError(what, where=str(given), fix=_FIX)
    if (place / files.RUN).is_file():
        case = read_run(place).result.case.id
        return Found(place=place, kind="run", cases={case: FoundCase(id=case, runs=(place,))})
    if (place / SUITE).is_file():
        return _suite(place)
    return _runs(place)


def _suite(place: Path) -> Found:
    try:
        suite = reload_suite((place / SUITE).read_bytes()).result
    except OSError as error:
        raise UsageError(f"cannot read {SUITE}: {error.strerror or error}", where=str(place), fix=_FIX) from error
    except ItkError as error:
        raise UsageError(error.what, where=str(place / SUITE), fix=error.fix) from error
    cases = {row.id: FoundCase(id=row.id, row=row, runs=tuple(_run_of(place, row))) for row in suite.cases}
    if len(cases) < len(suite.cases):
        raise UsageError(
            "a case is in this suite twice", where=str(place / SUITE), fix="give each case an id of its own"
        )
    return Found(place=place, kind="suite", cases=cases, suite=suite)


def _run_of(place: Path, row: CaseRow) -> Iterator[Path]:
    """The run that decided: the last try, if its artifacts are still there, and below the suite."""
    directory = row.tries[-1].directory if row.tries else ""
    path = PurePosixPath(directory)
    if directory and not path.is_absolute() and ".." not in path.parts and (place / path / files.RUN).is_file():
        yield place / path


def _runs(place: Path) -> Found:
    """Every run below `place`, at any depth, by its case."""
    cases: dict[str, list[Path]] = {}
    for directory in _below(place):
        cases.setdefault(read_run(directory).result.case.id, []).append(directory)
    if not cases:
        raise UsageError(f"nothing to compare here: {_held(place)}", where=str(place), fix=_FIX)
    found = {case: FoundCase(id=case, runs=tuple(runs)) for case, runs in sorted(cases.items())}
    return Found(place=place, kind="runs", cases=found)


def _below(place: Path) -> Iterator[Path]:
    """Directories with a run.json, in order. Hidden ones are left out: a run in the making lies in one."""
    for root, directories, names in os.walk(place, onerror=_unreadable):
        directories[:] = sorted(name for name in directories if not name.startswith("."))
        if files.RUN in names:
            yield Path(root)


def _unreadable(error: OSError) -> None:
    """Runs that cannot be looked at must not be missed without a word."""
    fix = "make it readable, or give a directory without it"
    what = f"cannot read this directory: {error.strerror or error}"
    raise UsageError(what, where=str(error.filename), fix=fix) from error


def _held(place: Path) -> str:
    names = sorted(path.name for path in place.iterdir())
    if not names:
        return "the directory is empty"
    more = f" and {len(names) - _NAMED_MAX:,} more" if len(names) > _NAMED_MAX else ""
    return f"no run.json or index.json, but {', '.join(map(show, names[:_NAMED_MAX]))}{more}"
