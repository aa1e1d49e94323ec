"""The viewer's budgets of counts, which no machine's speed can change: DOM nodes and bytes, at 100,000 spans.

`benchmarks/viewer.py` has the budgets of time, and all of them in a table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from benchmarks.big_runs import big_run
from benchmarks.viewer_browser import COUNT, VIEWPORT, open_page, search
from benchmarks.viewer_pages import PAGES, weigh, write_pages

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]
NODES_MOST = 1_500
INDEX_MOST = 25  # bytes a span
DRAWN = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
WHEELS = (240,) * 12 + (20_000,) * 12 + (-5_000,) * 6
each_page = pytest.mark.parametrize("name", PAGES)


@pytest.fixture(scope="module")
def big(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """100,000 spans. Payloads never become nodes before somebody asks, so they are left out here."""
    return write_pages(big_run(100_000, payloads=False), tmp_path_factory.mktemp("big"))


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """20,000 spans with all that was said, so many that the index holds only the lines that warn."""
    return write_pages(big_run(20_000), tmp_path_factory.mktemp("full"))


@pytest.fixture
def opened(browser: Any, big: Path) -> Iterator[Callable[[str], Any]]:
    context = browser.new_context(viewport=VIEWPORT)

    def show(name: str) -> Any:
        page = context.new_page()
        open_page(page, big / name)
        page.wait_for_load_state()  # it can be used before it is read to its end, where the layer for paper stands
        page.mouse.move(VIEWPORT["width"] / 2, VIEWPORT["height"] * 0.6)
        return page

    yield show
    context.close()


def nodes(page: Any) -> int:
    page.evaluate(DRAWN)
    return int(page.evaluate(COUNT))


@each_page
def test_few_nodes_when_it_opens_and_wherever_one_scrolls(opened: Callable[[str], Any], name: str) -> None:
    page = opened(name)
    seen = [nodes(page)]
    for wheel in WHEELS:
        page.mouse.wheel(0, wheel)
        seen.append(nodes(page))
    assert max(seen) <= NODES_MOST, seen


@each_page
def test_few_nodes_however_far_one_zooms(opened: Callable[[str], Any], name: str) -> None:
    page = opened(name)
    page.keyboard.down("Control")
    seen = []
    for wheel in (-240,) * 12 + (240,) * 40 + (-240,) * 12:
        page.mouse.wheel(0, wheel)
        seen.append(nodes(page))
    assert max(seen) <= NODES_MOST, seen


@each_page
def test_few_nodes_however_much_is_found(opened: Callable[[str], Any], name: str) -> None:
    page = opened(name)
    search(page, "orders")
    assert nodes(page) <= NODES_MOST


@each_page
@pytest.mark.parametrize("which", ["big", "full"])
def test_the_index_is_small(request: pytest.FixtureRequest, which: str, name: str) -> None:
    spans = {"big": 100_000, "full": 20_000}[which]
    weight = weigh(request.getfixturevalue(which) / name)
    assert 0 < weight.index / spans <= INDEX_MOST


@each_page
def test_what_payloads_weigh_is_told(full: Path, name: str, record_property: Callable[[str, object], None]) -> None:
    """It depends on what was said, so it is no limit: `--junitxml` keeps it."""
    weight = weigh(full / name)
    record_property("payload_bytes_a_span", weight.payloads / 20_000)
    assert weight.payloads > 0
