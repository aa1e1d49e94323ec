"""What a suite says while it runs: every line names its case."""

from __future__ import annotations

import io

from rich.console import Console

from itk.cli.suite_console import SuiteBoard
from itk.cli.suite_summary import summary_lines
from itk.model.progress import CaseDone, CaseProgress, CaseStarted, Polled, Sent, SuiteStarted, SuiteStopping
from itk.model.run import Near
from itk.model.suite import CaseStatus, JudgedCheck
from tests.workflows.suite.build import row, suite


def done(case: str, status: CaseStatus, n: int, *reasons: str, tries: int = 1) -> CaseDone:
    return CaseDone(
        case=case, status=status, flaky=tries > 1, tries=tries, took_s=1.25, reasons=reasons, done=n, cases=3
    )


def told(*, verbose: bool, terminal: bool = False) -> str:
    out = io.StringIO()
    board = SuiteBoard(Console(file=out, width=100, force_terminal=terminal, soft_wrap=True), verbose)
    polled = Polled(n=2, elapsed_s=3, events=9, own=4, new=1, missing=("the end of f",), quiet_s=None, throttles=0)
    for event in (
        SuiteStarted(suite_id="suite-1", cases=3, max_inflight=2, directory="out"),
        CaseStarted(case="a", run_id="itk-1"),
        CaseStarted(case="[b]", run_id="itk-2"),
        CaseProgress(case="a", event=Sent(run_id="itk-1", operation="Invoke", target="lambda f", ids={})),
        CaseProgress(case="a", event=polled),
        done("a", "passed", 1),
        CaseStarted(case="[b]", run_id="itk-3", n=2, why="failed"),
        done("[b]", "passed", 2, tries=2),
        SuiteStopping(why="interrupted", in_flight=1, left=1),
        done("c", "error", 3, "Traceback\n  line\nValueError: [x]", "two", "three", "four"),
    ):
        board.report(event)
    board.close()
    return out.getvalue()


def test_without_a_terminal_each_case_is_a_line() -> None:
    assert told(verbose=False).splitlines() == [
        "3 cases, 2 at once, into out",
        "passed       a  1.2 s  (1 of 3)",
        "[b]: failed; sent again, try 2",
        "passed       [b]  1.2 s, flaky: try 2 passed  (2 of 3)",
        "interrupted: 1 case not sent, 1 still under way",
        "error        c  1.2 s  (3 of 3)",
        "             c: ValueError: [x]",
        "             c: two",
        "             c: three",
        "             c: and 1 more reason",
    ]


def test_with_verbose_each_step_names_its_case() -> None:
    lines = told(verbose=True).splitlines()
    assert "a: begins, run itk-1" in lines
    assert "a: sent Invoke to lambda f" in lines
    assert "a: look 2: 4 records, waiting for the end of f" in lines


def test_on_a_terminal_the_cases_under_way_are_shown() -> None:
    shown = told(verbose=False, terminal=True)
    assert "2 of 3 done" in shown or "3 of 3 done" in shown
    assert "passed" in shown


def test_the_end_names_expected_actual_and_what_is_near() -> None:
    check = JudgedCheck(
        index=0, name="spans", status="failed", message="no such span", expected="1 span", actual="0 spans",
        nearest=(Near(span_id="1", label="lambda:f `handler`", differs="component is lambda:f, not lambda:g"),),
        path="cases/a.yaml", line=7, column=5,
    )  # fmt: skip
    slow, failed = row("slow", "warning", reasons=("retried",)), row("a", "failed", judged=(check,))
    stopped = suite(row("ok"), slow, failed, row("z", "skipped"), stopped="--max-failures 1 was reached")
    assert list(summary_lines(stopped, "out")) == [
        "",
        "FAILED a  a.yaml",
        "  failed: spans  cases/a.yaml:7:5",
        "    no such span",
        "    expected: 1 span",
        "    actual:   0 spans",
        "    near:     lambda:f `handler`: component is lambda:f, not lambda:g",
        "  artifacts: out/a/",
        "",
        "WARNING slow  slow.yaml",
        "  retried",
        "  artifacts: out/slow/",
        "",
        "--max-failures 1 was reached; 1 case not sent",
    ]
