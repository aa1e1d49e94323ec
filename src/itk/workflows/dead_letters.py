"""Dead-letter queues before and after a run, by their attributes: ITK receives from no queue."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from itk.aws import sqs
from itk.aws.session import Aws
from itk.errors import AwsError
from itk.model.run import QueueReading
from itk.preflight import Outcome


def read_before(outcome: Outcome) -> tuple[QueueReading, ...]:
    """The queue's dead-letter queue, as it was before sending. One that cannot be read has a name and no count."""
    target = outcome.target
    if target is None or target.queue is None or not target.queue.dead_letter_arn:
        return ()
    return (
        QueueReading(
            name=target.queue.dead_letter_name,
            source_queue=target.queue.name,
            max_receive_count=target.queue.max_receive_count or 0,
            before=target.dead_letter.waiting if target.dead_letter else None,
        ),
    )


def fresh(aws: Aws, outcome: Outcome) -> Outcome:
    """What pre-flight found, with the dead-letter queue as it is now: in a suite, other cases were sent since."""
    target = outcome.target
    if target is None or target.dead_letter is None:
        return outcome
    try:
        dead = sqs.queue(aws, target.dead_letter.url)
    except AwsError:
        dead = None  # no count is better than an old one
    return msgspec.structs.replace(outcome, target=msgspec.structs.replace(target, dead_letter=dead))


def read_after(aws: Aws, outcome: Outcome, queues: Sequence[QueueReading]) -> tuple[QueueReading, ...]:
    """The same queues, with what lies in them now."""
    dead = outcome.target.dead_letter if outcome.target else None
    if dead is None:
        return tuple(queues)
    try:
        after = sqs.queue(aws, dead.url).waiting
    except AwsError:
        return tuple(queues)  # `after` stays None: the report says that it could not be read
    return tuple(msgspec.structs.replace(queue, after=after) for queue in queues)
