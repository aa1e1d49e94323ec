"""Flag > environment > resolver > `.env` > default: decided once, with the origin of every value."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
from pydantic import ValidationError

from itk.errors import UsageError
from itk.model.case import Where
from itk.model.problem import Problem, Problems, show
from itk.model.wording import closest
from itk.settings import dotenv
from itk.settings.model import FIELDS, Settings
from itk.settings.resolver import Resolver

# Names of the public reference kit, and what to write instead.
_RENAMED = {
    "ITK_TARGET_LAMBDA_ARN": "use ITK_LAMBDA_FUNCTION_NAME (an ARN is fine there)",
    "ITK_RESOLVER_OUTPUT": "not needed: ITK_RESOLVER_CMD prints the JSON to its standard output",
    "ITK_REGION": "use ITK_AWS_REGION",
    "ITK_ENDPOINT": "use AWS_ENDPOINT_URL, AWS's own name for it",
    "ITK_FIXTURES_DIR": "not needed: a case names its `fixture`",
    "ITK_DEFAULT_ENTRYPOINT": "not needed: a case names its entrypoint",
    "ITK_SOAK_INTERVAL": "use ITK_SOAK_MAX_INFLIGHT",
}
# One identity comes from one place: half of it from the environment and half from .env would be neither.
_IDENTITY = (
    "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN", "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE", "AWS_ROLE_ARN", "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_ROLE_SESSION_NAME",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI",
)  # fmt: skip
_SECRET = frozenset(_IDENTITY[:4])
_PATHS = frozenset({"ITK_ARTIFACTS_DIR", "ITK_CASES_DIR"})


class Found(msgspec.Struct, frozen=True):
    """A value and where it comes from."""

    value: Any
    origin: str
    where: Where


Layer = dict[str, Found]


def load_settings(
    *,
    cwd: Path,
    env: Mapping[str, str],
    env_file: Path | None = None,
    flags: Mapping[str, object] = {},
    resolver: Resolver | None = None,
) -> Settings:
    """The settings of one command.

    `flags` are keyed by setting (`ITK_MODE`) or field (`mode`); `None` counts as not given. An empty value counts as
    not set. Commands that act pass `resolver=run_resolver`; without it ITK_RESOLVER_CMD is not run. Raises `Problems`,
    which holds all that is wrong, each with its place, or `UsageError` when the resolver or a named file fails.
    """
    file = _env_file(cwd, env, env_file)
    layers = [_flags(flags), _environment(env), _file(file)]
    if resolver is not None and (command := _first("ITK_RESOLVER_CMD", layers)) is not None:
        layers.insert(2, _resolved(resolver, command, cwd, env, file))
    chosen = {name: found for name in FIELDS if (found := _choose(name, layers)) is not None}
    problems = list(file.problems) + _unknown(layers)
    aws, notes = _aws_environment(layers)
    problems += notes
    try:
        settings = Settings.model_validate(
            {
                **{name: _placed(name, found, cwd, file) for name, found in chosen.items()},
                "aws_environment": aws,
                "values": _values(layers, chosen),
                "origins": {name: chosen[name].origin if name in chosen else "default" for name in FIELDS},
                "warnings": tuple(p for p in problems if p.severity == "warning"),
            }
        )
    except ValidationError as wrong:
        problems += [_problem(error, chosen) for error in wrong.errors(include_url=False)]
        raise Problems(p for p in problems if p.severity == "error") from None
    if errors := [p for p in problems if p.severity == "error"]:
        raise Problems(errors)
    return settings


def _env_file(cwd: Path, env: Mapping[str, str], named: Path | None) -> dotenv.EnvFile:
    path = cwd / named if named is not None else dotenv.find(cwd)
    if path is None:
        return dotenv.EnvFile()
    if named is not None and not path.is_file():
        what = "this is a directory, not a file" if path.is_dir() else "there is no such file"
        raise UsageError(f"--env-file: {what}", where=str(named), fix="check the path, or leave the option out")
    shown = str(named) if named is not None else os.path.relpath(path, cwd.absolute())
    return dotenv.read(path, shown, env)


def _flags(flags: Mapping[str, object]) -> Layer:
    by_field = {field: name for name, field in FIELDS.items()}
    layer: Layer = {}
    for key, value in flags.items():
        name = by_field.get(key, key)
        if name not in FIELDS:
            raise KeyError(f"no setting is called {key}")  # a bug of the command, not of its user
        if value is not None and value != "":
            layer[name] = Found(value, "flag", Where("command line"))
    return layer


def _environment(env: Mapping[str, str]) -> Layer:
    return {name: Found(value, "environment", Where(f"environment variable {name}")) for name, value in env.items()}


def _file(file: dotenv.EnvFile) -> Layer:
    return {
        name: Found(entry.value, f"{entry.where.path}:{entry.where.line}", entry.where)
        for name, entry in file.entries.items()
    }


def _resolved(resolver: Resolver, command: Found, cwd: Path, env: Mapping[str, str], file: dotenv.EnvFile) -> Layer:
    # The command sees what `.env` says as well: it often needs AWS_PROFILE and AWS_REGION.
    told = {**{name: entry.value for name, entry in file.entries.items()}, **env}
    where = file.path.parent if file.path is not None and command.where.line else cwd
    printed = resolver(str(command.value), where, told, str(command.where))
    return {name: Found(value, "resolver", Where("ITK_RESOLVER_CMD")) for name, value in printed.items()}


def _first(name: str, layers: list[Layer]) -> Found | None:
    return next((layer[name] for layer in layers if name in layer and str(layer[name].value).strip()), None)


def _choose(name: str, layers: list[Layer]) -> Found | None:
    names = [name, "AWS_REGION", "AWS_DEFAULT_REGION"] if name == "ITK_AWS_REGION" else [name]
    return next((found for each in names if (found := _first(each, layers)) is not None), None)


def _placed(name: str, found: Found, cwd: Path, file: dotenv.EnvFile) -> Any:
    """A path in a `.env` starts at that file; written short where that is here."""
    value = found.value.strip() if isinstance(found.value, str) else found.value
    if name not in _PATHS or file.path is None or not found.where.line:
        return value
    base = file.path.parent.absolute()
    return (
        value if base == cwd.absolute() or Path(value).is_absolute() else os.path.relpath(base / value, cwd.absolute())
    )


def _values(layers: list[Layer], chosen: Layer) -> dict[str, str]:
    """What `${NAME}` in a case may name: everything but credentials. The settings' own names hold what was decided."""
    merged: dict[str, str] = {
        info.alias: str(info.default) for info in Settings.model_fields.values() if info.alias and _plain(info.default)
    }
    for layer in reversed(layers):
        merged |= {name: str(found.value) for name, found in layer.items() if str(found.value)}
    merged |= {name: str(found.value) for name, found in chosen.items()}
    return {name: value for name, value in merged.items() if name not in _SECRET}


def _plain(default: object) -> bool:
    return isinstance(default, str | int | float | Path) and str(default) != ""


def _aws_environment(layers: list[Layer]) -> tuple[dict[str, str], list[Problem]]:
    merged: dict[str, str] = {}
    identity: Layer = {}
    problems = []
    for layer in layers:
        aws = {n: f for n, f in layer.items() if n.startswith("AWS_") and str(f.value).strip()}
        mine = {n: f for n, f in aws.items() if n in _IDENTITY}
        for name, found in aws.items():
            if name not in _IDENTITY:
                merged.setdefault(name, str(found.value))
        if mine and not identity:
            identity = mine
        elif mine and any(name not in identity or identity[name].value != f.value for name, f in mine.items()):
            first, used = next(iter(mine.items())), next(iter(identity.values()))
            what = f"{first[0]} is not used: the credentials of the {used.origin} come first"
            problems.append(Problem(what=what, where=first[1].where, fix=f"unset {next(iter(identity))} to use it",
                                    severity="warning"))  # fmt: skip
    return {**merged, **{name: str(found.value) for name, found in identity.items()}}, problems


def _unknown(layers: list[Layer]) -> list[Problem]:
    problems = []
    for layer in layers:
        for name, found in layer.items():
            if not name.startswith("ITK_") or name in FIELDS:
                continue
            fix = _RENAMED.get(name, "")
            if not fix and (close := closest(name, FIELDS, cutoff=0.8)):
                fix = f"did you mean {close}?"
            fix = fix or f"cases may use it as ${{{show(name)}}}; ITK itself does not"
            problems.append(
                Problem(what=f"unknown setting {show(name)}", where=found.where, fix=fix, severity="warning")
            )
    return problems


def _problem(error: Any, chosen: Layer) -> Problem:
    context = error.get("ctx") or {}
    what = context.get("what") or error["msg"]
    name = str(error["loc"][0]) if error["loc"] else ""
    where = chosen[name].where if name in chosen else Where("settings")
    if name and chosen[name].origin == "environment" and where.path.endswith(("AWS_REGION", "AWS_DEFAULT_REGION")):
        name = where.path.rpartition(" ")[2]
    return Problem(what=f"{name}: {what}" if name else what, where=where, fix=context.get("fix", ""))
