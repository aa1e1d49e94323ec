"""How progress looks: live on a terminal, plain lines without one, JSON lines for a program. Talk goes to stderr."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import msgspec
from rich.console import Console
from rich.markup import escape
from rich.status import Status as Spinner

from itk.cli.suite_console import COLOURS, SuiteBoard
from itk.model.problem import show
from itk.model.progress import Judged, Polled, PreflightDone, Progress, Sent, SuiteDone, Written
from itk.model.run import CheckVerdict
from itk.model.wording import counted, tally
from itk.workflows.verdict import reason

_TELL_AGAIN_S = 10.0
_TEXT_MAX = 600


class Shown:
    """Prints progress for a person. On a terminal a single line shows the waiting."""

    def __init__(self, *, verbose: bool) -> None:
        self._out = Console(stderr=True, highlight=False, soft_wrap=True)
        self._verbose = verbose
        self._spinner: Spinner | None = None
        self._told_missing: tuple[str, ...] | None = None
        self._told_s = -_TELL_AGAIN_S
        self._suite = SuiteBoard(self._out, verbose)

    def report(self, event: Progress) -> None:
        match event:
            case PreflightDone():
                self._preflight(event)
            case Sent():
                ids = ", ".join(f"{kind} {value}" for kind, value in event.ids.items() if kind != "run_id")
                self._print(
                    f"sent {event.operation} to {event.target}, run {event.run_id}" + (f" ({ids})" if ids else "")
                )
            case Polled():
                self._polled(event)
            case Judged():
                self._judged(event)
            case Written():
                self._print(f"{len(event.files)} artifacts in {event.directory}")
                self._pages(event)
            case SuiteDone():
                self.close()
            case _:
                self._suite.report(event)

    def close(self) -> None:
        self._suite.close()
        if self._spinner is not None:
            self._spinner.stop()
            self._spinner = None

    def _preflight(self, event: PreflightDone) -> None:
        good = all(finding.ok for finding in event.findings)
        self._print(f"pre-flight: {'all is well' if good else 'not cleared'}")
        for finding in event.findings:
            if finding.ok and good and not self._verbose and finding.check != "endpoint":
                continue
            mark = "[green]ok [/green]" if finding.ok else "[red]NO [/red]"
            self._out.print(f"  {mark} {finding.check}: {escape(finding.what)}")
            if finding.fix and not finding.ok:
                self._out.print(f"       {escape(finding.fix)}")

    def _polled(self, event: Polled) -> None:
        counts = f"{counted(event.own, 'record')} of this run ({event.new} new), {event.events} read"
        line = f"look {event.n}, {event.elapsed_s:.0f} s: {counts}"
        if event.missing:
            line += f"; waiting for {event.missing[0]}" + (
                f" and {len(event.missing) - 1} more" if len(event.missing) > 1 else ""
            )
        elif event.quiet_s is not None:
            line += f"; nothing missing, quiet for {event.quiet_s:.1f} s"
        if event.throttles:
            line += f"; {counted(event.throttles, 'throttle')}"
        if self._out.is_terminal and not self._verbose:
            if self._spinner is None:
                self._spinner = self._out.status("")
                self._spinner.start()
            self._spinner.update(escape(line))
            return
        news = event.missing != self._told_missing or event.elapsed_s - self._told_s >= _TELL_AGAIN_S
        if self._verbose or news:
            self._told_missing, self._told_s = event.missing, event.elapsed_s
            self._print(line)
            for what in event.missing[1:] if self._verbose else ():
                self._print(f"    and for {what}")

    def _judged(self, event: Judged) -> None:
        self.close()
        colour = COLOURS[event.status]
        counts = tally(event.checks_passed, event.checks, (check.status for check in event.judged))
        self._out.print(f"[bold {colour}]{event.status.upper()}[/bold {colour}], {counts}")
        told = {reason(check) for check in event.judged}
        for why in event.reasons:
            if why not in told:  # else the check itself says it, and more
                self._print(f"  {why}")
        for check in event.judged:
            self._check(check)

    def _check(self, check: CheckVerdict) -> None:
        first, *more = check_lines(check)
        colour = COLOURS[check.status]
        self._out.print(f"  [{colour}]{check.status}[/{colour}] {escape(first)}")
        for line in more:
            self._print(line)

    def _pages(self, event: Written) -> None:
        for name in ("report.md", "trace-viewer.html"):
            self._print(next((f"  {path}" for path in event.files if path.endswith(name)), ""))

    def _print(self, line: str) -> None:
        if line:
            self._out.print(escape(line))


class Lines:
    """Prints progress as one JSON object a line, on stdout. A run goes on when nobody reads it any more."""

    def report(self, event: Progress) -> None:
        try:
            sys.stdout.buffer.write(msgspec.json.encode(event) + b"\n")
            sys.stdout.buffer.flush()
        except BrokenPipeError:  # `itk run --json | head -1`: the stimulus may be out, and what came of it is wanted
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

    def close(self) -> None:
        pass


def check_lines(check: CheckVerdict) -> list[str]:
    """What a check that did not pass says: the check and where it stands, what it expected, and what came close."""
    called = f"{check.title} ({check.name})" if check.title else check.name
    where = f", {check.where}" if check.where is not None else ""
    rows = [
        ("expected", check.expected),
        ("actual", check.actual),
        ("xfail", check.xfail),
        *(("nearest" if not n else "", f"{near.label}: {near.differs}") for n, near in enumerate(check.nearest)),
    ]
    said = [f"           {name:<9}{show(text, _TEXT_MAX)}" for name, text in rows if text]
    return [show(f"{called}{where}: {check.message}", _TEXT_MAX), *said]


@contextmanager
def console(*, as_json: bool, verbose: bool) -> Iterator[Shown | Lines]:
    shown: Shown | Lines = Lines() if as_json else Shown(verbose=verbose)
    try:
        yield shown
    finally:
        shown.close()
