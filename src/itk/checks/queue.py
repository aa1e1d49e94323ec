"""Did a queue come back to what lay in it before?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pydantic import Field

from itk.casefile.forms import Seconds
from itk.checks._answers import Params, failed, nothing_to_judge, once_failed, passed
from itk.checks._queues import beside, change, drain, growth, name_of, own_queue, watched, why_unread
from itk.model.case import CheckSpec
from itk.model.run import CheckStatus, CheckVerdict, Receipt, WatchedQueue
from itk.model.trace import Missing
from itk.ports import Facts

NOT_DRAINED = ": not drained yet"


class QueueParams(Params):
    queue: str = Field("", description="URL, ARN or name; left out: the queue that is sent to")
    drained_within: Seconds | None = Field(
        None, description="so long after sending it holds no more than before sending, in two readings in a row"
    )
    grew_by: int | None = Field(
        None,
        ge=0,
        description="how many messages more must lie in it after the run, no more and no less (one that shrank grew "
        "by 0); 0 where neither is given",
    )

    @property
    def growth(self) -> int | None:
        """How much it must have grown, if that is asked."""
        return 0 if self.drained_within is None and self.grew_by is None else self.grew_by


class _Said(NamedTuple):
    status: CheckStatus
    message: str


class Queue:
    name = "queue"
    summary = (
        "A queue holds no more messages than before sending within `drained_within`, or `grew_by` more after the run, "
        "by its attributes. It judges the queue, whoever filled it. A run is not complete before it is drained or the "
        "time is over."
    )
    params = QueueParams
    shorthand = "queue"
    beside: tuple[str, ...] = ()
    settles_early = once_failed

    def judge(self, spec: CheckSpec, facts: Facts) -> CheckVerdict:
        params = QueueParams(**spec.params)
        name = name_of(params.queue) or own_queue(facts.receipt)
        expected = _expected(params)
        queue = watched(name, facts.queues)
        if queue is None or len(queue.counts) < 2 or facts.receipt is None:
            return nothing_to_judge(spec, why_unread(name, queue), expected=expected)
        said = list(_said(params, queue, facts.receipt.sent_ns, complete=facts.complete))
        message = "; ".join(one.message for one in said)
        statuses = {one.status for one in said}
        if "failed" in statuses:
            return failed(spec, message + beside(queue), expected=expected, actual=change(queue))
        if "inconclusive" in statuses:
            return nothing_to_judge(spec, message, expected=expected)
        return passed(spec, message, expected=expected, actual=change(queue))


def undrained(specs: Sequence[CheckSpec], queues: Sequence[WatchedQueue], receipt: Receipt) -> Iterator[Missing]:
    """What the checks of a case wait for in queues: until they are drained, their time is over, or they can be read."""
    for spec in specs:
        params = QueueParams(**spec.params) if spec.name == "queue" else None
        if params is None or params.drained_within is None:
            continue
        queue = watched(name_of(params.queue) or own_queue(receipt), queues)
        if queue is None or not queue.counts:
            continue
        found = drain(queue, receipt.sent_ns, params.drained_within)
        why = f"it cannot be read: {queue.error}" if queue.error else found.message
        if found.state == "open":
            yield Missing(what=f"queue {queue.name}{NOT_DRAINED}, {why}")


def _said(params: QueueParams, queue: WatchedQueue, sent_ns: int, *, complete: bool) -> Iterator[_Said]:
    if params.drained_within is not None:
        found = drain(queue, sent_ns, params.drained_within)
        status: dict[str, CheckStatus] = {"drained": "passed", "held": "failed", "open": "inconclusive"}
        yield _Said(status[found.state], found.message)
    if params.growth is not None:
        grown = growth(queue)
        if grown is None or not complete:  # until the run is over, the messages in it may still be taken
            yield _Said("inconclusive", change(queue))
        else:
            yield _Said("passed" if max(grown, 0) == params.growth else "failed", change(queue))


def _expected(params: QueueParams) -> str:
    parts = [f"drained within {params.drained_within:g} s"] if params.drained_within is not None else []
    return ", ".join([*parts, *([f"grown by {params.growth}"] if params.growth is not None else [])])


queue = Queue()
