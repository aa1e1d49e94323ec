"""Reading log groups: whole while that can be, by Insights when it cannot, and every record once."""

from __future__ import annotations

import time
from threading import Thread

import pytest

from itk.aws import logs
from itk.aws.errors import Throttled
from itk.aws.pacing import Pace
from itk.aws.session import Aws
from itk.errors import AwsError
from itk.model.evidence import LogEvent
from itk.model.ids import Id
from itk.sandbox import Sandbox
from itk.sources import cloudwatch_logs, logs_insights
from itk.sources.cloudwatch_logs import CloudWatchLogs, in_patterns
from itk.sources.logs_insights import Found, Insights, Wanted, query_texts
from itk.sources.same_record import SameRecords
from tests.sources.conftest import Written, written

RUN, REQUEST = "itk-00000000000000000001", "8a0c1f7e-0000-4000-8000-000000000001"
KNOWN = (Id("run_id", RUN), Id("lambda_request_id", REQUEST), Id("xray_root", "1-00000000-000000000000000000000000"))
OWN = [
    (900, "INIT_START Runtime Version: python:3.12.v1"),
    (800, f"START RequestId: {REQUEST} Version: $LATEST\n"),
    (700, "a print that names nobody"),
    (650, "the same twice"),
    (650, "the same twice"),
    (600, f'{{"itk_trace_id":"{RUN}"}}'),
    (500, f"REPORT RequestId: {REQUEST}\tDuration: 1.00 ms\n"),
]


def later_ms() -> int:
    """A query that ends before a group is made knows nothing of it."""
    return time.time_ns() // 1_000_000 + 300_000


class Clock:
    def __init__(self) -> None:
        self.ns, self.slept = later_ms() * 1_000_000, 0.0

    def now_ns(self) -> int:
        return self.ns

    def sleep(self, seconds: float) -> None:
        self.slept += seconds
        self.ns += int(seconds * 1e9)


def insights(aws: Aws, clock: Clock | None = None) -> Insights:
    clock = clock or Clock()
    return Insights(aws, 900, clock.now_ns, clock.sleep)


def reader(aws: Aws, group: Written, search: Insights | None) -> CloudWatchLogs:
    now_ms = later_ms()
    return CloudWatchLogs(aws, [group.name], group.made_ms - 60_000, 900, lambda: now_ms, search)


def texts(events: list[LogEvent]) -> list[str]:
    once = {(event.stream, event.event_id): event for event in events}
    return [event.message for event in sorted(once.values(), key=lambda e: (e.time_ms, e.event_id))]


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few records are many already, so that no test writes ten thousand."""
    monkeypatch.setattr(cloudwatch_logs, "READ_WHOLE", 40)


@pytest.mark.parametrize("how", ["insights", "off", "denied"])
@pytest.mark.usefixtures("small_pages")
def test_a_busy_group_gives_the_whole_invocation(how: str, aws: Aws, group: Written, itk_sandbox: Sandbox) -> None:
    """Lines that name an id, and what stands around them on their stream; never a record twice."""
    group.put("busy", [(20_000 - n, f"somebody else {n}") for n in range(60)])
    group.put("own", OWN)
    if how == "denied":
        itk_sandbox.faults([{"service": "logs", "operation": "StartQuery", "code": "AccessDeniedException"}])
    source = reader(aws, group, None if how == "off" else insights(aws))
    found = [*source.poll(KNOWN), *source.poll(KNOWN)]

    assert [text for text in texts(found) if "somebody" not in text] == [text for _, text in OWN]
    (reading,) = source.readings()
    assert reading.truncated
    assert reading.events == len(texts(found))
    expected = {
        "insights": "searched by Logs Insights",
        "off": None,
        "denied": "Logs Insights is not used: not allowed",
    }
    assert [note[:37] for note in reading.notes] == ([expected[how][:37]] if expected[how] else [])


def test_a_quiet_group_is_never_asked_by_insights(aws: Aws, group: Written, itk_sandbox: Sandbox) -> None:
    group.put("own", OWN)
    before = itk_sandbox.calls().get("logs.StartQuery", 0)
    assert texts(list(reader(aws, group, insights(aws)).poll(KNOWN))) == [text for _, text in OWN]
    assert itk_sandbox.calls().get("logs.StartQuery", 0) == before


def test_a_hundred_queries_of_the_account_run_already(aws: Aws, group: Written, itk_sandbox: Sandbox) -> None:
    """LimitExceededException elsewhere means never; here it means a moment later."""
    group.put("own", OWN)
    itk_sandbox.faults([{"service": "logs", "operation": "StartQuery", "code": "LimitExceededException", "times": 2}])
    found = insights(aws).search(RUN, Wanted((group.name,), (RUN,), group.made_ms - 60_000))
    assert [event.message for event in found.events] == [OWN[5][1]]
    assert aws.throttles == 2


class Refusing(Insights):
    """Throttled at the first look."""

    refused = False

    def search(self, run: str, wanted: Wanted) -> Found:
        if not self.refused:
            self.refused = True
            raise Throttled("throttled: logs:StartQuery: LimitExceededException")
        return super().search(run, wanted)


@pytest.mark.usefixtures("small_pages")
def test_a_throttled_search_is_tried_at_the_next_look(aws: Aws, group: Written) -> None:
    group.put("busy", [(20_000 - n, f"somebody else {n}") for n in range(60)])
    group.put("own", OWN)
    clock = Clock()
    source = reader(aws, group, Refusing(aws, 900, clock.now_ns, clock.sleep))
    first = texts(list(source.poll(KNOWN)))
    assert "LimitExceeded" in source.readings()[0].error
    assert OWN[2][1] not in first
    assert OWN[2][1] in texts(list(source.poll(KNOWN)))
    assert source.readings()[0].error == ""


def test_a_running_answer_is_never_final(aws: Aws, group: Written, itk_sandbox: Sandbox) -> None:
    itk_sandbox.insights(scheduled_polls=1, running_polls=3)
    group.put("own", OWN)
    query = logs.start_query(
        aws, [group.name], next(iter(query_texts([RUN]))), group.made_ms // 1000 - 60, later_ms() // 1000
    )
    assert query is not None
    answers = [logs.query_results(aws, query) for _ in range(5)]
    assert [answer.finished for answer in answers] == [False, False, False, False, True]
    assert [len(answer.events) for answer in answers] == [0, 0, 0, 0, 1]


def test_a_row_limit_halves_the_time_until_everything_is_read(
    aws: Aws, group: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Down to one second; what one second still holds too much of is reported."""
    monkeypatch.setattr(logs, "ROW_LIMIT", 10)
    group.put("own", [(n * 500 - 90_000, f"{RUN} line {n}") for n in range(100, 0, -1)])
    wanted = Wanted((group.name,), (RUN,), group.made_ms - 60_000)
    found = insights(aws).search(RUN, wanted)
    assert len(found.events) == 100
    assert found.notes == ()

    group.put("burst", [(-120_000, f"{RUN} burst {n}") for n in range(11)])
    again = insights(aws).search(RUN, wanted)
    assert any("more than 10 rows in one second" in note for note in again.notes)
    assert len(again.events) == 111


def test_runs_in_flight_share_a_query(aws: Aws, itk_sandbox: Sandbox) -> None:
    """One batched query a look for everybody; each gets what is its own."""
    one, two = written(itk_sandbox), written(itk_sandbox)
    one.put("s", [(5_000, "itk-a here"), (4_000, "itk-b here")])
    two.put("s", [(3_000, "itk-b there")])
    clock = Clock()
    shared = insights(aws, clock)
    groups = (one.name, two.name)
    shared.search("a", Wanted(groups, ("itk-a",), one.made_ms - 60_000))
    before = itk_sandbox.calls()["logs.StartQuery"]
    found_b = shared.search("b", Wanted(groups, ("itk-b",), one.made_ms - 60_000))
    found_a = shared.search("a", Wanted(groups, ("itk-a",), one.made_ms - 60_000))
    assert itk_sandbox.calls()["logs.StartQuery"] == before + 1
    assert sorted(event.message for event in found_b.events) == ["itk-b here", "itk-b there"]
    assert [event.message for event in found_a.events] == ["itk-a here"]

    clock.sleep(logs_insights.FRESH_MS / 1000)
    shared.search("a", Wanted(groups, ("itk-a",), one.made_ms - 60_000))
    assert itk_sandbox.calls()["logs.StartQuery"] == before + 2


def test_a_query_that_never_ends_is_given_up(aws: Aws, group: Written, itk_sandbox: Sandbox) -> None:
    """It is stopped too, for it counts among the account's hundred."""
    itk_sandbox.insights(running_polls=10_000)
    group.put("own", OWN)
    clock, before = Clock(), itk_sandbox.calls().get("logs.StopQuery", 0)
    with pytest.raises(AwsError, match="did not finish a query in 60 s"):
        insights(aws, clock).search(RUN, Wanted((group.name,), (RUN,), group.made_ms - 60_000))
    assert clock.slept < 62
    assert itk_sandbox.calls()["logs.StopQuery"] == before + 1


def test_runs_in_threads_get_their_own(aws: Aws, group: Written) -> None:
    runs = [f"itk-{n:020x}" for n in range(8)]
    group.put("s", [(9_000 - n, f"{run} was here") for n, run in enumerate(runs)])
    shared, found = insights(aws), dict[str, list[str]]()

    def look(run: str) -> None:
        wanted = Wanted((group.name,), (run,), group.made_ms - 60_000)
        found[run] = [event.message for event in shared.search(run, wanted).events]

    threads = [Thread(target=look, args=(run,)) for run in runs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {run: [f"{run} was here"] for run in runs}


def test_a_group_that_is_younger_than_the_range_is_empty_there(aws: Aws, group: Written) -> None:
    """AWS calls a query malformed that ends before its groups were made; there is nothing to find."""
    assert logs.start_query(aws, [group.name], next(iter(query_texts([RUN]))), 1_000, 2_000) is None


def test_queries_are_no_longer_than_insights_allows() -> None:
    ids = [f"8a0c1f7e-0000-4000-8000-{n:012d}" for n in range(1_000)]
    queries = list(query_texts(ids))
    assert all(len(query) <= 10_000 for query in queries)
    assert len(queries) == 4
    assert all(sum(i in query for query in queries) == 1 for i in ids)


def test_filter_patterns_are_no_longer_than_logs_allow() -> None:
    arn = "arn:aws:states:eu-west-1:123456789012:execution:machine:8a0c1f7e-0000-4000-8000-{n:012d}"
    terms = [*(f"8a0c1f7e-0000-4000-8000-{n:012d}" for n in range(100)), *(arn.format(n=n) for n in range(20))]
    parts = list(in_patterns(terms))
    assert [term for part in parts for term in part] == terms
    assert all(len(" ".join(f'?"{term}"' for term in part)) <= 1024 for part in parts)


def test_what_means_something_in_a_regex_is_escaped() -> None:
    (query,) = query_texts(["arn:aws/x.y|z"])
    assert r"/arn:aws\/x\.y\|z/" in query


def test_one_record_has_one_id_whichever_reader_comes_first() -> None:
    """Two equal lines of one millisecond stay two; the line break at the end may differ."""
    by_filter = [LogEvent(group="g", stream="s", event_id=i, time_ms=1, message="same\n") for i in ("f1", "f2")]
    by_insights = [LogEvent(group="g", stream="s", event_id=i, time_ms=1, message="same") for i in ("p1", "p2")]
    one, other = SameRecords(), SameRecords()
    first = [one.known(e, "filter").event_id for e in by_filter] + [
        one.known(e, "insights").event_id for e in by_insights
    ]
    assert first == ["f1", "f2", "f1", "f2"]
    ids = [other.known(e, "insights").event_id for e in by_insights]
    assert [other.known(e, "filter").event_id for e in [*by_filter, *by_filter]] == ids + ids
    assert len(set(ids)) == 2


def test_a_pace_is_kept() -> None:
    """Bursts are free, then each call waits its turn; idle time is saved up to one burst."""
    clock = Clock()
    pace = Pace(2.0, 3, clock.now_ns, clock.sleep)
    for _ in range(3):
        pace.take()
    assert clock.slept == 0
    for _ in range(4):
        pace.take()
    assert clock.slept == pytest.approx(2.0)
    clock.ns += 60_000_000_000
    for _ in range(4):
        pace.take()
    assert clock.slept == pytest.approx(2.5)
