"""The command line: parse, call a workflow, print. Heavy imports wait for the command that needs them."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from itk import __version__
from itk.cli.compare import compare
from itk.cli.export import export
from itk.cli.judge import judge
from itk.cli.merge_reports import merge_reports
from itk.cli.preflight import preflight
from itk.cli.render import render
from itk.cli.run import run
from itk.cli.sandbox import app as sandbox
from itk.cli.schema import schema_app
from itk.cli.suite import suite
from itk.cli.validate import validate
from itk.errors import ExitCode, ItkError

app = typer.Typer(
    name="itk",
    help="Live integration tests for event-driven AWS applications: send a real stimulus, collect what really "
    "happened, judge it, and keep a picture of it.",
    epilog="Start here: `itk preflight`, then `itk run --case cases/example-001.yaml --out artifacts/run-001/`. "
    "Without an AWS account: `itk sandbox --help`.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
app.command("run", short_help="Run one case: send, collect, judge, write artifacts.")(run)
app.command("suite", short_help="Run many cases at once and write one report of them.")(suite)
app.command("preflight", short_help="Check everything that a run checks before it sends.")(preflight)
app.command("validate", short_help="Check case files; nothing is sent.")(validate)
app.command("merge-reports", short_help="Merge the reports of a suite's shards into one.")(merge_reports)
app.command("judge", short_help="Judge a finished run again, after its case was edited.")(judge)
app.command("render", short_help="Draw a finished run again from its run.json.")(render)
app.command("export", short_help="Write a finished run for Jaeger or OpenTelemetry.")(export)
app.command("compare", short_help="Say what differs between two runs or suites, and what is a regression.")(compare)
app.add_typer(schema_app, name="schema", short_help="Print a JSON Schema for editors.")
app.add_typer(sandbox, name="sandbox", short_help="An embedded AWS: try ITK without an account.")


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"itk {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and leave.")
    ] = False,
) -> None:
    pass


def main() -> None:
    """Entry point of the `itk` command. Errors a user can mend become three lines; bugs keep their traceback."""
    try:
        app()
    except ItkError as error:
        typer.echo(str(error), err=True)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        typer.echo("interrupted", err=True)
        sys.exit(ExitCode.INTERRUPTED)
