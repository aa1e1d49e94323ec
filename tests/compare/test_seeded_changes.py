"""Changes to recorded runs: each is found, named, and nothing else is; under the noise of another day."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from itk.model.evidence import ErrorFact, Usage
from itk.model.trace import Attempt, Component, Join, Link, Payload, Span, Trace
from tests.compare.recorded import again, compared, recorded, told, with_spans

MS = 1_000_000
Edit = Callable[[Trace], Trace]
replace = msgspec.structs.replace


def at(trace: Trace, component: str, operation: str, nth: int = 0) -> Span:
    found = [span for span in trace.spans if span.component.name == component and span.operation == operation]
    return found[nth]


def changed(component: str, operation: str, change: Callable[[Span], Span | None], nth: int = 0) -> Edit:
    def edit(trace: Trace) -> Trace:
        chosen = at(trace, component, operation, nth)
        return with_spans(trace, lambda span: change(span) if span is chosen else span)

    return edit


def without(trace: Trace, root: Span) -> Trace:
    gone = {root.span_id}
    for span in trace.spans:
        if span.parent_span_id in gone:
            gone.add(span.span_id)
    return with_spans(trace, lambda span: None if span.span_id in gone else span)


def hop_removed(trace: Trace) -> Trace:
    """The tool's function is called by the agent itself."""
    tool = at(trace, "orders/lookupOrder", "execute_tool")
    return with_spans(
        trace,
        lambda span: (
            None
            if span is tool
            else replace(span, parent_span_id=tool.parent_span_id)
            if span.parent_span_id == tool.span_id
            else span
        ),
    )


def hop_added(trace: Trace) -> Trace:
    """A proxy stands before the table."""
    table = at(trace, "support-orders", "UpdateItem")
    proxy = replace(
        table,
        span_id="feedfeedfeedfeed",
        component=Component(type="lambda", name="orders-proxy"),
        operation="Invoke",
        kind="SERVER",
        request=None,
        response=None,
    )
    spans: list[Span] = []
    for span in trace.spans:
        spans += [proxy, replace(span, parent_span_id=proxy.span_id)] if span is table else [span]
    return replace(trace, spans=tuple(spans))


def leaf_added(trace: Trace) -> Trace:
    table = at(trace, "support-orders", "UpdateItem")
    more = replace(table, span_id="feedfeedfeedfeed", operation="GetItem")
    place = trace.spans.index(table) + 1
    return replace(trace, spans=(*trace.spans[:place], more, *trace.spans[place:]))


def swapped(trace: Trace) -> Trace:
    """The model is asked twice before the tool is used."""
    tool, chat = at(trace, "orders/lookupOrder", "execute_tool"), at(trace, "amazon.nova-lite-v1:0", "chat", 1)
    later = replace(tool, start_ns=(chat.end_ns or 0) + MS, end_ns=(chat.end_ns or 0) + 484 * MS)
    rest = [span for span in trace.spans if span not in (tool, chat)]
    place = trace.spans.index(tool)
    return replace(trace, spans=(*rest[:place], chat, later, *rest[place:]))


def one_more_retry(trace: Trace) -> Trace:
    failed, message = at(trace, "support-intake", "Invoke", 0), at(trace, "support-intake", "ReceiveMessage", 0)
    again = replace(failed, span_id="feedfeedfeedfeed")
    within = replace(
        message,
        span_id="feedfeedfeedfee1",
        parent_span_id=again.span_id,
        attempt=Attempt(n=2, of=4, kind="sqs_receive"),
        links=(Link(span_id=message.span_id, reason="retry_of", tier="exact", rule="message_id"),),
    )
    place = trace.spans.index(message) + 1
    return replace(trace, spans=(*trace.spans[:place], again, within, *trace.spans[place:]))


def one_retry_fewer(trace: Trace) -> Trace:
    return without(trace, at(trace, "support-intake", "Invoke", 0))


def reparented(trace: Trace) -> Trace:
    """The intake function writes the notification before it handles the message."""
    send, invoke = at(trace, "support-notify", "SendMessage"), at(trace, "support-intake", "Invoke")
    return with_spans(trace, lambda span: replace(span, parent_span_id=invoke.span_id) if span is send else span)


def fanned_out(trace: Trace) -> Trace:
    """Ten messages of one kind to one queue, each about another order."""
    send = at(trace, "support-notify", "SendMessage")
    spans = [replace(send, span_id=f"feedfeedfeedfe{n}", request=Payload(value={"order": f"A-{n}"})) for n in range(10)]
    return replace(without(trace, send), spans=(*without(trace, send).spans, *spans))


def third_gone(trace: Trace) -> Trace:
    return with_spans(trace, lambda s: None if s.request and s.request.value == {"order": "A-3"} else s)


def body(change: Callable[[dict[str, Any]], object]) -> Callable[[Span], Span]:
    """A change to the JSON that the message's body holds as text."""

    def edit(span: Span) -> Span:
        assert span.request
        value = dict(span.request.value)
        inside = json.loads(value["MessageBody"])
        change(inside)
        return replace(span, request=Payload(value={**value, "MessageBody": json.dumps(inside)}))

    return edit


def response(**fields: Any) -> Callable[[Span], Span]:
    def edit(span: Span) -> Span:
        assert span.response
        return replace(span, response=Payload(value={**span.response.value, **fields}))

    return edit


def failed(span: Span) -> Span:
    return replace(span, status="error", error=ErrorFact(type="ThrottlingException", message="Rate exceeded"))


def slower(span: Span) -> Span:
    took = (span.duration_ms or 0) * 2
    return replace(span, duration_ms=took, end_ns=(span.start_ns or 0) + round(took * MS))


def late(trace: Trace) -> Trace:
    """The notification lay five seconds longer in its queue."""
    notify = [span for span in trace.spans if span.component.label == "lambda:support-notify"]
    return with_spans(
        trace,
        lambda span: (
            replace(span, start_ns=(span.start_ns or 0) + 5_000 * MS, end_ns=(span.end_ns or 0) + 5_000 * MS)
            if span in notify
            else span
        ),
    )


TABLE = ("support-orders", "UpdateItem")
CHAT = ("amazon.nova-lite-v1:0", "chat")
INTAKE = ("support-intake", "SendMessage")
AGENT = ("gatekeeper", "invoke_agent")

CASES: dict[str, tuple[str, Edit, list[str]]] = {
    "leaf removed": (
        "example-001",
        lambda trace: without(trace, at(trace, *TABLE)),
        ["removed table:support-orders UpdateItem"],
    ),
    "branch removed": (
        "example-001",
        lambda trace: without(trace, at(trace, "support-notify", "SendMessage")),
        [
            "removed queue:support-notify SendMessage",
            "removed lambda:support-notify Invoke",
            "removed lambda:support-notify ReceiveMessage",
        ],
    ),
    "hop removed": ("example-001", hop_removed, ["removed tool:orders/lookupOrder execute_tool"]),
    "hop added": ("example-001", hop_added, ["inserted lambda:orders-proxy Invoke"]),
    "leaf added": ("example-001", leaf_added, ["inserted table:support-orders GetItem"]),
    "swapped": (
        "example-001",
        swapped,
        ["model:amazon.nova-lite-v1:0 chat | order |  | changed | 3 -> 2"],
    ),
    "one retry more": (
        "example-002-retry",
        one_more_retry,
        ["inserted lambda:support-intake Invoke", "inserted lambda:support-intake ReceiveMessage"],
    ),
    "one retry fewer": (
        "example-002-retry",
        one_retry_fewer,
        ["removed lambda:support-intake Invoke", "removed lambda:support-intake ReceiveMessage"],
    ),
    "error": (
        "example-001",
        changed(*TABLE, failed),
        [
            "table:support-orders UpdateItem | status |  | changed | ok -> error",
            "table:support-orders UpdateItem | error |  | added | None -> ThrottlingException: Rate exceeded",
        ],
    ),
    "another error": (
        "example-003-poison",
        changed(
            "support-intake-dlq", "DeadLetter", lambda s: replace(s, error=ErrorFact(type="KeyError", message="'id'"))
        ),
        [
            (
                "queue:support-intake-dlq DeadLetter | error |  | changed | InvalidMessage: the message needs"
                " `text` and `order_id` -> KeyError: 'id'"
            )
        ],
    ),
    "no answer": (
        "example-001",
        changed(*CHAT, lambda s: replace(s, status="incomplete", end_ns=None, duration_ms=None)),
        ["model:amazon.nova-lite-v1:0 chat | status |  | changed | ok -> incomplete"],
    ),
    "latency x2": (
        "example-001",
        changed(*AGENT, slower),
        ["agent:gatekeeper invoke_agent | latency |  | changed | 628000000 -> *"],
    ),
    "longer in the queue": (
        "example-001",
        late,
        ["lambda:support-notify Invoke | wait |  | changed | 169046000 -> *"],
    ),
    "payload field changed": (
        "example-001",
        changed(*INTAKE, body(lambda inside: inside.update(order_id="43"))),
        ["queue:support-intake SendMessage | request | $.MessageBody.order_id | changed | 42 -> 43"],
    ),
    "payload field added": (
        "example-001",
        changed(*INTAKE, body(lambda inside: inside.update(priority="high"))),
        ["queue:support-intake SendMessage | request | $.MessageBody.priority | added | None -> high"],
    ),
    "payload field removed": (
        "example-001",
        changed(*INTAKE, body(lambda inside: inside.pop("order_id"))),
        ["queue:support-intake SendMessage | request | $.MessageBody.order_id | removed | 42 -> None"],
    ),
    "item of a list added": (
        "example-001",
        changed(*AGENT, response(citations=["a.pdf"])),
        ["agent:gatekeeper invoke_agent | response | $.citations | added | None -> [a.pdf]"],
    ),
    "answer reworded": (
        "example-001",
        changed(*AGENT, response(text="Order 42 is lost.")),
        [
            (
                "agent:gatekeeper invoke_agent | response | $.text | changed | Order 42 (espresso machine) is"
                " shipped. Is there anything else I can do? -> Order 42 is lost."
            )
        ],
    ),
    "response gone": (
        "example-001",
        changed("support-notify", "ReceiveMessage", lambda s: replace(s, response=None)),
        ["lambda:support-notify ReceiveMessage | response |  | removed | {delivered: logged only} -> None"],
    ),
    "an id of elsewhere": (
        "example-001",
        changed(
            "support-notify",
            "SendMessage",
            lambda s: replace(s, response=Payload(value={"MessageId": "00000000-aaaa-4bbb-8ccc-dddddddddddd"})),
        ),
        [],  # nobody else names it: it is as good as any
    ),
    "tokens": (
        "example-001",
        changed(*CHAT, lambda s: replace(s, usage=Usage(input_tokens=950, output_tokens=58))),
        ["model:amazon.nova-lite-v1:0 chat | tokens | input_tokens | changed | 412 -> 950"],
    ),
    "component renamed": (
        "example-001",
        changed(*TABLE, lambda s: replace(s, component=replace(s.component, name="orders-v2"))),
        ["table:orders-v2 UpdateItem | component |  | changed | table:support-orders -> table:orders-v2"],
    ),
    "operation changed": (
        "example-001",
        changed(*TABLE, lambda s: replace(s, operation="PutItem")),
        ["table:support-orders PutItem | operation |  | changed | UpdateItem -> PutItem"],
    ),
    "kind changed": (
        "example-001",
        changed(*TABLE, lambda s: replace(s, kind="INTERNAL")),
        ["table:support-orders UpdateItem | kind |  | changed | CLIENT -> INTERNAL"],
    ),
    "less sure": (
        "example-001",
        changed(*TABLE, lambda s: replace(s, join=Join(tier="inferred", rule="likely"))),
        ["table:support-orders UpdateItem | tier |  | changed | exact -> inferred"],
    ),
    "another attempt": (
        "example-002-retry",
        changed(
            "support-intake", "ReceiveMessage", lambda s: replace(s, attempt=Attempt(n=3, of=3, kind="sqs_receive")), 1
        ),
        ["lambda:support-intake ReceiveMessage | attempts |  | changed | 2 of 3 (sqs_receive) -> 3 of 3 (sqs_receive)"],
    ),
    "another caller": (
        "example-001",
        reparented,
        ["queue:support-notify SendMessage | place |  | changed | lambda:support-intake -> lambda:support-intake"],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_change_is_found_and_named_and_nothing_else_is(name: str) -> None:
    of, edit, expected = CASES[name]
    a = recorded(of)
    b = again(edit(a), 11)
    found = compared(a, b)

    lines = told(found, a, b)
    assert len(lines) == len(expected), lines
    for line, said in zip(lines, expected, strict=True):
        start, star, _ = said.partition("*")
        assert line.startswith(start) if star else line == said


@pytest.mark.parametrize("name", CASES)
def test_and_the_other_way_round(name: str) -> None:
    of, edit, expected = CASES[name]
    a = recorded(of)
    b = again(edit(a), 11)

    assert len(told(compared(b, a), b, a)) == len(expected)


def test_of_ten_equal_calls_the_one_that_is_gone_is_named() -> None:
    """Signatures know no payloads, but which order it was about tells the calls apart."""
    a = fanned_out(recorded("example-001"))
    b = again(third_gone(a), 3)
    found = compared(a, b)

    assert told(found, a, b) == ["removed queue:support-notify SendMessage"]
    gone = next(pair for pair in found.pairs if pair.kind == "removed")
    assert gone.a is not None
    assert a.spans[gone.a].request == Payload(value={"order": "A-3"})


def test_ids_that_changed_places_are_seen() -> None:
    one, two = "11111111-aaaa-4bbb-8ccc-dddddddddddd", "22222222-aaaa-4bbb-8ccc-dddddddddddd"

    def about(first: str, second: str) -> Edit:
        def edit(trace: Trace) -> Trace:
            trace = changed(*INTAKE, body(lambda inside: inside.update(order=one, refund=two)))(trace)
            return changed(*TABLE, lambda s: replace(s, request=Payload(value={"Key": first, "Not": second})))(trace)

        return edit

    a, b = about(one, two)(recorded("example-001")), again(about(two, one)(recorded("example-001")), 5)
    lines = told(compared(a, b), a, b)

    assert [line.partition(" | ")[2] for line in lines] == [
        "request | $.Key | changed | <uuid#2> -> <uuid#3>",
        "request | $.Not | changed | <uuid#3> -> <uuid#2>",
    ]


def test_work_that_ran_in_parallel_has_no_order() -> None:
    """Which of two calls that ran at once began first is chance."""

    def at_once(trace: Trace) -> Trace:
        calls = [at(trace, *CHAT, 1), at(trace, "orders/lookupOrder", "execute_tool")]
        start, end = min(s.start_ns or 0 for s in calls), max(s.end_ns or 0 for s in calls)
        return with_spans(trace, lambda s: replace(s, start_ns=start, end_ns=end) if s in calls else s)

    a = at_once(recorded("example-001"))
    b = again(at_once(swapped(recorded("example-001"))), 2)

    assert told(compared(a, b), a, b) == []
