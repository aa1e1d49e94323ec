"""ITK's own client of a sandbox, and a log group that tests write to."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

import pytest

from itk.aws.session import Aws
from itk.sandbox import Sandbox
from itk.sandbox.pytest_plugin import itk_sandbox, itk_sandbox_fresh  # noqa: F401
from tests.sandbox.support import Aws as Sdk


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if {"aws", "itk_sandbox"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.sandbox)


@pytest.fixture
def aws(itk_sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Aws:  # noqa: F811
    """The session's sandbox with its knobs reset, and no other AWS within reach."""
    itk_sandbox.faults([])
    itk_sandbox.log_paging(empty_pages=0)
    itk_sandbox.insights(running_polls=0)
    for name, value in itk_sandbox.env().items():
        monkeypatch.setenv(name, value)
    return Aws(itk_sandbox.region)


@dataclass(frozen=True)
class Written:
    """A log group, and lines put into it as `(milliseconds before it was made, text)`."""

    sdk: Sdk
    name: str
    made_ms: int

    def put(self, stream: str, lines: Iterable[tuple[int, str]]) -> None:
        logs = self.sdk.client("logs")
        logs.create_log_stream(logGroupName=self.name, logStreamName=stream)
        events = [{"timestamp": self.made_ms - before, "message": text} for before, text in lines]
        for at in range(0, len(events), 10_000):
            logs.put_log_events(logGroupName=self.name, logStreamName=stream, logEvents=events[at : at + 10_000])


def written(sandbox: Sandbox) -> Written:
    sdk, name = Sdk(sandbox), f"/aws/lambda/f-{uuid.uuid4().hex[:8]}"
    sdk.client("logs").create_log_group(logGroupName=name)
    return Written(sdk, name, time.time_ns() // 1_000_000)


@pytest.fixture
def group(itk_sandbox: Sandbox) -> Written:  # noqa: F811
    return written(itk_sandbox)
