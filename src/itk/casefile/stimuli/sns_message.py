"""`sns_message`: a message for a topic."""

from __future__ import annotations

import json
import re
from typing import Any, Literal

from pydantic import Field

from itk.casefile.attributes import fifo, not_too_many, read_attributes
from itk.casefile.forms import Form, Line, Word
from itk.casefile.written import Written
from itk.model.case import SnsMessage

_TOPIC = re.compile(r"arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}(?:\.fifo)?", re.ASCII)


class SnsTarget(Form):
    topic_arn: Word = Field(default="", description="The topic.")
    subject: Line = Field(default="", max_length=100, description="For e-mail; part of the notification.")
    message_attributes: dict[str, Any] = Field(
        default={}, description="Names and texts. ITK adds one of its own; ten in all reach a queue."
    )
    message_group_id: Word = Field(default="", description="For FIFO topics.")
    message_deduplication_id: Word = Field(
        default="", description="For FIFO topics without content-based deduplication."
    )


class SnsEntrypoint(Form):
    type: Literal["sns_message"]
    target: SnsTarget = Field(default_factory=SnsTarget)
    payload: Any = Field(description="The message: text as it is, anything else as compact JSON.")


def read(form: SnsEntrypoint, at: Written) -> SnsMessage:
    """The stimulus; what is wrong with it is told."""
    target, payload = form.target, form.payload
    topic = at.needed("topic_arn", target.topic_arn)
    fix = "write `arn:aws:sns:<region>:<account>:<name>`"
    at.matches("topic_arn", topic, _TOPIC, "the ARN of a topic", fix)
    attributes = read_attributes(at, target.message_attributes, at.mapping("target", "message_attributes"))
    not_too_many(at, attributes)
    fifo(at, topic, "topic", target.message_group_id)
    if payload is None or payload == "":
        at.findings.error(at.at("payload"), "the message is empty", "write a text or a mapping as `payload`")
    return SnsMessage(
        topic_arn=topic,
        message=payload if isinstance(payload, str) else json.dumps(payload, ensure_ascii=False, separators=(",", ":")),
        subject=target.subject,
        attributes=attributes,
        message_group_id=target.message_group_id,
        message_deduplication_id=target.message_deduplication_id,
    )
