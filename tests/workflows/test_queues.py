"""Queues while a run is collected: waited for, never for longer than was asked, and not believed at once."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from itk.errors import AwsError
from itk.model.case import CheckSpec
from itk.model.run import QueueCount, WatchedQueue
from itk.workflows.collect import Collected, Patience, collect
from itk.workflows.in_flight import InFlight
from itk.workflows.queues import ASK_AGAIN_S, Watch
from tests.checks.build import spec
from tests.stitch.lines import M1, POLICY, R1, Log, to_queue
from tests.workflows.fakes import Deliveries, FakeClock

WHOLE = Log().start(0, R1).receive(1, R1, M1).end(2, R1).events
Holds = Callable[[float], int]  # how many messages lie in the queue, so many seconds after sending


class Queue:
    """A queue called `intake`, as it is seen to be."""

    def __init__(self, clock: FakeClock, holds: Holds, *, watched: bool = True) -> None:
        self.clock, self.holds, self.read = clock, holds, 0
        before = WatchedQueue(name="intake", counts=(self.count("intake"),))
        self.watch = Watch((before,), frozenset({"intake"} if watched else ()), self.count)

    def count(self, name: str) -> QueueCount:
        self.read += 1
        return QueueCount(at_ns=self.clock.ns, messages=self.holds(self.clock.s))

    def collected(self, spec: CheckSpec, timeout_s: float = 120) -> Collected:
        source, patience = Deliveries(self.clock, (0, WHOLE)), Patience(timeout_s, 5)
        return collect(
            to_queue(), [source], (), POLICY, patience, self.clock, lambda said: None, lambda: 0, (), self.watch, [spec]
        )


@pytest.mark.parametrize("drained_s", [0, 3, 20, 40])
def test_a_run_is_over_when_its_queue_is_drained(drained_s: int) -> None:
    clock = FakeClock()
    queue = Queue(clock, lambda s: 0 if s == 0 or s >= drained_s else 1)
    done = queue.collected(spec("queue", queue="intake", drained_within=60))
    assert done.collection.complete
    assert done.trace.missing == ()
    assert max(5, drained_s) <= clock.s <= max(5, drained_s) + 11
    assert queue.read == done.collection.polls + 1, "no look without a reading, no reading without a look"


def test_a_queue_that_is_not_drained_is_waited_for_until_its_time_is_over() -> None:
    clock = FakeClock()
    queue = Queue(clock, lambda s: int(s > 0))
    done = queue.collected(spec("queue", queue="intake", drained_within=30))
    assert done.collection.complete
    assert 30 <= clock.s <= 36


def test_at_the_deadline_it_is_named() -> None:
    clock = FakeClock()
    queue = Queue(clock, lambda s: int(s > 0))
    done = queue.collected(spec("queue", queue="intake", drained_within=300), timeout_s=20)
    assert not done.collection.complete
    assert done.trace.missing[-1].what == (
        "queue intake: not drained yet, intake held 1 message more than before 20 s after sending"
    )


def test_a_queue_that_cannot_be_read_is_asked_again_and_named() -> None:
    clock = FakeClock()

    def holds(s: float) -> int:
        if 0 < s < limit_s:
            raise AwsError("sqs:GetQueueAttributes: throttled")
        return 0

    limit_s = 10.0
    queue = Queue(clock, holds)
    assert queue.collected(spec("queue", queue="intake", drained_within=60)).collection.complete
    limit_s, clock = 1e9, FakeClock()
    done = Queue(clock, holds).collected(spec("queue", queue="intake", drained_within=60), timeout_s=30)
    assert not done.collection.complete
    assert "it cannot be read: sqs:GetQueueAttributes: throttled" in done.trace.missing[-1].what


def test_what_is_only_compared_is_not_read_while_collecting() -> None:
    clock = FakeClock()
    queue = Queue(clock, lambda s: 0, watched=False)
    assert queue.collected(spec("dlq", queue="intake")).collection.complete
    assert queue.read == 1


@pytest.mark.parametrize(("grows", "readings"), [(0, 2), (2, 1), (-1, 2)])
def test_after_the_run_no_growth_is_asked_twice(grows: int, readings: int) -> None:
    clock = FakeClock()
    queue = Queue(clock, lambda s: 1 if s == 0 else 1 + grows, watched=False)
    clock.sleep(10)
    queue.watch.read_after(clock)
    assert queue.read == 1 + readings
    assert clock.slept[1:] == [ASK_AGAIN_S] * (readings - 1)


def test_a_recorded_run_has_nothing_to_read() -> None:
    recorded = Watch((WatchedQueue(name="intake", counts=(QueueCount(at_ns=1, messages=0),)),))
    recorded.look()
    assert len(recorded.readings[0].counts) == 1


def test_runs_of_one_process_know_how_many_they_met() -> None:
    flights = InFlight()
    with flights.run("a") as met_a:
        assert met_a() == 0
        with flights.run("b") as met_b, flights.run("c") as met_c:
            assert (met_a(), met_b(), met_c()) == (2, 2, 2)
        with flights.run("d") as met_d:
            assert met_d() == 1
        assert met_a() == 3, "those that are over shared the time all the same"
    with flights.run("e") as met_e:
        assert met_e() == 0
