"""One reader for all runs: each sees what its own reading would show it, and together they cost what one costs."""

from __future__ import annotations

import time
from threading import Barrier, Thread

import pytest

from itk.aws import session
from itk.aws.session import Aws, tallied
from itk.errors import AwsError
from itk.model.evidence import LogEvent
from itk.model.ids import Id
from itk.sandbox import Sandbox
from itk.sources import cloudwatch_logs, shared_logs
from itk.sources.shared_logs import RunLogs, SharedLogs
from tests.sources.conftest import Written, written

KNOWN = (Id("run_id", "itk-00000000000000000001"),)


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    """One look may follow the other at once, so that no test waits."""
    monkeypatch.setattr(shared_logs, "PACE_MS", 0)


def now_ns() -> int:
    return time.time_ns() + 300_000_000_000  # a query that ends before a group is made knows nothing of it


def shared(aws: Aws, *groups: Written) -> SharedLogs:
    return SharedLogs(aws, [group.name for group in groups], 900, now_ns, time.sleep)


def texts(events: object) -> list[str]:
    assert isinstance(events, list)
    return [event.message for event in events if isinstance(event, LogEvent)]


def polled_together(runs: list[RunLogs]) -> list[object]:
    found: dict[int, object] = {}
    start = Barrier(len(runs))

    def poll(n: int) -> None:
        start.wait()
        found[n] = runs[n].poll(KNOWN)

    threads = [Thread(target=poll, args=(n,)) for n in range(len(runs))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [found[n] for n in range(len(runs))]


@pytest.mark.parametrize("runs", [1, 4, 16])
def test_calls_per_look_do_not_grow_with_the_runs(runs: int, aws: Aws, itk_sandbox: Sandbox) -> None:
    """All that ask while one look is under way share the next one: two looks at most, whoever asks."""
    groups = [written(itk_sandbox) for _ in range(3)]
    reader = shared(aws, *groups)
    logs = [reader.reader(f"itk-{n}", groups[0].made_ms) for n in range(runs)]
    itk_sandbox.faults([{"service": "logs", "operation": "FilterLogEvents", "latency_s": 0.3}])
    before = itk_sandbox.calls().get("logs.FilterLogEvents", 0)
    polled_together(logs)
    itk_sandbox.faults([])

    assert itk_sandbox.calls()["logs.FilterLogEvents"] - before in (3, 3 if runs == 1 else 6)


def test_each_run_gets_what_came_since_its_own_start(aws: Aws, group: Written) -> None:
    group.put("stream", [(n * 30_000, f"{n} half minutes old") for n in range(1, 6)])
    reader = shared(aws, group)
    early = reader.reader("early", group.made_ms - 130_000)
    late = reader.reader("late", group.made_ms - 40_000)

    assert texts(early.poll(KNOWN)) == [f"{n} half minutes old" for n in (4, 3, 2, 1)]
    assert texts(late.poll(KNOWN)) == ["1 half minutes old"]
    assert [reading.events for reading in (*early.readings(), *late.readings())] == [4, 1]


def test_what_was_there_before_a_run_asked_is_in_the_answer(aws: Aws, group: Written) -> None:
    """A look that began earlier may have missed it, so it is not good enough."""
    reader = shared(aws, group)
    run = reader.reader("itk-1", group.made_ms - 60_000)
    for n in range(5):
        group.put(f"stream-{n}", [(0, f"line {n}")])
        assert f"line {n}" in texts(run.poll(KNOWN))


def test_nothing_is_read_from_before_the_earliest_start_under_way(aws: Aws, group: Written) -> None:
    reader = shared(aws, group)
    reader.reader("old", group.made_ms - 500_000)
    reader.reader("new", group.made_ms)
    assert reader.earliest_ms == group.made_ms - 500_000 - cloudwatch_logs.CLOCK_SKEW_MS
    reader.close("old")
    assert reader.earliest_ms == group.made_ms - cloudwatch_logs.CLOCK_SKEW_MS


def test_a_group_that_is_too_busy_for_all_is_read_by_each_run_for_itself(
    aws: Aws, group: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cloudwatch_logs, "READ_WHOLE", 40)
    group.put("busy", [(100_000 - n, f"somebody else {n}") for n in range(60)])
    group.put("own", [(500, "mine")])
    reader = shared(aws, group)
    old = reader.reader("old", group.made_ms - 200_000)
    young = reader.reader("young", group.made_ms - 1_000)

    old.poll(KNOWN)
    assert texts(young.poll(KNOWN)) == ["mine"], "its own window is not busy, so nothing is missed"
    assert [reading.truncated for reading in young.readings()] == [False]
    assert [reading.truncated for reading in old.readings()] == [True]


def test_a_throttled_group_is_told_and_read_at_the_next_look(
    aws: Aws, group: Written, itk_sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(session._ATTEMPTS, "logs", 1)  # else the SDK tries again for a quarter of a minute
    group.put("stream", [(0, "here")])
    run = shared(aws, group).reader("itk-1", group.made_ms)
    itk_sandbox.faults(
        [{"service": "logs", "operation": "FilterLogEvents", "code": "ThrottlingException", "status": 400, "times": 1}]
    )
    assert texts(run.poll(KNOWN)) == []
    assert "throttled" in run.readings()[0].error
    assert texts(run.poll(KNOWN)) == ["here"]
    assert run.readings()[0].error == ""


def test_a_look_that_fails_fails_for_all_that_waited_and_for_nobody_else(
    aws: Aws, group: Written, itk_sandbox: Sandbox
) -> None:
    reader = shared(aws, group)
    runs = [reader.reader(f"itk-{n}", group.made_ms) for n in range(2)]
    itk_sandbox.faults(
        [{"service": "logs", "operation": "FilterLogEvents", "code": "AccessDeniedException", "times": 2}]
    )
    for run in runs:
        with pytest.raises(AwsError, match="not allowed"):
            run.poll(KNOWN)
    itk_sandbox.faults([])
    assert texts(runs[0].poll(KNOWN)) == []


def test_shared_calls_are_counted_as_no_single_runs(aws: Aws, group: Written) -> None:
    run = shared(aws, group).reader("itk-1", group.made_ms)
    before = sum(aws.calls.values())
    with tallied() as tally:
        aws.client("sts").get_caller_identity()
        run.poll(KNOWN)

    assert tally.calls == 1
    assert sum(aws.calls.values()) - before == 2
