"""SNS: topics, and publishing one message."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from itk.aws.errors import translated
from itk.aws.replies import Meta, meta_of
from itk.aws.session import Aws


class Topic(msgspec.Struct, frozen=True, kw_only=True):
    """What GetTopicAttributes says of a topic."""

    arn: str
    name: str
    subscriptions: int | None


class Published(msgspec.Struct, frozen=True, kw_only=True):
    """The ids of a message."""

    message_id: str
    sequence_number: str
    meta: Meta


def topic(aws: Aws, arn: str) -> Topic:
    """Read a topic. IAM: `sns:GetTopicAttributes`. Raises NotFound, AwsError."""
    with translated("sns:GetTopicAttributes", arn):
        found = aws.client("sns").get_topic_attributes(TopicArn=arn)["Attributes"]
    confirmed = found.get("SubscriptionsConfirmed")
    return Topic(arn=arn, name=arn.rsplit(":", 1)[-1], subscriptions=int(confirmed) if confirmed is not None else None)


def publish(
    aws: Aws,
    topic_arn: str,
    message: str,
    attributes: Mapping[str, str],
    *,
    subject: str = "",
    group_id: str = "",
    deduplication_id: str = "",
) -> Published:
    """Publish one message. IAM: `sns:Publish`."""
    request: dict[str, Any] = {
        "TopicArn": topic_arn,
        "Message": message,
        "MessageAttributes": {k: {"DataType": "String", "StringValue": v} for k, v in attributes.items()},
    }
    optional = {"Subject": subject, "MessageGroupId": group_id, "MessageDeduplicationId": deduplication_id}
    request.update({name: value for name, value in optional.items() if value})
    with translated("sns:Publish", topic_arn):
        answer = aws.client("sns").publish(**request)
    return Published(
        message_id=answer["MessageId"], sequence_number=answer.get("SequenceNumber", ""), meta=meta_of(answer)
    )
