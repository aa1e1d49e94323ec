"""`itk compare`: is the new one worse than the baseline?"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from itk.model.regression import CaseCompared, ComparisonReport, Noted

_SHOWN_MAX = 20
_LINE_MAX = 400


def compare(
    a: Annotated[Path, typer.Argument(metavar="A", help="The baseline: a run, a suite, or a directory with runs.")],
    b: Annotated[Path, typer.Argument(metavar="B", help="The new one, which is judged.")],
    out: Annotated[
        Path, typer.Option("--out", "-o", metavar="DIR", help="Where the report goes: a new or empty directory.")
    ],
    rules: Annotated[
        Path | None,
        typer.Option(
            "--rules",
            metavar="FILE",
            help="What counts as a regression: a YAML file, instead of `compare:` in the nearest itk.yaml.",
        ),
    ] = None,
) -> None:
    """Say what differs between A and B, and whether B became worse. Nothing is sent.

    A and B are directories: of one run (with run.json), of a suite (with index.json), or with many runs below. Runs of
    the same case are held against each other: one with one span by span, many with many by statistics. Ids, times and
    other things that differ between any two runs are not told.

    Writes comparison.md, comparison.json, and a page with both runs in one drawing.

    Exit code: 0 no regression, 1 a regression by the rules, 2 A, B, or the rules are wrong.
    """
    from itk.casefile import load_rules, read_case_file
    from itk.renderers.comparison import REPORT
    from itk.renderers.comparison.wording import VERDICTS
    from itk.workflows.cases import repository_above
    from itk.workflows.compare import compare_directories

    if rules is None:
        chosen = repository_above(Path(), os.environ).rules
    else:
        chosen = load_rules(read_case_file(rules), rules.as_posix())
    report = compare_directories(a, b, out, chosen)
    _print(report)
    typer.echo(f"{VERDICTS[report.verdict]} {out / REPORT}")
    raise typer.Exit(1 if report.verdict == "regression" else 0)


def _print(report: ComparisonReport) -> None:
    """What a log said may hold control characters, which a terminal must not obey: hence `show`."""
    from itk.model.problem import show
    from itk.renderers.comparison.wording import headline, of_weight

    for line in (f"A: {report.a.what}", f"B: {report.b.what}", *(f"note: {note}" for note in report.notes)):
        typer.echo(show(line, _LINE_MAX), err=True)
    for weight in ("regression", "warning"):
        found = list(of_weight(report, weight))
        for case, noted in found[:_SHOWN_MAX]:
            typer.echo(show(_line(case, noted), _LINE_MAX), err=True)
        if len(found) > _SHOWN_MAX:
            typer.echo(f"{weight}: {len(found) - _SHOWN_MAX:,} more in the report", err=True)
    typer.echo(headline(report), err=True)


def _line(case: CaseCompared, noted: Noted) -> str:
    where = f"{noted.where}: " if noted.where else ""
    return f"{noted.weight}: {case.id}: {noted.rule}: {where}{noted.says}"
