"""What an AWS API call is about, from the names that tracing systems give services, operations and resources."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

_PLAIN = re.compile(r"[^a-z0-9]+")
_PREFIX = re.compile(r"^(?:aws|amazon)")

# Service -> the type of component that its calls are about.
_TYPES = {
    "dynamodb": "table",
    "sqs": "queue",
    "sns": "topic",
    "lambda": "lambda",
    "s3": "bucket",
    "events": "bus",
    "eventbridge": "bus",
    "stepfunctions": "state_machine",
    "sfn": "state_machine",
    "states": "state_machine",
    "bedrock": "model",
    "bedrockruntime": "model",
    "bedrockagentruntime": "agent",
    "apigateway": "api",
}
# Type -> what names it, the surest first: attributes of spans, then parameters of the API.
_NAMED_BY: dict[str, tuple[str, ...]] = {
    "table": ("table_name", "table_names", "aws.dynamodb.table_names", "TableName"),
    "queue": ("queue_url", "aws.sqs.queue.url", "aws.sqs.queue_url", "messaging.destination.name", "QueueUrl"),
    "topic": (
        "topic_arn",
        "aws.sns.topic.arn",
        "aws.sns.topic_arn",
        "messaging.destination.name",
        "TopicArn",
        "TargetArn",
    ),
    "lambda": ("function_name", "function_arn", "faas.invoked_name", "aws.lambda.function.name", "FunctionName"),
    "bucket": ("bucket_name", "bucket", "aws.s3.bucket", "Bucket"),
    "bus": ("event_bus_name", "event_bus_arn", "EventBusName"),
    "state_machine": ("state_machine_arn", "aws.step_functions.state_machine.arn", "StateMachineArn"),
    "model": ("model_id", "gen_ai.request.model", "ModelId"),
    "agent": ("agent_id", "aws.bedrock.agent.id", "gen_ai.agent.id"),
    "api": ("api_id", "aws.api_gateway.rest_api"),
    "knowledge_base": ("knowledge_base_id", "aws.bedrock.knowledge_base.id"),
}
_ANYWHERE = ("aws.remote.resource.identifier", "resource_names")
_SENDS = frozenset(("SendMessage", "SendMessageBatch", "Publish", "PublishBatch", "PutEvents"))
_KNOWLEDGE = frozenset(("Retrieve", "RetrieveAndGenerate", "RetrieveAndGenerateStream"))


class Resource(NamedTuple):
    """A component type of `itk.model.trace`, its name, and its ARN or URL where that was said."""

    type: str
    name: str
    id: str = ""


def type_of(service: str) -> str:
    """What the calls of a service are about, also where a call does not say which one; empty if not known."""
    return _TYPES.get(service_key(service), "")


def sends(operation: str) -> bool:
    """Whether the call hands something over that others will work on."""
    return operation in _SENDS


def resource(service: str, operation: str, fields: Mapping[str, Any]) -> Resource:
    """The table, queue, function, ... of a call; the service itself where nothing names one.

    >>> resource("DynamoDB", "UpdateItem", {"table_name": "orders"})
    Resource(type='table', name='orders', id='')
    >>> resource("AWS::SQS::Queue", "SendMessage", {"queue_url": "https://sqs.eu-west-1.amazonaws.com/1/notify"}).name
    'notify'
    """
    kind = type_of(service)
    if kind == "agent" and operation in _KNOWLEDGE:
        kind = "knowledge_base"
    said = _first(fields, (*_NAMED_BY[kind], *_ANYWHERE)) if kind else ""
    if not said:
        return Resource("service", service or "unknown")
    return Resource(kind, short_name(said), said if said != short_name(said) else "")


def service_key(service: str) -> str:
    """`AWS::DynamoDB::Table`, `DynamoDB`, `dynamodb` and `Amazon DynamoDB` are one."""
    words = service.split("::")
    name = words[1] if len(words) > 1 and words[0] == "AWS" else service
    return _PREFIX.sub("", _PLAIN.sub("", name.lower()))


def short_name(said: str) -> str:
    """The name within an ARN or URL.

    >>> [short_name(x) for x in ("arn:aws:lambda:eu-west-1:1:function:lookup:live", "arn:aws:sns:eu-west-1:1:news",
    ...     "arn:aws:dynamodb:eu-west-1:1:table/orders", "https://sqs.eu-west-1.amazonaws.com/1/notify", "orders",
    ...     "arn:aws:bedrock:eu-west-1::foundation-model/amazon.nova-lite-v1:0")]
    ['lookup', 'news', 'orders', 'notify', 'orders', 'amazon.nova-lite-v1:0']
    """
    if said.startswith("arn:"):
        parts = said.split(":", 5)
        rest = parts[5] if len(parts) == 6 else said
        if rest.startswith("function:"):
            return rest.split(":")[1] or said
        return rest.rpartition("/" if "/" in rest else ":")[2] or said
    return (said.rstrip("/").rpartition("/")[2] or said) if "://" in said else said


def _first(fields: Mapping[str, Any], keys: Iterable[str]) -> str:
    for key in keys:
        value = fields.get(key)
        if isinstance(value, list) and value:
            value = value[0]
        if isinstance(value, str) and value:
            return value
    return ""
