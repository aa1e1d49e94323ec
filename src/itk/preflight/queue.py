"""Is the queue there, and who takes its messages?"""

from __future__ import annotations

import re

from itk.aws import lambda_, sqs
from itk.aws.session import Aws
from itk.errors import AwsError
from itk.model.run import EventSource, Finding
from itk.model.wording import counted
from itk.preflight.account import same_place
from itk.preflight.found import Found, Target, bad

_QUEUE_URL = re.compile(r"https://(?:sqs\.([a-z0-9-]+)|([a-z0-9-]+)\.queue)\.amazonaws\.com(?:\.cn)?/(\d{12})/[^/]+")


def check_queue(aws: Aws, url: str, account: str) -> Found:
    found = read_queue(aws, url, account)
    if isinstance(found, str):
        return bad("queue", found, "check ITK_SQS_QUEUE_URL, AWS_PROFILE and ITK_AWS_REGION")
    findings = [Finding(check="queue", ok=True, what=f"{found.name}, {counted(found.waiting, 'message')} in it")]
    dead = None
    if found.dead_letter_arn:
        try:
            dead = sqs.queue(aws, sqs.queue_url(aws, found.dead_letter_arn))
            what = f"{dead.name}, after {found.max_receive_count} receives; {counted(dead.waiting, 'message')} in it"
            findings.append(Finding(check="dead_letter_queue", ok=True, what=what))
        except AwsError as error:
            what = f"{found.dead_letter_name} cannot be read, its growth will not be reported: {error.what}"
            findings.append(Finding(check="dead_letter_queue", ok=True, what=what, fix=error.fix))
    about_sources, sources = _event_sources(aws, found.arn)
    target = Target(name=found.name, id=url, queue=found, dead_letter=dead, event_sources=sources)
    return (*findings, about_sources), target


def read_queue(aws: Aws, url: str, account: str) -> sqs.Queue | str:
    """The queue, or why it is not where the caller is. Raises NotFound, AwsError."""
    if written := _QUEUE_URL.fullmatch(url):  # AWS would only say that it is not there, or not allowed
        region = written[1] or written[2]
        elsewhere = same_place(f"queue {url.rsplit('/', 1)[-1]}", written[3], region, account, aws.region)
        if elsewhere:
            return elsewhere
    found = sqs.queue(aws, url)
    return same_place(f"queue {found.name}", found.account, found.region, account, aws.region) or found


def _event_sources(aws: Aws, queue_arn: str) -> tuple[Finding, tuple[EventSource, ...]]:
    """Who takes the messages. Not being allowed to ask is no reason to refuse: stitching then knows a little less."""
    try:
        found = lambda_.event_sources(aws, queue_arn)
    except AwsError as error:
        what = f"cannot be read, so only records that name the message prove who received it: {error.what}"
        return Finding(check="event_sources", ok=True, what=what, fix=error.fix), ()
    told = ", ".join(f"{source.function} (up to {source.batch_size} at once)" for source in found)
    return Finding(check="event_sources", ok=True, what=told or "no function takes messages from this queue"), found
