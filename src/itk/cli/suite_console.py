"""How a suite looks while it runs: a live board on a terminal, one plain line a case without one."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from itk.model.progress import CaseDone, CaseEvent, CaseProgress, CaseStarted, Polled, Sent, SuiteStarted, SuiteStopping
from itk.model.wording import counted

COLOURS = {
    "passed": "green",
    "warning": "yellow",
    "failed": "red",
    "error": "red",
    "inconclusive": "magenta",
    "xfailed": "yellow",
    "skipped": "dim",
}
ROWS_MAX = 12  # cases under way that are shown; the others are counted
REASONS_MAX = 3  # of one case, in its line
REASON_CHARS = 300


@dataclass(slots=True)
class _Case:
    began_s: float
    says: str = "sending"


@dataclass(slots=True)
class SuiteBoard:
    """What is known of the suite, and how it is shown. `verbose`: what each case reports is shown as well."""

    out: Console
    verbose: bool
    cases: int = 0
    began_s: float = field(default_factory=time.monotonic)
    done: Counter[str] = field(default_factory=Counter)
    flaky: int = 0
    under_way: dict[str, _Case] = field(default_factory=dict)
    stopping: str = ""
    live: Live | None = None

    def report(self, event: SuiteStarted | CaseStarted | CaseProgress | CaseDone | SuiteStopping) -> None:
        match event:
            case SuiteStarted():
                self._begin(event)
            case CaseStarted():
                self.under_way[event.case] = _Case(time.monotonic())
                if event.n > 1:
                    self._say(f"{event.case}: {event.why}; sent again, try {event.n}")
                elif self.verbose:
                    self._say(f"{event.case}: begins, run {event.run_id}")
            case CaseProgress():
                self._progress(event.case, event.event)
            case CaseDone():
                self._end(event)
            case SuiteStopping():
                left = f"{counted(event.left, 'case')} not sent" if event.left else "all cases were sent"
                self.stopping = f"{event.why}: {left}, {event.in_flight} still under way"
                self._say(self.stopping)

    def close(self) -> None:
        if self.live is not None:
            self.live.stop()
            self.live = None

    def _begin(self, event: SuiteStarted) -> None:
        self.cases = event.cases
        at_once = min(event.cases, event.max_inflight)
        self._say(f"{counted(event.cases, 'case')}, {at_once} at once, into {event.directory}")
        if self.out.is_terminal:
            self.live = Live(get_renderable=self._picture, console=self.out, refresh_per_second=4, transient=True)
            self.live.start()

    def _progress(self, case: str, event: CaseEvent) -> None:
        if case not in self.under_way:
            return
        match event:
            case Sent():
                says = f"sent {event.operation} to {event.target}"
            case Polled():
                says = f"look {event.n}: {counted(event.own, 'record')}"
                says += f", waiting for {event.missing[0]}" if event.missing else ", nothing missing"
            case _:
                return
        self.under_way[case].says = says
        if self.verbose:
            self._say(f"{case}: {says}")

    def _end(self, event: CaseDone) -> None:
        self.under_way.pop(event.case, None)
        self.done[event.status] += 1
        self.flaky += event.flaky
        flaky = f", flaky: try {event.tries} passed" if event.flaky else ""
        colour, word = COLOURS[event.status], f"{event.status:<12}"
        self.out.print(
            f"[{colour}]{word}[/] {escape(event.case)}  {event.took_s:.1f} s{flaky}  ({event.done} of {event.cases})"
        )
        if event.status != "passed":
            for reason in event.reasons[:REASONS_MAX]:
                self._say(f"             {event.case}: {_short(reason)}")
            if (more := len(event.reasons) - REASONS_MAX) > 0:
                self._say(f"             {event.case}: and {counted(more, 'more reason')}")

    def _picture(self) -> RenderableType:
        took = int(time.monotonic() - self.began_s)
        head = Text(f"{sum(self.done.values())} of {self.cases} done")
        for status, n in list(self.done.items()):
            head.append(f"  {n} {status}", style=COLOURS[status])
        if self.flaky:
            head.append(f"  {self.flaky} flaky", style="yellow")
        head.append(f"  {len(self.under_way)} under way  {took // 60}:{took % 60:02}")
        table = Table.grid(padding=(0, 1))
        for name, case in list(self.under_way.items())[:ROWS_MAX]:
            waited = f"{time.monotonic() - case.began_s:.0f} s"
            table.add_row(Text(name), Text(waited, justify="right"), Text(case.says, no_wrap=True, overflow="ellipsis"))
        if (more := len(self.under_way) - ROWS_MAX) > 0:
            table.add_row(Text(f"and {more} more"))
        return Group(head, table)

    def _say(self, line: str) -> None:
        self.out.print(escape(line))


def _short(reason: str) -> str:
    """A traceback ends in what went wrong; of a sentence the beginning tells most."""
    line = reason.strip().rsplit("\n", 1)[-1]
    return line if len(line) <= REASON_CHARS else f"{line[:REASON_CHARS]}…"
