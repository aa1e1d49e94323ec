"""The queues that a case asks about, read by their attributes: before sending, while collecting, and after.

ITK receives from no queue: a message that a test receives comes nearer to the dead-letter queue, or misses who wants
it. SQS counts late: its numbers "may not achieve consistency until at least 1 minute after the producers stop sending
messages" (API reference of GetQueueAttributes; of FIFO queues they are exact). So what does not show is asked twice.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from msgspec.structs import replace

from itk.aws import sqs
from itk.aws.session import Aws
from itk.checks import undrained
from itk.errors import AwsError, Refused
from itk.model.case import CheckSpec
from itk.model.run import QueueCount, Receipt, WatchedQueue
from itk.model.trace import Missing
from itk.preflight.watched_queues import WatchedQueues
from itk.workflows.clock import Clock

ASK_AGAIN_S = 2.0


@dataclass(slots=True)
class Watch:
    """What is known of the queues so far. A recorded run has its readings and nothing to read."""

    readings: tuple[WatchedQueue, ...] = ()
    watched: frozenset[str] = frozenset()  # read at every look; the others before and after alone
    _count: Callable[[str], QueueCount] | None = field(default=None, repr=False)

    def look(self) -> None:
        """Read the queues that are waited for. One that does not answer is asked again at the next look."""
        self.readings = tuple(self._looked(queue) if queue.name in self.watched else queue for queue in self.readings)

    def missing(self, specs: Sequence[CheckSpec], receipt: Receipt) -> tuple[Missing, ...]:
        return tuple(undrained(specs, self.readings, receipt))

    def read_after(self, clock: Clock) -> None:
        """Read the others, once the evidence is collected; those that did not grow twice. Raises AwsError."""
        for again in (False, True):
            late = [q for q in self.readings if q.name not in self.watched and not (again and _grew(q))]
            if again and late:
                clock.sleep(ASK_AGAIN_S)
            for queue in late:
                self._put(self._read(queue))

    def met(self, runs: int) -> None:
        """So many other runs of this process shared the time."""
        self.readings = tuple(replace(queue, runs_beside=runs) for queue in self.readings)

    def _put(self, read: WatchedQueue) -> None:
        self.readings = tuple(read if queue.name == read.name else queue for queue in self.readings)

    def _looked(self, queue: WatchedQueue) -> WatchedQueue:
        try:
            return self._read(queue)
        except AwsError as error:
            return replace(queue, error=error.what)

    def _read(self, queue: WatchedQueue) -> WatchedQueue:
        assert self._count is not None, "a recorded run has nothing to read"
        return replace(queue, counts=(*queue.counts, self._count(queue.name)), error="")


def watch(aws: Aws, queues: WatchedQueues, clock: Clock) -> Watch:
    """Read the queues as they are before sending. Raises Refused where one does not answer."""
    urls = {queue.name: queue.url for queue in queues.values()}

    def count(name: str) -> QueueCount:
        waiting = sqs.queue(aws, urls[name]).waiting
        return QueueCount(at_ns=clock.now_ns(), messages=waiting)

    try:
        before = tuple(WatchedQueue(name=name, counts=(count(name),)) for name in urls)
    except AwsError as error:
        raise Refused(f"{error.what}; nothing was sent", where=error.where, fix=error.fix) from error
    watched = frozenset(queue.name for asked, queue in queues.items() if asked.watched)
    return Watch(before, watched, count)


def _grew(queue: WatchedQueue) -> bool:
    return queue.counts[-1].messages > queue.counts[0].messages
