"""`itk export`: a finished run for another tool."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def export(
    run: Annotated[Path, typer.Argument(metavar="DIR", help="The directory of a finished run, with run.json.")],
    format_name: Annotated[
        str,
        typer.Option(
            "--format", "-f", metavar="FORMAT", help="`otlp` (OpenTelemetry) or `jaeger` (Jaeger's own JSON)."
        ),
    ],
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", metavar="FILE", help="Where to write; `-` is stdout. Else DIR/<format>.json."),
    ] = None,
) -> None:
    """Write a finished run as a file that Jaeger or an OpenTelemetry collector opens. Nothing is sent or judged.

    Jaeger's page opens `--format jaeger` under Search, Upload. What was not proven stays visible there: inferred
    links, clock shifts and times that nobody said are warnings of their spans.
    """
    from itk.workflows import export as workflow

    if out == Path("-"):
        typer.echo(workflow.exported(run, format_name).content, nl=False)
    else:
        typer.echo(str(workflow.export(run, format_name, out)))
