"""`itk judge`: a finished run, judged again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from itk.cli.options import Assets, EnvFile, Json, Verbose, settings_for


def judge(
    run: Annotated[
        Path, typer.Option("--run", metavar="DIR", help="The directory of a finished run, or one that holds several.")
    ],
    case: Annotated[
        Path | None,
        typer.Option(
            "--case", "-c", metavar="FILE", help="The case to judge by; the file that the run was made by if left out."
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", metavar="DIR", help="Where to write; the run's own directory if left out."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Judge by a case with another id than the run's.")] = False,
    env_file: EnvFile = None,
    assets: Assets = None,
    verbose: Verbose = False,
    as_json: Json = False,
) -> None:
    """Judge a finished run again, after its case was edited: seconds, where a new run takes minutes.

    Everything comes from run.json: nothing is sent, AWS is not asked, no credentials are needed. The evidence and its
    times stay; verdicts, report and pages are written again, and say that they are of a second judgement. run.json is
    redacted, so words that were masked cannot match any more: such a verdict says so.

    Exit code: 0 passed or warning, 1 a check failed, 2 the run, the case or a setting is wrong, 3 inconclusive
    (evidence is missing), 5 the run itself had ended in an error.
    """
    from itk.cli.console import console
    from itk.errors import UsageError
    from itk.workflows.clock import SystemClock
    from itk.workflows.judge import judge_run, runs_in, worst

    settings = settings_for(env_file, None, None, assets=assets)
    runs = runs_in(run)
    if case is not None and len(runs) > 1:
        fix = "leave --case out: each run is then judged by its own case; or name one of the runs"
        raise UsageError(f"{len(runs)} runs cannot be judged by one case", where=str(run), fix=fix)
    codes = []
    with console(as_json=as_json, verbose=verbose) as shown:
        for directory in runs:
            place = out / directory.name if out is not None and len(runs) > 1 else out
            finished = judge_run(directory, settings, SystemClock(), shown.report, case=case, out=place, force=force)
            codes.append(finished.exit_code)
            typer.echo(f"judged {finished.run.result.run_id} by {finished.run.result.case.path}", err=True)
            if not as_json:
                typer.echo(f"{finished.run.result.status} {(place or directory) / 'report.md'}")
    raise typer.Exit(worst(codes))
