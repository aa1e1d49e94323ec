"""Laws of stitching, over generated traffic whose truth is known."""

from __future__ import annotations

import json
import random
import re
import sys
from collections.abc import Iterable
from functools import cache
from typing import Any
from uuid import UUID

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from itk.model.evidence import EventKey, LambdaFact, LogEvent, Observation, SpanFact, StateEvent, event_key
from itk.model.ids import Id
from itk.model.run import Receipt
from itk.model.trace import Span, Trace
from itk.stitch import own_records, stitch
from tests.stitch.traffic import POLICIES, REAL, RECEIVES_MAX, Style, Traffic, key, observe

pytestmark = pytest.mark.slow

STYLES = {
    "plain": Style(),
    "dumps events, JSON platform": Style(dump=True, json_platform=True),
    "says no batch size": Style(says_size=False),
    "much trouble": Style(trouble=0.8),
    "keys left over": Style(stale=True),
    "keys left over, dumps": Style(stale=True, dump=True, trouble=0.6),
    "keys left over, half of the ids absent": Style(stale=True, drop_ids=0.5),
    "keys left over, dumps, half of the ids absent": Style(stale=True, dump=True, drop_ids=0.5),
    "half of the ids absent": Style(drop_ids=0.5),
    "sessions shared": Style(drop_ids=0.2, reuse_sessions=0.5, json_platform=True),
    "X-Ray": Style(xray=1.0),
    "X-Ray, dumps": Style(xray=1.0, dump=True, json_platform=True, unlogged=False),
    "X-Ray sampled and late": Style(xray=0.5, trouble=0.5, dump=True),
    "X-Ray, ids absent": Style(xray=0.8, drop_ids=0.5),
    "X-Ray, Transaction Search": Style(xray=0.9, search=True),
    "X-Ray, keys left over": Style(xray=0.8, stale=True),
    "state machines": Style(machine=True, trouble=0.5),
    "a topic before the queue": Style(envelope="sns", dump=True, machine=True),
    "a bus, and nothing names the run": Style(envelope="eventbridge", dump=True, machine=True, unmarked=True),
    "executions left over": Style(machine=True, stale=True, trouble=0.6),
    "a topic, keys left over": Style(envelope="sns", dump=True, machine=True, stale=True, trouble=0.6),
    "a bus, half of the ids absent": Style(envelope="eventbridge", dump=True, machine=True, drop_ids=0.5),
}
FULL = (
    "plain",
    "dumps events, JSON platform",
    "says no batch size",
    "much trouble",
    "X-Ray",
    "X-Ray, dumps",
    "state machines",
    "a topic before the queue",
    "a bus, and nothing names the run",
)
TRACING = ("xray_segment", "otel_span")
UUIDS = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
RUN_IDS = re.compile(r"itk-[0-9a-f]{20}")


@cache
def traffic(seed: int, style: str = "plain", runs: int = 10, others: int = 5) -> Traffic:
    return Traffic(seed, runs, others, STYLES[style])


@cache
def observed(seed: int, style: str = "plain") -> tuple[Observation, ...]:
    return tuple(observe(traffic(seed, style).events))


@cache
def results(seed: int, style: str) -> tuple[tuple[Receipt, Trace, frozenset[EventKey]], ...]:
    """Every run of a traffic, with all its evidence: the trace, and the records that it rests on."""
    seen = observed(seed, style)
    return tuple((r, trace_of(r, seen), own_records(r, seen)) for r in traffic(seed, style).receipts)


def trace_of(receipt: Receipt, observations: Iterable[Observation]) -> Trace:
    return stitch(receipt, list(observations), policies=POLICIES)


cases = st.tuples(st.integers(0, 7), st.sampled_from(FULL))
some = settings(max_examples=12, deadline=None)


@some
@given(cases, st.randoms(use_true_random=False))
def test_arrival_order_does_not_matter(case: tuple[int, str], chance: random.Random) -> None:
    """CloudWatch promises no order across streams; the trace must not care."""
    shuffled = list(observed(*case))
    chance.shuffle(shuffled)
    for receipt in traffic(*case).receipts[:3]:
        assert trace_of(receipt, shuffled) == trace_of(receipt, observed(*case))


@some
@given(cases, st.randoms(use_true_random=False))
def test_records_that_come_twice_count_once(case: tuple[int, str], chance: random.Random) -> None:
    """Overlapping queries deliver records again."""
    once = observed(*case)
    twice = [*once, *chance.sample(once, len(once) // 2)]
    chance.shuffle(twice)
    for receipt in traffic(*case).receipts[:3]:
        assert trace_of(receipt, twice) == trace_of(receipt, once)


def alike(span: Span, extra: frozenset[EventKey] = frozenset()) -> Span:
    """A span without what says that its invocation was shared, and without `extra` events."""
    links = tuple(link for link in span.links if link.span_id)
    faas = msgspec.structs.replace(span.faas, batch_size=None) if span.faas else None
    events = tuple(e for e in span.events if e.evidence is None or event_key(e.evidence) not in extra)
    return msgspec.structs.replace(span, links=links, faas=faas, events=events)


@settings(max_examples=12, deadline=None)
@given(cases)
def test_ten_interleaved_runs_are_the_ten_runs_alone(case: tuple[int, str]) -> None:
    """The best single test: company changes nothing but what says that there was company.

    That the others' messages were processed before and after ours may prove more lines to be ours, never fewer.
    """
    for receipt in traffic(*case).receipts:
        own = observe(traffic(*case).of(receipt.run_id))
        together, alone = trace_of(receipt, observed(*case)), trace_of(receipt, own)
        extra = own_records(receipt, observed(*case)) - own_records(receipt, own)

        assert all(traffic(*case).truth[place] == {receipt.run_id} for place in extra)
        assert own_records(receipt, own) <= own_records(receipt, observed(*case))
        assert [alike(span, extra) for span in together.spans] == [alike(span) for span in alone.spans]
        assert together.unplaced == alone.unplaced
        assert {entry.what for entry in together.missing} == {entry.what for entry in alone.missing}
        assert together.warnings == alone.warnings


@pytest.mark.parametrize("style", ["X-Ray", "X-Ray, dumps", "X-Ray sampled and late", "X-Ray, Transaction Search"])
def test_xray_on_off_and_late_is_the_same_trace(style: str) -> None:
    """With any part of it, the spans that are known without it keep id, parent, times and state; it adds its own."""
    merged = added = 0
    for seed in range(4):
        seen = observed(seed, style)
        without = [entry for entry in seen if entry.evidence.format not in TRACING]
        for receipt, trace, _ in results(seed, style):
            off, on = trace_of(receipt, without), {span.span_id: span for span in trace.spans}
            assert [known(on[span.span_id]) for span in off.spans] == [known(span) for span in off.spans]
            extra = on.keys() - {span.span_id for span in off.spans}
            assert STYLES[style].unlogged or not extra
            assert trace.missing == off.missing
            assert trace.unplaced == off.unplaced
            added += len(extra)
            merged += sum(any(seen.format in TRACING for seen in span.evidence) for span in trace.spans)
    assert merged > 50
    assert bool(added) == STYLES[style].unlogged


def known(span: Span) -> tuple[object, ...]:
    join = span.join if span.join is None or span.join.tier != "unresolved" else None
    parent = span.parent_span_id if join else None
    return (span.span_id, parent, join, span.name, span.kind, span.component, span.start_ns, span.end_ns, span.status)


@pytest.mark.parametrize("style", STYLES)
def test_no_record_is_silently_in_a_wrong_run(style: str) -> None:
    """The promise of the whole package, over more than 20,000 records in all styles together."""
    wrong, records, found, due = [], 0, 0, 0
    for seed in range(100, 109):
        went = traffic(seed, style)
        records += len(went.events)
        for receipt in went.receipts:
            own = own_records(receipt, observed(seed, style))
            truth = {place for place, runs in went.truth.items() if receipt.run_id in runs}
            wrong += [place for place in own if place not in truth]
            found, due = found + len(own & truth), due + len(truth)
    assert not wrong
    assert records > 2_500
    # What names nobody in a batch of many is counted as shared, not guessed.
    assert found / due > (0.6 if "ids" in style or "left over" in style else 0.75)


@pytest.mark.parametrize("style", STYLES)
def test_every_record_is_counted_once(style: str) -> None:
    """Own, shared and foreign add up to all."""
    for seed in range(4):
        for _, trace, own in results(seed, style):
            assert len(own) + trace.shared + trace.foreign == len(traffic(seed, style).events)


@pytest.mark.parametrize("style", STYLES)
def test_a_trace_is_one_tree(style: str) -> None:
    """One root, every parent exists, nobody is his own ancestor; parents come before children."""
    for seed in range(4):
        for _, trace, _ in results(seed, style):
            spans = trace.spans
            assert len({span.span_id for span in spans}) == len(spans)
            assert [span.parent_span_id for span in spans].count(None) == 1
            before: set[str | None] = {None}
            for span in spans:
                assert span.parent_span_id in before
                assert (span.join is None) == (span.parent_span_id is None)
                before.add(span.span_id)


@pytest.mark.parametrize("style", STYLES)
def test_no_other_run_is_mentioned(style: str) -> None:
    """Whatever was shared: run ids of others appear nowhere in our trace."""
    for seed in range(4):
        for receipt, trace, _ in results(seed, style):
            written = msgspec.json.encode(trace).decode()
            assert set(RUN_IDS.findall(written)) == {receipt.run_id}


@pytest.mark.parametrize("style", FULL)
def test_full_evidence_misses_nothing_and_proves_every_link(style: str) -> None:
    """All that was started is seen to end, or to be given up; every parent is exact or structural."""
    for seed in range(4):
        for _, trace, _ in results(seed, style):
            assert trace.missing == ()
            assert trace.warnings == ()
            assert {span.join.tier for span in trace.spans if span.join} <= {"exact", "structural"}


@settings(max_examples=30, deadline=None)
@given(cases, st.randoms(use_true_random=False))
def test_more_evidence_never_takes_an_exact_link_away(case: tuple[int, str], chance: random.Random) -> None:
    """A link by ids stays as it is, whatever comes later."""
    full = observed(*case)
    part = chance.sample(full, chance.randrange(len(full)))
    for receipt in traffic(*case).receipts[:4]:
        after = {name: span for span in trace_of(receipt, full).spans for name in names_of(span)}
        for span in trace_of(receipt, part).spans:
            nameless = span.name == "execute_tool unknown"  # a result before its call: it becomes the call's span
            if span.join is not None and span.join.tier == "exact" and not nameless:
                now = next((after[name] for name in names_of(span) if name in after), None)
                assert now is not None
                assert now.join is not None
                assert now.join.tier == "exact"


def names_of(span: Span) -> tuple[str, ...]:
    """Its own id, that of the API call and of the message that it sent: two views of one call become one span."""
    sent = span.ids.get("sqs_message_id", "") if span.kind == "PRODUCER" and span.operation != "DeadLetter" else ""
    return (span.span_id, *filter(None, (span.ids.get("aws_request_id"), sent and f"sent {sent}")))


@pytest.mark.parametrize("style", FULL)
def test_a_hole_in_the_evidence_is_noticed(style: str) -> None:
    """Without any one START, REPORT or receive of the run, it is not complete."""
    holes = 0
    for seed in range(2):
        for receipt in traffic(seed, style).receipts[:4]:
            all_of_it = observe(traffic(seed, style).of(receipt.run_id))
            own = own_records(receipt, all_of_it)
            for entry in all_of_it:
                if event_key(entry.evidence) not in own or not is_needed(entry, all_of_it):
                    continue
                without = [one for one in all_of_it if one.evidence != entry.evidence]
                assert trace_of(receipt, without).missing, entry
                holes += 1
    assert holes > 20


def is_needed(entry: Observation, others: list[Observation]) -> bool:
    """A START, a REPORT, the end of an execution, or the only record that proves the last receive of a message."""
    if isinstance(entry, LambdaFact):
        return entry.phase in ("start", "report")
    if isinstance(entry, StateEvent):
        return entry.event_type == "ExecutionSucceeded"
    if not isinstance(entry, SpanFact) or entry.kind != "CONSUMER" or entry.component_name != "notify":
        return False
    receives = [one for one in others if isinstance(one, SpanFact) and one.kind == "CONSUMER" and one.ids == entry.ids]
    return entry.attempt == max(one.attempt or 0 for one in receives) and len(receives) in (1, RECEIVES_MAX)


@pytest.mark.parametrize("style", FULL)
def test_attempts_are_ordered(style: str) -> None:
    """Every message's receives are numbered without a repetition, in the order of their starts."""
    seen = 0
    for seed in range(4):
        for _, trace, _ in results(seed, style):
            tries: dict[str, list[tuple[int, int]]] = {}
            for span in trace.spans:
                if span.attempt is not None and span.attempt.kind == "sqs_receive" and "sqs_message_id" in span.ids:
                    started = span.start_ns or 0
                    tries.setdefault(span.ids["sqs_message_id"], []).append((started, span.attempt.n))
            for same in tries.values():
                numbers = [n for _, n in sorted(same)]
                assert numbers == sorted(set(numbers))
                assert max(numbers) <= RECEIVES_MAX
                seen += len(numbers)
    assert seen > 5


def shape(trace: Trace) -> Any:
    """The tree without any id, siblings in an order of their own."""
    children: dict[str | None, list[Span]] = {}
    for span in trace.spans:
        children.setdefault(span.parent_span_id, []).append(span)

    def below(span: Span) -> Any:
        join = (span.join.tier, span.join.rule) if span.join else None
        own = (span.name, span.kind, span.status, span.start_ns, span.end_ns, join, len(span.events), len(span.links))
        return (repr((*own, span.attempt)), sorted(below(child) for child in children.get(span.span_id, ())))

    return [below(span) for span in children[None]]


@some
@given(cases, st.integers(0, 1 << 30))
def test_names_do_not_matter(case: tuple[int, str], seed: int) -> None:
    """The same evidence under other ids gives the same tree."""
    went, chance = traffic(*case), random.Random(seed)
    names: dict[str, str] = {}

    def other(match: re.Match[str]) -> str:
        if match[0] not in names:
            run = match[0].startswith("itk-")
            names[match[0]] = f"itk-{chance.getrandbits(80):020x}" if run else str(UUID(int=chance.getrandbits(128)))
        return names[match[0]]

    def renamed(text: str) -> str:
        return UUIDS.sub(other, RUN_IDS.sub(other, text))

    streams = {event.stream: f"s{chance.getrandbits(40)}" for event in went.events}
    events = [
        msgspec.structs.replace(event, stream=streams[event.stream], message=renamed(event.message))
        for event in went.events
    ]
    for receipt in went.receipts[:4]:
        ids = tuple(Id(i.kind, renamed(i.value)) for i in receipt.ids)
        as_other = msgspec.structs.replace(receipt, run_id=renamed(receipt.run_id), ids=ids)
        before, after = trace_of(receipt, observed(*case)), trace_of(as_other, observe(events))
        assert shape(after) == shape(before)
        assert (after.shared, after.foreign, len(after.missing)) == (before.shared, before.foreign, len(before.missing))


@pytest.mark.parametrize("style", FULL)
def test_every_own_record_is_in_the_trace(style: str) -> None:
    """Nothing is dropped: what belongs to the run is the evidence of a span, an event of one, or unplaced."""
    for seed in range(4):
        for _, trace, own in results(seed, style):
            shown = {event_key(seen) for span in trace.spans for seen in span.evidence}
            events = [event for span in trace.spans for event in span.events] + list(trace.unplaced)
            shown |= {event_key(event.evidence) for event in events if event.evidence is not None}
            dumps = {key(event) for event in traffic(seed, style).events if '"Records"' in event.message}
            assert own - dumps <= shown


def many(copies: int) -> tuple[list[Receipt], list[LogEvent]]:
    """One traffic, again and again under new ids and streams: as much of it as one likes, cheaply."""
    went, chance = traffic(1), random.Random(copies)
    receipts, events = list[Receipt](), list[LogEvent]()
    for _ in range(copies):
        names: dict[str, str] = {}

        def other(match: re.Match[str], names: dict[str, str] = names) -> str:
            run = match[0].startswith("itk-")
            fresh = f"itk-{chance.getrandbits(80):020x}" if run else str(UUID(int=chance.getrandbits(128)))
            return names.setdefault(match[0], fresh)

        text = "\n\x00".join(event.message for event in went.events)
        new = UUIDS.sub(other, RUN_IDS.sub(other, text)).split("\n\x00")
        mark = f"{chance.getrandbits(64):x}"
        pairs = zip(went.events, new, strict=True)
        events += [msgspec.structs.replace(e, stream=e.stream + mark, message=m) for e, m in pairs]
        first = went.receipts[0]
        ids = tuple(Id(i.kind, names.get(i.value, i.value)) for i in first.ids)
        receipts.append(msgspec.structs.replace(first, run_id=names[first.run_id], ids=ids))
    return receipts, events


class Calls:
    """Counts the calls of Python functions while it is active: a cost that no busy neighbour changes."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self, frame: object, event: str, arg: object) -> None:
        self.calls += event == "call"

    def of(self, receipt: Receipt, observations: list[Observation]) -> int:
        sys.setprofile(self)
        try:
            trace_of(receipt, observations)
        finally:
            sys.setprofile(None)
        return self.calls


def test_cost_grows_with_the_evidence() -> None:
    """Eight times the records of others cost about eight times the calls, not sixty-four."""
    receipts, events = many(8)
    few = Calls().of(receipts[0], observe(events[: len(events) // 8]))
    all_of_them = Calls().of(receipts[0], observe(events))
    assert all_of_them < 10 * few


def test_cost_grows_with_the_run() -> None:
    """A run that sent many messages: every invocation and every span finds its place without a search."""
    costs = []
    for n in (2, 16):
        receipts, events = many(n)
        ids = tuple({i for receipt in receipts for i in receipt.ids if i.kind == "sqs_message_id"})
        one = receipts[0].run_id
        renamed = [msgspec.structs.replace(e, message=RUN_IDS.sub(one, e.message)) for e in events]
        receipt = msgspec.structs.replace(receipts[0], ids=(Id("run_id", one), *ids))
        costs.append(Calls().of(receipt, observe(renamed)))
    assert costs[1] < 11 * costs[0]


@pytest.mark.parametrize("style", ["a topic before the queue", "a bus, and nothing names the run"])
def test_events_and_executions_are_joined_by_their_own_ids(style: str) -> None:
    """The generator makes them, and each is hung exactly where it belongs."""
    spans = [span for seed in range(4) for _, trace, _ in results(seed, style) for span in trace.spans]
    rules = {(span.name, span.join.rule) for span in spans if span.join}
    event = "sns_message_id" if "topic" in style else "eventbridge_event_id"
    assert {("invoke intake", event), ("invoke audit", event), ("invoke charge", "lambda_request_id")} <= rules
    assert {("execute charge", "execution_arn"), ("Charge", "previous_event_id")} <= rules
    assert any(span.attempt and span.attempt.kind == "sfn_retry" for span in spans)


def test_cost_of_recorded_spans_grows_with_their_number() -> None:
    """Four times the runs, batches and segments cost about four times the calls."""
    costs = []
    for runs in (10, 40):
        went = Traffic(1, runs, runs, STYLES["X-Ray"])
        costs.append(Calls().of(went.receipts[0], observe(went.events)) / len(went.events))
    assert costs[1] < 1.5 * costs[0]


def test_the_generator_makes_what_it_says() -> None:
    """Shared batches, retries, dead letters, kills, real traffic and warm environments all occur."""
    went = [traffic(seed, "much trouble") for seed in range(4)]
    spans = [span for seed in range(4) for _, trace, _ in results(seed, "much trouble") for span in trace.spans]
    text = [event.message for each in went for event in each.events]
    assert any(len(runs) > 1 for each in went for runs in each.truth.values())
    assert any(runs == {REAL} for each in went for runs in each.truth.values())
    assert any("Task timed out" in message for message in text)
    assert any("MemoryError" in message for message in text)
    assert any(json.dumps('"attempt": 3')[1:-1] in message for message in text)
    assert "DeadLetter" in {span.operation for span in spans}
    assert {"agent", "tool", "model", "table", "lambda", "queue"} == {span.component.type for span in spans}
