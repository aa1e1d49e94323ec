"""Reads case files (and recorded evidence) and tells all that is wrong with them. Sends nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from itk.casefile import (
    Repository,
    TargetDefaults,
    Vocabulary,
    is_repository_file,
    read_case,
    read_case_file,
    read_repository,
    repository_file,
)
from itk.errors import UsageError
from itk.model.case import Case, S3Object, Where
from itk.model.problem import Problem, Problems, show
from itk.settings import Settings
from itk.workflows.cases import cases_directory, repository_above

PROBLEMS_PER_FIXTURE_MAX = 20


class FileChecked(msgspec.Struct, frozen=True, kw_only=True):
    """One file and what was found in it. `case`, or of an `itk.yaml` `repository`, is there when it has no errors."""

    path: str
    case: Case | None = None
    repository: Repository | None = None
    problems: tuple[Problem, ...] = ()

    @property
    def errors(self) -> int:
        return sum(problem.severity == "error" for problem in self.problems)

    @property
    def warnings(self) -> int:
        return len(self.problems) - self.errors


def directory_to_validate(named: Path | None, settings: Settings) -> Path:
    """Where the cases are. What is wrong with an `itk.yaml` is told together with what is wrong with them."""
    try:
        repository = repository_above(Path(), settings.values)
    except Problems:
        repository = Repository()
    return cases_directory(named, settings, repository)


def validate_cases(
    paths: Sequence[Path],
    *,
    vocabulary: Vocabulary,
    values: Mapping[str, str],
    defaults: TargetDefaults,
    today: str = "",
) -> tuple[FileChecked, ...]:
    """Each `itk.yaml` that has a say, each case by itself, then what only shows in company: ids that are used twice.

    `today`, an ISO date, tells which expected failures are no longer excused.
    """
    cases = {path: repository_file(path.parent) for path in paths if not is_repository_file(path)}
    files = dict.fromkeys([*filter(is_repository_file, paths), *filter(None, cases.values())])
    repositories = {file: _repository(file, vocabulary, values) for file in files}
    checked = [
        _case(path, vocabulary, values, defaults, (file and repositories[file].repository) or Repository())
        for path, file in cases.items()
    ]
    files_checked = (*repositories.values(), *(_with_clash(file, checked[:at]) for at, file in enumerate(checked)))
    return tuple(_with_excuses(file, today) for file in files_checked)


def _with_excuses(file: FileChecked, today: str) -> FileChecked:
    """Tell of failures that count again: whoever runs the case next will see them."""
    holder = file.case or file.repository
    asked = holder.expect if holder is not None else ()
    over = tuple(
        Problem(
            what=f"`xfail` ended on {check.xfail.until}: a failure counts again ({show(check.xfail.reason)})",
            where=check.where,
            fix="remove `xfail`, or give it a later day",
            severity="warning",
        )
        for check in asked
        if check.xfail is not None and check.xfail.until < today and check.where.path == file.path
    )
    return msgspec.structs.replace(file, problems=(*file.problems, *over))


def _repository(path: Path, vocabulary: Vocabulary, values: Mapping[str, str]) -> FileChecked:
    shown = path.as_posix()
    try:
        text = read_case_file(path)
    except UsageError as error:
        return FileChecked(path=shown, problems=(_from(error),))
    repository, problems = read_repository(text, shown, vocabulary=vocabulary, values=values)
    cases = repository.suite.cases_dir if repository is not None else ""
    if cases and not Path(cases).is_dir():
        what, fix = f"there is no directory {show(cases, 100)}", "the path starts at the directory of this file"
        problems = (*problems, _at_key(text, shown, "cases_dir", what, fix, nested=True))
        repository = None
    return FileChecked(path=shown, repository=repository, problems=problems)


def _case(
    path: Path, vocabulary: Vocabulary, values: Mapping[str, str], defaults: TargetDefaults, repository: Repository
) -> FileChecked:
    shown = path.as_posix()
    try:
        text = read_case_file(path)
    except UsageError as error:
        return FileChecked(path=shown, problems=(_from(error),))
    case, problems = read_case(
        text,
        shown,
        vocabulary=vocabulary,
        values=values,
        defaults=defaults,
        repository=repository,
        targets_needed=False,
    )
    # read_case knows the line of every key but gives the case alone; the key stands at the start of a line.
    missing = [(key, named) for key, named in _files(case) if named and not Path(named).is_file()]
    for key, named in missing:
        what, fix = f"there is no file {show(named, 100)}", "the path starts at the directory of the case file"
        problems = (*problems, _at_key(text, shown, key, what, fix, nested=key == "file"))
    case = None if missing else case
    return FileChecked(path=shown, case=case, problems=problems)


def _files(case: Case | None) -> tuple[tuple[str, str], ...]:
    """The files that a case names, by key."""
    if case is None:
        return ()
    stored = case.stimulus.file if isinstance(case.stimulus, S3Object) else ""
    return (("fixture", case.fixture), ("file", stored))


def _with_clash(file: FileChecked, before: Sequence[FileChecked]) -> FileChecked:
    if file.case is None:
        return file
    mine = file.case.id
    other = next((b for b in before if b.case is not None and b.case.id.casefold() == mine.casefold()), None)
    if other is None or other.case is None:
        return file
    same = other.case.id == mine
    what = f"the id `{mine}` is taken by {other.path}"
    if not same:
        what = f"the id `{mine}` differs from `{other.case.id}` in {other.path} only in its capitals"
    fix = "give each case an id of its own" if same else "some systems would put both into one directory: rename one"
    clash = _at_key(Path(file.path).read_bytes(), file.path, "id", what, fix)
    return msgspec.structs.replace(file, case=None, problems=(*file.problems, clash))


def _at_key(text: bytes, path: str, key: str, what: str, fix: str, *, nested: bool = False) -> Problem:
    form = re.compile(rf"""{" *" if nested else ""}(["']?){key}\1:""")
    lines = text.decode("utf-8-sig", "replace").splitlines()
    at = next((n for n, line in enumerate(lines) if form.match(line)), None)
    if at is None:
        return Problem(what=what, where=Where(path), fix=fix)
    written = lines[at].strip()
    where = Where(path, at + 1, lines[at].index(written) + 1)
    return Problem(what=what, where=where, fix=fix, source=lines[at], width=len(written))


def _from(error: UsageError) -> Problem:
    return Problem(what=error.what, where=Where(error.where), fix=error.fix)


def validate_fixture(path: Path) -> FileChecked:
    """Recorded evidence: UTF-8, and JSON (`.json`) or one JSON value a line (`.jsonl`)."""
    shown = path.as_posix()
    try:
        raw = path.read_bytes()
        text = raw.decode("utf-8-sig")
    except OSError as error:
        what = "there is no such file" if isinstance(error, FileNotFoundError) else f"cannot read: {error.strerror}"
        return FileChecked(path=shown, problems=(Problem(what=what, where=Where(shown), fix="check the path"),))
    except UnicodeDecodeError as error:
        where = Where(shown, raw.count(b"\n", 0, error.start) + 1, 1)
        return FileChecked(path=shown, problems=(Problem(what="this is not UTF-8 text", where=where),))
    if not text.strip():
        empty = Problem(what="this file is empty", where=Where(shown), fix="record a run first")
        return FileChecked(path=shown, problems=(empty,))
    lines = [text] if path.suffix == ".json" else text.split("\n")
    problems = [found for n, line in enumerate(lines) if line.strip() and (found := _json(line, shown, n)) is not None]
    if len(problems) > PROBLEMS_PER_FIXTURE_MAX:
        rest = len(problems) - PROBLEMS_PER_FIXTURE_MAX
        more = Problem(what=f"{rest} more lines are no JSON", where=Where(shown))
        problems = [*problems[:PROBLEMS_PER_FIXTURE_MAX], more]
    return FileChecked(path=shown, problems=tuple(problems))


def _json(line: str, path: str, number: int) -> Problem | None:
    try:
        json.loads(line)
    except json.JSONDecodeError as error:
        # Evidence may hold what must not be shown, so the line itself is not.
        where = Where(path, number + error.lineno, error.colno)
        return Problem(
            what=f"this is not JSON: {error.msg}", where=where, fix="a .jsonl file holds one JSON value a line"
        )
    except RecursionError:
        return Problem(what="this is nested too deep", where=Where(path, number + 1, 1))
    return None
