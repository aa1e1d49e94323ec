"""A conversation: one call a turn, in order, under ITK's own span; each holds what it led to and nothing else."""

from __future__ import annotations

import random
from typing import Any

from msgspec.structs import replace

from itk import formats
from itk.checks import judge, judge_turn
from itk.entrypoints.trace_headers import xray_root
from itk.model.case import CheckSpec, Where
from itk.model.evidence import ErrorFact, LogEvent
from itk.model.ids import Id, turn_span_id
from itk.model.run import CheckVerdict, Receipt
from itk.model.trace import Span, Trace
from itk.ports import Facts
from itk.stitch import stitch
from itk.workflows.conversation import as_one
from tests.stitch.test_agent import ROOT, Stream, times
from tests.stitch.test_traced import S1, S2, S3, S4, otel, spans

RUN = "itk-0123456789abcdef0123"
FIRST, SECOND = (f"{d * 8}-{d * 4}-4{d * 3}-8{d * 3}-{d * 12}" for d in "12")
BASE_NS = 1_795_332_660_000_000_000
CLIENT = ErrorFact(type="", message="rate exceeded", origin="client")


def turn(request: str, at_s: int, text: str = "", error: ErrorFact | None = None, **fields: Any) -> Receipt:
    ids = (Id("run_id", RUN), Id("session_id", RUN), *((Id("aws_request_id", request),) if request else ()))
    base = Receipt(
        run_id=RUN,
        entrypoint="bedrock_invoke_agent",
        operation="InvokeAgent",
        target_type="agent",
        target_name="gatekeeper",
        target_id=ROOT,
        sent_ns=BASE_NS + at_s * 1_000_000_000,
        answered_ns=BASE_NS + (at_s + 1) * 1_000_000_000,
        ids=ids,
        response={"text": text} if text else None,
        error=error,
    )
    return replace(base, **fields)


def stream(request: str, *tools: str, text: str = "", ended: bool = True, at: int = 10) -> tuple[LogEvent, ...]:
    """What InvokeAgent streams `at` a second: a model call, then each tool and a model call again."""
    said = Stream(request)
    said.model(f"{request}-0", at, 0.1)
    for n, tool in enumerate(tools):
        said.tool(f"{request}-{n}", tool)
        said.tool_result(f"{request}-{n}", at + n + 0.2, 0.1, request=f"{tool}-{request}")
        said.model(f"{request}-{n + 1}", at + n + 0.5, 0.1)
    if ended:
        last = f"{request}-{len(tools)}"
        told = {"text": text, "metadata": {**times(at, 4), "operationTotalTimeMs": 4_000}}
        said.orchestration(last, observation={"type": "FINISH", "finalResponse": told})
        said.put({"end": True})
    return tuple(said.events)


def two() -> Receipt:
    return as_one(
        [
            turn(FIRST, 0, "Which order?", events=stream(FIRST, "lookupOrder", text="Which order?")),
            turn(SECOND, 5, "Shipped.", events=stream(SECOND, "checkPolicy", "issueRefund", text="Shipped.", at=20)),
        ]
    )


def drawn(receipt: Receipt, shuffle: random.Random | None = None) -> Trace:
    events = list(receipt.events)
    if shuffle is not None:
        shuffle.shuffle(events)
    return stitch(receipt, formats.read_all(events).observations)


def children(trace: Trace, parent: str) -> list[Span]:
    return [span for span in trace.spans if span.parent_span_id == parent]


def test_one_call_a_turn_in_order_under_the_run() -> None:
    trace = drawn(two())

    root = trace.spans[0]
    assert (root.component.label, root.operation) == ("client:itk", "conversation")
    calls = children(trace, root.span_id)
    assert [call.span_id for call in calls] == [turn_span_id(RUN, 1), turn_span_id(RUN, 2)]
    assert [call.name for call in calls] == ["InvokeAgent gatekeeper, turn 1", "InvokeAgent gatekeeper, turn 2"]
    assert all(call.join and (call.join.tier, call.join.rule) == ("exact", "turn") for call in calls)
    assert all(call.component.label == "agent:gatekeeper" and call.evidence for call in calls)
    tools = [[s.component.name for s in children(trace, c.span_id) if s.component.type == "tool"] for c in calls]
    assert tools == [["orders/lookupOrder"], ["orders/checkPolicy", "orders/issueRefund"]]
    assert trace.missing == ()


def test_the_order_of_records_does_not_matter() -> None:
    for seed in range(10):
        assert drawn(two(), random.Random(seed)) == drawn(two())


def test_a_turn_that_was_refused_is_a_failed_call_and_nobody_waits_for_it() -> None:
    receipt = as_one([turn(FIRST, 0, "x", events=stream(FIRST, text="x")), turn("", 5, error=CLIENT)])
    trace = drawn(receipt)

    refused = next(span for span in trace.spans if span.span_id == turn_span_id(RUN, 2))
    assert (receipt.error, refused.status, refused.evidence) == (None, "error", ())
    assert trace.missing == ()


def test_a_turn_whose_stream_broke_off_is_missed_alone() -> None:
    broken = ErrorFact(message="connection lost", origin="service")
    second = turn(SECOND, 5, error=broken, events=stream(SECOND, "checkPolicy", ended=False, at=20))
    trace = drawn(as_one([turn(FIRST, 0, "x", events=stream(FIRST, text="x")), second]))

    calls = children(trace, trace.spans[0].span_id)
    assert [(call.status, call.error) for call in calls] == [("ok", None), ("incomplete", broken)]
    assert {entry.span_id for entry in trace.missing} == {calls[1].span_id}


def test_a_turn_without_any_record_is_missing() -> None:
    second = turn(SECOND, 5, "x")
    trace = drawn(as_one([turn(FIRST, 0, "x", events=stream(FIRST, text="x")), second]))

    assert [entry.span_id for entry in trace.missing] == [turn_span_id(RUN, 2)]


def test_nobody_was_asked_where_every_turn_was_refused() -> None:
    assert as_one([turn("", 0, error=CLIENT)]).error == CLIENT


def spec(name: str, n: int, **params: Any) -> CheckSpec:
    return CheckSpec(name=name, params=params, where=Where("case.yaml", n), turn=n, title=f"turn {n}: {name}")


SAID = {"turns": [{"input": "a"}, {"input": "b"}, {"input": "c"}]}
WHOLE = CheckSpec(name="turns", params=SAID, where=Where("case.yaml", 1))


def judged(receipt: Receipt, *specs: CheckSpec, complete: bool = True) -> list[CheckVerdict]:
    return list(judge(specs, Facts(trace=drawn(receipt), receipt=receipt, complete=complete)))


def test_a_check_of_a_turn_sees_that_turn_alone() -> None:
    tools = ("lookupOrder",)
    passed, failed, said, other = judged(
        two(),
        spec("expectedTrajectory", 1, tools=tools, match="exact_order"),
        spec("expectedTrajectory", 2, tools=tools, match="exact_order"),
        spec("expectedResponse", 2, text="Shipped."),
        spec("response_contains", 1, text="Shipped."),
    )
    assert (passed.status, passed.title) == ("passed", "turn 1: expectedTrajectory")
    assert (failed.status, failed.title) == ("failed", "turn 2: expectedTrajectory")
    assert (failed.expected, failed.actual) == ("exact_order: lookupOrder", "checkPolicy, issueRefund")
    assert (said.status, other.status) == ("passed", "failed")


def test_the_whole_conversation_answers_with_any_turn() -> None:
    whole = CheckSpec(name="response_contains", params={"text": "Which"}, where=Where("case.yaml"))
    trajectory = CheckSpec(
        name="expectedTrajectory",
        params={"tools": ["lookupOrder", "checkPolicy", "issueRefund"], "match": "exact_order"},
        where=Where("case.yaml"),
    )
    assert [verdict.status for verdict in judged(two(), whole, trajectory)] == ["passed", "passed"]


def test_turns_that_were_not_sent_are_skipped_and_the_conversation_failed() -> None:
    whole, skipped = judged(two(), WHOLE, spec("tools", 3, max_calls=1))

    assert (whole.status, whole.message, whole.actual) == ("failed", "turn 3 was not sent", "2 turns sent, 2 answered")
    assert (skipped.status, skipped.title, skipped.message) == ("skipped", "turn 3: tools", "turn 3 was not sent")


def test_a_refused_turn_is_an_error_of_the_conversation_and_its_checks_are_skipped() -> None:
    receipt = as_one([turn(FIRST, 0, "x", events=stream(FIRST, text="x")), turn("", 5, error=CLIENT)])
    for complete in (True, False):
        whole, skipped = judged(receipt, WHOLE, spec("tools", 2, max_calls=1), complete=complete)
        assert (whole.status, whole.message) == ("error", "turn 2 was refused: rate exceeded")
        assert (skipped.status, skipped.message) == ("skipped", "turn 2 was refused: rate exceeded")


def test_a_conversation_that_broke_off_has_failed_at_once() -> None:
    broken = ErrorFact(message="connection lost", origin="service")
    second = turn(SECOND, 5, error=broken, events=stream(SECOND, ended=False, at=20))
    receipt = as_one([turn(FIRST, 0, "x", events=stream(FIRST, text="x")), second])
    (whole,) = judged(receipt, WHOLE, complete=False)
    assert (whole.status, whole.message) == ("failed", "turn 2 failed: connection lost")


def test_a_turn_that_failed_weighs_more_than_one_that_was_refused() -> None:
    broken = ErrorFact(message="connection lost", origin="service")
    receipt = as_one([turn("", 0, error=CLIENT), turn(SECOND, 5, error=broken, events=stream(SECOND, text="x"))])
    (whole,) = judged(receipt, WHOLE)
    assert (whole.status, whole.message) == ("failed", "turn 2 failed: connection lost")


def test_more_turns_than_the_case_has_are_told() -> None:
    short = CheckSpec(name="turns", params={"turns": SAID["turns"][:1]}, where=Where("case.yaml"))
    (whole,) = judged(two(), short)
    assert (whole.status, whole.message) == ("failed", "2 turns were sent, and the case has 1")


def test_a_conversation_that_was_held_passes_only_when_complete() -> None:
    held = CheckSpec(name="turns", params={"turns": SAID["turns"][:2]}, where=Where("case.yaml"))
    assert [v.status for v in judged(two(), held)] == ["passed"]
    assert [v.status for v in judged(two(), held, complete=False)] == ["inconclusive"]
    assert [v.status for v in judged(two(), WHOLE, complete=False)] == ["inconclusive"]


def test_right_after_an_answer_only_what_it_tells_is_judged() -> None:
    receipt = two()
    specs = (
        spec("response_contains", 1, text="no such word"),
        spec("expectedTrajectory", 1, tools=["issueRefund"]),
        spec("tools", 1, max_calls=0),
        spec("required_components", 1, components=["lambda:x"]),
        spec("response_contains", 1, text="x", component="lambda:x"),
        spec("tools", 2, max_calls=0),
    )
    facts = Facts(trace=drawn(receipt), receipt=receipt, complete=False)
    verdicts = judge_turn(specs, facts, 1)
    assert [v.status for v in verdicts] == ["failed", "failed", "failed", "inconclusive", "inconclusive"]

    runtime = replace(receipt, turns=tuple(replace(t, operation="InvokeAgentRuntime") for t in receipt.turns))
    later = judge_turn(specs, Facts(trace=drawn(receipt), receipt=runtime, complete=False), 1)
    # Its tools come with its spans; one that was seen too often stays so.
    assert [v.status for v in later[:3]] == ["failed", "inconclusive", "failed"]


def runtime_turn(n: int) -> Receipt:
    """Both turns within one second: their traces differ all the same."""
    root = xray_root(RUN, BASE_NS, n)
    ids = (
        Id("run_id", RUN),
        Id("session_id", f"{RUN}-s"),
        Id("xray_root", root),
        Id("otel_trace_id", root[2:].replace("-", "")),
    )
    return turn("", 0, operation="InvokeAgentRuntime", entrypoint="bedrock_agentcore_invoke", ids=ids)


def test_what_an_agentcore_agent_did_hangs_under_its_own_turn() -> None:
    receipt = as_one([runtime_turn(1), runtime_turn(2)])
    rows = []
    for n, own, below in ((1, S1, S3), (2, S2, S4)):
        root = xray_root(RUN, BASE_NS, n)
        service = "9" * 16  # the service's own span, which nobody can fetch
        rows.append(otel(own, service, "POST /invocations", "SERVER", root))
        called = {"gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": f"tool_{n}"}
        rows.append(otel(below, own, "execute_tool", "INTERNAL", root, **called))
    trace = stitch(receipt, formats.read_all(spans(*rows)).observations)

    assert trace.missing == ()
    for n in (1, 2):
        top, *_ = children(trace, turn_span_id(RUN, n))
        assert (top.name, top.join and top.join.rule) == ("POST /invocations", "trace_header")
        assert [span.component.name for span in children(trace, top.span_id)] == [f"tool_{n}"]
    asked = (
        spec("expectedTrajectory", 1, tools=["tool_1"], match="exact_order"),
        spec("expectedTrajectory", 2, tools=["tool_1"]),
    )
    one, two = judge(asked, Facts(trace=trace, receipt=receipt, complete=True))
    assert (one.status, two.status) == ("passed", "failed")


def test_a_turn_of_agentcore_of_which_nothing_is_known_is_missing() -> None:
    trace = stitch(as_one([runtime_turn(1), runtime_turn(2)]), ())
    assert [entry.span_id for entry in trace.missing] == [turn_span_id(RUN, n) for n in (1, 2)]
