"""Laws over one run that goes through every service: an API, functions, a model, a state machine, a topic, queues."""

from __future__ import annotations

import random
from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st

from itk.model.evidence import LogEvent
from itk.model.trace import Trace
from itk.stitch import own_records, stitch
from tests.stitch.lines import API, M1, M2, R1, R2, R3, Log, boundary
from tests.stitch.services import (
    ARN,
    REQUEST,
    SNS,
    Machine,
    Service,
    answered,
    notification,
    queued,
    to_api,
    topic_event,
)
from tests.stitch.test_api_requests import access, execution, proxy_event
from tests.stitch.test_async_outcomes import told
from tests.stitch.test_model_calls import logged
from tests.stitch.traffic import key, observe

R4, R5 = (f"11111111-0000-4000-8000-00000000000{n}" for n in "45")
NAMES = {
    "Send shop",
    "POST /orders",
    "invoke intake",
    "CLIENT nova",
    "CLIENT orders",
    "execute orders",
    "Charge",
    "call charge",
    "invoke charge",
    "Tell",
    "sns:publish",
    "invoke notify",
    "invoke audit",
    "invoke undertaker",
}


@cache
def everything() -> tuple[LogEvent, ...]:
    """Nothing but AWS's own ids leads from one to the next: the run is named nowhere."""
    intake = Log().start(3, R1).line(3, R1, proxy_event())
    intake.line(4, R1, boundary("CLIENT", "model", "nova", 4, aws_request_id=API))
    intake.line(5, R1, boundary("CLIENT", "state_machine", "orders", 5, execution_arn=ARN)).end(7, R1)
    machine = Machine().start(5, {"order": 1}).at(6, 2, 0, "TaskStateEntered", name="Charge")
    task = {"resource": "invoke", "resourceType": "lambda"}
    machine.at(6, 3, 2, "TaskScheduled", **task, parameters={"FunctionName": "charge"})
    machine.at(9, 4, 3, "TaskSucceeded", **task, output=answered(R2)).at(9, 5, 4, "TaskStateExited", name="Charge")
    machine.at(10, 6, 5, "TaskStateEntered", name="Tell")
    task = {"resource": "publish", "resourceType": "sns"}
    machine.at(10, 7, 6, "TaskScheduled", **task, parameters={"TopicArn": "arn:aws:sns:r:1:orders"})
    machine.at(11, 8, 7, "TaskSucceeded", **task, output={"MessageId": SNS})
    machine.at(11, 9, 8, "TaskStateExited", name="Tell").at(12, 10, 9, "ExecutionSucceeded")
    charge = Log("charge", "c").start(7, R2).line(8, R2, "charging").end(8, R2)
    notify = Log("notify", "n").start(20, R3).line(21, R3, queued((M1, notification()), queue="notify"))
    notify.line(22, R3, {"batchItemFailures": []}).end(23, R3)
    audit = Log("audit", "a").start(20, R4).line(21, R4, topic_event())
    audit.at(22, "[ERROR] KeyError: 'x'\nTraceback (most recent call last)").end(23, R4)
    undertaker = Log("undertaker", "u").start(30, R5).line(31, R5, queued((M2, told(R4)), queue="failures")).end(32, R5)
    logs: list[Log | Machine | Service] = [access(), execution(), intake, logged(), machine, charge]
    return tuple(event for log in [*logs, notify, audit, undertaker] for event in log.events)


def traced(events: tuple[LogEvent, ...] | list[LogEvent]) -> Trace:
    return stitch(to_api(), observe(events))


def test_the_whole_way_is_exact() -> None:
    found = traced(everything())
    assert {span.name for span in found.spans} == NAMES
    assert {span.join.tier for span in found.spans if span.join} == {"exact"}
    assert (found.missing, found.shared, found.foreign, found.unplaced) == ((), 0, 0, ())
    parents = {span.span_id: span.name for span in found.spans}
    assert {span.name: parents.get(span.parent_span_id or "") for span in found.spans} == {
        "Send shop": None,
        "POST /orders": "Send shop",
        "invoke intake": "POST /orders",
        "CLIENT nova": "invoke intake",
        "CLIENT orders": "invoke intake",
        "execute orders": "CLIENT orders",
        "Charge": "execute orders",
        "call charge": "Charge",
        "invoke charge": "call charge",
        "Tell": "execute orders",
        "sns:publish": "Tell",
        "invoke notify": "sns:publish",
        "invoke audit": "sns:publish",
        "invoke undertaker": "invoke audit",
    }


def test_every_record_is_shown() -> None:
    found = traced(everything())
    shown = {(e.source, e.group, e.stream, e.event_id) for span in found.spans for e in span.evidence}
    events = [event.evidence for span in found.spans for event in span.events if event.evidence]
    shown |= {(e.source, e.group, e.stream, e.event_id) for e in events}
    assert {key(event) for event in everything()} == shown


@settings(max_examples=40, deadline=None)
@given(st.randoms(use_true_random=False))
def test_order_and_repetition_do_not_matter(chance: random.Random) -> None:
    events = [*everything(), *chance.sample(everything(), len(everything()) // 2)]
    chance.shuffle(events)
    assert traced(events) == traced(everything())


@settings(max_examples=150, deadline=None)
@given(st.randoms(use_true_random=False))
def test_any_part_of_it_is_one_tree_and_contradicts_nothing(chance: random.Random) -> None:
    """Whatever is absent: one root, no record lost or counted twice, and no exact link that the rest takes back."""
    part = chance.sample(everything(), chance.randrange(len(everything())))
    found, full = traced(part), {span.span_id: span for span in traced(everything()).spans}
    ids = {span.span_id for span in found.spans}
    assert [span.parent_span_id for span in found.spans].count(None) == 1
    assert all(span.parent_span_id in ids for span in found.spans if span.parent_span_id)
    assert len(own_records(to_api(), observe(part))) + found.shared + found.foreign == len(part)
    for span in found.spans:
        if span.join is not None and span.join.tier == "exact":
            now = full[span.span_id].join
            assert now is not None
            assert now.tier == "exact"


def test_an_end_that_is_absent_is_missed() -> None:
    """Without any one START, REPORT, end of the execution or end of the request, the run is not complete."""
    needed = [e for e in everything() if any(word in e.message for word in ("START ", "REPORT ", "ExecutionSucceeded"))]
    assert len(needed) == 11
    for event in needed:
        assert traced([one for one in everything() if one is not event]).missing, event


def test_the_same_for_a_stranger_is_none_of_ours() -> None:
    """Another request, from the first id on: nothing of it is drawn."""
    found = stitch(to_api(), observe(e for e in everything() if REQUEST not in e.message and e.group != "bedrock"))
    assert len(found.spans) == 1
    assert found.foreign > 30
