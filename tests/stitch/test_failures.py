"""Every way in which Lambda says that an invocation failed makes an error span that gives the reason."""

from __future__ import annotations

import pytest

from itk.model.trace import Span, Trace
from tests.stitch.lines import R1, R2, Log, to_function, trace


def invocation(*logs: Log) -> Span:
    return root(trace(to_function(), *logs))


def root(found: Trace) -> Span:
    """ITK called the function itself: its call and the invocation are one span."""
    return found.spans[0]


def report(more: str = "", duration_ms: float = 9.0) -> str:
    head = f"REPORT RequestId: {R1}\tDuration: {duration_ms:.2f} ms\tBilled Duration: 9 ms\tMemory Size: 128 MB\t"
    return f"{head}Max Memory Used: 40 MB\t{more}\n"


UNCAUGHT = (
    "[ERROR] KeyError: 'x'\nTraceback (most recent call last):\n\u00a0\u00a0File \"/var/task/a.py\", line 1, in h\n"
)
NODE = f'2026-11-22T07:31:00.005Z\t{R1}\tERROR\tInvoke Error \t{{"errorType":"TypeError","errorMessage":"no x"}}\n'
IMPORT = (
    "[ERROR] Runtime.ImportModuleError: Unable to import module 'app': No module named 'x'\nTraceback (most recent\n"
)
JSON_ERROR = f'{{"log_level":"ERROR","errorType":"KeyError","errorMessage":"no x","requestId":"{R1}","timestamp":"x"}}'
FAULT = f'{{"time":"x","type":"platform.fault","record":"RequestId: {R1} Process exited before completing request"}}'


@pytest.mark.parametrize(
    ("said", "status", "type_", "message"),
    [
        pytest.param([report("Status: timeout\t")], "timeout", "Timeout", "Task timed out", id="timeout, new"),
        pytest.param(
            [report("Status: error\tError Type: Runtime.ExitError\t")],
            "error",
            "Runtime.ExitError",
            "",
            id="crash, new",
        ),
        pytest.param(
            [report("Status: error\tError Type: Runtime.OutOfMemory\t")],
            "error",
            "Runtime.OutOfMemory",
            "",
            id="out of memory, new",
        ),
        pytest.param(
            [report(), f"2026-11-22T07:31:00.009Z {R1} Task timed out after 3.00 seconds\n\n"],
            "timeout",
            "",
            "Task timed out after 3.00 seconds",
            id="timeout, old, after REPORT",
        ),
        pytest.param(
            [report(), f"RequestId: {R1} Error: Runtime exited with error: signal: killed\nRuntime.ExitError\n"],
            "error",
            "Runtime.ExitError",
            "Runtime exited with error: signal: killed",
            id="out of memory, old, after REPORT",
        ),
        pytest.param(
            [f"RequestId: {R1} Error: Runtime exited without providing a reason\nRuntime.ExitError\n", report()],
            "error",
            "Runtime.ExitError",
            "Runtime exited without providing a reason",
            id="exit, old",
        ),
        pytest.param(
            [f"RequestId: {R1} Process exited before completing request\n\n", report()],
            "error",
            "",
            "Process exited before completing request",
            id="exit, very old",
        ),
        pytest.param(
            [FAULT, report()],
            "error",
            "",
            "Process exited before completing request",
            id="fault, JSON whose record is text",
        ),
        pytest.param([UNCAUGHT, report()], "error", "KeyError", "'x'", id="uncaught, Python"),
        pytest.param([NODE, report()], "error", "TypeError", "no x", id="uncaught, Node"),
        pytest.param([JSON_ERROR, report()], "error", "KeyError", "no x", id="uncaught, Python's JSON"),
        pytest.param(
            [report("Task failed: RuntimeError")],
            "error",
            "RuntimeError",
            "Task failed: RuntimeError",
            id="Datadog's REPORT",
        ),
        pytest.param(
            ["INIT_REPORT Init Duration: 10.00 ms\tPhase: invoke\tStatus: timeout\n", report()],
            "error",
            "InitError",
            "the init phase timed out",
            id="init, done again within the invocation",
        ),
        pytest.param(
            [
                "INIT_REPORT Init Duration: 10.00 ms\tPhase: invoke\tStatus: error\tError Type: Runtime.ExitError\n",
                report("Status: error\tError Type: Runtime.ExitError\t"),
            ],
            "error",
            "Runtime.ExitError",
            "",
            id="init, twice",
        ),
    ],
)
def test_a_failed_invocation_says_why(said: list[str], status: str, type_: str, message: str) -> None:
    log = Log().start(0, R1)
    for ms, text in enumerate(said, 5):
        log.at(ms, text)

    span = invocation(log)

    assert span.error is not None
    assert (span.status, span.error.type, span.error.message) == (status, type_, message)


@pytest.mark.parametrize(
    ("before", "type_"),
    [
        pytest.param(IMPORT, "Runtime.ImportModuleError", id="import"),
        pytest.param(
            "RESTORE_REPORT Restore Duration: 11.20 ms\tStatus: error\tError Type: Runtime.AfterRestoreError\n",
            "Runtime.AfterRestoreError",
            id="SnapStart",
        ),
    ],
)
def test_an_init_that_failed_before_start_is_the_reason(before: str, type_: str) -> None:
    log = Log().at(0, "INIT_START Runtime Version: python:3.13.v31\n").at(1, before).start(2, R1).end(3, R1)

    span = invocation(log)

    assert span.error is not None
    assert (span.status, span.error.type) == ("error", type_)


def test_an_init_report_without_its_start_is_of_the_invocation_that_comes_next() -> None:
    """INIT_START may be older than what was read, or lost."""
    failed = "RESTORE_REPORT Restore Duration: 9.00 ms\tStatus: error\tError Type: Runtime.AfterRestoreError\n"
    log = Log().start(0, R2).end(1, R2).at(2, failed).start(3, R1).end(4, R1)

    span = invocation(log)

    assert span.error is not None
    assert (span.status, span.error.type) == ("error", "Runtime.AfterRestoreError")


def test_an_init_that_was_tried_again_and_worked_is_no_error() -> None:
    """Lambda gives the init ten seconds, then does it again within the invocation, which may well succeed."""
    log = Log().at(0, "INIT_START Runtime Version: python:3.13.v31\n")
    log.at(1, "INIT_REPORT Init Duration: 10008.69 ms\tPhase: init\tStatus: timeout\n").start(2, R1).end(3, R1)

    span = invocation(log)

    assert (span.status, span.error) == ("ok", None)
    assert span.faas is not None
    assert (span.faas.cold_start, span.faas.init_ms) == (True, 10008.69)


@pytest.mark.parametrize(
    ("duration_ms", "suppressed"), [(3022.91, True), (2500.0, None), (2540.0, None), (1_000_000.0, True)]
)
def test_a_duration_far_longer_than_start_to_end_holds_an_init(duration_ms: float, suppressed: bool | None) -> None:
    log = Log().start(0, R1).at(2500, f"END RequestId: {R1}\n").at(2500, report("", duration_ms))

    span = invocation(log)

    assert span.faas is not None
    assert span.faas.suppressed_init is suppressed
    assert span.duration_ms == duration_ms


def test_an_init_within_the_invocation_is_a_suppressed_one() -> None:
    init = '{"time":"2026-11-22T07:31:00.001Z","type":"platform.initStart","record":{"phase":"invoke"}}'
    log = Log().start(0, R1).at(1, init).line(2, R1).at(3, "no id").end(4, R1).start(5, R2).end(6, R2)

    span = invocation(log)

    assert span.faas is not None
    assert span.faas.suppressed_init is True
    assert [event.text for event in span.events] == ["hello", "no id"]


def test_a_managed_instance_gives_lines_without_an_id_to_nobody() -> None:
    """It runs invocations side by side, although these records show one at a time."""
    kind = "lambda-managed-instances"
    init = f'{{"time":"x","type":"platform.initStart","record":{{"initializationType":"{kind}","phase":"init"}}}}'
    log = Log().at(0, init).start(1, R1).line(2, R1).at(3, "no id").end(4, R1)

    found = trace(to_function(), log)

    assert [event.text for event in root(found).events] == ["hello"]
    assert len(found.warnings) == 1
