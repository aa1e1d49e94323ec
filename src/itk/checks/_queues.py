"""What is known of the queues that a case asks about, from how many messages lay in them and when."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile
from typing import Literal, NamedTuple

from itk.model.case import CheckSpec, Where
from itk.model.run import QueueCount, Receipt, WatchedQueue
from itk.model.wording import counted
from itk.ports import Facts


class Asked(NamedTuple):
    """A queue that a check asks about."""

    written: str  # URL, ARN or name; empty: the target's own
    dead: bool  # the dead-letter queue of the target, where none is written
    watched: bool  # while evidence is collected; else it is read before and after
    where: Where

    @property
    def name(self) -> str:
        return name_of(self.written)


class Drain(NamedTuple):
    """Whether a queue came back to what lay in it before sending. `open`: the readings do not say so yet."""

    state: Literal["drained", "held", "open"]
    message: str


def name_of(written: str) -> str:
    """The name of a queue, from its URL, ARN or name.

    >>> name_of("https://sqs.eu-west-1.amazonaws.com/123456789012/orders"), name_of("arn:aws:sqs:eu-west-1:1:orders")
    ('orders', 'orders')
    """
    return written.rstrip("/").rsplit("/", 1)[-1].rsplit(":", 1)[-1]


def asked_queues(specs: Sequence[CheckSpec]) -> tuple[Asked, ...]:
    """What the checks of a case ask of queues, in their order."""
    return tuple(
        Asked(spec.params["queue"], spec.name == "dlq", spec.params.get("drained_within") is not None, spec.where)
        for spec in specs
        if spec.name in ("dlq", "queue")
    )


def own_queue(receipt: Receipt | None) -> str:
    """The queue that was sent to; empty where something else was."""
    return receipt.target_name if receipt is not None and receipt.target_type == "queue" else ""


def own_dead_letter_queue(facts: Facts) -> str:
    """Where messages of the queue that was sent to end; empty where it has no such queue."""
    own = own_queue(facts.receipt)
    return next((queue.name for queue in facts.dead_letter_queues if own and queue.source_queue == own), "")


def watched(name: str, queues: Sequence[WatchedQueue]) -> WatchedQueue | None:
    """All queues of a run are in one account and region, which pre-flight saw to: there a name is one queue."""
    return next((queue for queue in queues if name and queue.name == name), None)


def why_unread(name: str, queue: WatchedQueue | None) -> str:
    """Why there is nothing to be said of a queue."""
    if not name:
        return "the case names no queue, and this run sent to none that has one"
    if queue is None:
        return f"{name} was not read: the case did not ask about it when the run was made"
    if len(queue.counts) == 2:
        return f"{change(queue)}, in one reading, which is not yet believed"
    return f"{name} was not read after sending{f': {queue.error}' if queue.error else ''}"


def growth(queue: WatchedQueue) -> int | None:
    """How many messages more lay in it at the end than before sending; negative where it shrank.

    None where that is not known: who was told of no change once was perhaps told too early, for SQS counts late.
    """
    if len(queue.counts) < 2:
        return None
    before, *after = (count.messages for count in queue.counts)
    grown = after[-1] - before
    return grown if grown > 0 or (len(after) > 1 and after[-2] <= before) else None


def change(queue: WatchedQueue) -> str:
    """`dlq: 0 before, 2 after`."""
    return f"{queue.name}: {queue.counts[0].messages:,} before, {queue.counts[-1].messages:,} after"


def beside(queue: WatchedQueue) -> str:
    """Who else may have had a hand in it, as far as this process knows."""
    if not queue.runs_beside:
        return ""
    return f"; {counted(queue.runs_beside, 'other run')} of this process shared the time"


def drain(queue: WatchedQueue, sent_ns: int, within_s: float) -> Drain:
    """Was it back, in two readings in a row, and so it stayed until the time was over or the run was?"""
    before, *after = queue.counts
    limit_ns = sent_ns + int(within_s * 1e9)
    within = [count for count in after if count.at_ns <= limit_ns]
    later = after[len(within) :]
    back = [*takewhile(lambda count: count.messages <= before.messages, reversed(within))]
    if len(back) > 1 or (back and later and later[0].messages <= before.messages):
        return Drain("drained", f"{queue.name} was drained {_after_s(back[-1], sent_ns)} after sending")
    if later:
        seen = within[-1] if within and not back else later[0]
        return Drain("held", f"{_held(queue, seen, sent_ns)}; it was not seen drained within {within_s:g} s")
    if back:
        return Drain("open", f"{queue.name} was seen drained in one reading, which is not yet believed")
    return Drain("open", _held(queue, after[-1], sent_ns) if after else f"{queue.name} was not read after sending")


def _held(queue: WatchedQueue, seen: QueueCount, sent_ns: int) -> str:
    more = seen.messages - queue.counts[0].messages
    what = f"held {counted(more, 'message')} more than before" if more > 0 else "was drained"
    return f"{queue.name} {what} {_after_s(seen, sent_ns)} after sending"


def _after_s(count: QueueCount, sent_ns: int) -> str:
    return f"{(count.at_ns - sent_ns) / 1e9:.0f} s"
