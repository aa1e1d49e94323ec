"""`queue` and `dlq`: what readings of attributes can say, and what they cannot."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itk.checks import asked_queues, undrained
from itk.model.run import CheckVerdict, QueueCount, QueueReading, WatchedQueue
from itk.model.trace import Component
from itk.ports import Facts
from tests.checks.build import facts, receipt, root, span, spec, verdict

S = 1_000_000_000
OWN_DLQ = (QueueReading(name="intake-dlq", source_queue="intake", max_receive_count=3),)
DEAD = span("d", operation="DeadLetter", component=Component("queue", "intake-dlq"), status="error")


def read(name: str, *counts: int | tuple[int, int], **more: Any) -> WatchedQueue:
    """Readings at 0 s, 1 s, ... after sending, or at (seconds, messages)."""
    at = [count if isinstance(count, tuple) else (n, count) for n, count in enumerate(counts)]
    return WatchedQueue(name=name, counts=tuple(QueueCount(at_ns=s * S, messages=n) for s, n in at), **more)


def of(*queues: WatchedQueue, spans: tuple[Any, ...] = (), **more: Any) -> Facts:
    return facts(root(), *spans, queues=queues, dead_letter_queues=OWN_DLQ, **more)


def dlq(facts: Facts, **params: Any) -> CheckVerdict:
    return verdict("dlq", facts, **{"queue": "intake-dlq", **params})


def drained(*counts: int | tuple[int, int], within: float = 60, complete: bool = True) -> CheckVerdict:
    return verdict("queue", of(read("intake", *counts), complete=complete), drained_within=within)


def test_a_dead_letter_queue_that_did_not_grow_passes() -> None:
    said = dlq(of(read("intake-dlq", 3, 3, 3)))
    assert (said.status, said.expected, said.actual) == ("passed", "grown by 0", "grown by 0")
    assert said.message == "intake-dlq: 3 before, 3 after"


def test_growth_fails_whoever_it_is_of_and_says_what_is_known_of_that() -> None:
    said = dlq(of(read("intake-dlq", 1, 3, runs_beside=4)))
    assert (said.status, said.actual) == ("failed", "grown by 2")
    assert said.message == (
        "intake-dlq: 1 before, 3 after, 2 messages may be of another run; 4 other runs of this process shared the time"
    )


def test_its_own_records_prove_what_the_attributes_do_not_show_yet() -> None:
    said = dlq(of(read("intake-dlq", 0, 0, 0), spans=(DEAD,)))
    assert said.status == "failed"
    assert "1 message of this run ended there by its own records" in said.message
    assert "do not show all of it yet" in said.message
    assert said.span_ids == ("d",)
    assert dlq(of(read("intake-dlq", 0, 1), spans=(DEAD,)), grew_by=1).status == "passed"
    assert dlq(of(read("intake-dlq", 0, 0, 0), spans=(DEAD,)), grew_by=1).status == "passed"


def test_dead_letters_of_another_queue_are_not_counted() -> None:
    assert dlq(of(read("other-dlq", 0, 0, 0), spans=(DEAD,)), queue="other-dlq").status == "passed"


def test_no_growth_is_believed_when_it_was_asked_twice() -> None:
    said = dlq(of(read("intake-dlq", 3, 3)))
    assert said.status == "failed"
    assert "not yet believed" in said.message


def test_a_dead_letter_queue_that_shrank_hides_what_came() -> None:
    said = dlq(of(read("intake-dlq", 3, 2, 2)))
    assert said.status == "failed"
    assert "somebody took messages out of it" in said.message


def test_growth_stays_although_evidence_is_missing_and_its_absence_does_not() -> None:
    assert dlq(of(read("intake-dlq", 0, 1), complete=False)).status == "failed"
    assert dlq(of(read("intake-dlq", 0, 0, 0), complete=False)).status == "inconclusive"
    assert dlq(of(read("intake-dlq", 0, 0, 0), complete=False), grew_by=1).status == "inconclusive"
    assert dlq(of(read("intake-dlq", 0), complete=False)).status == "inconclusive"


@pytest.mark.parametrize("written", ["", "intake-dlq", "https://sqs.eu-west-1.amazonaws.com/123456789012/intake-dlq",
                                     "arn:aws:sqs:eu-west-1:123456789012:intake-dlq"])  # fmt: skip
def test_a_queue_is_named_in_any_form_or_is_the_targets_own(written: str) -> None:
    assert dlq(of(read("intake-dlq", 0, 0, 0)), queue=written).status == "passed"


def test_what_was_not_read_is_not_judged() -> None:
    assert "did not ask about it" in dlq(of(), queue="other").message
    assert "names no queue" in verdict("dlq", facts(root(), receipt=receipt("lambda"))).message
    assert "AccessDenied" in verdict("queue", of(read("intake", 0, error="AccessDenied")), grew_by=0).message


@pytest.mark.parametrize("counts", [(2, 2, 2), (0, 1, 1, 0, 0), (5, 9, 3, 4), (0, (1, 1), (59, 0), (62, 0), (63, 9))])
def test_a_queue_is_drained_when_two_readings_in_a_row_say_so(counts: Any) -> None:
    assert drained(*counts).status == "passed"


@pytest.mark.parametrize("counts", [(0, (1, 1), (61, 1)), (0, (1, 1), (59, 1), (61, 0), (62, 0)), (0, (59, 0), (61, 1)),
                                    (0, (61, 0), (62, 0))])  # fmt: skip
def test_a_queue_that_still_holds_more_when_the_time_is_over_fails(counts: Any) -> None:
    said = drained(*counts)
    assert said.status == "failed"
    assert "not seen drained within 60 s" in said.message
    assert drained(*counts, complete=False).status == "failed", "its time is over, whatever else comes"


@pytest.mark.parametrize("counts", [(0,), (0, 1), (0, 0), (0, 0, 0, 1)])
def test_until_then_it_is_waited_for(counts: Any) -> None:
    assert drained(*counts, complete=False).status == "inconclusive"
    specs = [spec("queue", drained_within=60), spec("dlq")]
    (missing,) = undrained(specs, [read("intake", *counts)], receipt("queue"))
    assert missing.what.startswith("queue intake: not drained yet")


def test_when_it_was_first_drained_is_said() -> None:
    assert drained(0, 1, 1, 0, 0).message == "intake was drained 3 s after sending"


def test_a_queue_that_shrank_grew_by_nothing() -> None:
    assert verdict("queue", of(read("intake", 5, 0, 0)), grew_by=0).status == "passed"
    assert verdict("queue", of(read("intake", 5, 6)), grew_by=1).status == "passed"
    assert verdict("queue", of(read("intake", 5, 6))).status == "failed"
    assert verdict("queue", of(read("intake", 5, 5, 5))).expected == "grown by 0"


@given(st.integers(0, 9), st.lists(st.tuples(st.integers(1, 90), st.integers(0, 3)), max_size=8))
def test_what_is_waited_for_is_what_is_not_decided(before: int, after: list[tuple[int, int]]) -> None:
    """A run that need not wait any longer has an answer, and one that must has none."""
    queue = read("intake", (0, before), *sorted((s, before + n) for s, n in after))
    said = verdict("queue", of(queue, complete=False), drained_within=30)
    # A queue that passes is told to be inconclusive while other evidence is missing.
    decided = said.status == "failed" or ("drained" in said.message and "not yet believed" not in said.message)
    assert decided == (not list(undrained([spec("queue", drained_within=30)], [queue], receipt("queue"))))


def test_which_queues_are_asked_about() -> None:
    specs = [spec("dlq"), spec("queue", queue="arn:aws:sqs:eu-west-1:1:a", drained_within="1m"), spec("has_spans")]
    assert [(one.name, one.dead, one.watched) for one in asked_queues(specs)] == [("", True, False), ("a", False, True)]
