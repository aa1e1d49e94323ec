"""What the sandbox tests share: boto3 clients over HTTP, and a function deployed in one line."""

from __future__ import annotations

import io
import json
import textwrap
import time
import uuid
import zipfile
from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar

import boto3
from botocore.config import Config

from itk.sandbox import Sandbox


class Aws:
    """boto3 that can reach nothing but this sandbox."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox

    def client(self, service: str, attempts: int = 4) -> Any:
        """Made once per sandbox: building a client costs more than most calls."""
        return _client(self.sandbox.endpoint, self.sandbox.region, service, attempts)

    def deploy(self, source: str, name: str = "", **config: Any) -> str:
        """A python function with this code in app.py; its name."""
        name = name or f"f-{uuid.uuid4().hex[:8]}"
        self.client("lambda").create_function(
            FunctionName=name,
            Runtime="python3.12",
            Role=f"arn:aws:iam::{self.sandbox.account}:role/any",
            Handler="app.handler",
            Code={"ZipFile": zipped(source)},
            **config,
        )
        return name

    def invoke(self, name: str, event: Any = None, **options: Any) -> dict[str, Any]:
        answer: dict[str, Any] = self.client("lambda").invoke(
            FunctionName=name, Payload=json.dumps(event or {}), **options
        )
        answer["Payload"] = json.loads(answer["Payload"].read() or b"null")
        return answer

    def events(self, group: str, **options: Any) -> list[dict[str, Any]]:
        """All events that a reader finds; a function's name stands for its group."""
        group = group if "/" in group else f"/aws/lambda/{group}"
        pages = self.client("logs").get_paginator("filter_log_events").paginate(logGroupName=group, **options)
        return [event for page in pages for event in page["events"]]

    def messages(self, group: str, **options: Any) -> list[str]:
        return [event["message"] for event in self.events(group, **options)]

    def queue(self, **attributes: str) -> tuple[str, str]:
        """URL and ARN of a new queue."""
        name = f"q-{uuid.uuid4().hex[:8]}"
        url = self.client("sqs").create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
        return url, f"arn:aws:sqs:{self.sandbox.region}:{self.sandbox.account}:{name}"

    def subscribe(self, function: str, queue_arn: str, **options: Any) -> None:
        self.client("lambda").create_event_source_mapping(FunctionName=function, EventSourceArn=queue_arn, **options)


T = TypeVar("T")


@cache
def _client(endpoint: str, region: str, service: str, attempts: int) -> Any:
    session = boto3.Session(aws_access_key_id="itk-sandbox", aws_secret_access_key="itk-sandbox", region_name=region)
    config = Config(retries={"mode": "standard", "max_attempts": attempts})
    return session.client(service, endpoint_url=endpoint, config=config)  # type: ignore[call-overload]


def zipped(source: str, path: str = "app.py") -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr(path, textwrap.dedent(source))
    return archive.getvalue()


def wait_for(look: Callable[[], T], limit_s: float = 15.0) -> T:
    """The first truthy answer."""
    deadline = time.monotonic() + limit_s
    while not (found := look()):
        assert time.monotonic() < deadline, f"nothing within {limit_s} s"
        time.sleep(0.03)
    return found
