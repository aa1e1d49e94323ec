"""`itk merge-reports`: the parts of a suite in one report."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def merge_reports(
    reports: Annotated[
        list[Path], typer.Argument(metavar="DIR...", help="The reports of all parts, in any order: with index.json.")
    ],
    out: Annotated[
        Path, typer.Option("--out", "-o", metavar="DIR", help="Where the report goes: a new or empty directory.")
    ],
) -> None:
    """Merge what `itk suite --shard` wrote on several machines into one report, with the artifacts of all cases.

    Every figure is counted anew. A part that is missing is named in the report, which is not green then. Parts that
    overlap or that are of different suites are refused, and nothing is written.

    Exit code: 0 all passed, 1 a check failed, 2 the reports do not belong together or nothing was judged, 3
    inconclusive or a part is missing, 5 AWS or run-time error, 130 a part was interrupted.
    """
    import os

    from itk.model.wording import counted
    from itk.renderers.suite import figures
    from itk.workflows.merge import merge_reports as merge
    from itk.workflows.suite_ci import announce

    done = merge(reports, out)
    suite = done.suite.result
    if done.without_artifacts:
        names = ", ".join(done.without_artifacts[:10]) + (" ..." if len(done.without_artifacts) > 10 else "")
        typer.echo(f"artifacts of {counted(len(done.without_artifacts), 'case')} are not there: {names}", err=True)
    for shard in suite.absent:
        typer.echo(f"shard {shard.index} of {shard.of} is missing", err=True)
    announce(done.suite, os.environ, typer.echo)
    said = figures.verdict(suite)
    typer.echo(f"{said.status} {out / 'index.html'}")
    typer.echo(said.sentence, err=True)
    raise typer.Exit(done.exit_code)
