"""The one writer: files appear whole or not at all, and never outside the directory they were meant for."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from itk.errors import ItkError, Refused
from itk.model.run import RedactedRun
from itk.ports import Artifact
from itk.renderers import render_all
from itk.workflows.collector import resting

try:
    import fcntl
except ImportError:  # Windows: two runs into one directory at once are not noticed there
    fcntl = None  # type: ignore[assignment]

_OWN_DIRECTORIES = ("payloads",)  # emptied before a new run is written over an old one


@contextmanager
def claimed(directory: Path) -> Iterator[None]:
    """Make the directory this run's own until the run is over. Raises Refused where another run writes into it now.

    The claim is a lock on the directory itself: it leaves no file, and ends with the process however that ends.
    """
    try:
        directory.mkdir(parents=True, exist_ok=True)
        handle = os.open(directory, os.O_RDONLY) if fcntl is not None else None
    except OSError as error:
        raise _unwritable(directory, error) from error
    try:
        if fcntl is not None and handle is not None:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(handle)
        fix = "give each run a directory of its own with --out"
        raise Refused("another run is writing here; nothing was sent", where=str(directory), fix=fix) from error
    except OSError:
        pass  # a file system without locks
    try:
        yield
    finally:
        if handle is not None:
            os.close(handle)


def write_run(directory: Path, run: RedactedRun, *, split: bool = False) -> tuple[Path, ...]:
    """Render a run and write all that comes of it. Raises ItkError where the disk says no."""
    with resting():
        return write_artifacts(directory, render_all(run, split=split))


def write_artifacts(directory: Path, artifacts: Iterable[Artifact], *, replace_all: bool = True) -> tuple[Path, ...]:
    """Write all files beside their places first, then move them there. Raises ItkError where the disk says no.

    Each is written before the next is asked for: those of a big run do not all fit into memory.

    `replace_all` removes the payload files of an earlier run, which the new pages would not mention.
    """
    is_new = not directory.exists()
    try:
        directory.mkdir(parents=True, exist_ok=True)
        staging = Path(tempfile.mkdtemp(prefix=".itk-", dir=directory))
    except OSError as error:
        raise _unwritable(directory, error) from error
    try:
        paths = list(_staged(staging, artifacts))
        for path in paths:
            _refuse_links(directory, path)
        if replace_all:
            for name in _OWN_DIRECTORIES:
                shutil.rmtree(directory / name, ignore_errors=True)
        for path in paths:
            place = directory / path
            place.parent.mkdir(parents=True, exist_ok=True)
            os.replace(staging / path, place)  # noqa: PTH105 - the atomic call by its own name
    except OSError as error:
        raise _unwritable(directory, error) from error
    finally:
        shutil.rmtree(staging, ignore_errors=True)
        if is_new and not any(directory.iterdir()):
            directory.rmdir()
    return tuple(directory / path for path in paths)


@contextmanager
def directory_at_once(directory: Path) -> Iterator[Path]:
    """An empty place to build a new or empty `directory` in, which appears there whole at the end, or not at all."""
    try:
        directory.parent.mkdir(parents=True, exist_ok=True)
        staging = Path(tempfile.mkdtemp(prefix=".itk-", dir=directory.parent))
    except OSError as error:
        raise _unwritable(directory, error) from error
    try:
        building = staging / "built"  # `staging` is its owner's alone; this one is as any directory is made
        building.mkdir()
        yield building
        if directory.exists():
            directory.rmdir()
        os.replace(building, directory)  # noqa: PTH105 - the atomic call by its own name
    except OSError as error:
        raise _unwritable(directory, error) from error
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def copy_tree(source: Path, place: Path) -> None:
    """Files and directories of `source`, as hard links where that is possible. Raises ItkError at a symbolic link.

    A link could lead to a file that nobody meant to publish.
    """
    for path in (source, *source.rglob("*")):
        if path.is_symlink():
            raise ItkError("this is a symbolic link, not an artifact", where=str(path), fix="remove it")
    try:
        shutil.copytree(source, place, copy_function=_link, dirs_exist_ok=True)
    except OSError as error:
        raise _unwritable(place, error) from error


def _link(source: str, place: str) -> None:
    try:
        os.link(source, place)
    except OSError:  # another file system, or one without links
        shutil.copy2(source, place)


def append(path: Path, content: bytes) -> None:
    """Add to a file that others write too, such as the summary of a CI step. Raises ItkError where the disk says no."""
    try:
        with path.open("ab") as file:
            file.write(content)
    except OSError as error:
        raise _unwritable(path.parent, error) from error


def write_file(path: Path, content: bytes) -> None:
    """Write one file, whole or not at all."""
    write_artifacts(path.parent, [Artifact(path=path.name, content=content)], replace_all=False)


def forget_runs(directory: Path, names: Iterable[str]) -> None:
    """Remove runs of an earlier suite, which the new report would not mention: those of `names` that are runs.

    All else that lies there stays, runs included that nobody named.
    """
    try:
        for name in names:
            place = directory / _safe(name)
            if place.parent == directory and not place.is_symlink() and (place / "run.json").is_file():
                shutil.rmtree(place)
    except OSError as error:
        raise _unwritable(directory, error) from error


def _staged(staging: Path, artifacts: Iterable[Artifact]) -> Iterator[PurePosixPath]:
    seen: set[PurePosixPath] = set()
    for artifact in artifacts:
        path = _safe(artifact.path)
        if path in seen:
            raise AssertionError("two renderers made the same file")
        seen.add(path)
        place = staging / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(artifact.content)
        yield path


def _safe(path: str) -> PurePosixPath:
    relative = PurePosixPath(path)
    if relative.is_absolute() or not relative.parts or ".." in relative.parts or "\\" in path or "\0" in path:
        raise AssertionError(f"a renderer made an unsafe path: {path!r}")
    return relative


def _refuse_links(directory: Path, path: PurePosixPath) -> None:
    """A directory inside that is a link would lead the file out of the one that was asked for."""
    for parent in path.parents:
        place = directory / parent
        if parent.parts and place.is_symlink():
            raise OSError(errno.ELOOP, "a symbolic link stands in the way", str(place))


def _unwritable(directory: Path, error: OSError) -> ItkError:
    return ItkError(
        f"cannot write artifacts: {error.strerror or error}",
        where=str(error.filename or directory),
        fix="free space or choose another directory with --out; the verdict above stands",
    )
