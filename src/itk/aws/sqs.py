"""Queues: their attributes and sending. ITK never receives from a queue of the system under test."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from itk.aws.errors import translated
from itk.aws.session import Aws


class Queue(msgspec.Struct, frozen=True, kw_only=True):
    """What GetQueueAttributes says of a queue. `waiting` is the sum of visible, in flight and delayed, approximate."""

    url: str
    arn: str
    name: str
    account: str
    region: str
    waiting: int = 0
    max_receive_count: int | None = None
    dead_letter_arn: str = ""

    @property
    def dead_letter_name(self) -> str:
        return self.dead_letter_arn.rsplit(":", 1)[-1]


def queue(aws: Aws, url: str) -> Queue:
    """Read a queue. IAM: `sqs:GetQueueAttributes`. Raises NotFound, AwsError."""
    with translated("sqs:GetQueueAttributes", url):
        attributes = aws.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    arn = attributes.get("QueueArn", "")
    parts = arn.split(":")
    redrive = msgspec.json.decode(attributes.get("RedrivePolicy") or "{}", type=dict[str, Any])
    limit = redrive.get("maxReceiveCount")
    return Queue(
        url=url,
        arn=arn,
        name=parts[-1],
        account=parts[4] if len(parts) > 5 else "",
        region=parts[3] if len(parts) > 5 else "",
        waiting=sum(
            int(attributes.get(name, 0))
            for name in (
                "ApproximateNumberOfMessages",
                "ApproximateNumberOfMessagesNotVisible",
                "ApproximateNumberOfMessagesDelayed",
            )
        ),
        max_receive_count=int(limit) if limit is not None else None,
        dead_letter_arn=redrive.get("deadLetterTargetArn", ""),
    )


def queue_url(aws: Aws, arn: str) -> str:
    """The URL of a queue of which the ARN is known. IAM: `sqs:GetQueueUrl`."""
    *_, account, name = arn.split(":")
    with translated("sqs:GetQueueUrl", arn):
        answer = aws.client("sqs").get_queue_url(QueueName=name, QueueOwnerAWSAccountId=account)
    return str(answer["QueueUrl"])


def send(
    aws: Aws,
    url: str,
    body: str,
    attributes: Mapping[str, str],
    trace_header: str,
    *,
    group_id: str = "",
    deduplication_id: str = "",
) -> dict[str, Any]:
    """Send one message. IAM: `sqs:SendMessage`. Returns SendMessage's answer."""
    request: dict[str, Any] = {
        "QueueUrl": url,
        "MessageBody": body,
        "MessageAttributes": {k: {"DataType": "String", "StringValue": v} for k, v in attributes.items()},
        "MessageSystemAttributes": {"AWSTraceHeader": {"DataType": "String", "StringValue": trace_header}},
    }
    if group_id:
        request["MessageGroupId"] = group_id
    if deduplication_id:
        request["MessageDeduplicationId"] = deduplication_id
    with translated("sqs:SendMessage", url):
        answer: dict[str, Any] = aws.client("sqs").send_message(**request)
    return answer
