"""Messages: who got them, how often, and which were given up."""

from __future__ import annotations

from itk.model.trace import Span, Trace
from tests.stitch.lines import M1, M2, R1, R2, R3, Log, boundary, named, one, to_queue, trace


def dead(found: Trace) -> list[Span]:
    return [span for span in found.spans if span.operation == "DeadLetter"]


def test_a_dead_letter_only_after_the_last_allowed_receive() -> None:
    """Two receives are allowed: one failure is a reason to wait, two are the end."""
    log = Log().start(0, R1).receive(1, R1, M1, status="error").end(2, R1)
    once = trace(to_queue(), log)
    assert dead(once) == []
    assert "receive 1 of 2 failed, so it will be delivered again" in once.missing[0].what

    log = log.start(10, R2).receive(11, R2, M1, status="error", attempt=2).end(12, R2)
    twice = trace(to_queue(), log)
    (span,) = dead(twice)
    assert span.component.label == "queue:intake-dlq"
    assert span.parent_span_id == twice.spans[0].span_id
    assert [link.reason for link in span.links] == ["redrive"]
    assert twice.missing == ()


def test_a_partial_failure_inside_an_invocation_that_is_ok() -> None:
    """ReportBatchItemFailures: the invocation succeeds, one record fails."""
    log = Log().start(0, R1).receive(1, R1, M1, status="error").receive(2, R1, M2, run="").end(3, R1)
    found = trace(to_queue(), log)
    assert one(found, "invoke intake").status == "ok"
    assert one(found, "CONSUMER intake").status == "error"
    assert found.missing != ()


def test_a_crash_fails_the_whole_batch() -> None:
    """The record went well, its invocation was killed afterwards: SQS delivers it again."""
    log = Log().start(0, R1).receive(1, R1, M1).end(3, R1, "Status: timeout")
    assert "receive 1 of 2 failed" in trace(to_queue(), log).missing[0].what


def test_a_message_that_nobody_received() -> None:
    found = trace(to_queue())
    assert "nobody was seen to receive it" in found.missing[0].what
    assert found.missing[0].component == "queue:intake"


def test_a_receive_without_a_number_stands_by_its_start() -> None:
    """The count comes with the first and not with the second: it still is the second."""
    log = Log().start(0, R1).receive(1, R1, M1, status="error", attempt=1).end(2, R1)
    log = log.start(10, R2).receive(11, R2, M1, attempt=None).end(12, R2)
    tries = [span.attempt.n for span in named(trace(to_queue(), log), "CONSUMER intake") if span.attempt]
    assert tries == [1, 2]


def test_a_line_that_says_what_was_sent_is_no_receive() -> None:
    """`messageId` on the sender's own line is not what it got."""
    sent = boundary("PRODUCER", "queue", "notify", 2, sqs_message_id=M2)
    log = Log().start(0, R1).line(2, R1, sent, sqs_message_id=M1).line(3, R1, "sent", messageId=M2, sqs_message_id=M1)
    log = log.receive(4, R1, M1).end(5, R1)
    worker = Log("worker", "w").start(8, R3).receive(9, R3, M2, run="").end(10, R3)
    found = trace(to_queue(), log, worker)
    assert [span.attempt for span in found.spans if span.attempt] == []
    assert one(found, "invoke worker").parent_span_id == one(found, "PRODUCER notify").span_id
    assert found.missing == ()
