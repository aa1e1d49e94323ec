"""`itk preflight`: may a run go ahead?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from itk.cli.options import EnvFile, Json, Mode, Overwrite, Region, aws_for, settings_for


def preflight(
    case: Annotated[
        Path | None, typer.Option("--case", "-c", metavar="FILE", help="Check the list for this case.")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", "-o", metavar="DIR", help="Where the run would write.")] = None,
    mode: Mode = None,
    env_file: EnvFile = None,
    region: Region = None,
    overwrite: Overwrite = False,
    as_json: Json = False,
) -> None:
    """Check everything that a run checks before it sends: credentials, account, targets, log groups, output.

    Without --case, every target that the settings name is checked. Nothing is sent, and nothing is written.

    Exit code: 0 all is well, 2 the case or a setting is wrong, 4 something on the list is not right.
    """
    from itk.cli.console import console
    from itk.errors import ExitCode
    from itk.model.progress import PreflightDone
    from itk.workflows.cases import load
    from itk.workflows.clock import SystemClock
    from itk.workflows.preflight import preflight_list

    settings = settings_for(env_file, mode, region)
    loaded = load(case, settings, "itk-preflight") if case is not None else None
    where = out or Path(settings.artifacts_dir)
    findings = preflight_list(
        loaded, settings, aws_for(settings), SystemClock(), where, overwrite=overwrite or out is None
    )
    good = all(finding.ok for finding in findings)
    with console(as_json=as_json, verbose=True) as shown:
        shown.report(PreflightDone(findings=findings, cleared=good))
    raise typer.Exit(ExitCode.PASSED if good else ExitCode.REFUSED)
