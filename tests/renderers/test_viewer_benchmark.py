"""`benchmarks/viewer.py` without a browser: the runs that it draws, what it weighs, and what it calls too much."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from benchmarks.big_runs import big_run
from benchmarks.viewer_browser import Frames, Opened
from benchmarks.viewer_pages import Weight, weigh
from benchmarks.viewer_tables import Page, told_page
from msgspec.structs import replace

from itk.renderers.json_form import run_line

FRAMES = Frames(median_ms=16.7, p95_ms=17.0, fps=60.0, nodes=400)
OPENED = Opened(
    ready_ms=100.0, nodes=300, heap_mib=10.0, memory_mib=90.0, pan=FRAMES, zoom=FRAMES, details_ms=20.0,
    search_cold_ms=50.0, search_warm_ms=40.0, search_task_ms=0.0, memory_after_mib=120.0,
)  # fmt: skip
WEIGHT = Weight(page=1_000_000, beside=0, index=500_000, payloads=400_000, viewer=60_000, plain=40_000)
STYLE, LOADER = "<style>a</style>", "<script>run()</script>"
VIEWER = '<script type="application/itk-viewer">abc</script>'
PLAIN = '<div id="plain"><main><div>1</div></main></div>'


def missed(**more: Any) -> list[tuple[str, bool]]:
    big = Page(spans=100_000, weight=WEIGHT, opened=[replace(OPENED, **more)] * 3)
    small = Page(spans=1_000, weight=WEIGHT, opened=[OPENED] * 3)
    return [(one.what, one.decides) for one in told_page("timeline.html", [small, big])]


@pytest.mark.parametrize("count", [1, 3, 50, 2_000])
def test_a_run_has_as_many_spans_as_were_asked_for_in_one_tree(count: int) -> None:
    spans = big_run(count).trace.spans
    ids = [span.span_id for span in spans]
    assert len(ids) == len(set(ids)) == count
    for at, span in enumerate(spans):
        assert span.parent_span_id in (ids[:at] if at else (None,))
        assert all(link.span_id in ("", *ids) for link in span.links)
        assert span.end_ns is None or (span.start_ns or 0) <= span.end_ns


def test_equal_seeds_give_equal_runs() -> None:
    assert run_line(big_run(300, seed=7)) == run_line(big_run(300, seed=7)) != run_line(big_run(300, seed=8))


def test_a_big_run_has_some_of_everything() -> None:
    run = big_run(5_000)
    spans = run.trace.spans
    assert {"ok", "error", "throttled", "blocked", "incomplete"} <= {span.status for span in spans}
    assert {"exact", "structural", "inferred"} == {span.join.tier for span in spans if span.join}
    assert {"retry_of", "sqs_batch"} == {link.reason for span in spans for link in span.links}
    assert 12 <= len({span.component for span in spans}) <= 30
    assert {True, False} == {(span.start_ns or 0) % 1_000_000 == 0 for span in spans}
    assert len(run.checks) == 10


def test_what_is_within_its_budget_is_not_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert missed() == []
    assert "MISSED" not in capsys.readouterr().out


def test_counts_and_growth_decide_and_times_do_not(capsys: pytest.CaptureFixture[str]) -> None:
    zoom = replace(FRAMES, p95_ms=90.0, nodes=1_501)
    assert missed(zoom=zoom, ready_ms=401.0) == [
        ("timeline.html, 100,000 spans: zoom: frame, p95 ms: 90.0, at most 34", False),
        ("timeline.html, 100,000 spans: DOM nodes at most: 1,501, at most 1,500", True),
        ("timeline.html: ready takes 4.0 times as long, at most 4", True),
    ]
    assert "1,500  MISSED at 100,000" in capsys.readouterr().out


def test_what_was_not_to_be_seen_has_not_reached_its_budget() -> None:
    assert missed(details_ms=None) == [
        ("timeline.html, 100,000 spans: details of a span, ms: not seen, at most 100", False)
    ]


def test_bytes_are_those_of_the_elements_and_the_files_beside(tmp_path: Path) -> None:
    (tmp_path / "payloads").mkdir()
    (tmp_path / "payloads" / "chunk-0-0000.js").write_text("x" * 70)
    (tmp_path / "payloads" / "0123.request.json").write_text("{}")
    page = tmp_path / "timeline.html"
    page.write_text(
        f'{STYLE}<script type="application/itk-index" data-run="0">12345</script>{LOADER}'
        '<script type="application/itk-chunk" data-run="0">123</script>'
        '<script type="application/itk-chunk" data-run="1">12\n</script>'
        f"{VIEWER}{PLAIN}"
    )
    found = weigh(page)
    assert (found.index, found.payloads, found.beside) == (5, 76, 70)
    assert (found.viewer, found.plain) == (len(STYLE + LOADER + VIEWER), len(PLAIN))
    assert found.overhead == page.stat().st_size - 5 - 6
