"""boundary.py is what the guide tells people to copy: it must be right, small and free of dependencies."""

from __future__ import annotations

import ast
import importlib.util
import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

SOURCE = Path(__file__).parents[2] / "examples" / "support-bot" / "functions" / "boundary.py"


class Lines:
    """A logger that keeps what it is told."""

    def __init__(self) -> None:
        self.spans: list[dict[str, Any]] = []
        self.levels: list[str] = []

    def info(self, line: str) -> None:
        self.levels.append("INFO")
        self.spans.append(json.loads(line))

    def error(self, line: str) -> None:
        self.levels.append("ERROR")
        self.spans.append(json.loads(line))


@pytest.fixture(scope="module")
def module() -> ModuleType:
    spec = importlib.util.spec_from_file_location("support_bot_boundary", SOURCE)
    assert spec is not None
    assert spec.loader is not None
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


def test_what_is_learnt_inside_is_on_the_one_line(module: ModuleType) -> None:
    log = Lines()

    with module.boundary(log, "UpdateItem t", kind="CLIENT", component=("table", "t"), operation="UpdateItem") as span:
        span["ids"] = {"aws_request_id": "R"}
        span["response"] = {"at": datetime(2026, 1, 2, tzinfo=UTC), "file": b"1234", "kind": SOURCE}

    [line] = log.spans
    assert (line["itk"], line["component"], line["status"]) == ("span", {"type": "table", "name": "t"}, "ok")
    assert line["ids"] == {"aws_request_id": "R"}
    assert line["response"]["at"] == "2026-01-02T00:00:00+00:00"
    assert line["response"]["file"] == "<4 bytes>"
    assert datetime.fromisoformat(line["start_time"]) <= datetime.fromisoformat(line["end_time"])
    assert log.levels == ["INFO"]


def client_error(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "no"}}, "InvokeAgent")


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (client_error("ThrottlingException"), "throttled"),
        (client_error("TooManyRequestsException"), "throttled"),
        (client_error("ModelTimeoutException"), "timeout"),
        (ReadTimeoutError(endpoint_url="http://x"), "timeout"),  # its `response` exists and is None
        (TimeoutError("slow"), "timeout"),
        (client_error("AccessDeniedException"), "error"),
        (ValueError("bad"), "error"),
    ],
)
def test_a_call_that_fails_says_how_and_its_record_has_failed(
    module: ModuleType, error: Exception, status: str
) -> None:
    log = Lines()

    with (
        pytest.raises(type(error)),
        module.boundary(log, "process q", kind="CONSUMER", component=("queue", "q")),
        module.boundary(log, "InvokeAgent a", kind="CLIENT", component=("agent", "a")),
    ):
        raise error

    call, record = log.spans
    assert (call["status"], record["status"]) == (status, "error")
    assert call["error"]["type"] == type(error).__name__
    assert "Traceback" in call["error"]["stack"]
    assert log.levels == ["ERROR", "ERROR"]


def test_it_can_be_copied_as_it_is() -> None:
    """Sixty lines and the standard library: nobody has to install anything."""
    text = SOURCE.read_text(encoding="utf-8")
    imported = {
        name.split(".")[0]
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([node.module or ""] if isinstance(node, ast.ImportFrom) else [a.name for a in node.names])
    }

    assert len(text.splitlines()) <= 60
    assert imported <= set(sys.stdlib_module_names)
