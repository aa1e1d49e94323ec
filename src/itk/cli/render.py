"""`itk render`: draw a finished run again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def render(
    run: Annotated[Path, typer.Option("--run", metavar="DIR", help="The directory of a finished run, with run.json.")],
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", metavar="DIR", help="Where to write; the run's own directory if left out."),
    ] = None,
) -> None:
    """Write the pages and reports of a finished run again, from its run.json. Nothing is sent or judged."""
    from itk.workflows.render import render_again

    for path in render_again(run, out or run):
        typer.echo(str(path))
