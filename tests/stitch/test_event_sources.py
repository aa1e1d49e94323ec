"""What the event source mapping of a queue proves, where handlers log no messageId."""

from __future__ import annotations

from tests.stitch.lines import M1, OTHER, R1, R2, R3, RUN, Log, named, one, texts, to_queue, trace


def plain(ms: int, request: str, run: str = RUN, *, more: str = "") -> Log:
    """A function that logs the run's marker once, a line without any id, and nothing else."""
    log = Log().start(ms, request).line(ms + 1, request, "working", itk_trace_id=run)
    return log.at(ms + 2, "a print without any id").end(ms + 3, request, more)


def test_the_function_that_is_fed_from_the_queue_and_names_the_run_got_the_message() -> None:
    found = trace(to_queue(), plain(0, R1), batch_size=10)
    invocation = one(found, "invoke intake")

    assert invocation.parent_span_id == found.spans[0].span_id
    assert invocation.join is not None
    assert (invocation.join.tier, invocation.join.rule) == ("structural", "event_source_mapping")
    assert found.missing == ()


def test_without_the_mapping_nobody_proves_it() -> None:
    found = trace(to_queue(), plain(0, R1))
    assert one(found, "invoke intake").join.tier == "unresolved"  # type: ignore[union-attr]
    assert "nobody was seen to receive it" in found.missing[0].what


def test_one_message_at_a_time_makes_every_line_ours() -> None:
    one_by_one = one(trace(to_queue(), plain(0, R1), batch_size=1), "invoke intake")
    batched = trace(to_queue(), plain(0, R1), batch_size=10)

    assert "a print without any id" in texts(one_by_one)
    assert "a print without any id" not in texts(one(batched, "invoke intake"))
    assert batched.shared == 1


def test_one_message_at_a_time_never_takes_another_runs_invocation() -> None:
    found = trace(to_queue(), plain(0, R1), plain(10, R2, OTHER), batch_size=1)
    assert len(named(found, "invoke intake")) == 1
    assert found.foreign == 5


def test_a_failed_invocation_is_followed_by_the_next_attempt() -> None:
    log = plain(0, R1, more="Status: timeout")
    log.events += plain(10, R2).events
    found = trace(to_queue(), log, batch_size=1)

    assert [span.attempt.n for span in named(found, "invoke intake") if span.attempt] == [1, 2]
    assert found.missing == ()


def test_what_comes_after_a_success_is_no_redelivery() -> None:
    """A marker that was left on the logger of a warm environment must not make up a retry."""
    log = plain(0, R1)
    log.events += plain(10, R3).events
    found = trace(to_queue(), log, batch_size=10)

    assert [span.attempt for span in named(found, "invoke intake")] == [None, None]
    tiers = [span.join.tier for span in named(found, "invoke intake") if span.join]
    assert sorted(tiers) == ["structural", "unresolved"]


def test_a_message_id_in_plain_text_is_a_name() -> None:
    """`print("got", record["messageId"])` has no key, but a UUID that SendMessage gave us is no coincidence."""
    log = Log().start(0, R1).at(1, f"got {M1}").end(2, R1)
    found = trace(to_queue(), log)

    assert one(found, "invoke intake").parent_span_id == found.spans[0].span_id
    assert found.missing == ()


def test_who_only_speaks_of_a_message_did_not_receive_it() -> None:
    """The mapping says who is fed from the queue: another function that prints the id is no second attempt."""
    intake = Log().start(0, R1).at(1, f"got {M1}").end(2, R1)
    other = Log("audit", "s2").start(5, R2).at(6, f"original message {M1}").end(7, R2)
    found = trace(to_queue(), intake, other, batch_size=10)

    assert [span.attempt for span in named(found, "invoke intake")] == [None]
    assert one(found, "invoke audit").join.tier == "unresolved"  # type: ignore[union-attr]


def test_partial_batch_failures_need_a_line_that_says_how_the_record_ended() -> None:
    """An invocation that is OK may have reported our record as failed: without a line, nobody can say."""
    silent = Log().start(0, R1).at(1, f"got {M1}").end(2, R1)
    told = Log().start(0, R1).receive(1, R1, M1).end(2, R1)

    (missing,) = trace(to_queue(), silent, batch_size=10, partial_failures=True).missing
    assert "no line says how this one ended" in missing.what
    assert trace(to_queue(), told, batch_size=10, partial_failures=True).missing == ()
    assert trace(to_queue(), silent, batch_size=10).missing == ()
