"""Case files on disk: which there are, and their bytes."""

from __future__ import annotations

from pathlib import Path

from itk.casefile.load import SIZE_MAX
from itk.errors import UsageError
from itk.model.wording import closest

SUFFIXES = (".yaml", ".yml")


def case_files(directory: Path) -> tuple[Path, ...]:
    """Every `*.yaml` and `*.yml` below `directory`, in the order of their names; hidden ones are left out."""
    if not directory.is_dir():
        what = "this is a file, not a directory" if directory.is_file() else "there is no such directory"
        fix = "name a file with --case" if directory.is_file() else "check --cases-dir or ITK_CASES_DIR"
        raise UsageError(what, where=str(directory), fix=fix)
    found = [path for path in directory.rglob("*") if path.suffix in SUFFIXES and path.is_file()]
    visible = [path for path in found if not any(part.startswith(".") for part in path.relative_to(directory).parts)]
    if not visible:
        raise UsageError("no case files here", where=str(directory), fix="a case file ends in .yaml or .yml")
    return tuple(sorted(visible, key=lambda path: path.relative_to(directory).parts))


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
