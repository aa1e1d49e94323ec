"""`itk render`: draw a finished run again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from itk.cli.options import Assets


def render(
    run: Annotated[Path, typer.Option("--run", metavar="DIR", help="The directory of a finished run, with run.json.")],
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", metavar="DIR", help="Where to write; the run's own directory if left out."),
    ] = None,
    assets: Assets = "inline",
) -> None:
    """Write the pages and reports of a finished run again, from its run.json. Nothing is sent or judged."""
    from itk.errors import UsageError
    from itk.workflows.render import render_again

    if assets not in ("inline", "split"):
        raise UsageError(f"`{assets}` is neither `inline` nor `split`", where="--assets", fix="write one of the two")
    for path in render_again(run, out or run, split=assets == "split"):
        typer.echo(str(path))
