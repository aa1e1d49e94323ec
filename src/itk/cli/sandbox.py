"""`itk sandbox`: an AWS of your own on loopback, to try ITK without an account."""

from __future__ import annotations

import shlex
from typing import Annotated

import typer

app = typer.Typer(
    name="sandbox",
    help="An embedded, emulated AWS on this machine: try ITK without an account.",
    no_args_is_help=True,
)


@app.command()
def up(
    account: Annotated[str, typer.Option(help="Account id that the sandbox plays.")] = "123456789012",
    region: Annotated[str, typer.Option(help="Default region.")] = "eu-west-1",
    idle_minutes: Annotated[float, typer.Option(min=0.01, help="End after so many minutes without a request.")] = 60.0,
) -> None:
    """Start a sandbox, which stays until `down`.

    Where one runs already, it is named and left as it is.
    """
    from itk.sandbox import daemon

    running, started = daemon.up(account, region, idle_minutes)
    typer.echo(running.endpoint)
    word = "ready" if started else "already running"
    typer.echo(f"sandbox {word}: pid {running.pid}, account {running.account}, region {running.region}", err=True)
    typer.echo('use it:  eval "$(itk sandbox env)"      end it:  itk sandbox down', err=True)


@app.command()
def down() -> None:
    """End the sandbox; nothing of it is left behind."""
    from itk.sandbox import daemon

    ended = daemon.down()
    typer.echo(f"sandbox ended: pid {ended.pid}" if ended else "no sandbox is running", err=True)


@app.command()
def status() -> None:
    """Say whether a sandbox runs.

    Also where it listens, and how many calls it was sent. Exit code: 0 one runs, 1 none does.
    """
    from itk.sandbox import Sandbox, daemon

    running = daemon.status()
    if running is None:
        typer.echo("no sandbox is running; start one with `itk sandbox up`", err=True)
        raise typer.Exit(1)
    calls = sum(Sandbox.attach(running.endpoint).calls().values())
    typer.echo(f"{running.endpoint}  pid {running.pid}  account {running.account}  {running.region}  {calls} calls")


@app.command()
def env() -> None:
    """Print what points AWS SDKs at the sandbox.

    For your shell: eval "$(itk sandbox env)"
    """
    from itk.errors import UsageError
    from itk.sandbox import daemon

    running = daemon.status()
    if running is None:
        raise UsageError("no sandbox is running", fix="start one with `itk sandbox up`")
    typer.echo("unset AWS_PROFILE AWS_SESSION_TOKEN")  # a developer's own would win, or confuse
    for name, value in running.env().items():
        typer.echo(f"export {name}={shlex.quote(value)}")
