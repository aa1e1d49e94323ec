"""Case files on disk: which there are, and their bytes."""

from __future__ import annotations

import os
from pathlib import Path

from itk.casefile.document import SIZE_MAX
from itk.errors import UsageError
from itk.model.wording import closest

SUFFIXES = (".yaml", ".yml")
REPOSITORY_FILES = tuple(f"itk{suffix}" for suffix in SUFFIXES)


def is_repository_file(path: Path) -> bool:
    """Is it named like an `itk.yaml`?"""
    return path.name in REPOSITORY_FILES


def case_files(directory: Path) -> tuple[Path, ...]:
    """Every `*.yaml` and `*.yml` below `directory`, in the order of their names; no hidden ones, no `itk.yaml`."""
    if not directory.is_dir():
        what = "this is a file, not a directory" if directory.is_file() else "there is no such directory"
        fix = "name a file with --case" if directory.is_file() else "check --cases-dir or ITK_CASES_DIR"
        raise UsageError(what, where=str(directory), fix=fix)
    found = [path for path in directory.rglob("*") if path.suffix in SUFFIXES and path.is_file()]
    cases = [path for path in found if not is_repository_file(path)]
    visible = [path for path in cases if not any(part.startswith(".") for part in path.relative_to(directory).parts)]
    if not visible:
        raise UsageError("no case files here", where=str(directory), fix="a case file ends in .yaml or .yml")
    return tuple(sorted(visible, key=lambda path: path.relative_to(directory).parts))


def repository_file(directory: Path) -> Path | None:
    """The nearest `itk.yaml` from `directory` upwards, up to the root of the repository (where `.git` is).

    Without a `.git`, as in a container that got a copy of the files, up to the root of the file system: unlike a
    `.env`, an `itk.yaml` says nothing about where things are sent.
    """
    for here in (directory.absolute(), *directory.absolute().parents):
        found = next((here / name for name in REPOSITORY_FILES if (here / name).is_file()), None)
        if found is not None or (here / ".git").exists():
            return _as_written(found, directory) if found is not None else None
    return None


def _as_written(found: Path, directory: Path) -> Path:
    """Shown from where the user is, unless they named an absolute path."""
    return found if directory.is_absolute() else Path(os.path.relpath(found))


def read_case_file(path: Path) -> bytes:
    """The bytes of a case file, at most one more than a case may have."""
    try:
        with path.open("rb") as file:
            return file.read(SIZE_MAX + 1)
    except FileNotFoundError:
        raise UsageError("there is no such file", where=str(path), fix=_nearby(path)) from None
    except IsADirectoryError:
        raise UsageError(
            "this is a directory, not a file",
            where=str(path),
            fix="name one file of it; to check them all, use --cases-dir of `itk validate`",
        ) from None
    except OSError as error:
        raise UsageError(
            f"cannot read this file: {error.strerror}", where=str(path), fix="check its permissions"
        ) from None


def _nearby(path: Path) -> str:
    if not path.parent.is_dir():
        return f"there is no directory {path.parent} either: check where you are"
    names = sorted(other.name for other in path.parent.iterdir() if other.suffix in SUFFIXES)
    if close := closest(path.name, names):
        return f"did you mean {path.parent / close}?"
    return f"{path.parent} holds: {', '.join(names[:8])}" if names else f"{path.parent} holds no case files"
