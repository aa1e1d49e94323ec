"""Batches that failed in part: an invocation that is OK, and a message in it that is not."""

from __future__ import annotations

from typing import Any

import pytest

from itk.model.run import EventSource
from itk.model.trace import Trace
from tests.stitch.lines import M1, M2, R1, R2, Log, named, to_queue
from tests.stitch.services import queued, trace_of

PARTIAL = (EventSource(queue="intake", function="intake", batch_size=10, partial_failures=True),)
DEAF = (EventSource(queue="intake", function="intake", batch_size=10),)


def answering(failed: Any, sources: tuple[EventSource, ...], receives: int = 1) -> Trace:
    log = Log().start(1, R1).line(2, R1, queued((M1, "{}"), (M2, "{}"), receives=receives))
    return trace_of(to_queue(), log.line(3, R1, {"batchItemFailures": failed}).end(4, R1), sources=sources)


def test_without_an_answer_nobody_knows() -> None:
    log = Log().start(1, R1).line(2, R1, queued((M1, "{}"))).end(4, R1)
    assert "may report single records as failed" in trace_of(to_queue(), log, sources=PARTIAL).missing[0].what


@pytest.mark.parametrize("sources", [PARTIAL, ()])
def test_ours_failed(sources: tuple[EventSource, ...]) -> None:
    found = answering([{"itemIdentifier": M1}], sources)
    assert "receive 1 of 2 failed, so it will be delivered again" in found.missing[0].what
    assert named(found, "invoke intake")[0].status == "ok"


def test_ours_failed_for_the_last_time() -> None:
    """OK was the last allowed receive, and yet the message is dead."""
    found = answering([{"itemIdentifier": M1}], PARTIAL, receives=2)
    assert len(named(found, "dead-letter intake-dlq")) == 1
    assert found.missing == ()


@pytest.mark.parametrize("failed", [[], None, [{"itemIdentifier": M2}]])
def test_ours_is_done(failed: Any) -> None:
    assert answering(failed, PARTIAL).missing == ()


def test_an_answer_that_is_not_valid_fails_them_all() -> None:
    assert "will be delivered again" in answering([{"foo": M2}], PARTIAL).missing[0].what


def test_an_answer_that_lambda_does_not_look_at_changes_nothing() -> None:
    """The mapping does not say ReportBatchItemFailures: Lambda deletes the whole batch."""
    assert answering([{"itemIdentifier": M1}], DEAF).missing == ()


def test_the_next_receive_ends_it() -> None:
    log = (
        Log().start(1, R1).line(2, R1, queued((M1, "{}"))).line(3, R1, {"batchItemFailures": [{"itemIdentifier": M1}]})
    )
    log.end(4, R1).start(10, R2).line(11, R2, queued((M1, "{}"), receives=2)).line(12, R2, {"batchItemFailures": []})
    found = trace_of(to_queue(), log.end(13, R2), sources=PARTIAL)
    assert found.missing == ()
    assert [span.attempt.n for span in named(found, "invoke intake") if span.attempt] == [1, 2]
