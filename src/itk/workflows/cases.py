"""Cases as every command reads them: the file, and what the repository's `itk.yaml` adds to it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from itk.casefile import Repository, load_case, load_repository, read_case_file, repository_file
from itk.checks import VOCABULARY
from itk.model.case import Case
from itk.settings import Settings


def load(
    path: Path, settings: Settings, run_id: str, *, targets_needed: bool | None = None, shown: Path | None = None
) -> Case:
    """The case at `path`, for the run `run_id`, with the defaults of its repository.

    `targets_needed`: whether the case must say where to; when not given, as the mode says. `shown`: what reports call
    the file, where that is not its path.
    Raises `Problems` with all that is wrong in one of the two files, `UsageError` where one cannot be read.
    """
    values = {**settings.values, "run.id": run_id}
    text = read_case_file(path)
    repository = repository_above(path.parent, values)
    return load_case(
        text,
        (shown or path).as_posix(),
        vocabulary=VOCABULARY,
        values=values,
        defaults=settings,
        repository=repository,
        targets_needed=targets_needed,
    )


def repository_above(directory: Path, values: Mapping[str, str]) -> Repository:
    """What the nearest `itk.yaml` says, from `directory` upwards; where there is none, nothing.

    For a case that is the directory of its file, for what concerns all cases (`suite:`) the working directory.
    """
    file = repository_file(directory)
    if file is None:
        return Repository()
    return load_repository(read_case_file(file), file.as_posix(), vocabulary=VOCABULARY, values=values)


def cases_directory(named: Path | None, settings: Settings, repository: Repository) -> Path:
    """Where the cases are: as the command line says, else ITK_CASES_DIR, else `itk.yaml`, else `cases`."""
    if named is not None:
        return named
    unsaid = settings.origins.get("ITK_CASES_DIR", "default") == "default"
    return Path(repository.suite.cases_dir) if unsaid and repository.suite.cases_dir else settings.cases_dir
