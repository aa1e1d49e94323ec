"""Recorded spans of X-Ray and OpenTelemetry: whose they are, what they are views of, and where they hang."""

from __future__ import annotations

import json
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from itk.model import ids
from itk.model.evidence import LogEvent
from itk.model.ids import Id
from itk.model.run import Receipt
from itk.model.trace import Span, Trace
from itk.stitch import stitch
from tests.formats.reading import recorded
from tests.stitch.lines import API, M1, M2, OTHER, R1, R2, R3, RUN, Log, boundary, one, texts, to_function, to_queue
from tests.stitch.traffic import BASE_MS, observe

C, D = "1-6b02a6fd-aaaaaaaaaaaaaaaaaaaaaaaa", "1-6b02a6fd-bbbbbbbbbbbbbbbbbbbbbbbb"
MINE = f"1-6b02a6fd-{ids.trace_id(RUN)[:24]}"
S1, S2, S3, S4, S5 = (f"{n}" * 16 for n in "12345")


def seconds(ms: float) -> float:
    return (BASE_MS + ms) / 1000


def part(own: str, name: str, ms: float = 1, end: float = 2, **more: Any) -> dict[str, Any]:
    return {"id": own, "name": name, "start_time": seconds(ms), "end_time": seconds(end), **more}


def call(own: str, service: str, operation: str, ms: float = 1, **aws: Any) -> dict[str, Any]:
    return part(own, service, ms, ms + 1, namespace="aws", aws={"operation": operation, **aws})


def lambda_segment(request: str, root: str = C, own: str = S1, name: str = "intake", **more: Any) -> dict[str, Any]:
    more = {"origin": "AWS::Lambda", "aws": {"request_id": request}, **more}
    return part(own, name, 0, 9, trace_id=root, **more)


def function_segment(*parts: dict[str, Any], root: str = C, own: str = S2, parent: str = S1) -> dict[str, Any]:
    more = {"origin": "AWS::Lambda::Function", "parent_id": parent, "subsegments": list(parts)}
    return part(own, "intake", 1, 8, trace_id=root, **more)


def segments(*documents: dict[str, Any]) -> list[LogEvent]:
    return [
        LogEvent(
            source="xray",
            group="xray",
            stream=document["trace_id"],
            event_id=f"{document['id']}:{n}",
            time_ms=BASE_MS,
            message=json.dumps(document),
        )
        for n, document in enumerate(documents)
    ]


def spans(*rows: dict[str, Any]) -> list[LogEvent]:
    return [
        LogEvent(group="aws/spans", stream="default", event_id=str(n), time_ms=BASE_MS, message=json.dumps(row))
        for n, row in enumerate(rows)
    ]


def otel(own: str, parent: str, name: str, kind: str = "INTERNAL", trace: str = C, **said: Any) -> dict[str, Any]:
    times = {"startTimeUnixNano": BASE_MS * 1_000_000, "endTimeUnixNano": BASE_MS * 1_000_000 + 5}
    head = {"traceId": trace[2:].replace("-", ""), "spanId": own, "parentSpanId": parent, "name": name, "kind": kind}
    return {"resource": {"attributes": {"service.name": "desk"}}, **head, **times, "attributes": said}


def trace(receipt: Receipt, *parts: Log | list[LogEvent]) -> Trace:
    events = [event for each in parts for event in (each.events if isinstance(each, Log) else each)]
    return stitch(receipt, observe(events))


def alone() -> Log:
    """An invocation that got our message and no other."""
    return Log().start(0, R1).receive(2, R1, M1, batch_size=1).end(9, R1)


def shared() -> Log:
    """An invocation that got our message and another run's."""
    log = Log().start(0, R1).receive(2, R1, M1, batch_size=2)
    return log.receive(4, R1, M2, run=OTHER, batch_size=2).end(9, R1)


def xray(span: Span) -> int:
    return sum(seen.source == "xray" for seen in span.evidence)


# Merging.


def test_three_layers_of_a_lambda_call_are_one_span() -> None:
    """The caller's subsegment, Lambda's segment and the function's are views of the invocation that the log tells."""
    inner = Log("lookup", "s2").start(3, R2).end(5, R2)
    invoke = call(S3, "Lambda", "Invoke", 2, function_name="lookup", request_id=R2)
    found = trace(
        to_queue(),
        alone(),
        inner,
        segments(
            lambda_segment(R1),
            function_segment(invoke),
            lambda_segment(R2, own=S4, name="lookup", parent_id=S3),
            part(S5, "lookup", 3, 5, trace_id=C, origin="AWS::Lambda::Function", parent_id=S4),
        ),
    )
    called, caller = one(found, "invoke lookup"), one(found, "invoke intake")

    assert [span.component.name for span in found.spans].count("lookup") == 1
    assert xray(called) == 3
    assert called.parent_span_id == caller.span_id
    assert called.join is not None
    assert (called.join.tier, called.join.rule) == ("exact", "traced_parent")
    assert xray(caller) == 2


def test_a_logged_call_and_its_subsegments_are_one_span() -> None:
    """The application's line, the subsegment of the SDK and the copy that X-Ray infers: request ids say so."""
    log = Log().start(0, R1).receive(2, R1, M1, batch_size=1)
    log.line(3, R1, json.dumps(boundary("CLIENT", "table", "orders", 3, aws_request_id=API))).end(9, R1)
    write = call(S3, "DynamoDB", "UpdateItem", 2, table_name="orders", request_id=API, retries=2)
    copy = {**write, "id": S4, "trace_id": C, "parent_id": S3, "inferred": True, "origin": "AWS::DynamoDB::Table"}
    before = trace(to_queue(), log)
    after = trace(to_queue(), log, segments(lambda_segment(R1), function_segment(write), copy))
    table = one(after, "CLIENT orders")

    assert [span.span_id for span in after.spans] == [span.span_id for span in before.spans]
    assert xray(table) == 2
    assert table.attempt is not None
    assert (table.attempt.n, table.attempt.kind) == (3, "sdk")
    assert table.start_ns == one(before, "CLIENT orders").start_ns


def test_a_call_that_nobody_logged_is_drawn_once() -> None:
    write = call(S3, "DynamoDB", "UpdateItem", 2, table_name="orders", request_id=API)
    copy = {**write, "id": S4, "trace_id": C, "parent_id": S3, "inferred": True}
    found = trace(to_queue(), alone(), segments(lambda_segment(R1), function_segment(write), copy))
    table = one(found, "UpdateItem orders")

    assert table.parent_span_id == one(found, "invoke intake").span_id
    assert table.component.label == "table:orders"
    assert table.status == "ok"
    assert len(table.evidence) == 2


def test_phases_are_facts_of_the_invocation_and_no_spans() -> None:
    """Initialization begins before its own parent: it is kept as it was recorded."""
    own = part(S5, "## handler", 2, 4)
    phases = [part(S3, "Initialization", -770, -230), part(S4, "Invocation", 1, 8, subsegments=[own])]
    found = trace(to_queue(), alone(), segments(lambda_segment(R1), function_segment(*phases)))
    intake = one(found, "invoke intake")
    events = {event.name: event for event in intake.events if event.name != "log"}

    assert intake.faas is not None
    assert intake.faas.init_ms == 540.0
    assert events["Initialization"].time_ns == (BASE_MS - 770) * 1_000_000
    assert {span.name for span in found.spans} & {"Initialization", "Invocation"} == set()
    assert one(found, "## handler").parent_span_id == intake.span_id
    assert one(found, "## handler").component.label == "lambda:intake"


def test_attempts_of_an_asynchronous_call_are_found_by_their_number() -> None:
    log = Log().start(0, R1).end(1, R1).start(60, R1).end(61, R1)
    outer = lambda_segment(R1, subsegments=[part(S3, "Attempt #1", 0, 1), part(S4, "Attempt #2", 60, 61)])
    second = part(S5, "intake", 60, 61, trace_id=C, parent_id=S4, origin="AWS::Lambda::Function")
    found = trace(to_function(), log, segments(outer, second))
    retry = next(span for span in found.spans if span.attempt is not None)

    assert len(found.spans) == 2
    assert (xray(retry), xray(found.spans[0])) == (2, 1)  # the attempts stand in one document with Lambda's segment


def test_an_unfinished_version_gives_way_to_the_finished_one() -> None:
    own = part(S3, "work", 2, 4, trace_id=MINE)
    early = {key: value for key, value in own.items() if key != "end_time"} | {"in_progress": True}
    found = trace(to_queue(), segments(early, own))

    assert one(found, "work").end_ns == (BASE_MS + 4) * 1_000_000
    assert len(one(found, "work").evidence) == 2


def test_an_error_that_nobody_else_tells_is_seen_within_the_span() -> None:
    log = Log().start(0, R1).receive(2, R1, M1, batch_size=1)
    log.line(3, R1, json.dumps(boundary("CLIENT", "table", "orders", 3, aws_request_id=API))).end(9, R1)
    write = call(S3, "DynamoDB", "UpdateItem", 2, table_name="orders", request_id=API)
    write |= {"fault": True, "http": {"response": {"status": 400}}}
    table = one(trace(to_queue(), log, segments(lambda_segment(R1), function_segment(write))), "CLIENT orders")

    assert table.status == "ok"  # as the application says, with or without X-Ray
    assert [event.text for event in table.events if event.name == "error"] == ["HTTP 400"]


def test_work_on_a_message_is_not_the_sending_of_it() -> None:
    said = {"messaging.message.id": M1, "messaging.system": "aws_sqs"}
    found = trace(to_queue(), spans(otel(S1, "", "handle", "INTERNAL", **said)))

    assert [span.name for span in found.spans] == ["SendMessage intake", "handle"]


def test_late_segments_are_not_waited_for() -> None:
    """A call that only X-Ray knows, and of which no log was seen, leaves nothing open."""
    invoke = call(S3, "Lambda", "Invoke", 2, function_name="lookup", request_id=R2)
    open_ = {key: value for key, value in part(S4, "work").items() if key != "end_time"} | {"in_progress": True}
    found = trace(to_queue(), alone(), segments(lambda_segment(R1), function_segment(invoke, open_)))

    assert found.missing == ()
    assert one(found, "work").end_ns is None


def test_a_function_that_itk_called_is_not_heard_of_by_its_segment_alone() -> None:
    """The segment may come before the log: then the run is not complete, and nothing is drawn twice."""
    early = trace(to_function(), segments(lambda_segment(R1), function_segment()))
    late = trace(to_function(), segments(lambda_segment(R1), function_segment()), Log().start(0, R1).end(9, R1))

    assert [entry.component for entry in early.missing] == ["lambda:intake"]
    assert late.missing == ()
    assert [[span.span_id for span in found.spans] for found in (early, late)] == [[early.spans[0].span_id]] * 2


def test_an_agent_on_agentcore_is_heard_of_by_its_spans() -> None:
    sent = Receipt(
        run_id=RUN, entrypoint="bedrock_agentcore_invoke", operation="InvokeAgentRuntime", target_type="agent",
        target_name="desk", sent_ns=BASE_MS * 1_000_000, ids=(Id("run_id", RUN), Id("xray_root", MINE)),
    )  # fmt: skip

    assert trace(sent).missing
    assert trace(sent, spans(otel(S1, "9" * 16, "POST /invocations", "SERVER", MINE))).missing == ()


documents = st.fixed_dictionaries(
    {
        "id": st.sampled_from([S1, S2, S3, S4, S5]),
        "trace_id": st.sampled_from([MINE, C, D]),
        "name": st.sampled_from(["intake", "Initialization", "Attempt #2", "DynamoDB"]),
        "start_time": st.sampled_from([seconds(1), seconds(2)]),
    },
    optional={
        "end_time": st.just(seconds(3)),
        "parent_id": st.sampled_from([S1, S2, S3, S4, S5, "9" * 16]),
        "origin": st.sampled_from(["AWS::Lambda", "AWS::Lambda::Function", "AWS::SQS::Queue"]),
        "namespace": st.just("aws"),
        "inferred": st.just(True),
        "annotations": st.sampled_from([{"itk": RUN}, {"itk": OTHER}]),
        "aws": st.sampled_from([{"request_id": R1}, {"request_id": R2}, {"message_id": M1}, {"request_id": API}]),
        "links": st.lists(st.sampled_from([{"trace_id": C, "id": S1}, {"trace_id": MINE, "id": S2}]), max_size=2),
    },
)


@settings(max_examples=300, deadline=None)
@given(st.lists(documents, max_size=9), st.randoms(use_true_random=False))
def test_whatever_was_recorded_there_is_one_tree_in_one_order(found: list[dict[str, Any]], chance: Any) -> None:
    """Rings, parents of themselves, two documents of one id: nothing raises, nothing is drawn twice."""
    log = Log().start(0, R1).receive(2, R1, M1, batch_size=1).end(9, R1)
    log.line(3, R1, json.dumps(boundary("CLIENT", "table", "orders", 3, aws_request_id=API)))
    events = segments(*found)
    result, before = trace(to_queue(), log, events), trace(to_queue(), log)
    chance.shuffle(events)

    assert trace(to_queue(), events, log) == result
    ids_ = [span.span_id for span in result.spans]
    assert len(set(ids_)) == len(ids_)
    assert {span.span_id for span in before.spans} <= set(ids_)
    assert all(span.parent_span_id in ids_ for span in result.spans[1:])
    proven = [span for span in before.spans if span.join is None or span.join.tier != "unresolved"]
    after = {span.span_id: span for span in result.spans}
    assert all(after[span.span_id].parent_span_id == span.parent_span_id for span in proven)


# Whose they are.


def test_a_trace_that_itk_began_is_its_own() -> None:
    """Without any log: the root that only this run's header has."""
    header = ids.span_id("xray", RUN)
    worker = part(S1, "worker", 3, 6, trace_id=MINE, parent_id=header, subsegments=[part(S2, "step")])
    found = trace(to_queue(), segments(worker, part(S3, "other", trace_id=C)))

    assert one(found, "worker").parent_span_id == found.spans[0].span_id
    assert one(found, "worker").join.tier == "exact"  # type: ignore[union-attr]
    assert one(found, "step").parent_span_id == one(found, "worker").span_id
    assert found.foreign == 1


def test_another_runs_marker_in_our_trace_is_a_conflict() -> None:
    both = part(S1, "worker", trace_id=MINE, annotations={"a": RUN, "b": OTHER})
    theirs = part(S2, "worker", trace_id=MINE, annotations={"b": OTHER})
    found = trace(to_queue(), segments(both, theirs))

    assert len(found.spans) == 1
    assert "names this run and 1 other" in found.warnings[0]
    assert "the trace that this run began names another run" in found.warnings[1]


def test_the_trace_of_an_exclusive_invocation_is_ours() -> None:
    """What it called synchronously carries its root, and so does what it sent."""
    log = alone()
    log.events[-1] = msgspec.structs.replace(
        log.events[-1], message=log.events[-1].message.rstrip("\n") + f"\nXRAY TraceId: {C}\tSegmentId: {S1}\n"
    )
    called = Log("lookup", "s2").start(3, R2).line(4, R2, "looking up").end(5, R2, f"\nXRAY TraceId: {C}\n")
    sent = {"messageId": M2, "body": "{}", "eventSource": "aws:sqs", "attributes": {"AWSTraceHeader": f"Root={C}"}}
    receiver = Log("notify", "s3").start(20, R3).line(21, R3, {"Records": [sent]}).end(22, R3)
    found = trace(to_queue(), log, called, receiver)

    assert texts(one(found, "invoke lookup")) == ["looking up"]
    assert one(found, "invoke notify")


def test_the_trace_of_a_shared_invocation_is_nobodys() -> None:
    """Spans of the batch that name none of our ids are counted as shared, and what it called may be another's."""
    log = shared()
    log.events[-1] = msgspec.structs.replace(
        log.events[-1], message=log.events[-1].message + f"XRAY TraceId: {C}\tSegmentId: {S1}\n"
    )
    called = Log("lookup", "s2").start(3, R2).line(4, R2, "looking up").end(5, R2, f"\nXRAY TraceId: {C}\n")
    silent = call(S3, "S3", "PutObject", bucket_name="orders", request_id=API)
    ours = part(S4, "## record", 3, 4, annotations={"itk": RUN}, subsegments=[part(S5, "inside")])
    other = part("6" * 16, "stray", trace_id=C, parent_id=S3)
    found = trace(to_queue(), log, called, segments(lambda_segment(R1), function_segment(silent, ours), other))

    assert {span.name for span in found.spans} & {"invoke lookup", "PutObject orders", "inside", "stray"} == set()
    assert one(found, "## record").parent_span_id == one(found, "invoke intake").span_id
    assert found.shared == 1  # the stray one; the other documents are evidence of the invocation
    assert found.foreign == 5  # the four of lookup, which name nobody, and the other run's line


def test_in_a_shared_invocation_a_call_of_ours_leads_on() -> None:
    """Our line names the request id: the call is ours, and so is the invocation under it."""
    log = Log().start(0, R1).receive(2, R1, M1, batch_size=2).receive(4, R1, M2, run=OTHER, batch_size=2)
    log.line(5, R1, json.dumps(boundary("CLIENT", "lambda", "lookup", 5, aws_request_id=R2)), sqs_message_id=M1)
    inner = Log("lookup", "s2").start(3, R2).line(4, R2, "looking up").end(5, R2)
    mine = call(S3, "Lambda", "Invoke", 2, function_name="lookup", request_id=R2)
    found = trace(
        to_queue(),
        log.end(9, R1),
        inner,
        segments(lambda_segment(R1), function_segment(mine), lambda_segment(R2, own=S4, name="lookup", parent_id=S3)),
    )

    assert texts(one(found, "invoke lookup")) == ["looking up"]
    assert one(found, "invoke lookup").parent_span_id == one(found, "CLIENT lookup").span_id


def test_an_annotation_owns_one_request_with_all_that_is_in_it() -> None:
    api = part(S1, "shop", trace_id=C, origin="AWS::ECS::Container", subsegments=[part(S2, "db")])
    marked = part(S3, "worker", trace_id=C, parent_id=S2, annotations={"itk": RUN})
    found = trace(to_queue(), segments(api, marked))

    assert {"shop", "db", "worker"} <= {span.name for span in found.spans}


def test_an_annotation_owns_its_span_alone_where_the_trace_serves_many() -> None:
    api = part(S1, "shop", trace_id=C, subsegments=[part(S2, "db")])
    marked = part(S3, "worker", trace_id=C, parent_id=S2, annotations={"itk": RUN})
    for other in (
        part(S4, "worker", trace_id=C, parent_id=S2, annotations={"itk": OTHER}),
        part(S4, "worker", trace_id=C, parent_id=S2, links=[{"trace_id": D, "id": S5}]),
        part(S4, "second", trace_id=C),
    ):
        found = trace(to_queue(), segments(api, marked, other))
        assert [span.name for span in found.spans[1:]] == ["worker"]
        assert found.spans[1].join is not None
        assert found.spans[1].join.tier == "unresolved"


def test_what_came_before_a_request_may_have_been_a_batch() -> None:
    """A request whose caller nobody recorded leads to what it did itself, not to the rest of its trace."""
    request = part(S1, "shop", trace_id=C, parent_id="9" * 16, annotations={"itk": RUN}, subsegments=[part(S2, "db")])
    called = Log("lookup", "s2").start(3, R2).line(4, R2, "looking up").end(5, R2, f"\nXRAY TraceId: {C}\n")
    found = trace(to_queue(), segments(request), called)

    assert [span.name for span in found.spans[1:]] == ["shop", "db"]


def test_a_function_behind_a_request_of_ours_is_ours() -> None:
    request = part(S1, "shop", trace_id=C, parent_id="9" * 16, annotations={"itk": RUN}, subsegments=[part(S2, "to")])
    called = Log("lookup", "s2").start(3, R2).line(4, R2, "looking up").end(5, R2)
    documents = segments(request, lambda_segment(R2, own=S3, name="lookup", parent_id=S2))
    found = trace(to_queue(), documents, called)

    assert texts(one(found, "invoke lookup")) == ["looking up"]
    assert one(found, "invoke lookup").parent_span_id == one(found, "to").span_id


def test_a_message_of_ours_that_was_processed_alone_leads_on() -> None:
    """Outside of Lambda, a consumer begins a trace of its own, linked to where its message was sent."""
    sent = {"trace_id": MINE, "id": S5}
    for links, below in (([sent], ["worker", "db"]), ([sent, {"trace_id": D, "id": S5}], ["worker"])):
        worker = part(S1, "worker", trace_id=C, links=links, subsegments=[part(S2, "db")])
        found = trace(to_queue(), segments(worker))
        assert [span.name for span in found.spans[1:]] == below


def test_a_session_is_an_identity_only_if_itk_made_it() -> None:
    row = otel(S1, S2, "POST /invocations", "SERVER", **{"session.id": "s-1"})
    below = otel(S3, S1, "chat")
    ours = trace(to_queue(Id("session_id", "s-1")), spans(row, below))

    assert [span.name for span in ours.spans[1:]] == ["POST /invocations", "chat"]
    assert len(trace(to_queue(), spans(row, below)).spans) == 1


def test_a_batch_is_linked_to_the_senders_of_its_messages() -> None:
    """The link to our own message is no news; the other leads out of the run."""
    links = [{"trace_id": MINE, "id": ids.span_id("xray", RUN)}, {"trace_id": D, "id": S5}]
    found = trace(to_queue(Id("xray_root", MINE)), shared(), segments(lambda_segment(R1, links=links)))
    traced = [link for link in one(found, "invoke intake").links if link.rule == "xray_link"]

    assert [(link.span_id, link.trace_id, link.tier) for link in traced] == [("", D[2:].replace("-", ""), "exact")]


def test_a_header_that_is_handed_on_is_no_batch() -> None:
    """The second message carries the trace header of the first: what follows hangs below it, step by step."""
    sent = boundary("PRODUCER", "queue", "notify", 3, sqs_message_id=M2)
    first = Log().start(0, R1).receive(2, R1, M1, batch_size=1).line(4, R1, json.dumps(sent)).end(9, R1)
    second = Log("notify", "s2").start(12, R2).receive(13, R2, M2, batch_size=1).end(15, R2)
    links = [{"trace_id": MINE, "id": ids.span_id("xray", RUN)}]
    handed_on = lambda_segment(R2, root=D, own=S4, name="notify", links=links)
    found = trace(to_queue(Id("xray_root", MINE)), first, second, segments(handed_on))

    assert xray(one(found, "invoke notify"))
    assert not [link for span in found.spans for link in span.links]


def test_the_order_of_segments_does_not_matter() -> None:
    write = call(S3, "DynamoDB", "UpdateItem", 2, table_name="orders", request_id=API)
    documents = segments(lambda_segment(R1), function_segment(write, part(S4, "step")), part(S5, "late", trace_id=C))
    forward = trace(to_queue(), alone(), documents)

    assert trace(to_queue(), list(reversed(documents)), alone(), documents) == forward


def test_a_ring_of_parents_is_no_tree_and_no_hang() -> None:
    found = trace(
        to_queue(),
        segments(part(S1, "a", trace_id=MINE, parent_id=S2), part(S2, "b", trace_id=MINE, parent_id=S1)),
    )

    assert {span.name for span in found.spans[1:]} == {"a", "b"}


# OpenTelemetry.


def test_tokens_are_counted_once() -> None:
    """An agent, its framework's model call and the client's: the same tokens three times."""
    tokens = {"gen_ai.usage.input_tokens": 2100, "gen_ai.usage.output_tokens": 56}
    chat = {"gen_ai.operation.name": "chat", "gen_ai.request.model": "nova"}
    agent = {"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "Desk"}
    rows = [
        otel(S1, "", "POST /", "SERVER", MINE),
        otel(S2, S1, "invoke_agent Desk", trace=MINE, **agent, **tokens),
        otel(S3, S2, "chat", trace=MINE, **chat, **tokens),
        otel(S4, S3, "chat nova", "CLIENT", MINE, **chat, **tokens),
    ]
    found = trace(to_queue(), spans(*rows))

    assert [span.name for span in found.spans if span.usage and span.usage.counted] == ["chat nova"]
    assert sum(span.usage is not None for span in found.spans) == 3


def test_a_failed_tool_is_seen_in_a_green_tree() -> None:
    said = {"gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "lookup", "gen_ai.tool.status": "error"}
    green = otel(S2, S1, "execute_tool lookup", trace=MINE, **said) | {"status": {"code": "OK"}}
    found = trace(to_queue(), spans(otel(S1, "", "POST /", "SERVER", MINE), green))

    assert [span.status for span in found.spans[1:]] == ["ok", "error"]


def test_a_span_that_says_only_how_long_it_took_has_a_duration() -> None:
    row = otel(S1, "", "execute_tool lookup", "SERVER", MINE, **{"gen_ai.tool.name": "lookup"}) | {
        "durationNano": 5_000_000
    }
    row = {key: value for key, value in row.items() if key not in ("startTimeUnixNano", "endTimeUnixNano")}
    tool = one(trace(to_queue(), spans(row)), "execute_tool lookup")

    assert tool.component.label == "tool:lookup"
    assert (tool.start_ns, tool.duration_ms, tool.duration_source) == (None, 5.0, "reported")


def test_prompts_belong_to_the_span_that_they_name() -> None:
    row = otel(S1, "", "chat", "SERVER", MINE)
    ask = {"timeUnixNano": 5, "traceId": row["traceId"], "spanId": S1, "attributes": {"event.name": "gen_ai.choice"}}
    group = "/aws/bedrock-agentcore/runtimes/desk-1-DEFAULT"
    event = LogEvent(group=group, stream="otel-rt-logs", event_id="1", time_ms=BASE_MS, message=json.dumps(
        {**ask, "body": {"message": "On its way."}}))  # fmt: skip
    chat = one(trace(to_queue(), spans(row), [event]), "chat")

    assert chat.response is not None
    assert chat.response.value == {"message": "On its way."}
    assert len(chat.evidence) == 2


def test_lines_of_agentcore_name_no_invocation_of_lambda() -> None:
    line = {"timestamp": "2026-11-22T07:31:02Z", "level": "INFO", "message": "done", "requestId": API, "sessionId": "s"}
    group = "/aws/bedrock-agentcore/runtimes/desk-1-DEFAULT"
    event = LogEvent(group=group, stream="s", event_id="1", time_ms=BASE_MS, message=json.dumps(line))
    found = trace(to_queue(Id("aws_request_id", API)), [event])

    assert texts(found.spans[0]) == ["done"]
    assert len(found.spans) == 1


def of_agentcore() -> tuple[Receipt, list[LogEvent]]:
    events = []
    for kind, group in (("spans", "aws/spans"), ("runtime_logs", "/aws/bedrock-agentcore/runtimes/x-DEFAULT")):
        [one] = recorded("otel", f"raw_otel_strands_bedrock_{kind}.jsonl")
        for n, row in enumerate(one.events):
            event = LogEvent(group=group, stream="s", event_id=str(n), time_ms=1763423912171, message=row.message)
            events.append(event)
    minted = (Id("otel_trace_id", "691bb6a875f4b80435ad36816864e7c2"),)
    receipt = Receipt(
        run_id=RUN,
        entrypoint="bedrock_agentcore_invoke",
        operation="Invoke",
        target_type="agent",
        target_name="x",
        sent_ns=0,
        ids=minted,
    )
    return receipt, events


def test_a_real_trace_of_agentcore_counts_its_tokens_once() -> None:
    """The parent of `POST /invocations` is the service's own span, which nobody can fetch: it hangs under the call."""
    receipt, events = of_agentcore()
    found = trace(receipt, events)
    usages = [span.usage for span in found.spans if span.usage is not None]
    first = found.spans[1]

    assert [usage.input_tokens for usage in usages] == [21_245] * 3
    assert sum(usage.input_tokens or 0 for usage in usages if usage.counted) == 21_245
    assert (first.name, first.join and first.join.tier) == ("POST /invocations", "exact")
    assert {span.join.tier for span in found.spans if span.join} == {"exact"}
    assert len(found.spans) == 19
    assert sum(span.response is not None for span in found.spans) >= 3
