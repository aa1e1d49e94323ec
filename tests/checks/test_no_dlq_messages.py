from __future__ import annotations

from tests.checks.build import dead_letter_queue, facts, root, said, span, verdict

GOT = span(ids={"sqs_message_id": "m"})
DEAD = span("c", operation="DeadLetter", status="error")


def test_passes_where_every_message_was_processed() -> None:
    assert said("no_dlq_messages", facts(root(), GOT)) == "passed"


def test_growth_that_may_be_anybodys_is_told_not_judged() -> None:
    grown = verdict("no_dlq_messages", facts(root(), GOT, dead_letter_queues=(dead_letter_queue(1, 3),)))
    assert grown.status == "passed"
    assert "dlq grew by 2" in grown.message


def test_fails_where_one_was_given_up() -> None:
    assert said("no_dlq_messages", facts(root(), GOT, DEAD)) == "failed"


def test_nothing_to_judge_where_nobody_received() -> None:
    assert said("no_dlq_messages", facts(root(), span())) == "failed"
    assert said("no_dlq_messages", facts(root(), span(), complete=False)) == "inconclusive"


def test_an_invocation_that_ended_well_may_have_given_the_message_back() -> None:
    judged = verdict("no_dlq_messages", facts(root(), span(kind="CONSUMER")))
    assert judged.status == "failed"
    assert "no line says what became of it" in judged.message


def test_dead_stays_dead() -> None:
    assert said("no_dlq_messages", facts(root(), GOT, DEAD, complete=False)) == "failed"
    assert said("no_dlq_messages", facts(root(), GOT, complete=False)) == "inconclusive"
