"""Are the queues that the checks `queue` and `dlq` ask about there, readable, and where tests may be?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from itk.aws import sqs
from itk.aws.session import Aws
from itk.checks import Asked, asked_queues
from itk.errors import AwsError
from itk.model.case import CheckSpec
from itk.model.run import Finding
from itk.model.wording import counted
from itk.preflight.account import same_place
from itk.preflight.found import Target, arn_place
from itk.preflight.names import check_names
from itk.preflight.queue import read_queue

WatchedQueues = dict[Asked, sqs.Queue]

_FIX = "correct the check's `queue`, AWS_PROFILE or ITK_AWS_REGION; it needs sqs:GetQueueUrl and sqs:GetQueueAttributes"


def check_watched(
    aws: Aws, specs: Sequence[CheckSpec], target: Target | None, account: str, hits: Callable[[str], str | None]
) -> tuple[tuple[Finding, ...], WatchedQueues]:
    """The same questions as of a target. What is not asked because the caller or the target is not known, they tell."""
    asked = asked_queues(specs)
    names = check_names((one.name for one in asked), hits)
    findings, found = [] if names.ok else [names], {}
    for one in asked if account else ():
        if not one.written and target is None:
            continue
        queue = _read(aws, one, target, account)
        if isinstance(queue, Finding):
            findings.append(queue)
        else:
            found[one] = queue
    return (*findings, *_seen(found)), found


def _seen(found: WatchedQueues) -> Iterator[Finding]:
    for queue in {queue.name: queue for queue in found.values()}.values():
        yield Finding(
            check="queue", ok=True, what=f"{queue.name} is watched, {counted(queue.waiting, 'message')} in it"
        )


def _read(aws: Aws, asked: Asked, target: Target | None, account: str) -> sqs.Queue | Finding:
    """The queue, or what keeps the run from being sent."""
    kind = "dlq" if asked.dead else "queue"
    if not asked.written and not (target and target.queue):
        return _bad(asked, f"`{kind}` names no queue, and this case sends to none", f"write `- {kind}: {{queue: …}}`")
    written = asked.written or _own(asked, target)
    if not written:
        return _bad(asked, "`dlq` names no queue, and the target has no dead-letter queue", "write `- dlq: {queue: …}`")
    try:
        queue = _find(aws, written, account)
    except AwsError as error:
        return _bad(asked, f"queue {written} cannot be read: {error.what}", error.fix or _FIX)
    return queue if isinstance(queue, sqs.Queue) else _bad(asked, queue, _FIX)


def _find(aws: Aws, written: str, account: str) -> sqs.Queue | str:
    """The queue of a URL, ARN or name, or why it is not where the caller is."""
    if "://" in written:
        return read_queue(aws, written, account)
    if not written.startswith("arn:"):
        return read_queue(aws, sqs.queue_url(aws, f"{account}:{written}"), account)
    elsewhere = same_place(f"queue {written.rsplit(':', 1)[-1]}", *arn_place(written), account, aws.region)
    return elsewhere or read_queue(aws, sqs.queue_url(aws, written), account)


def _own(asked: Asked, target: Target | None) -> str:
    if target is None or target.queue is None:
        return ""
    return target.queue.dead_letter_arn if asked.dead else target.queue.url


def _bad(asked: Asked, what: str, fix: str) -> Finding:
    return Finding(check="queue", ok=False, what=f"{what} ({asked.where})", fix=fix)
