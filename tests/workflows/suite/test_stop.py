"""Waiting that ends when the user wants no more."""

from __future__ import annotations

from threading import Event, Thread

import pytest

from itk.aws.session import tallied
from itk.workflows.clock import SystemClock
from itk.workflows.suite.stop import Stop, StoppableClock


def test_work_gives_what_it_returns_or_raises() -> None:
    stop = Stop()
    assert stop.unless(lambda: 7) == 7
    with pytest.raises(ZeroDivisionError):
        stop.unless(lambda: 1 // 0)


def test_work_is_left_alone_when_the_user_wants_no_more() -> None:
    stop, begun, never = Stop(), Event(), Event()

    def work() -> None:
        begun.set()
        never.wait(60)

    def end() -> None:
        begun.wait(60)
        stop.set()

    Thread(target=end).start()
    with pytest.raises(KeyboardInterrupt):
        stop.unless(work)
    never.set()


def test_after_that_nothing_begins_and_nobody_sleeps() -> None:
    stop, begun = Stop(), Event()
    stop.set()
    with pytest.raises(KeyboardInterrupt):
        stop.unless(begun.set)
    with pytest.raises(KeyboardInterrupt):
        StoppableClock(SystemClock(), stop).sleep(60)
    assert not begun.is_set()


def test_work_counts_as_the_work_of_who_asked() -> None:
    from itk.aws import session

    with tallied() as tally:
        assert Stop().unless(session._TALLY.get) is tally
    assert session._TALLY.get() is None
