"""Targets are asked about once, and a retry has leave to send its own form of the case alone."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from itk.model.case import Http, LambdaInvoke, S3Object, SqsEvent, StepFunctionsExecution, Stimulus
from itk.ports import Cleared
from itk.preflight import Outcome, Rules, again
from itk.preflight.found import Target
from itk.preflight.target import target_key
from itk.settings.names import ForbiddenNames
from tests.workflows.suite.build import candidate

QUEUE = "https://sqs.eu-west-1.amazonaws.com/123456789012/orders"
RULES = Rules(allowed_accounts=(), forbidden=ForbiddenNames().hits, log_groups=())
KEYED = S3Object(bucket="b", key="in/itk-00000000000000000001.json")


@pytest.mark.parametrize(
    ("one", "two"),
    [
        (
            SqsEvent(mode="publish_sqs", queue_url=QUEUE, body="1"),
            SqsEvent(mode="publish_sqs", queue_url=QUEUE, body="2"),
        ),
        (SqsEvent(mode="invoke_lambda", function_name="f", body=""), LambdaInvoke(function_name="f", payload=7)),
        (Http(url="https://x/a", method="GET"), Http(url="https://x/a", method="POST", body="b")),
        (KEYED, replace(KEYED, key="in/itk-00000000000000000002.json")),
    ],
)
def test_what_is_sent_does_not_change_what_is_asked(one: Stimulus, two: Stimulus) -> None:
    assert target_key(one) == target_key(two)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        (LambdaInvoke(function_name="f"), LambdaInvoke(function_name="g")),
        (LambdaInvoke(function_name="f"), LambdaInvoke(function_name="f", qualifier="live")),
        (Http(url="https://x/a"), Http(url="https://x/a", sign_for="lambda")),
        (KEYED, replace(KEYED, key="in/order.json")),
        (
            StepFunctionsExecution(state_machine_arn="arn"),
            StepFunctionsExecution(state_machine_arn="arn", sync=True),
        ),
    ],
)
def test_what_pre_flight_would_answer_otherwise_is_asked_again(one: Stimulus, two: Stimulus) -> None:
    assert target_key(one) != target_key(two)


def outcome() -> Outcome:
    return Outcome(
        findings=(), cleared=Cleared(candidate("a").case, "f", "arn:f", "/f"), target=Target(name="f", id="arn:f")
    )


def test_a_retry_is_cleared_in_its_own_form() -> None:
    case = replace(candidate("a").case, name="under another run id")
    cleared = again(outcome(), case, RULES).cleared
    assert cleared is not None
    assert cleared.case is case


@pytest.mark.parametrize("function", ["g", "orders-prod"])
def test_a_retry_that_is_aimed_elsewhere_is_not(function: str) -> None:
    case = replace(candidate("a").case, stimulus=LambdaInvoke(function_name=function))
    refused = again(outcome(), case, RULES)
    assert refused.cleared is None
    assert not refused.findings[-1].ok
