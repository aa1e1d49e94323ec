"""The pages in Chromium, opened as a double click does, at 1,000, 10,000 and 100,000 spans with payloads.

    python benchmarks/viewer.py [--spans 1000 10000 100000] [--quick] [--keep DIR]

Prints what each renderer takes in Python, and of each page: when it can be used, frames while panning and zooming, DOM
nodes, memory, details, search, bytes; each the median of 3 openings, with its ratio to the smallest run and its budget.
How much longer the biggest run takes until it is ready is told by the quickest opening of each, which other work
disturbs least.
Chromium draws without a graphics card. Exit code 1 where counts or ratios fall short: nodes, bytes, the bundle, growth.
Missed milliseconds and mebibytes are named too, and fail nothing: they are this machine's.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

import msgspec
from benchmarks import viewer_pages
from benchmarks.viewer_browser import Opened, measure
from benchmarks.viewer_pages import PAGES, Rendered
from benchmarks.viewer_tables import Missed, Page, told_bundle, told_page, told_rendering
from playwright.sync_api import sync_playwright

from tests.renderers.conftest import NAMES, QUIET

SIZES = (1_000, 10_000, 100_000)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--spans", nargs="+", type=int, default=list(SIZES))
    parser.add_argument("--quick", action="store_true", help="each page once, and frames for one second")
    parser.add_argument("--keep", type=Path, help="leave the pages in this directory")
    asked = parser.parse_args(arguments)
    if not has_browser():
        print("skipped: no Chromium; scripts/browser installs one, ITK_CHROMIUM names one")
        return 0
    with tempfile.TemporaryDirectory() as scratch:
        missed = list(benchmark(sorted(asked.spans), asked.keep or Path(scratch), quick=asked.quick))
    print("\nFalls short:" if missed else "\nNothing falls short.")
    for one in missed:
        print(f"  {one.what}" + ("" if one.decides else " (of this machine; decides nothing)"))
    return 1 if any(one.decides for one in missed) else 0


def chromium() -> str | None:
    """The one that ITK_CHROMIUM names, else an installed one; else Playwright's own is used."""
    return os.environ.get("ITK_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


def has_browser() -> bool:
    with sync_playwright() as playwright:
        return Path(chromium() or playwright.chromium.executable_path).exists()


def benchmark(sizes: list[int], out: Path, *, quick: bool) -> Iterator[Missed]:
    yield from told_bundle()
    pages: dict[str, list[Page]] = {name: [] for name in PAGES}
    for spans in sizes:
        rendered = _rendered(spans, out / str(spans))
        yield from told_rendering(spans, rendered)
        for name, path in ((name, Path(path)) for one in rendered for name, path in one.pages.items()):
            opened = list(openings(path, times=1 if quick else 3, watch_s=1.0 if quick else 3.0))
            pages[name].append(Page(spans=spans, weight=viewer_pages.weigh(path), opened=opened))
    for name, found in pages.items():
        yield from told_page(name, found)


def _rendered(spans: int, out: Path) -> list[Rendered]:
    """In a process of its own, so that no size has the memory of another."""
    command = [sys.executable, __file__, "--render", str(spans), str(out)]
    answer = subprocess.run(command, check=True, stdout=subprocess.PIPE)
    return msgspec.json.decode(answer.stdout, type=list[Rendered])


def openings(path: Path, *, times: int, watch_s: float) -> Iterator[Opened]:
    """A new browser each time: nothing is warm."""
    with sync_playwright() as playwright:
        for _ in range(times):
            browser: Any = playwright.chromium.launch(executable_path=chromium(), args=list(QUIET))
            yield measure(browser, path, watch_s=watch_s)
            browser.close()


if __name__ == "__main__":
    if sys.argv[1:2] == ["--render"]:
        sys.stdout.buffer.write(msgspec.json.encode(viewer_pages.render(int(sys.argv[2]), Path(sys.argv[3]))))
        sys.exit(0)
    sys.exit(main())
