"""Lines without an id, between the start and the end of one message's processing."""

from __future__ import annotations

import json

import pytest

from itk.model.trace import Trace
from tests.stitch.lines import BASE_MS, M1, M2, OTHER, R1, RUN, Log, boundary, one, texts, to_queue, trace
from tests.stitch.traffic import iso


def consumer(start: int, end: int, message: str, run: str, size: int | None = 2) -> str:
    times = {"start_time": iso(BASE_MS + start), "end_time": iso(BASE_MS + end)}
    span = boundary("CONSUMER", "queue", "intake", end, sqs_message_id=message) | times | {"itk_trace_id": run}
    return json.dumps(span | ({"batch_size": size} if size else {}))


def batch(second: str = consumer(5, 8, M2, OTHER)) -> Trace:
    log = Log().start(0, R1)
    log.line(2, R1, "of ours").line(4, R1, consumer(1, 4, M1, RUN))
    log.line(6, R1, "of theirs").line(8, R1, second)
    return trace(to_queue(), log.line(9, R1, "of nobody").end(10, R1), batch_size=10)


def test_a_line_within_the_processing_of_our_message_is_ours() -> None:
    assert texts(one(batch(), "invoke intake")) == ["of ours"]
    assert batch().shared == 2  # what came after the last message, and the line of theirs that names nobody


@pytest.mark.parametrize(
    "second",
    [
        pytest.param(consumer(3, 8, M2, OTHER), id="two messages at a time"),
        pytest.param("and then nothing", id="a message without a span"),
    ],
)
def test_where_it_is_not_certain_nothing_is_concluded(second: str) -> None:
    assert "of ours" not in texts(one(batch(second), "invoke intake"))


def test_one_span_alone_does_not_show_that_messages_come_one_by_one() -> None:
    log = Log().start(0, R1).line(2, R1, "of whom?")
    log.line(4, R1, consumer(1, 4, M1, RUN, size=None)).end(9, R1)
    assert texts(one(trace(to_queue(), log, batch_size=10), "invoke intake")) == []


def test_a_span_logged_within_hangs_under_the_message() -> None:
    log = Log().start(0, R1).line(3, R1, json.dumps(boundary("CLIENT", "table", "orders", 3)))
    log.line(4, R1, consumer(1, 4, M1, RUN)).line(8, R1, consumer(5, 8, M2, OTHER)).end(9, R1)
    found = trace(to_queue(), log, batch_size=10)
    table = one(found, "CLIENT orders")
    assert table.join is not None
    assert (table.join.tier, table.join.rule) == ("structural", "consumer_window")
    assert table.parent_span_id == one(found, "CONSUMER intake").span_id
