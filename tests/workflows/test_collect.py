"""Waiting: until everything is there, not longer than that, and never without saying what is missing."""

from __future__ import annotations

import json
from typing import Any

import pytest
from msgspec.structs import replace

from itk.errors import AwsError
from itk.model.evidence import LogEvent
from itk.model.ids import Id
from itk.workflows.collect import FIRST_POLL_S, SLOWEST_POLL_S
from itk.workflows.evidence import Gathered, Proofs
from tests.stitch.lines import M1, R1, R2, RUN, Log, to_function
from tests.stitch.traffic import BASE_MS
from tests.workflows.fakes import Deliveries, FakeClock, Waited

Json = dict[str, Any]
WHOLE = Log().start(0, R1).receive(1, R1, M1).end(2, R1).events
QUIET_S = 10.0


def foreign(n: int) -> list[LogEvent]:
    return Log(stream=f"other{n}").start(n, R2).end(n, R2).events


@pytest.mark.parametrize("late_s", [0, 3, 15, 45])
def test_complete_a_quiet_period_after_the_last_record(late_s: float) -> None:
    """The verdict comes at most one look and one quiet period after the last record was to be had."""
    clock = FakeClock()
    waited = Waited(clock, Deliveries(clock, (0, WHOLE[:2]), (late_s, WHOLE[2:])))

    assert waited.result.collection.complete
    assert waited.result.trace.missing == ()
    assert late_s + QUIET_S <= clock.s <= late_s + QUIET_S + SLOWEST_POLL_S + 0.1


def test_records_that_come_in_the_quiet_period_begin_it_anew() -> None:
    """Everything looked complete, and then the message was received a second time."""
    again = Log(stream="s2").start(9, R2).receive(10, R2, M1, attempt=2).end(11, R2).events
    clock = FakeClock()
    waited = Waited(clock, Deliveries(clock, (0, WHOLE), (8, again)))
    assert waited.result.collection.complete
    assert clock.s >= 8 + QUIET_S
    assert len(waited.result.own_events) == len(WHOLE) + len(again)


def test_others_do_not_disturb_the_quiet() -> None:
    """A busy environment never stops; what is not of this run is no reason to wait."""
    clock = FakeClock()
    busy = [(float(n), foreign(n)) for n in range(60)]
    waited = Waited(clock, Deliveries(clock, (0, WHOLE), *busy))
    assert clock.s <= QUIET_S + 1
    assert waited.result.trace.foreign > 0


@pytest.mark.parametrize("late_s", [0, 5, 9, 30])
def test_xray_is_never_waited_for(late_s: float) -> None:
    """What it brings in time is in the trace, and the end comes when it would have come without it."""
    clock, alone = FakeClock(), FakeClock()
    xray = Deliveries(clock, *((late_s + n / 2, [segment(n)]) for n in range(9)))
    xray.awaited = False
    waited = Waited(clock, Deliveries(clock, (0, WHOLE)), xray)
    Waited(alone, Deliveries(alone, (0, WHOLE)))

    assert waited.result.collection.complete
    assert clock.s == pytest.approx(alone.s)
    seen = [e for span in waited.result.trace.spans for e in span.evidence if e.source == "xray"]
    assert bool(seen) == (late_s < QUIET_S)


def segment(n: int) -> LogEvent:
    """What X-Ray has of the invocation, a part at a time."""
    root, own = f"1-6b02a6fd-{n:024x}", f"{n + 1:016x}"
    document: Json = {"id": own, "trace_id": root, "name": "intake", "origin": "AWS::Lambda", "aws": {"request_id": R1}}
    document |= {"start_time": BASE_MS / 1000, "end_time": BASE_MS / 1000 + 1}
    text = json.dumps(document)
    return LogEvent(source="xray", group="xray", stream=root, event_id=own, time_ms=BASE_MS, message=text)


def test_at_the_deadline_what_is_missing_is_named() -> None:
    clock = FakeClock()
    waited = Waited(clock, Deliveries(clock, (0, WHOLE[:2])), timeout_s=30)
    found = waited.result
    assert (found.collection.complete, found.collection.deadline_reached) == (False, True)
    assert clock.s == pytest.approx(30, abs=0.01)
    assert any("its REPORT was not seen" in entry.what for entry in found.trace.missing)
    assert found.collection.throttles == 7


def test_a_deadline_within_the_quiet_period_is_not_complete() -> None:
    """Nothing is missing, but nobody waited long enough to say so."""
    clock = FakeClock()
    found = Waited(clock, Deliveries(clock, (25, WHOLE)), timeout_s=30).result
    assert (found.collection.complete, found.collection.deadline_reached) == (False, True)
    assert found.trace.missing == ()


def test_looks_become_rarer_and_frequent_again() -> None:
    """Frequent while records come, rarer while none do, never rarer than every five seconds."""
    clock = FakeClock()
    Waited(clock, Deliveries(clock, (0, WHOLE[:2]), (40, WHOLE[2:3]), (60, WHOLE[3:])), timeout_s=100)
    waits = clock.slept
    assert waits[0] == FIRST_POLL_S
    assert waits[:5] == sorted(waits[:5])
    assert max(waits) == SLOWEST_POLL_S
    grown = waits.index(SLOWEST_POLL_S)
    assert FIRST_POLL_S in waits[grown:]


def test_an_interrupt_loses_nothing() -> None:
    """Ctrl-C while waiting: what came so far is kept and stitched."""
    clock = FakeClock()
    clock.interrupt_after = 2
    found = Waited(clock, Deliveries(clock, (0, WHOLE))).result
    assert found.collection.interrupted
    assert not found.collection.complete
    assert len(found.own_events) == len(WHOLE)
    assert found.trace.missing == ()


def test_an_interrupt_while_reading_loses_nothing_that_was_read() -> None:
    """Ctrl-C in the middle of a look: the looks before it count."""
    clock = FakeClock()
    source = Deliveries(clock, (0, WHOLE))

    def interrupted() -> None:
        if len(source.asked) == 3:
            raise KeyboardInterrupt

    source.look = interrupted
    found = Waited(clock, source).result
    assert found.collection.interrupted
    assert len(found.own_events) == len(WHOLE)


def test_an_aws_error_keeps_what_was_collected() -> None:
    clock = FakeClock()
    source = Deliveries(clock, (0, WHOLE))

    def denied() -> None:
        if len(source.asked) == 2:
            raise AwsError("access denied")

    source.look = denied
    found = Waited(clock, source).result
    assert found.error is not None
    assert found.error.what == "access denied"
    assert len(found.own_events) == len(WHOLE)
    assert not found.collection.complete
    assert found.collection.groups != ()


def test_required_components_are_awaited() -> None:
    """Everything that started has finished, but the case asks for one more to take part."""
    clock = FakeClock()
    source = Deliveries(clock, (0, WHOLE))
    found = Waited(clock, source, required=["table:orders", "lambda:intake"], timeout_s=40).result
    assert found.collection.deadline_reached
    assert [entry.what for entry in found.trace.missing] == ["table:orders: required by the case, not seen"]
    clock = FakeClock()
    assert Waited(clock, Deliveries(clock, (0, WHOLE)), required=["lambda:intake"]).result.collection.complete


def test_a_missing_component_names_its_group() -> None:
    clock = FakeClock()
    found = Waited(clock, Deliveries(clock), required=["lambda:intake"], timeout_s=5).result
    assert found.trace.missing[-1].group == "/aws/lambda/intake"


def test_counts_add_up_at_every_look() -> None:
    """Own records are those of this run: not the others', not what nobody could read, not what proves nothing."""
    silent = Log(stream="x").at(0, "EXTENSION\tName: x\tState: Ready\tEvents: []").events
    clock = FakeClock()
    waited = Waited(clock, Deliveries(clock, (0, WHOLE), (0, foreign(1)), (0, silent)))
    last = waited.polls[-1]
    assert (last.events, last.own) == (len(WHOLE) + 3 + 1, len(WHOLE))
    assert sum(poll.new for poll in waited.polls) == last.own
    assert [poll.n for poll in waited.polls] == list(range(1, len(waited.polls) + 1))
    assert last.quiet_s is not None


def test_the_source_is_asked_for_what_the_run_led_to() -> None:
    """The run's marker first, then the ids that its evidence brought up."""
    clock = FakeClock()
    source = Deliveries(clock, (0, WHOLE))
    Waited(clock, source)
    assert source.asked[0] == (Id("run_id", RUN), Id("sqs_message_id", M1))
    assert source.asked[-1] == (Id("run_id", RUN), Id("sqs_message_id", M1), Id("lambda_request_id", R1))


def test_nothing_is_waited_for_without_patience() -> None:
    """Recorded evidence is all there is: one look decides."""
    clock = FakeClock()
    assert Waited(clock, Deliveries(clock, (0, WHOLE)), timeout_s=0, quiet_s=0).result.collection.complete
    assert clock.slept == []
    assert Waited(clock, Deliveries(clock), timeout_s=0, quiet_s=0).result.collection.deadline_reached


@pytest.mark.parametrize("cut_s", [1.0, 4.0])
def test_a_record_over_several_events_is_whole_however_the_looks_cut_it(cut_s: float) -> None:
    """What came line by line with every look is read as what came at once."""
    dumped = json.dumps({"order": {"id": 42}, "run": RUN}, indent=2).split("\n")
    log = Log().start(0, R1).receive(1, R1, M1)
    for line in dumped:
        log.at(2, line + "\n")
    events = log.end(3, R1).events
    at_once, bit_by_bit = (FakeClock() for _ in range(2))

    whole = Waited(at_once, Deliveries(at_once, (0, events))).result
    parts = [(n * cut_s, [event]) for n, event in enumerate(events)]
    cut = Waited(bit_by_bit, Deliveries(bit_by_bit, *parts), timeout_s=200).result

    assert cut.trace == whole.trace
    assert len(cut.own_events) == len(whole.own_events) == len(events)
    assert [event.body for span in cut.trace.spans for event in span.events] == [json.loads("".join(dumped))]


CALLED = Log().start(0, R1).line(1, R1).end(2, R1).events
TAIL = tuple(replace(event, source="lambda_tail", stream=f"LogResult:{R1}") for event in CALLED)


def test_the_answer_of_invoke_does_not_replace_the_log() -> None:
    """Its last 4 KB say that the function is over; the group that is read still has to deliver the rest."""
    clock = FakeClock()
    waited = Waited(clock, Deliveries(clock, (15, CALLED)), events=TAIL, receipt=to_function())
    assert waited.result.collection.complete
    assert clock.s >= 15 + QUIET_S
    assert "known from LogResult alone" in waited.polls[0].missing[0]

    clock = FakeClock()
    late = Waited(clock, Deliveries(clock), events=TAIL, receipt=to_function(), timeout_s=30).result
    assert not late.collection.complete
    assert late.trace.missing[-1].group == "/aws/lambda/intake"


def test_a_function_whose_group_is_not_read_is_complete_by_the_answer_of_invoke() -> None:
    clock = FakeClock()
    source = Deliveries(clock)
    source.group = "/aws/lambda/another"
    waited = Waited(clock, source, events=TAIL, receipt=to_function())
    assert waited.result.collection.complete
    assert clock.s <= QUIET_S + 1
    assert [span.status for span in waited.result.trace.spans] == ["ok"]


def test_a_record_that_grew_replaces_its_earlier_form() -> None:
    """X-Ray stores a segment again when it ends; a log line never changes, whoever delivers it."""
    segment = LogEvent(source="xray", group="xray", stream="1-2-3", event_id="s", time_ms=BASE_MS, message='{"a":1}')
    line = CALLED[1]
    grown = [replace(segment, message='{"a":2}'), replace(line, message="another text")]
    evidence = Gathered()
    assert evidence.add([segment, line]) == 2
    assert evidence.add(grown) == 1
    assert [event.message for event in evidence.events.values()] == ['{"a":2}', line.message]
    evidence.read()
    assert len(evidence.observations) + len(evidence.unread) + evidence.silent == 2


def test_runs_that_share_proofs_read_each_record_once_and_see_the_same() -> None:
    proofs, alone = Proofs(), Gathered()
    alone.add(WHOLE)
    alone.read()
    for _ in range(3):
        sharing = Gathered(proofs.read)
        sharing.add(WHOLE)
        sharing.read()
        assert sharing.observations == alone.observations
    assert all(a is b for a, b in zip(sharing.observations, _again(proofs), strict=True))
    proofs.forget_before(max(event.time_ms for event in WHOLE) + 1)
    assert not any(a is b for a, b in zip(sharing.observations, _again(proofs), strict=True))


def _again(proofs: Proofs) -> list[Any]:
    gathered = Gathered(proofs.read)
    gathered.add(WHOLE)
    gathered.read()
    return list(gathered.observations)
