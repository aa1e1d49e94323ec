"""LogResult over HTTP: the lines of a synchronous call come with its answer."""

from __future__ import annotations

import pytest

from itk.aws import lambda_
from itk.aws.session import Aws
from itk.entrypoints.lambda_invoke import tail
from itk.sandbox import Sandbox
from tests.sandbox.support import Aws as Sdk


def test_a_synchronous_call_brings_the_end_of_its_log(aws: Aws, itk_sandbox: Sandbox) -> None:
    name = Sdk(itk_sandbox).deploy("def handler(event, context):\n    print('größe')\n    return 1\n")
    answer = lambda_.invoke(aws, name, {}, {})
    events = tail(answer, f"/aws/lambda/{name}", 1_763_796_662_120_999_999)
    told = "\n".join(event.message for event in events)
    assert f"START RequestId: {answer.request_id}" in told
    assert "größe" in told
    assert "REPORT RequestId" in told
    assert {(event.source, event.stream, event.time_ms) for event in events} == {
        ("lambda_tail", f"LogResult:{answer.request_id}", 1_763_796_662_120)
    }


@pytest.mark.parametrize("logged", ["", "\n\n"])
def test_no_tail_is_no_record(logged: str) -> None:
    answer = lambda_.Answer(
        request_id="r", status_code=200, function_error="", payload=None, retries=0, log_tail=logged
    )
    assert tail(answer, "g", 0) == ()


def test_an_asynchronous_call_asks_for_none(aws: Aws, itk_sandbox: Sandbox) -> None:
    name = Sdk(itk_sandbox).deploy("def handler(event, context):\n    return 1\n")
    assert lambda_.invoke(aws, name, {}, {}, asynchronous=True).log_tail == ""
