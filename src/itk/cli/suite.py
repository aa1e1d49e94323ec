"""`itk suite`: many cases, live, and one report."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from itk.cli.options import Assets, EnvFile, Json, Mode, Overwrite, Region, Verbose, aws_for, settings_for

if TYPE_CHECKING:
    from itk.casefile import Repository
    from itk.settings import Settings
    from itk.workflows.suite.listing import Listed
    from itk.workflows.suite.run import SuiteFinished


def suite(
    cases_dir: Annotated[
        Path | None,
        typer.Option("--cases-dir", metavar="DIR", help="Run the case files in and below this directory."),
    ] = None,
    suite_file: Annotated[
        Path | None,
        typer.Option("--suite", metavar="FILE", help="Run the cases that this YAML file lists: paths and patterns."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", metavar="DIR", help="Where the report goes: a new or empty directory."),
    ] = None,
    keyword: Annotated[
        str,
        typer.Option(
            "-k", metavar="WORDS", help="Only cases with these words in id, name, path or tags: 'a and not b'."
        ),
    ] = "",
    tag: Annotated[
        list[str] | None,
        typer.Option("--tag", metavar="TAG", help="Only cases with this tag. May be given several times."),
    ] = None,
    last_failed: Annotated[
        bool, typer.Option("--last-failed", help="Only cases that did not pass in the earlier report.")
    ] = False,
    earlier: Annotated[
        Path | None,
        typer.Option(
            "--earlier", metavar="DIR", help="The earlier report, for --last-failed and --shard; else --out's."
        ),
    ] = None,
    shard: Annotated[
        str | None, typer.Option("--shard", metavar="I/N", help="Only part I of N parts that take about equally long.")
    ] = None,
    shuffle: Annotated[
        int | None, typer.Option("--shuffle", metavar="SEED", help="Send in another order; equal seeds, equal orders.")
    ] = None,
    max_inflight: Annotated[
        int | None,
        typer.Option("--max-inflight", metavar="N", help="Cases under way at once, instead of ITK_SUITE_MAX_INFLIGHT."),
    ] = None,
    retries: Annotated[
        int | None,
        typer.Option("--retries", min=0, max=10, metavar="N", help="Send a case that did not pass up to N times more."),
    ] = None,
    fail_on_flaky: Annotated[
        bool | None,
        typer.Option("--fail-on-flaky/--no-fail-on-flaky", help="Leave with 7 if a case passed only when sent again."),
    ] = None,
    max_failures: Annotated[
        int | None,
        typer.Option("--max-failures", min=0, metavar="N", help="Send no more after N failed cases. 0: no limit."),
    ] = None,
    first_failure: Annotated[bool, typer.Option("-x", help="Send no more after the first failed case.")] = False,
    list_only: Annotated[
        bool, typer.Option("--list", help="Print the selected cases and leave; AWS is not asked.")
    ] = False,
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help="Check everything and print what would be sent, and where to. Nothing is sent."),
    ] = False,
    mode: Mode = None,
    env_file: EnvFile = None,
    region: Region = None,
    overwrite: Overwrite = False,
    assets: Assets = None,
    verbose: Verbose = False,
    as_json: Json = False,
) -> None:
    """Run many cases, several at once, and write one report of them all.

    Without --cases-dir and --suite, the cases in ITK_CASES_DIR (cases/) run; itk.yaml may name another directory, and
    how the cases run where neither options nor settings say. Everything is checked before the first is
    sent: one case that cannot be read, or whose target is not there, and nothing is sent.

    Ctrl-C sends no more, writes what is known and leaves; a second Ctrl-C leaves at once.

    Exit code: 0 all passed, 1 a check failed, 2 a case or a setting is wrong or nothing was tested, 3 inconclusive,
    4 refused by pre-flight, 5 AWS or run-time error, 7 flaky with --fail-on-flaky, 130 interrupted.
    """
    import os

    from itk.cli.console import console
    from itk.workflows.cases import cases_directory, repository_above
    from itk.workflows.clock import SystemClock, new_run_id
    from itk.workflows.suite.balance import parse_shard
    from itk.workflows.suite.earlier import read_earlier
    from itk.workflows.suite.listing import read_all, require_fixtures
    from itk.workflows.suite.order import SuiteOrder, limits_of
    from itk.workflows.suite.plan import dry_lines, listed_lines
    from itk.workflows.suite.run import cleared, run_suite
    from itk.workflows.suite.select import Selection, selected
    from itk.workflows.suite_ci import announce

    settings = settings_for(env_file, mode, region, assets=assets, max_inflight=max_inflight)
    place = out or Path(settings.artifacts_dir) / f"suite-{new_run_id().removeprefix('itk-')}"
    selection = Selection(
        keyword=keyword,
        tags=tuple(tag or ()),
        last_failed=last_failed,
        shard=parse_shard(shard) if shard is not None else None,
        seed=shuffle,
    )
    repository = repository_above(Path(), settings.values)
    candidates = read_all(_listed(cases_dir, suite_file, settings, repository), settings, new_run_id)
    chosen = selected(candidates, selection, read_earlier(earlier, place))
    if list_only:
        typer.echo("\n".join(listed_lines(chosen)))
        return
    limits = limits_of(
        settings, repository.suite, retries, 1 if first_failure else max_failures, fail_on_flaky=fail_on_flaky
    )
    named = (
        suite_file.stem if suite_file is not None else cases_directory(cases_dir, settings, repository).resolve().name
    )
    name = repository.suite.name or named
    order = SuiteOrder(chosen, place, limits, selection, name, overwrite)
    if settings.mode == "dev-fixtures":
        require_fixtures(order.sent)
    aws = aws_for(settings) if settings.mode == "live" else None
    if dry_run:
        outcomes = cleared(order, settings, aws, SystemClock())
        typer.echo("\n".join(dry_lines(order, outcomes, settings, aws)))
        raise typer.Exit(0 if all(finding.ok for outcome in outcomes for finding in outcome.findings) else 4)
    with console(as_json=as_json, verbose=verbose) as shown:
        finished = run_suite(order, settings, aws, SystemClock(), shown.report, new_run_id)
    announce(finished.suite, os.environ, partial(typer.echo, err=as_json))
    if not as_json:
        _say(finished, place)
    raise typer.Exit(finished.exit_code)


def _listed(
    cases_dir: Path | None, suite_file: Path | None, settings: Settings, repository: Repository
) -> tuple[Listed, ...]:
    from itk.errors import UsageError
    from itk.workflows.cases import cases_directory
    from itk.workflows.suite.listing import in_directory, in_suite_file

    if cases_dir is not None and suite_file is not None:
        raise UsageError("--cases-dir and --suite both name cases", where="--suite", fix="give one of the two")
    if suite_file is not None:
        return in_suite_file(suite_file)
    return in_directory(cases_directory(cases_dir, settings, repository))


def _say(finished: SuiteFinished, out: Path) -> None:
    """What did not pass, on stderr; the status and the page to open, on stdout in one line."""
    from itk.cli.suite_summary import summary_lines
    from itk.renderers.suite import figures

    suite = finished.suite.result
    page = next((path for path in finished.files if path.name == "index.html"), out / "index.json")
    for line in summary_lines(suite, out.as_posix()):
        typer.echo(line, err=True)
    said = figures.verdict(suite)
    typer.echo(said.sentence, err=True)
    typer.echo(f"{said.status} {page}")
