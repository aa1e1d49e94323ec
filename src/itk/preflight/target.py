"""Is the target there, readable, and where the caller is?"""

from __future__ import annotations

import re

import msgspec

from itk.aws import bedrock, lambda_, sqs
from itk.aws.session import Aws
from itk.errors import AwsError
from itk.model.case import BedrockInvokeAgent, SqsEvent, Stimulus
from itk.model.run import EventSource, Finding
from itk.model.wording import counted
from itk.preflight.account import same_place

_QUEUE_URL = re.compile(r"https://(?:sqs\.([a-z0-9-]+)|([a-z0-9-]+)\.queue)\.amazonaws\.com(?:\.cn)?/(\d{12})/[^/]+")
_FUNCTION_ARN = re.compile(r"arn:[a-z-]+:lambda:([a-z0-9-]+):(\d{12}):function:.+")


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of the target before anything is sent."""

    name: str
    id: str
    queue: sqs.Queue | None = None
    dead_letter: sqs.Queue | None = None
    event_sources: tuple[EventSource, ...] = ()
    log_group: str = ""  # of a function


def check_target(aws: Aws, stimulus: Stimulus, account: str) -> tuple[tuple[Finding, ...], Target | None]:
    """Read the queue (and its dead-letter queue), the function or the agent alias that the stimulus goes to."""
    try:
        if isinstance(stimulus, SqsEvent) and stimulus.mode == "publish_sqs":
            return _queue(aws, stimulus.queue_url, account)
        if isinstance(stimulus, BedrockInvokeAgent):
            return _agent(aws, stimulus, account)
        return _function(aws, stimulus.function_name, stimulus.qualifier, account)
    except AwsError as error:
        kind = "agent" if isinstance(stimulus, BedrockInvokeAgent) else "function"
        if isinstance(stimulus, SqsEvent) and stimulus.mode == "publish_sqs":
            kind = "queue"
        where = f" ({error.where})" if error.where else ""
        return (Finding(check=kind, ok=False, what=error.what + where, fix=error.fix),), None


def _queue(aws: Aws, url: str, account: str) -> tuple[tuple[Finding, ...], Target | None]:
    fix = "check ITK_SQS_QUEUE_URL, AWS_PROFILE and ITK_AWS_REGION"
    if written := _QUEUE_URL.fullmatch(url):  # AWS would only say that it is not there, or not allowed
        region = written[1] or written[2]
        elsewhere = same_place(f"queue {url.rsplit('/', 1)[-1]}", written[3], region, account, aws.region)
        if elsewhere:
            return _bad("queue", elsewhere, fix)
    found = sqs.queue(aws, url)
    elsewhere = same_place(f"queue {found.name}", found.account, found.region, account, aws.region)
    if elsewhere:
        return _bad("queue", elsewhere, fix)
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


def _event_sources(aws: Aws, queue_arn: str) -> tuple[Finding, tuple[EventSource, ...]]:
    """Who takes the messages. Not being allowed to ask is no reason to refuse: stitching then knows a little less."""
    try:
        found = lambda_.event_sources(aws, queue_arn)
    except AwsError as error:
        what = f"cannot be read, so only records that name the message prove who received it: {error.what}"
        return Finding(check="event_sources", ok=True, what=what, fix=error.fix), ()
    told = ", ".join(f"{source.function} (up to {source.batch_size} at once)" for source in found)
    return Finding(check="event_sources", ok=True, what=told or "no function takes messages from this queue"), found


def _function(aws: Aws, name: str, qualifier: str, account: str) -> tuple[tuple[Finding, ...], Target | None]:
    fix = "check the case's target, AWS_PROFILE and ITK_AWS_REGION"
    if written := _FUNCTION_ARN.fullmatch(name):
        elsewhere = same_place(f"function {name.rsplit(':', 1)[-1]}", written[2], written[1], account, aws.region)
        if elsewhere:
            return _bad("function", elsewhere, fix)
    found = lambda_.function(aws, name, qualifier)
    elsewhere = same_place(f"function {found.name}", found.account, found.region, account, aws.region)
    if elsewhere:
        return _bad("function", elsewhere, fix)
    finding = Finding(check="function", ok=True, what=f"{found.name}, logs to {found.log_group}")
    return (finding,), Target(name=found.name, id=found.arn, log_group=found.log_group)


def _agent(aws: Aws, stimulus: BedrockInvokeAgent, account: str) -> tuple[tuple[Finding, ...], Target | None]:
    found = bedrock.alias(aws, stimulus.agent_id, stimulus.agent_alias_id)
    elsewhere = same_place(f"agent {stimulus.agent_id}", found.account, found.region, account, aws.region)
    name = found.agent_name or stimulus.agent_id
    if elsewhere:
        return _bad("agent", elsewhere, "check the case's target, AWS_PROFILE and ITK_AWS_REGION")
    if found.status not in ("PREPARED", ""):
        what = f"alias {stimulus.agent_alias_id} of agent {name} is {found.status}, not PREPARED"
        return _bad("agent", what, "prepare the agent, or choose another alias")
    finding = Finding(check="agent", ok=True, what=f"{name}, alias {stimulus.agent_alias_id}")
    return (finding,), Target(name=name, id=found.arn)


def _bad(check: str, what: str, fix: str) -> tuple[tuple[Finding, ...], None]:
    return (Finding(check=check, ok=False, what=what, fix=fix),), None
