"""support-bot in the session's sandbox, and its handlers in processes of their own."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import boto3
import pytest

from itk.sandbox import Sandbox
from itk.sandbox.pytest_plugin import itk_sandbox  # noqa: F401

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
EXAMPLE = ROOT / "examples" / "support-bot"
Json = dict[str, Any]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "itk_sandbox" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.sandbox)


@pytest.fixture(scope="session")
def deploy_module() -> Iterator[ModuleType]:
    """deploy.py, which is a script beside its application and no part of a package."""
    sys.path.insert(0, str(EXAMPLE))
    try:
        yield importlib.import_module("deploy")
    finally:
        sys.path.remove(str(EXAMPLE))


@dataclass(frozen=True)
class Invocation:
    """What a handler answered and logged. `answer` is None where it raised."""

    answer: Any
    lines: list[str]

    @property
    def objects(self) -> list[Json]:
        """Every JSON line."""
        return [json.loads(line) for line in self.lines if line.startswith("{")]

    @property
    def spans(self) -> list[Json]:
        """The contract spans, wherever the line keeps them."""
        found = []
        for line in self.lines:
            start = line.find("{")
            body = json.loads(line[start:]) if start >= 0 and line.endswith("}") else {}
            body = body.get("message", body)
            found += [body] if isinstance(body, dict) and body.get("itk") == "span" else []
        return found


class Bot:
    """A deployment whose handlers are also called here, one by one, with events of our making."""

    def __init__(self, sandbox: Sandbox, settings: dict[str, str]) -> None:
        self.sandbox = sandbox
        self.settings = settings
        env = sandbox.env()
        self.session = boto3.Session(env["AWS_ACCESS_KEY_ID"], env["AWS_SECRET_ACCESS_KEY"], region_name=sandbox.region)
        # Nobody listens here, so what intake sends can be looked at.
        self.outbox = self.client("sqs").create_queue(QueueName="unit-outbox")["QueueUrl"]

    def client(self, service: str) -> Any:
        return self.session.client(service, endpoint_url=self.sandbox.endpoint)  # type: ignore[call-overload]

    def call(self, module: str, event: Json, **env: str) -> Invocation:
        variables = {
            "INTAKE_QUEUE": "unit-intake",
            "NOTIFY_QUEUE_URL": self.outbox,
            "NOTIFY_QUEUE": "unit-notify",
            "ORDERS_TABLE": "unit-orders",
            "AGENT_NAME": "unit-gatekeeper",
            "AGENT_ID": self.settings["ITK_BEDROCK_AGENT_ID"],
            "AGENT_ALIAS_ID": self.settings["ITK_BEDROCK_AGENT_ALIAS_ID"],
        }
        done = subprocess.run(
            [sys.executable, str(HERE / "run_handler.py"), module],
            input=json.dumps(event),
            env={"PYTHONPATH": str(EXAMPLE / "functions"), **self.sandbox.env(), **variables, **env},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert "Traceback" not in done.stderr or done.returncode == 1, done.stderr
        lines = done.stdout.splitlines()
        answers = [line.removeprefix("ANSWER ") for line in lines if line.startswith("ANSWER ")]
        answer = json.loads(answers[0]) if answers else None
        return Invocation(answer, [line for line in lines if not line.startswith("ANSWER ")])

    def sent(self) -> list[Json]:
        """What lies in the outbox; it is empty afterwards."""
        sqs = self.client("sqs")
        answer = sqs.receive_message(
            QueueUrl=self.outbox,
            MaxNumberOfMessages=10,
            MessageAttributeNames=["All"],
            MessageSystemAttributeNames=["All"],
        )
        messages: list[Json] = answer.get("Messages", [])
        for message in messages:
            sqs.delete_message(QueueUrl=self.outbox, ReceiptHandle=message["ReceiptHandle"])
        return messages


@pytest.fixture(scope="session")
def bot(itk_sandbox: Sandbox, deploy_module: ModuleType) -> Bot:  # noqa: F811
    """One deployment for all tests, under the prefix `unit`."""
    return Bot(itk_sandbox, deploy_module.deploy(itk_sandbox.endpoint, "unit", agent_name="unit-gatekeeper"))


@pytest.fixture
def record() -> Callable[..., Json]:
    """Makes SQS records as Lambda delivers them."""

    def make(
        number: int, body: Json | str, *, run_id: str | None = None, attempt: int = 1, trace: str | None = None
    ) -> Json:
        attributes = {
            "ApproximateReceiveCount": str(attempt),
            "SentTimestamp": "1795333862494",
            "SenderId": "AIDAEXAMPLE",
            "ApproximateFirstReceiveTimestamp": "1795333862501",
        }
        return {
            "messageId": f"00000000-0000-4000-8000-{number:012d}",
            "receiptHandle": "handle",
            "body": body if isinstance(body, str) else json.dumps(body),
            "attributes": attributes | ({"AWSTraceHeader": trace} if trace else {}),
            "messageAttributes": (
                {"ITK_TRACE_ID": {"stringValue": run_id, "dataType": "String"}} if run_id is not None else {}
            ),
            "md5OfBody": "",
            "eventSource": "aws:sqs",
            "eventSourceARN": "arn:aws:sqs:eu-west-1:123456789012:unit-intake",
            "awsRegion": "eu-west-1",
        }

    return make
