"""`sqs_event`: a message for a queue, or the event that its consumer would get."""

from __future__ import annotations

import json
import re
from typing import Any, Literal

from pydantic import AliasChoices, Field

from itk.casefile.attributes import fifo, not_too_many, read_attributes
from itk.casefile.forms import Form, TargetForm, Word
from itk.casefile.written import Written
from itk.model.case import SqsEvent
from itk.model.problem import show

_LAMBDA_ARN = re.compile(r"arn:aws[a-z-]*:lambda:", re.ASCII)
_SQS_ARN = re.compile(r"arn:(aws[a-z-]*):sqs:([a-z0-9-]+):(\d{12}):([A-Za-z0-9_.-]+)", re.ASCII)
_ENVELOPE = frozenset({"body", "messageId", "messageAttributes", "message_attributes", "attributes", "receiptHandle",
                       "md5OfBody", "eventSource", "eventSourceARN", "awsRegion"})  # fmt: skip


class SqsTarget(TargetForm):
    mode: Literal["publish_sqs", "invoke_lambda"] | None = Field(
        default=None,
        description="`publish_sqs` sends a message to the queue (the golden path); "
        "`invoke_lambda` calls the consumer with the event that SQS would give it.",
    )
    queue_url: Word = Field(default="", description="The queue. ITK_SQS_QUEUE_URL, when not given.")
    function_name: Word = Field(
        default="",
        validation_alias=AliasChoices("function_name", "function_name_or_arn"),
        description="For `invoke_lambda`: name or ARN. ITK_LAMBDA_FUNCTION_NAME, when not given.",
    )
    qualifier: Word = Field(default="", description="For `invoke_lambda`: version or alias.")
    message_attributes: dict[str, Any] = Field(
        default={}, description="Names and texts. ITK adds one of its own; SQS allows ten in all."
    )
    message_group_id: Word = Field(default="", description="For FIFO queues.")
    message_deduplication_id: Word = Field(
        default="", description="For FIFO queues without content-based deduplication."
    )


class SqsEntrypoint(Form):
    type: Literal["sqs_event"]
    target: SqsTarget = Field(default_factory=SqsTarget)
    payload: Any = Field(description="The message body: text as it is, anything else as compact JSON.")


def read(form: SqsEntrypoint, at: Written) -> SqsEvent | None:
    """The stimulus, or `None` where it cannot be told what is meant."""
    target = form.target
    if at.one_of("queue_url", "function_name", "target_arn_or_url", only_conflict_with="target_arn_or_url"):
        return None
    mode, queue, function = _destination(target, at)
    payload = _envelope(form.payload, at)
    attributes = read_attributes(at, target.message_attributes, at.mapping("target", "message_attributes"))
    if isinstance(payload, tuple):
        payload, more = payload
        attributes = {**read_attributes(at, more, at.at("payload")), **attributes}
    not_too_many(at, attributes)
    fifo(at, queue if mode == "publish_sqs" else "", "queue", target.message_group_id)
    body = payload if isinstance(payload, str) else json.dumps(payload, ensure_ascii=False, separators=(",", ":"))
    if payload is None or body == "":
        at.findings.error(at.at("payload"), "the message has no body", "write a text or a mapping as `payload`")
    at.region(target.region)
    return SqsEvent(
        mode=mode,
        queue_url=queue,
        function_name=function,
        qualifier=target.qualifier,
        body=body,
        attributes=attributes,
        message_group_id=target.message_group_id,
        message_deduplication_id=target.message_deduplication_id,
    )


def _destination(target: SqsTarget, at: Written) -> tuple[Literal["publish_sqs", "invoke_lambda"], str, str]:
    """The mode, the queue's URL and the function."""
    place = at.given("target_arn_or_url", target.target_arn_or_url)
    queue, function = at.given("queue_url", target.queue_url), at.given("function_name", target.function_name)
    mode = target.mode or ("invoke_lambda" if _LAMBDA_ARN.match(place) or (function and not queue) else "publish_sqs")
    if mode == "publish_sqs":
        return mode, _queue_url(at.or_setting(queue or place, "queue_url", "ITK_SQS_QUEUE_URL"), at), ""
    function = at.or_setting(function or place, "function_name", "ITK_LAMBDA_FUNCTION_NAME")
    if function.startswith("http"):
        fix = "name the function, or write `mode: publish_sqs`"
        at.findings.error(at.at("target"), "`invoke_lambda` needs a function, this is a URL", fix)
    return mode, queue or at.defaults.queue_url, function


def _envelope(payload: Any, at: Written) -> Any:
    """The body, or (body, attributes), where the payload is an SQS event or a record of one."""
    if not isinstance(payload, dict):
        return payload
    records = payload.get("Records")
    if set(payload) == {"Records"} and isinstance(records, list):
        if len(records) != 1 or not isinstance(records[0], dict) or "body" not in records[0]:
            fix = "one case sends one message: keep one record with a `body`"
            at.findings.error(at.at("payload", "Records"), "`Records` must hold one record with a body", fix)
            return "?"
        payload = records[0]
    elif not ("body" in payload and set(payload) <= _ENVELOPE):
        return payload
    attributes = payload.get("messageAttributes", payload.get("message_attributes", {}))
    return payload["body"], attributes if isinstance(attributes, dict) else {}


def _queue_url(queue: str, at: Written) -> str:
    if arn := _SQS_ARN.fullmatch(queue):
        partition, region, account, name = arn.groups()
        suffix = "amazonaws.com.cn" if partition == "aws-cn" else "amazonaws.com"
        return f"https://sqs.{region}.{suffix}/{account}/{name}"
    if queue and not re.match(r"https?://[^/]+/.+", queue) and "${" not in queue:
        fix = "write `https://sqs.<region>.amazonaws.com/<account>/<name>`, or `mode: invoke_lambda` for a function"
        at.findings.error(at.at("target"), f"`{show(queue)}` is not the URL of a queue", fix)
    return queue
