"""What a run is known by: typed ids from the receipt and from its own records, never those of its neighbours."""

from __future__ import annotations

from msgspec.structs import replace

from itk.model.evidence import Line
from itk.model.ids import Id
from itk.stitch import stitch
from itk.workflows.known_ids import known_ids
from tests.stitch.lines import M1, M2, OTHER, R1, R2, RUN, Log, to_queue
from tests.stitch.traffic import observe

ROOT = "1-5f29ab21-d4ebf299219a65bd5c31d6da"
OTHERS_ROOT = "1-5f29ab21-ffffffffffffffffffffffff"


def known(*logs: Log, root: str = "1-00000000-000000000000000000000001") -> list[Id]:
    receipt = to_queue(Id("xray_root", root))
    observations = observe([event for log in logs for event in log.events])
    return list(known_ids(receipt, stitch(receipt, observations), observations))


def test_the_receipt_alone_is_known_at_first_and_the_marker_comes_first() -> None:
    assert known() == [
        Id("run_id", RUN),
        Id("sqs_message_id", M1),
        Id("xray_root", "1-00000000-000000000000000000000001"),
    ]


def test_records_lead_on() -> None:
    """The trace of the consumer stands on REPORT: Lambda begins a new one for a batch."""
    log = Log().start(0, R1).receive(1, R1, M1).end(2, R1, f"\nXRAY TraceId: {ROOT}\tSegmentId: 1c5f2a\tSampled: true")
    found = known(log)
    assert Id("lambda_request_id", R1) in found
    assert Id("xray_root", ROOT) in found


def test_an_own_line_may_name_an_execution() -> None:
    """Whoever started a state machine knows its ARN; what a neighbour started is none of ours."""
    started, theirs = (Id("execution_arn", f"arn:aws:states:eu-west-1:123456789012:execution:m:{n}") for n in "12")
    mine = Log().start(0, R1).receive(1, R1, M1).line(2, R1, "started", itk_trace_id=RUN).end(3, R1)
    other = (
        Log(stream="s2")
        .start(0, R2)
        .receive(1, R2, M2, run=OTHER)
        .line(2, R2, "started", itk_trace_id=OTHER)
        .end(3, R2)
    )
    observations = [
        replace(entry, ids=(*entry.ids, started if entry.request_id == R1 else theirs))
        if isinstance(entry, Line) and entry.text == "started"
        else entry
        for entry in observe([*mine.events, *other.events])
    ]
    found = known_ids(to_queue(), stitch(to_queue(), observations), observations)
    assert started in found
    assert theirs not in found


def test_others_lead_nowhere() -> None:
    mine = Log().start(0, R1).receive(1, R1, M1).end(2, R1)
    theirs = Log(stream="s2").start(0, R2).receive(1, R2, M2, run=OTHER)
    theirs.end(2, R2, f"\nXRAY TraceId: {OTHERS_ROOT}\tSegmentId: 1c5f2a\tSampled: true")
    assert known(mine, theirs) == known(mine)


def test_nothing_comes_twice() -> None:
    log = Log().start(0, R1).receive(1, R1, M1).end(2, R1, f"\nXRAY TraceId: {ROOT}\tSegmentId: 1c5f2a\tSampled: true")
    found = known(log, log, root=ROOT)
    assert len(found) == len(set(found))
