"""`itk run`: one case, live."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from itk.cli.options import Assets, EnvFile, Json, Mode, Overwrite, Region, Verbose, aws_for, settings_for


def run(
    case: Annotated[Path, typer.Option("--case", "-c", metavar="FILE", help="The case to run.")],
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", metavar="DIR", help="Where artifacts go: a new or empty directory."),
    ] = None,
    mode: Mode = None,
    env_file: EnvFile = None,
    region: Region = None,
    overwrite: Overwrite = False,
    record: Annotated[
        Path | None,
        typer.Option("--record", metavar="FILE", help="Keep the redacted evidence as a fixture for dev-fixtures."),
    ] = None,
    assets: Assets = None,
    verbose: Verbose = False,
    as_json: Json = False,
) -> None:
    """Send one case, collect what really happened, judge it, and write artifacts.

    The pre-flight list is checked first; if anything on it is wrong, nothing is sent.

    Exit code: 0 passed or warning, 1 a check failed, 2 the case or a setting is wrong, 3 inconclusive (evidence is
    missing), 4 refused by pre-flight, 5 AWS or run-time error, 130 interrupted.
    """
    from itk.cli.console import console
    from itk.workflows.cases import load
    from itk.workflows.clock import SystemClock, new_run_id
    from itk.workflows.run import run_live, run_recorded
    from itk.workflows.scene import Order

    settings = settings_for(env_file, mode, region, assets=assets)
    run_id = new_run_id()
    loaded = load(case, settings, run_id)
    order = Order(loaded, run_id, out or Path(settings.artifacts_dir) / f"{loaded.id}-{run_id}", overwrite, record)
    with console(as_json=as_json, verbose=verbose) as shown:
        if settings.mode == "live":
            finished = run_live(order, settings, aws_for(settings), SystemClock(), shown.report)
        else:
            finished = run_recorded(order, settings, SystemClock(), shown.report)
    if not as_json:
        typer.echo(f"{finished.run.result.status} {order.out / 'report.md'}")
    raise typer.Exit(finished.exit_code)
