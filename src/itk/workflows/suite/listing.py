"""Which case files a suite has, read and checked together: all that is wrong with them is told at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from itk.casefile import case_files
from itk.errors import UsageError
from itk.model.case import Case, Where
from itk.model.problem import Problem, Problems
from itk.settings import Settings
from itk.workflows.cases import load
from itk.workflows.suite.suite_file import read_suite_file

# Files that the report of a suite writes beside the directories of its cases.
RESERVED = frozenset(("index.html", "index.json", "junit.xml", "summary.md", "assets"))


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """A case that may be sent: as it was read for its first try, which has a run id already."""

    case: Case
    run_id: str
    file: Path
    group: str = ""


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """A case file and the group that it belongs to: the directory below the cases' directory that it lies in."""

    file: Path
    group: str = ""


def in_directory(directory: Path) -> tuple[Listed, ...]:
    """Every case file in and below `directory`. Raises UsageError where there is none."""
    return tuple(Listed(file=file, group=_group(file, directory)) for file in case_files(directory))


def in_suite_file(file: Path) -> tuple[Listed, ...]:
    """The case files that a suite file lists, in its order."""
    return tuple(Listed(file=path, group=_group(path, file.parent)) for path in read_suite_file(file))


def read_all(listed: Sequence[Listed], settings: Settings, new_run_id: Callable[[], str]) -> tuple[Candidate, ...]:
    """All cases. Raises Problems with everything that is wrong with any of them: nothing is sent then.

    One unreadable case stops the whole suite. A suite without it would be green although something was not tested.
    """
    found: list[Candidate] = []
    problems: list[Problem] = []
    for each in listed:
        run_id = new_run_id()
        try:
            case = load(each.file, settings, run_id)
        except Problems as error:
            problems.extend(error.problems)
        except UsageError as error:
            problems.append(Problem(what=error.what, where=Where(error.where), fix=error.fix))
        else:
            found.append(Candidate(case=case, run_id=run_id, file=each.file, group=each.group))
    problems.extend(_clashes(found))
    if problems:
        raise Problems(problems)
    return tuple(found)


def require_fixtures(candidates: Sequence[Candidate]) -> None:
    """In `dev-fixtures` mode. Raises Problems that name every case without recorded evidence."""
    if problems := _without_fixture(candidates):
        raise Problems(problems)


def _clashes(found: Sequence[Candidate]) -> list[Problem]:
    """Ids name directories, so no two may be the same, not even but for capitals."""
    taken: dict[str, Case] = {}
    problems = []
    for candidate in found:
        case = candidate.case
        other = taken.setdefault(case.id.casefold(), case)
        if case.id.casefold() in RESERVED:
            what, fix = f"the id `{case.id}` is the name of a file of the suite's report", "choose another id"
        elif other is not case and other.id == case.id:
            what, fix = f"the id `{case.id}` is taken by {other.path}", "give each case an id of its own"
        elif other is not case:
            what = f"the id `{case.id}` differs from `{other.id}` in {other.path} only in its capitals"
            fix = "some systems would put both into one directory: rename one"
        else:
            continue
        problems.append(Problem(what=what, where=Where(case.path), fix=fix))
    return problems


def _without_fixture(found: Sequence[Candidate]) -> list[Problem]:
    problems = []
    for candidate in found:
        fixture, where = candidate.case.fixture, Where(candidate.case.path)
        if not fixture:
            fix = "name recorded evidence with `fixture:`, leave the case out with -k or --tag, or run the suite live"
            what = "the case has no fixture, which --mode dev-fixtures needs"
            problems.append(Problem(what=what, where=where, fix=fix))
        elif not Path(fixture).is_file():
            fix = "the path starts at the directory of the case file"
            problems.append(Problem(what=f"there is no file {fixture}", where=where, fix=fix))
    return problems


def _group(file: Path, top: Path) -> str:
    try:
        parent = file.parent.relative_to(top)
    except ValueError:  # a suite file may list what lies elsewhere
        return file.parent.as_posix()
    return "" if parent == Path() else parent.as_posix()
