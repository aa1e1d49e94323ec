"""Events without a queue, and events that a queue carried: whose they are, and what they caused."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from itk.model.ids import Id
from itk.model.run import Receipt
from tests.stitch.lines import M1, M2, OTHER, R1, R2, RUN, Log, boundary, named, one, texts
from tests.stitch.services import (
    BUS,
    SNS,
    bus_event,
    notification,
    queued,
    sent,
    to_bus,
    to_topic,
    topic_event,
    trace_of,
)


def stored(**thing: Any) -> dict[str, Any]:
    answer = {"x-amz-request-id": "YMSSR8BZJ2Y99K6P"}
    s3 = {"bucket": {"name": "inbox"}, "object": {"key": "a", "sequencer": "00", **thing}}
    return {"Records": [{"eventSource": "aws:s3", "responseElements": answer, "s3": s3}]}


def to_bucket(*ids: Id) -> Receipt:
    return sent("s3_object", "inbox", *ids, type_="bucket")


VERSION, PUT = Id("s3_version_id", "v7"), Id("aws_request_id", "YMSSR8BZJ2Y99K6P")
DIRECT = [
    pytest.param(to_topic(), topic_event(), "sns_message_id", id="SNS"),
    pytest.param(to_bus(), bus_event(), "eventbridge_event_id", id="EventBridge"),
    pytest.param(to_bucket(VERSION), stored(versionId="v7"), "s3_version_id", id="S3, a version"),
    pytest.param(to_bucket(PUT), stored(versionId="null"), "aws_request_id", id="S3, without versions"),
    pytest.param(to_bus(), topic_event(bus_event()), "eventbridge_event_id", id="EventBridge in SNS"),
]


@pytest.mark.parametrize(("receipt", "event", "rule"), DIRECT)
def test_what_a_function_was_called_with_names_its_cause(receipt: Receipt, event: dict[str, Any], rule: str) -> None:
    """The function dumps its event; no line of it names the run, and all of them are ours."""
    found = trace_of(receipt, Log().start(1, R1).line(2, R1, event).line(3, R1, "mine").end(4, R1))
    root, unit = found.spans
    assert unit.parent_span_id == root.span_id
    assert unit.join is not None
    assert (unit.join.tier, unit.join.rule, unit.kind) == ("exact", rule, "CONSUMER")
    assert "mine" in texts(unit)
    assert (found.missing, found.shared, found.foreign) == ((), 0, 0)


@pytest.mark.parametrize(("receipt", "event", "rule"), DIRECT)
def test_through_a_queue_the_message_becomes_ours(receipt: Receipt, event: dict[str, Any], rule: str) -> None:
    """The envelope's id names the message that carries it, and that message names the rest."""
    body = event if "Records" not in event or "Sns" not in event["Records"][0] else event["Records"][0]["Sns"]
    log = Log().start(1, R1).line(2, R1, queued((M1, body))).line(3, R1, "mine").end(4, R1)
    found = trace_of(receipt, log, Log("other", "s2").start(5, R2).receive(6, R2, M1, run="").end(7, R2))
    root, unit = found.spans[0], one(found, "invoke intake")
    assert unit.parent_span_id == root.span_id
    assert unit.join is not None
    assert (unit.join.tier, unit.join.rule, unit.kind) == ("exact", rule, "CONSUMER")
    assert M1 in unit.join.detail
    assert "mine" in texts(unit)
    assert one(found, "invoke other").parent_span_id == root.span_id  # known by the messageId alone
    assert found.missing == ()


def test_one_notification_for_two_queues() -> None:
    """Each queue gave it an id of its own; both are ours."""
    log = Log().start(1, R1).line(2, R1, queued((M1, notification()))).end(3, R1)
    other = Log("notify", "s2").start(1, R2).line(2, R2, queued((M2, notification()), queue="notify")).end(3, R2)
    found = trace_of(to_topic(), log, other)
    assert {span.name for span in found.spans} == {"Send orders", "invoke intake", "invoke notify"}
    assert {span.join.tier for span in found.spans if span.join} == {"exact"}


def test_a_batch_from_a_topic_with_strangers_in_it() -> None:
    """Ours is one of two: the strangers' message and the nameless line are not taken."""
    mixed = queued((M1, notification()), (M2, notification(message_id="95df01b4-1ee9-5cb9-9903-4c221d41eb5e")))
    found = trace_of(to_topic(), Log().start(1, R1).line(2, R1, mixed).line(3, R1, "whose?").end(4, R1))
    unit = one(found, "invoke intake")
    assert "whose?" not in texts(unit)
    assert unit.links[0].detail == "1 more message in the same batch"
    assert found.shared == 1


def test_a_batch_of_a_stream_with_strangers_in_it() -> None:
    """Kinesis hands over many records at once: only the one that names us is ours."""
    data = [base64.b64encode(text.encode()).decode() for text in (f'{{"run": "{RUN}"}}', '{"order": 7}')]
    records = [{"eventSource": "aws:kinesis", "eventID": f"s:{n}", "kinesis": {"data": d}} for n, d in enumerate(data)]
    log = Log().start(1, R1).line(2, R1, {"Records": records}).line(3, R1, "whose?").end(4, R1)
    found = trace_of(sent("recorded", "x"), log)
    unit = one(found, "invoke intake")
    assert "whose?" not in texts(unit)
    assert [link.detail for link in unit.links] == ["1 more message in the same batch"]


def test_an_event_of_another_run_is_theirs() -> None:
    theirs = bus_event("33333333-0000-4000-8000-0000000000ff", {"run": OTHER})
    log = Log().start(1, R1).line(2, R1, theirs).line(3, R1, "theirs").end(4, R1)
    found = trace_of(to_bus(), log)
    assert len(found.spans) == 1
    assert found.foreign == 5
    assert "no record of it was seen" in found.missing[0].what


def test_an_event_that_a_batch_function_unwraps_does_not_make_it_ours_alone() -> None:
    """A function that took two messages logs what was in one: it did not get that event alone."""
    log = Log().start(1, R1).receive(2, R1, M2, run="").line(3, R1, bus_event()).line(4, R1, "whose?").end(5, R1)
    found = trace_of(to_bus(), log)
    assert "whose?" not in texts(one(found, "invoke intake"))
    assert found.shared >= 1


def test_two_events_of_one_invocation_must_both_be_ours() -> None:
    stranger = bus_event("33333333-0000-4000-8000-0000000000ff")
    log = Log().start(1, R1).line(2, R1, bus_event()).line(3, R1, stranger).line(4, R1, "whose?").end(5, R1)
    assert "whose?" not in texts(one(trace_of(to_bus(), log), "invoke intake"))


def test_an_event_that_a_function_put() -> None:
    """A span line names what PutEvents answered: the consumer hangs under that call."""
    receipt = sent("lambda_invoke", "intake", Id("lambda_request_id", R1), operation="Invoke")
    put = boundary("PRODUCER", "bus", "shop", 2, eventbridge_event_id=BUS)
    consumer = Log("notify", "s2").start(5, R2).line(6, R2, bus_event()).line(7, R2, "mine").end(8, R2)
    found = trace_of(receipt, Log().start(1, R1).line(2, R1, put).end(3, R1), consumer)
    unit = one(found, "invoke notify")
    assert unit.parent_span_id == one(found, "PRODUCER shop").span_id
    assert unit.join is not None
    assert (unit.join.tier, unit.join.rule) == ("exact", "eventbridge_event_id")
    assert "mine" in texts(unit)


def test_what_a_topic_called_is_tried_again_by_lambda() -> None:
    """SNS does not wait: a failed first try is not the end of it, under the same RequestId."""
    log = (
        Log().start(1, R1).line(2, R1, topic_event()).at(3, "[ERROR] KeyError: 'x'\nTraceback (most recent call last)")
    )
    log.end(4, R1)
    assert "Lambda tries again" in trace_of(to_topic(), log).missing[0].what
    found = trace_of(to_topic(), log.start(60_000, R1).line(60_001, R1, topic_event()).end(60_002, R1))
    first, second = named(found, "invoke intake")
    assert (first.parent_span_id, second.parent_span_id) == (found.spans[0].span_id,) * 2
    assert second.links[0].reason == "retry_of"
    assert found.missing == ()


def test_a_call_of_an_agents_action_group_is_ours_by_our_session() -> None:
    """The event names the session that ITK made, and nothing else does: the invocation is ours alone."""
    receipt = sent("bedrock_invoke_agent", "desk", Id("session_id", RUN), type_="agent")
    event = {"messageVersion": "1.0", "agent": {"name": "desk"}, "sessionId": RUN, "actionGroup": "g", "function": "f"}
    found = trace_of(receipt, Log("lookup").start(1, R1).line(2, R1, event).line(3, R1, "mine").end(4, R1))
    assert "mine" in texts(one(found, "invoke lookup"))


def test_a_dump_under_a_left_over_key_is_not_believed() -> None:
    """The logger still holds the run's key of the invocation before; the event itself names nobody of ours."""
    log = Log().start(0, R2).line(1, R2, topic_event(f"run {RUN}"), itk_trace_id=RUN).end(2, R2)
    stranger = topic_event(message_id="95df01b4-1ee9-5cb9-9903-4c221d41eb5e")
    log.start(5, R1).line(6, R1, stranger, itk_trace_id=RUN).end(7, R1)
    found = trace_of(to_topic(), log)
    assert [span.ids.get("lambda_request_id") for span in found.spans] == [None, R2]


def test_the_ids_of_the_topic_are_no_message_of_a_queue() -> None:
    found = trace_of(to_topic(), Log().start(1, R1).line(2, R1, queued((M1, notification()))).end(3, R1))
    assert found.spans[0].ids["sns_message_id"] == SNS
    assert "sqs_message_id" not in found.spans[0].ids
