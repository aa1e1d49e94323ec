"""Options that several commands share, worded once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from itk.aws.session import Aws
    from itk.settings import Settings

EnvFile = Annotated[
    Path | None,
    typer.Option("--env-file", metavar="FILE", help="Read settings from this file instead of the nearest .env."),
]
Mode = Annotated[
    str | None,
    typer.Option("--mode", help="`live` talks to AWS; `dev-fixtures` reads recorded evidence and sends nothing."),
]
Region = Annotated[str | None, typer.Option("--region", help="AWS region, instead of ITK_AWS_REGION.")]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Write into a directory that is not empty.")]
Assets = Annotated[
    str | None,
    typer.Option("--assets", help="`inline`: each page is one file; `split`: scripts and payloads lie beside it."),
]
Json = Annotated[bool, typer.Option("--json", help="Print every step as one JSON object a line, on stdout.")]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Show every look at the logs.")]


def settings_for(
    env_file: Path | None,
    mode: str | None,
    region: str | None,
    *,
    assets: str | None = None,
    max_inflight: int | None = None,
) -> Settings:
    """Settings of a command that acts; unknown names are told on stderr."""
    import os

    from itk.settings import load_settings, run_resolver

    flags = {
        "ITK_MODE": mode,
        "ITK_AWS_REGION": region,
        "ITK_ASSETS": assets,
        "ITK_SUITE_MAX_INFLIGHT": max_inflight,
    }
    settings = load_settings(cwd=Path.cwd(), env=os.environ, env_file=env_file, flags=flags, resolver=run_resolver)
    for warning in settings.warnings:
        typer.echo(str(warning), err=True)
    return settings


def aws_for(settings: Settings) -> Aws:
    """A session where the settings say. Raises Refused where there can be none: nothing was sent."""
    from itk.aws.session import Aws
    from itk.errors import AwsError, Refused

    try:
        return Aws(settings.region, settings.aws_environment)
    except AwsError as error:  # such as an AWS_PROFILE that does not exist
        raise Refused(f"{error.what}; nothing was sent", where=error.where, fix=error.fix) from error
