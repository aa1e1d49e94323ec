"""Dead letters that somebody received: the same messageId, counted on over all queues, and no further try."""

from __future__ import annotations

from typing import Any

import pytest

from tests.stitch.lines import M1, R1, R2, R3, Log, named, one, to_queue
from tests.stitch.services import notification, queued, to_topic, trace_of

SOURCE = "arn:aws:sqs:eu-west-1:111122223333:intake"


def failing(body: Any = "{}") -> Log:
    """Two receives, both end in an exception: all that the redrive policy allows."""
    log = Log()
    for n, request in enumerate((R1, R2), 1):
        log.start(10 * n, request).line(10 * n + 1, request, queued((M1, body), receives=n))
        log.at(10 * n + 2, "[ERROR] KeyError: 'x'\nTraceback (most recent call last)").end(10 * n + 3, request)
    return log


def buried(body: Any = "{}", *, says_source: bool = True) -> Log:
    """The function behind the dead-letter queue. The receive count goes on."""
    event = queued((M1, body), queue="intake-dlq", receives=3)
    if says_source:
        event["Records"][0]["attributes"]["DeadLetterQueueSourceArn"] = SOURCE
    return Log("undertaker", "s9").start(40, R3).line(41, R3, event).end(42, R3)


@pytest.mark.parametrize("says_source", [True, False])
def test_trap_14_a_dead_letter_that_was_received_is_no_third_try(says_source: bool) -> None:
    found = trace_of(to_queue(), failing(), buried(says_source=says_source))
    assert [s.attempt.n for s in named(found, "invoke intake") if s.attempt] == [1, 2]
    letter, undertaker = one(found, "dead-letter intake-dlq"), one(found, "invoke undertaker")
    assert letter.join is not None
    assert (letter.join.tier, letter.join.rule, letter.status) == ("exact", "message_id", "error")
    assert letter.error is not None
    assert letter.error.type == "KeyError"
    assert (undertaker.parent_span_id, undertaker.attempt) == (letter.span_id, None)
    assert found.missing == ()


def test_it_is_dead_even_if_its_tries_looked_well() -> None:
    """A batch that failed in part and did not say so; the dead-letter queue does."""
    log = Log().start(1, R1).line(2, R1, queued((M1, "{}"))).end(3, R1)
    found = trace_of(to_queue(), log, buried())
    assert len(named(found, "dead-letter intake-dlq")) == 1
    assert found.missing == ()


def test_a_dead_letter_whose_tries_nobody_saw() -> None:
    found = trace_of(to_queue(), buried())
    letter = one(found, "dead-letter intake-dlq")
    assert (letter.start_ns, letter.links) == (None, ())
    assert [seen.group for seen in letter.evidence] == ["/aws/lambda/undertaker"]
    assert "nobody was seen to receive it" in found.missing[0].what


def test_a_dead_letter_that_a_topic_had_sent() -> None:
    found = trace_of(to_topic(), failing(notification()), buried(notification()))
    letter = one(found, "dead-letter intake-dlq")
    assert letter.parent_span_id == found.spans[0].span_id
    assert one(found, "invoke undertaker").parent_span_id == letter.span_id
    assert {span.join.tier for span in found.spans if span.join} == {"exact"}
