"""The user wants no more: threads that wait for AWS, or for time to pass, are told at once."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import copy_context
from functools import partial
from queue import SimpleQueue
from threading import Event, Lock, Thread
from typing import NoReturn, TypeVar

from itk.workflows.clock import Clock

T = TypeVar("T")


class Stop:
    """Off until it is set, and then on for good. Who waits by its methods gets a KeyboardInterrupt, as the main thread
    would at Ctrl-C, so that whatever can be interrupted there can be here."""

    def __init__(self) -> None:
        self._event, self._lock = Event(), Lock()
        self._waiting: set[SimpleQueue[Callable[[], object]]] = set()

    def set(self) -> None:
        with self._lock:
            self._event.set()
            for answers in self._waiting:
                answers.put(_interrupted)

    def is_set(self) -> bool:
        return self._event.is_set()

    def sleep(self, seconds: float) -> None:
        if self._event.wait(seconds):
            raise KeyboardInterrupt

    def unless(self, work: Callable[[], T]) -> T:
        """What `work` returns or raises; it is left alone, unfinished, when the user wants no more.

        In a daemon thread: nobody waits for a network that never answers.
        """
        answers: SimpleQueue[Callable[[], object]] = SimpleQueue()
        results: list[T] = []
        with self._lock:
            if self._event.is_set():
                raise KeyboardInterrupt
            self._waiting.add(answers)
        Thread(target=copy_context().run, args=(_act, work, results, answers), daemon=True).start()
        try:
            answers.get()()
        finally:
            with self._lock:
                self._waiting.discard(answers)
        return results[0]


class StoppableClock:
    """This machine's clock, whose sleepers wake up when the user wants no more."""

    def __init__(self, clock: Clock, stop: Stop) -> None:
        self._clock, self._stop = clock, stop

    def now_ns(self) -> int:
        return self._clock.now_ns()

    def sleep(self, seconds: float) -> None:
        self._stop.sleep(seconds)


def _act(work: Callable[[], T], results: list[T], answers: SimpleQueue[Callable[[], object]]) -> None:
    try:
        results.append(work())
    except BaseException as error:  # noqa: BLE001 - it is raised where it was asked for
        answers.put(partial(_raise, error))
    else:
        answers.put(_nothing)


def _raise(error: BaseException) -> NoReturn:
    raise error


def _nothing() -> None:
    pass


def _interrupted() -> NoReturn:
    raise KeyboardInterrupt
