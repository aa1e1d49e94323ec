"""What a suite says of a finished run."""

from __future__ import annotations

from msgspec.structs import replace

from itk.model.evidence import ErrorFact
from itk.model.run import CheckVerdict, RedactedRun, RunResult
from itk.model.suite import CaseRow
from itk.redact import redact
from itk.workflows.suite.drawing import BARS_MAX, drawn
from itk.workflows.suite.rows import row_of, try_of
from tests.renderers import awkward, build

RUNS = (
    build.happy, build.retried, build.missed, build.poison, build.inconclusive, build.doubtful, awkward.awkward,
)  # fmt: skip


def clean(result: RunResult) -> RedactedRun:
    return redact(result, salt=b"0" * 16)


def row(result: RunResult) -> CaseRow:
    run = clean(result)
    return row_of(run, group="", tries=(try_of(run, "a"),))


def failed(
    result: RunResult, message: str = "no", error: ErrorFact | None = None, name: str = "no_error_spans"
) -> RunResult:
    """The run with one failed check, which rests on its last span."""
    spans = result.trace.spans
    last = replace(spans[-1], error=error)
    check = CheckVerdict(name=name, status="failed", message=message, span_ids=(last.span_id,))
    bare = tuple(replace(span, error=None) for span in spans[:-1])
    return replace(result, status="failed", checks=(check,), trace=replace(result.trace, spans=(*bare, last)))


def test_a_row_is_taken_from_the_run_and_nothing_else() -> None:
    for made in RUNS:
        result = made()
        found = row(result)
        assert (found.id, found.status, found.spans) == (result.case.id, result.status, len(result.trace.spans))
        assert found.checks_passed + len(found.judged) == found.checks == len(result.checks)
        assert [result.checks[each.index].name for each in found.judged] == [each.name for each in found.judged]


def test_drawings_stay_within_their_frame() -> None:
    for made in RUNS:
        lanes, bars = drawn(made())
        assert len(bars) <= BARS_MAX
        assert {bar.lane for bar in bars} == set(range(len(lanes)))
        for bar in bars:
            assert 0 <= bar.start < 1000
            assert bar.width >= 1
            assert bar.start + bar.width <= 1000
            assert bar.status in ("ok", "error", "again", "open")
        assert [bar.start for bar in bars] == sorted(bar.start for bar in bars)


def test_of_many_spans_the_failed_ones_are_drawn() -> None:
    result = build.happy()
    one = next(span for span in result.trace.spans if span.start_ns is not None and span.end_ns is not None)
    many = tuple(replace(one, span_id=f"{n:016x}", status="error" if n == 150 else "ok") for n in range(200))
    _, bars = drawn(replace(result, trace=replace(result.trace, spans=many)))

    assert len(bars) == BARS_MAX
    assert sum(bar.status == "error" for bar in bars) == 1


def test_failures_of_one_kind_have_one_signature() -> None:
    result = build.happy()
    one = failed(result, "order 42 of 8a0c1f7e-0000-4000-8000-000000000001 took 17.3 ms")
    two = failed(result, "order 7 of 11111111-2222-4333-8444-555555555555 took 9 ms")

    assert row(one).signature == row(two).signature == "no_error_spans: order # of <uuid> took <duration>"


def test_the_type_of_the_error_says_more_than_the_message() -> None:
    result = build.happy()
    one = failed(result, "a", ErrorFact(type="DownstreamTimeout"))
    two = failed(result, "b", ErrorFact(type="DownstreamTimeout"))
    other = failed(result, "a", ErrorFact(type="KeyError"))

    assert row(one).signature == row(two).signature == "no_error_spans: DownstreamTimeout"
    assert row(other).signature != row(one).signature
    assert row(failed(result, "a", name="complete")).signature == "complete: a"


def test_only_what_failed_has_a_signature() -> None:
    assert row(build.happy()).signature == ""
    assert row(build.inconclusive()).signature != ""


def test_a_pass_after_a_failure_is_flaky() -> None:
    run = clean(build.happy())
    tries = (try_of(run, "a"), try_of(run, "a/retry-1"))
    assert row_of(run, group="", tries=tries).flaky
    assert not row_of(run, group="", tries=tries[:1]).flaky
    assert not row_of(clean(failed(build.happy())), group="", tries=tries).flaky
