"""Finds and reads `.env`: where each value stands, and what could not be read."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path

import msgspec
from dotenv.parser import parse_stream
from dotenv.variables import Literal as Text
from dotenv.variables import parse_variables

from itk.model.case import Where
from itk.model.problem import Problem, show

SIZE_MAX = 1_000_000


class Entry(msgspec.Struct, frozen=True):
    """One `NAME=value` of a file."""

    value: str
    where: Where


class EnvFile(msgspec.Struct, frozen=True, kw_only=True):
    """What a `.env` says. `entries` hold the last value of each name."""

    path: Path | None = None
    entries: dict[str, Entry] = {}
    problems: tuple[Problem, ...] = ()


def find(cwd: Path) -> Path | None:
    """The `.env` of this directory or of one above it, up to the root of the repository (where `.git` is).

    Outside a repository only this directory counts: a `.env` of the home directory must not decide where tests go.
    """
    here = cwd.absolute()
    directories = [here, *here.parents]
    root = next((at for at, directory in enumerate(directories) if (directory / ".git").exists()), 0)
    return next((d / ".env" for d in directories[: root + 1] if (d / ".env").is_file()), None)


def read(path: Path, shown: str, environment: Mapping[str, str]) -> EnvFile:
    """The entries of the file at `path`; problems name it as `shown`.

    `${OTHER}` in a value takes the environment's value, or that of a line above. Single quotes keep it as it is.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        return _unreadable(path, shown, f"cannot read {shown}: {error.strerror}", "check the path and its permissions")
    if len(raw) > SIZE_MAX or b"\0" in raw:
        return _unreadable(path, shown, f"{shown} is not a .env file", "it must be text, lines of NAME=value")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        return _unreadable(path, f"{shown}:{line}", f"{shown} is not UTF-8", "save it as UTF-8 in your editor")
    return _parse(path, shown, text.replace("\r\n", "\n"), environment)


def _unreadable(path: Path, where: str, what: str, fix: str) -> EnvFile:
    return EnvFile(path=path, problems=(Problem(what=what, where=Where(where), fix=fix),))


def _parse(path: Path, shown: str, text: str, environment: Mapping[str, str]) -> EnvFile:
    entries: dict[str, Entry] = {}
    problems: list[Problem] = []
    for binding in parse_stream(io.StringIO(text)):
        written = binding.original.string
        line = binding.original.line + len(written) - len(written.lstrip("\n"))
        where = Where(shown, line, 1)
        if binding.error:
            # The line itself may hold a secret, so it is not shown.
            problems.append(Problem(what="this line is not NAME=value", where=where, fix="check quotes and `=`"))
        elif binding.key is not None and binding.value is None:
            fix = f"write {show(binding.key)}=value, or remove the line"
            problems.append(Problem(what=f"{show(binding.key)} has no value", where=where, fix=fix, severity="warning"))
        elif binding.key is not None and binding.value is not None:
            if binding.key in entries:
                what = f"{show(binding.key)} is set twice: the last one counts"
                fix = f"the first is at line {entries[binding.key].where.line}: keep one of them"
                problems.append(Problem(what=what, where=where, fix=fix, severity="warning"))
            value, missing = _expanded(binding.value, written, entries, environment)
            if missing and binding.key.startswith(("ITK_", "AWS_")):
                what = f"{binding.key} refers to {', '.join(f'`${{{name}}}`' for name in missing)}, which is not set"
                fix = "set it in a line above or in the environment, or put the value in single quotes"
                problems.append(Problem(what=what, where=where, fix=fix))
            entries[binding.key] = Entry(value, where)
    return EnvFile(path=path, entries=entries, problems=tuple(problems))


def _expanded(
    value: str, written: str, entries: Mapping[str, Entry], environment: Mapping[str, str]
) -> tuple[str, list[str]]:
    if "${" not in value or written.partition("=")[2].lstrip().startswith("'"):
        return value, []
    known = {**{name: entry.value for name, entry in entries.items()}, **environment}
    parts, missing = [], []
    for atom in parse_variables(value):
        if not isinstance(atom, Text) and getattr(atom, "default", None) is None and not known.get(atom.name):  # type: ignore[attr-defined]
            missing.append(atom.name)  # type: ignore[attr-defined]
        parts.append(atom.resolve(known))
    return "".join(parts), missing
