"""The snippets of docs/guides/logging.md run as they stand, and ITK reads in their lines what the guide promises."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from itk.formats import read
from itk.model.evidence import AgentStep, Evidence, Line, LogEvent, SpanFact, Unread
from itk.model.ids import Id
from tests.examples.conftest import ROOT, Bot

GUIDE = ROOT / "docs" / "guides" / "logging.md"
RUN = "itk-0123456789abcdef0123"
SNIPPETS = dict(re.findall(r"<!-- test: (\w+) -->\n```python\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL))
Record = Callable[..., dict[str, Any]]


@pytest.fixture
def run(bot: Bot, tmp_path: Path) -> Callable[[str, dict[str, Any]], list[Any]]:
    """Runs a snippet and gives back what ITK reads in its lines."""

    def run_snippet(name: str, event: dict[str, Any]) -> list[Any]:
        (tmp_path / "snippet.py").write_text(SNIPPETS[name], encoding="utf-8")
        done = bot.call("snippet", event, tmp_path)
        seen: list[Any] = []
        for number, line in enumerate(done.lines):
            event_ = LogEvent(group="/aws/lambda/f", stream="s", event_id=str(number), time_ms=1, message=line)
            found = read(event_)
            assert not isinstance(found, Unread), line
            seen += found
        return seen

    return run_snippet


def spans(seen: list[Any]) -> list[SpanFact]:
    return [fact for fact in seen if isinstance(fact, SpanFact)]


def test_every_snippet_is_tested() -> None:
    assert GUIDE.read_text(encoding="utf-8").count("```python") == len(SNIPPETS) == 5


def test_client(run: Callable[..., list[Any]]) -> None:
    [span] = spans(run("client", {"order_id": "42"}))

    assert (span.kind, span.component_type, span.component_name, span.status) == (
        "CLIENT",
        "table",
        "unit-orders",
        "ok",
    )
    assert [one.kind for one in span.ids] == ["aws_request_id"]
    assert span.response["item"] == {"S": "espresso machine"}


def test_batch(run: Callable[..., list[Any]], record: Record) -> None:
    """Lines of a record carry its ids, and none of another."""
    records = [record(1, "fine", run_id=RUN), record(2, "poison", attempt=2), record(3, "fine")]
    seen = run("batch", {"Records": records})

    first, second, third = spans(seen)
    assert [span.status for span in (first, second, third)] == ["ok", "error", "ok"]
    assert [span.attempt for span in (first, second, third)] == [1, 2, 1]
    assert [span.ids for span in (first, second, third)] == [(Id("sqs_message_id", r["messageId"]),) for r in records]
    assert Id("run_id", RUN) in first.line_ids
    assert second.error is not None
    assert second.error.type == "ValueError"
    for fact in seen:
        ids = fact.line_ids if isinstance(fact, SpanFact) else fact.ids
        own = {one.value for one in ids if one.kind == "sqs_message_id"}
        assert len(own) == 1
        assert (Id("run_id", RUN) in ids) == (own == {records[0]["messageId"]})
    assert any(isinstance(fact, Line) and fact.level == "ERROR" for fact in seen)


def test_text(run: Callable[..., list[Any]], record: Record) -> None:
    seen = run("text", {"Records": [record(1, "fine", run_id=RUN)]})

    [span] = spans(seen)
    assert Id("run_id", RUN) in span.line_ids
    assert span.request_id == "8a2c1c55-0000-4000-8000-000000000001"


def test_producer(run: Callable[..., list[Any]], bot: Bot) -> None:
    [span] = spans(run("producer", {"order_id": "42", "itk_trace_id": RUN}))

    [message] = bot.sent()
    assert (span.kind, span.ids) == ("PRODUCER", (Id("sqs_message_id", message["MessageId"]),))
    assert message["MessageAttributes"]["ITK_TRACE_ID"]["StringValue"] == RUN


def test_agent(run: Callable[..., list[Any]]) -> None:
    seen = run("agent", {"text": "Where is order 42?", "session_id": "session-1", "itk_trace_id": RUN})

    [span] = spans(seen)
    steps = [fact for fact in seen if isinstance(fact, AgentStep)]
    [request_id] = [one.value for one in span.ids if one.kind == "aws_request_id"]
    assert {step.invocation_id for step in steps} == {request_id}
    assert {"model_output", "rationale", "call", "result", "final_response"} <= {step.step for step in steps}
    assert all(isinstance(step.evidence, Evidence) for step in steps)
