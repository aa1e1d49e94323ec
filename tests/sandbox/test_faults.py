"""Faults in the wire format of every protocol: botocore must know them, and heal those that can heal."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from itk.errors import ItkError
from itk.sandbox import Sandbox
from tests.sandbox.support import Aws

AGENT = """
agent: FAULTAGENT
alias: FAULTALIAS
steps: [{answer: fine}]
"""


def send(aws: Aws) -> Any:
    url, _ = aws.queue()
    return aws.client("sqs").send_message(QueueUrl=url, MessageBody="x")


def invoke_agent(aws: Aws) -> Any:
    aws.sandbox.agent(AGENT)
    return aws.client("bedrock-agent-runtime").invoke_agent(
        agentId="FAULTAGENT", agentAliasId="FAULTALIAS", sessionId="s-1", inputText="x"
    )


CALLS: dict[str, Callable[[Aws], Any]] = {
    "sqs.SendMessage": send,
    "logs.DescribeLogGroups": lambda aws: aws.client("logs").describe_log_groups(),
    "sts.GetCallerIdentity": lambda aws: aws.client("sts").get_caller_identity(),
    "lambda.ListFunctions": lambda aws: aws.client("lambda").list_functions(),
    "s3.ListBuckets": lambda aws: aws.client("s3").list_buckets(),
    "dynamodb.ListTables": lambda aws: aws.client("dynamodb").list_tables(),
    "bedrock-agent.ListAgents": lambda aws: aws.client("bedrock-agent").list_agents(),
    "bedrock-agent-runtime.InvokeAgent": invoke_agent,
}
THROTTLES = {
    "sqs.SendMessage": "RequestThrottled",
    "logs.DescribeLogGroups": "ThrottlingException",
    "sts.GetCallerIdentity": "Throttling",
    "lambda.ListFunctions": "TooManyRequestsException",
    "s3.ListBuckets": "SlowDown",
    "dynamodb.ListTables": "ThrottlingException",
    "bedrock-agent.ListAgents": "ThrottlingException",
    "bedrock-agent-runtime.InvokeAgent": "ThrottlingException",
}


@pytest.mark.parametrize("name", CALLS)
def test_throttles_are_retried_and_heal(aws: Aws, name: str) -> None:
    service, operation = name.split(".")
    fired = len(aws.sandbox.fired())
    aws.sandbox.faults([{"service": service, "operation": operation, "code": THROTTLES[name]}])

    answer = CALLS[name](aws)

    assert answer["ResponseMetadata"]["RetryAttempts"] == 1
    assert [f["operation"] for f in aws.sandbox.fired()[fired:]] == [operation]


@pytest.mark.parametrize(
    ("name", "code", "status"),
    [
        ("sts.GetCallerIdentity", "ExpiredToken", 403),
        ("logs.DescribeLogGroups", "AccessDeniedException", 400),
        ("sqs.SendMessage", "AWS.SimpleQueueService.NonExistentQueue", 400),
        ("lambda.ListFunctions", "AccessDeniedException", 403),
        ("s3.ListBuckets", "InvalidAccessKeyId", 403),
        ("bedrock-agent-runtime.InvokeAgent", "AccessDeniedException", 403),
    ],
)
def test_other_errors_arrive_with_their_code(aws: Aws, name: str, code: str, status: int) -> None:
    service, operation = name.split(".")
    rule = {"service": service, "operation": operation, "code": code, "status": status, "message": "on purpose"}
    aws.sandbox.faults([rule])

    with pytest.raises(ClientError) as caught:
        CALLS[name](aws)

    assert caught.value.response["Error"]["Code"] == code
    assert caught.value.response["Error"]["Message"] == "on purpose"
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == status


def test_latency_alone(aws: Aws) -> None:
    aws.sandbox.faults([{"service": "sts", "latency_s": 0.3}])
    fired = len(aws.sandbox.fired())
    started = time.monotonic()
    aws.client("sts").get_caller_identity()
    assert time.monotonic() - started >= 0.3
    aws.client("sts").get_caller_identity()
    assert [(f["code"], f["latency_s"]) for f in aws.sandbox.fired()[fired:]] == [("", 0.3)]


@pytest.mark.parametrize(
    ("rule", "complaint"),
    [
        ({"operation": "SendMessage", "code": "X"}, "at least `service`"),
        ({"service": "sqs"}, "would do nothing"),
        ({"service": "sqs", "code": "X", "count": 2}, "unknown key `count`"),
    ],
)
def test_a_rule_that_cannot_work_is_refused(aws: Aws, rule: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ItkError, match=complaint):
        aws.sandbox.faults([rule])


def test_calls_are_counted_by_operation(itk_sandbox_fresh: Sandbox) -> None:
    aws = Aws(itk_sandbox_fresh)
    assert itk_sandbox_fresh.calls() == {}

    send(aws)
    aws.client("sts").get_caller_identity()
    list(invoke_agent(aws)["completion"])

    assert itk_sandbox_fresh.calls() == {
        "sqs.CreateQueue": 1,
        "sqs.SendMessage": 1,
        "sts.GetCallerIdentity": 1,
        "bedrock-agent-runtime.InvokeAgent": 1,
    }


def test_a_call_that_a_fault_answered_was_still_a_call(itk_sandbox_fresh: Sandbox) -> None:
    itk_sandbox_fresh.faults([{"service": "sqs", "operation": "SendMessage", "code": "RequestThrottled"}])
    send(Aws(itk_sandbox_fresh))
    assert itk_sandbox_fresh.calls()["sqs.SendMessage"] == 2
