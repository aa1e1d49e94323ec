"""The report of a suite, rendered and opened in Chromium as a double click does: 12, 100 and 1,000 recorded cases.

    python benchmarks/suite.py [--cases 12 100 1000] [--quick] [--keep DIR]

Prints what Python takes for the whole report, and of `index.html`: bytes, when it can be used, DOM nodes at first and
while it is scrolled, and how long a query takes; each the median of 5 openings in new browsers, with its ratio to the
smallest suite and its budget. Exit code 1 where counts fall short: nodes, bytes, growth. Missed milliseconds and
mebibytes are named too, and fail nothing: they are this machine's.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

import msgspec
from benchmarks.viewer import chromium, has_browser
from playwright.sync_api import sync_playwright

from itk.renderers.suite import render_suite
from tests import suites
from tests.renderers.conftest import QUIET

SIZES = (12, 100, 1_000)
NODES = "() => document.querySelectorAll('*').length"
SCROLL = """() => new Promise((done) => {
    const page = document.documentElement;
    let most = 0, steps = 0;
    const step = () => {
        most = Math.max(most, document.querySelectorAll('*').length);
        page.scrollTop = (++steps / 60) * page.scrollHeight;
        if (steps < 60) requestAnimationFrame(step); else done(most);
    };
    step();
})"""
# From the last key of a query to the frame that shows its count.
QUERY = """() => new Promise((done) => {
    const box = document.querySelector('[type=search]');
    const count = document.querySelector('output.count');
    const began = performance.now();
    new MutationObserver(() => requestAnimationFrame(() => done(performance.now() - began)))
        .observe(count, { childList: true, characterData: true, subtree: true });
    box.value = 's:failed OR dur>9s';
    box.dispatchEvent(new Event('input', { bubbles: true }));
})"""


class Rendered(msgspec.Struct):
    """What the whole report took in Python. `peak_mib` comes on top of the suite itself."""

    wall_s: float
    cpu_s: float
    peak_mib: float
    page: int
    whole: int


class Opened(msgspec.Struct):
    ready_ms: float
    nodes: int
    nodes_max: int
    query_ms: float


class Measured(msgspec.Struct):
    cases: int
    rendered: Rendered
    opened: list[Opened]


class Row(msgspec.Struct):
    """A measure, its budget, and whether it is the same on every machine."""

    label: str
    read: Callable[[Measured], float]
    budget: float | None = None
    decides: bool = False
    digits: int = 0


def _middle(read: Callable[[Opened], float]) -> Callable[[Measured], float]:
    return lambda measured: median(map(read, measured.opened))


# VIEWER-STUDY 6: the index of 1,000 cases is ready within 0.7 s and holds at most a megabyte.
ROWS = (
    Row("Python, s", lambda m: m.rendered.wall_s, 1.0, digits=2),
    Row("Python, CPU s", lambda m: m.rendered.cpu_s, digits=2),
    Row("Python, MiB on top", lambda m: m.rendered.peak_mib, 200, digits=1),
    Row("index.html, bytes", lambda m: m.rendered.page, 1_000_000, decides=True),
    Row("index.html, bytes per case", lambda m: m.rendered.page / m.cases),
    Row("whole report, bytes", lambda m: m.rendered.whole),
    Row("ready, ms", _middle(lambda o: o.ready_ms), 700),
    Row("DOM nodes at first", _middle(lambda o: o.nodes), 1_500, decides=True),
    Row("DOM nodes at most", _middle(lambda o: o.nodes_max), 1_500, decides=True),
    Row("a query, ms", _middle(lambda o: o.query_ms), 100),
)
NODES_GROW_MOST = 1.5  # from 100 cases on: what is in sight does not depend on how many there are


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", nargs="+", type=int, default=list(SIZES))
    parser.add_argument("--quick", action="store_true", help="each page once")
    parser.add_argument("--keep", type=Path, help="leave the reports in this directory")
    asked = parser.parse_args(arguments)
    if not has_browser():
        print("skipped: no Chromium; scripts/browser installs one, ITK_CHROMIUM names one")
        return 0
    with tempfile.TemporaryDirectory() as scratch:
        found = [
            _measured(n, (asked.keep or Path(scratch)) / str(n), 1 if asked.quick else 5) for n in sorted(asked.cases)
        ]
    missed = list(told(found))
    print("\nFalls short:" if missed else "\nNothing falls short.")
    for what, decides in missed:
        print(f"  {what}" + ("" if decides else " (of this machine; decides nothing)"))
    return 1 if any(decides for _, decides in missed) else 0


def told(found: Sequence[Measured]) -> Iterator[tuple[str, bool]]:
    """Prints the table; what falls short, and whether that decides."""
    print(f"{'':28}" + "".join(f"{measured.cases:>12,} cases" for measured in found) + f"{'ratio':>9}{'budget':>12}")
    for row in ROWS:
        values = [row.read(measured) for measured in found]
        ratio = values[-1] / values[0] if values[0] else 0.0
        budget = "" if row.budget is None else f"{row.budget:,.{row.digits}f}"
        print(
            f"{row.label:28}"
            + "".join(f"{value:>18,.{row.digits}f}" for value in values)
            + f"{ratio:>9.1f}{budget:>12}"
        )
        for measured, value in zip(found, values, strict=True):
            if row.budget is not None and value > row.budget:
                yield f"{row.label} at {measured.cases:,} cases: {value:,.{row.digits}f}, goal {budget}", row.decides
    large = [measured for measured in found if measured.cases >= 100]
    if len(large) > 1 and (grown := nodes(large[-1]) / nodes(large[0])) > NODES_GROW_MOST:
        yield f"DOM nodes grow {grown:.1f} times from {large[0].cases:,} to {large[-1].cases:,} cases", True


def nodes(measured: Measured) -> float:
    return median(each.nodes_max for each in measured.opened)


def _measured(cases: int, out: Path, times: int) -> Measured:
    """Rendered in a process of its own, so that no size has the memory of another."""
    command = [sys.executable, __file__, "--render", str(cases), str(out)]
    answer = subprocess.run(command, check=True, stdout=subprocess.PIPE)
    rendered = msgspec.json.decode(answer.stdout, type=Rendered)
    return Measured(cases, rendered, list(openings(out / "index.html", times)))


def render(cases: int, out: Path) -> Rendered:
    out.mkdir(parents=True, exist_ok=True)
    suite = suites.redacted(suites.many(cases))  # invented, so there is nothing to redact
    before, cpu, wall = _peak_kib(), time.process_time(), time.perf_counter()
    sizes = {each.path: (out / each.path).write_bytes(each.content) for each in render_suite(suite)}
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    return Rendered(wall, cpu, (_peak_kib() - before) / 1024, sizes["index.html"], sum(sizes.values()))


def openings(path: Path, times: int) -> Iterator[Opened]:
    """A new browser each time: nothing is warm."""
    with sync_playwright() as playwright:
        for _ in range(times):
            browser: Any = playwright.chromium.launch(executable_path=chromium(), args=list(QUIET))
            page = browser.new_page(viewport={"width": 1400, "height": 900})
            page.goto(path.as_uri())
            page.locator("html[data-ready]").wait_for()
            page.wait_for_timeout(200)  # rows were measured, and the plain layer was put aside
            ready = float(page.locator("html").get_attribute("data-ready"))
            first, most = page.evaluate(NODES), page.evaluate(SCROLL)
            yield Opened(ready, first, max(first, most), page.evaluate(QUERY))
            browser.close()


def _peak_kib() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


if __name__ == "__main__":
    if sys.argv[1:2] == ["--render"]:
        sys.stdout.buffer.write(msgspec.json.encode(render(int(sys.argv[2]), Path(sys.argv[3]))))
        sys.exit(0)
    sys.exit(main())
