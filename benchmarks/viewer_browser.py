"""What a person does with a page, done and measured in Chromium: open, pan, zoom, search, open a span's details.

All that this asks of the pages stands here, above `Opened`. Times are those of the page's own clock.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Any

import msgspec

# The contract: `data-ready` of the document element is performance.now() at the first real frame. `data-search-state`
# is `done` once the count of results is final, after `data-search-ms`. What belongs to a span in a drawing has
# `data-span`. The details show a request in `data-part=request`.
READY = "data-ready"
SEARCH_STATE, SEARCH_MS = "data-search-state", "data-search-ms"
SEARCH_BOX = {"role": "searchbox", "name": "Search"}
SPAN = "[data-span]"
DETAILS = {"role": "complementary", "name": "Details"}
REQUEST = "[data-part=request]"

VIEWPORT = {"width": 1400, "height": 900}
PATIENCE_MS = 60_000
TERMS = ("does not switch on", "Never promise a day")  # in letters and in prompts of `big_runs`: payloads only

COUNT = "() => document.querySelectorAll('*').length"
WATCH_FRAMES = """() => {
  const seen = (window.itkSeen = { gaps: [], nodes: 0, on: true });
  let last = null, n = 0;
  const tick = (now) => {
    if (last !== null) seen.gaps.push(now - last);
    last = now;
    if (n++ % 10 === 0) seen.nodes = Math.max(seen.nodes, document.querySelectorAll('*').length);
    if (seen.on) requestAnimationFrame(tick);
  };
  requestAnimationFrame(tick);
}"""
SEEN_FRAMES = "() => { window.itkSeen.on = false; return window.itkSeen; }"
WATCH_TASKS = """() => {
  window.itkTasks?.disconnect();
  window.itkLongest = 0;
  window.itkTasks = new PerformanceObserver((list) => {
    for (const task of list.getEntries()) window.itkLongest = Math.max(window.itkLongest, task.duration);
  });
  window.itkTasks.observe({ type: 'longtask' });
}"""
LONGEST = "() => new Promise((done) => setTimeout(() => done(window.itkLongest), 100))"
# A span whose middle is on the screen, and the n-th of those.
PLACE = """([span, n]) => {
  const found = [];
  for (const each of document.querySelectorAll(span)) {
    const box = each.getBoundingClientRect(), x = box.x + box.width / 2, y = box.y + box.height / 2;
    if (document.elementFromPoint(x, y)?.closest(span) === each) found.push([x, y]);
  }
  return found[n] ?? null;
}"""
WATCH_DETAILS = """(request) => {
  window.itkShown = new Promise((done) => addEventListener('pointerdown', () => {
    const began = performance.now();
    const look = () => {
      const took = performance.now() - began;
      if (document.querySelector(request)?.textContent) done(took);
      else if (took > 2000) done(null);
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  }, { capture: true, once: true }));
}"""


class Frames(msgspec.Struct):
    """Gaps between frames, ms, and the most DOM nodes while they were drawn."""

    median_ms: float
    p95_ms: float
    fps: float
    nodes: int


class Opened(msgspec.Struct):
    """What one opening of a page showed. ms, MiB; None: it was not to be seen."""

    ready_ms: float
    nodes: int
    heap_mib: float
    memory_mib: float | None
    pan: Frames
    zoom: Frames
    details_ms: float | None
    search_cold_ms: float
    search_warm_ms: float
    search_task_ms: float  # the longest task; below 50 Chromium says nothing, and it is 0
    memory_after_mib: float | None

    @property
    def nodes_max(self) -> int:
        return max(self.nodes, self.pan.nodes, self.zoom.nodes)


def measure(browser: Any, path: Path, *, watch_s: float) -> Opened:
    """Open the page at `path` in a new context of `browser`, and use it."""
    context = browser.new_context(viewport=VIEWPORT)
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    ready_ms = open_page(page, path)
    page.wait_for_timeout(300)
    nodes, heap_mib, memory_mib = page.evaluate(COUNT), heap(page), memory()
    details_ms = open_details(page)
    page.keyboard.press("Escape")
    pan, zoom = panning(page, watch_s), zooming(page, watch_s)
    (cold_ms, cold_task_ms), (warm_ms, warm_task_ms) = (search(page, term) for term in TERMS)
    after_mib = memory()
    context.close()
    return Opened(
        ready_ms=ready_ms, nodes=nodes, heap_mib=heap_mib, memory_mib=memory_mib, pan=pan, zoom=zoom,
        details_ms=details_ms, search_cold_ms=cold_ms, search_warm_ms=warm_ms,
        search_task_ms=max(cold_task_ms, warm_task_ms), memory_after_mib=after_mib,
    )  # fmt: skip


def open_page(page: Any, path: Path) -> float:
    """Until the page can be used; ms, as it says itself."""
    page.goto(path.as_uri(), wait_until="commit", timeout=PATIENCE_MS)
    root = page.locator(f"html[{READY}]")
    root.wait_for(state="attached", timeout=PATIENCE_MS)
    return float(root.get_attribute(READY))


def panning(page: Any, watch_s: float) -> Frames:
    """The wheel, down and up again."""
    return _frames(page, watch_s, lambda share: page.mouse.wheel(0, 240 if share < 0.5 else -240))


def zooming(page: Any, watch_s: float) -> Frames:
    """The wheel with Ctrl: in, out to the whole, and in again."""
    page.keyboard.down("Control")
    try:
        return _frames(page, watch_s, lambda share: page.mouse.wheel(0, 100 if 0.25 < share < 0.75 else -100))
    finally:
        page.keyboard.up("Control")


def _frames(page: Any, watch_s: float, move: Callable[[float], None]) -> Frames:
    page.mouse.move(VIEWPORT["width"] / 2, VIEWPORT["height"] * 0.6)
    page.evaluate(WATCH_FRAMES)
    began = time.monotonic()
    while (share := (time.monotonic() - began) / watch_s) < 1:
        move(share)
    seen = page.evaluate(SEEN_FRAMES)
    gaps = sorted(seen["gaps"]) or [watch_s * 1000]
    return Frames(
        median_ms=median(gaps),
        p95_ms=gaps[int(len(gaps) * 0.95)],
        fps=len(gaps) / sum(gaps) * 1000,
        nodes=seen["nodes"],
    )


def open_details(page: Any) -> float | None:
    """From the click on a span to the sight of its request; ms. Not every span has one, so some are tried."""
    for n in range(6):
        place = page.evaluate(PLACE, [SPAN, n])
        if place is None:
            return None
        page.evaluate(WATCH_DETAILS, REQUEST)
        page.mouse.click(*place)
        took = page.evaluate("() => window.itkShown")
        if took is not None:
            page.get_by_role(DETAILS["role"], name=DETAILS["name"]).wait_for()
            return float(took)
    return None


def search(page: Any, term: str) -> tuple[float, float]:
    """How long the search took, as the page says, and the longest task meanwhile; ms."""
    page.evaluate(WATCH_TASKS)
    page.evaluate(f"() => document.documentElement.setAttribute('{SEARCH_STATE}', 'asked')")
    page.get_by_role(SEARCH_BOX["role"], name=SEARCH_BOX["name"]).fill(term)
    root = page.locator(f'html[{SEARCH_STATE}="done"]')
    root.wait_for(state="attached", timeout=PATIENCE_MS)
    return float(root.get_attribute(SEARCH_MS)), float(page.evaluate(LONGEST))


def heap(page: Any) -> float:
    """JavaScript's heap in use, MiB."""
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")
    metrics = {each["name"]: each["value"] for each in session.send("Performance.getMetrics")["metrics"]}
    return float(metrics["JSHeapUsedSize"]) / 2**20


def memory() -> float | None:
    """What the page's process has for itself, MiB (PSS): the biggest renderer below this process. Linux only."""
    found = [_pss_mib(process) for process in _below(Path("/proc/self").resolve()) if _is_renderer(process)]
    return max(found, default=None)


def _below(top: Path) -> Iterator[Path]:
    parents: dict[str, list[Path]] = {}
    for process in Path("/proc").glob("[0-9]*"):
        stat = _read(process / "stat")
        if stat:
            parents.setdefault(stat.rpartition(")")[2].split()[1], []).append(process)
    waiting = [top]
    while waiting:
        children = parents.get(waiting.pop().name, [])
        waiting += children
        yield from children


def _is_renderer(process: Path) -> bool:
    return "--type=renderer" in _read(process / "cmdline")


def _pss_mib(process: Path) -> float:
    pss = [line.split()[1] for line in _read(process / "smaps_rollup").splitlines() if line.startswith("Pss:")]
    return int(pss[0]) / 1024 if pss else 0.0


def _read(path: Path) -> str:
    """Empty where the process has ended meanwhile, or there is no /proc."""
    try:
        return path.read_text(errors="replace")
    except OSError:
        return ""
