"""`itk validate`: is the case file right? Nothing is sent."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from itk.model.wording import counted

if TYPE_CHECKING:
    from itk.settings import Settings
    from itk.workflows.validate import FileChecked


def validate(
    case: Annotated[
        list[Path] | None, typer.Option("--case", "-c", metavar="FILE", help="A case file. May be given several times.")
    ] = None,
    cases_dir: Annotated[
        Path | None,
        typer.Option("--cases-dir", metavar="DIR", help="Check every case file in and below this directory."),
    ] = None,
    fixture: Annotated[
        list[Path] | None, typer.Option("--fixture", metavar="FILE", help="Recorded evidence to check as well.")
    ] = None,
    env_file: Annotated[
        Path | None, typer.Option("--env-file", metavar="FILE", help="Read settings from this file instead of .env.")
    ] = None,
    mode: Annotated[
        str | None, typer.Option("--mode", help="`live` or `dev-fixtures`; in `dev-fixtures`, targets may be missing.")
    ] = None,
    resolve: Annotated[
        bool, typer.Option("--resolve", help="Run ITK_RESOLVER_CMD, to check with the targets that it finds.")
    ] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Count warnings as errors.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Check case files before anything is sent.

    Every problem of every file is shown at once, each with its line, the reason, and what to do.

    Without --case and --cases-dir, the cases in ITK_CASES_DIR (cases/) are checked. The repository's itk.yaml, whose
    defaults every case has, is checked with them.

    Exit code: 0 when all files are right, 2 when one is not.
    """
    import os
    from datetime import UTC, datetime

    from itk.casefile import case_files
    from itk.checks import VOCABULARY
    from itk.settings import load_settings, run_resolver
    from itk.workflows.validate import directory_to_validate, validate_cases, validate_fixture

    settings = load_settings(
        cwd=Path.cwd(),
        env=os.environ,
        env_file=env_file,
        flags={"ITK_MODE": mode},
        resolver=run_resolver if resolve else None,
    )
    for warning in settings.warnings:
        typer.echo(f"{warning}\n", err=True)
    paths = list(case or [])
    if cases_dir is not None or not (case or fixture):
        paths += case_files(directory_to_validate(cases_dir, settings))
    today = datetime.now(tz=UTC).date().isoformat()
    checked = [
        *validate_cases(paths, vocabulary=VOCABULARY, values=settings.values, defaults=settings, today=today),
        *(validate_fixture(path) for path in fixture or []),
    ]
    if as_json:
        typer.echo(_json(checked))
    else:
        _print(checked, settings, resolved=resolve)
    if any(file.errors or (strict and file.warnings) for file in checked):
        raise typer.Exit(2)


def _print(checked: list[FileChecked], settings: Settings, *, resolved: bool) -> None:
    for file in checked:
        for problem in file.problems:
            typer.echo(f"{problem}\n", err=True)
    if settings.resolver_cmd and not resolved and any(file.errors for file in checked):
        note = "note: ITK_RESOLVER_CMD was not run; `--resolve` runs it and knows the names that it sets"
        typer.echo(f"{note}\n", err=True)
    for file in checked:
        typer.echo(_line(file))
    wrong = sum(file.errors > 0 for file in checked)
    warnings = sum(file.warnings for file in checked)
    summary = f"{counted(len(checked), 'file')}: {len(checked) - wrong} valid, {wrong} with errors"
    typer.echo(summary + (f", {counted(warnings, 'warning')}" if warnings else ""))


def _line(file: FileChecked) -> str:
    if file.errors:
        return f"error  {file.path}  {counted(file.errors, 'error')}"
    warned = f", {counted(file.warnings, 'warning')}" if file.warnings else ""
    if file.repository is not None:
        return f"ok     {file.path}  defaults ({counted(len(file.repository.expect), 'check')}{warned})"
    if file.case is None:
        return f"ok     {file.path}{warned}"
    kind = str(type(file.case.stimulus).__struct_config__.tag)
    return f"ok     {file.path}  {file.case.id} ({kind}, {counted(len(file.case.expect), 'check')}{warned})"


def _json(checked: list[FileChecked]) -> str:
    import json

    files = [
        {
            "path": file.path,
            "valid": not file.errors,
            "id": file.case.id if file.case else None,
            "problems": [
                {
                    "severity": problem.severity,
                    "what": problem.what,
                    "path": problem.where.path,
                    "line": problem.where.line or None,
                    "column": problem.where.column or None,
                    "fix": problem.fix,
                }
                for problem in file.problems
            ],
        }
        for file in checked
    ]
    return json.dumps({"valid": all(not file.errors for file in checked), "files": files}, indent=2, ensure_ascii=False)
