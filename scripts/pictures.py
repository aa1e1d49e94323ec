"""Take the pictures of docs/images again: `python scripts/pictures.py [NAME...]`. Look at what it makes."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import msgspec
from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from benchmarks.big_runs import big_run  # noqa: E402

from itk.compare import compare  # noqa: E402
from itk.model.run import RunResult  # noqa: E402
from itk.model.suite import SuiteResult  # noqa: E402
from itk.ports import Artifact  # noqa: E402
from itk.renderers.suite import render_suite  # noqa: E402
from itk.renderers.viewer import comparison  # noqa: E402
from itk.renderers.viewer.renderer import Viewer  # noqa: E402
from tests import suites  # noqa: E402
from tests.renderers import build, compared  # noqa: E402

OUT = ROOT / "docs" / "images"
SEQUENCE, TIMELINE, INDEX = "trace-viewer.html", "timeline.html", "index.html"


class Scene(msgspec.Struct, frozen=True):
    """A picture: of which run or suite, on which page, and what is done before it is taken."""

    of: Callable[[], RunResult | SuiteResult]
    page: str = SEQUENCE
    at: str = ""  # what follows the page in its address
    act: Callable[[Page], Any] = lambda page: None
    dark: bool = False
    script: bool = True
    size: tuple[int, int] = (1400, 860)
    before: Callable[[], RunResult] | None = None  # the baseline that the run is compared with


def span(run: RunResult, operation: str, component: str) -> str:
    """The address of the first span of that operation and component."""
    found = (s for s in run.trace.spans if (s.operation, s.component.name) == (operation, component))
    return f"#span={next(found).span_id}"


def check(name: str) -> Callable[[Page], Any]:
    return lambda page: page.get_by_role("button", name=name).first.click()


FIFTY = big_run(50)
SCENES: dict[str, Scene] = {
    "viewer-3-spans": Scene(build.small),
    "viewer-50-spans": Scene(lambda: FIFTY),
    "viewer-2000-spans": Scene(lambda: big_run(2000), page=TIMELINE),
    "viewer-agents": Scene(lambda: FIFTY, at=span(FIFTY, "InvokeCollaborator", "returns-specialist"), size=(1600, 900)),
    "viewer-retries": Scene(build.retried),
    "viewer-missing": Scene(build.missed, act=check("required_components"), size=(1500, 720)),
    "viewer-inconclusive": Scene(build.inconclusive),
    "viewer-dark": Scene(build.happy, page=TIMELINE, dark=True),
    "viewer-no-script": Scene(build.poison, script=False),
    "suite": Scene(suites.small, page=INDEX, size=(1400, 1000)),
    "suite-dark": Scene(
        suites.small, page=INDEX, at="#q=-s:passed%20-s:skipped&case=order-unstored", dark=True, size=(1400, 1000)
    ),
    "suite-1000-cases": Scene(lambda: suites.many(1_000), page=INDEX, at="#q=s:failed&sort=duration&flat=1"),
    "suite-no-script": Scene(suites.small, page=INDEX, script=False),
    "viewer-compared": Scene(compared.after, before=compared.before),
}


def main(names: list[str]) -> None:
    chromium = os.environ.get("ITK_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    with tempfile.TemporaryDirectory() as place, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for name in names or SCENES:
            take(browser, Path(place) / name, name, SCENES[name])
        browser.close()


def take(browser: Any, place: Path, name: str, scene: Scene) -> None:
    for artifact in made(scene):
        path = place / artifact.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(artifact.content)
    width, height = scene.size
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if scene.dark else "light",
        reduced_motion="reduce",
        java_script_enabled=scene.script,
    )
    page = context.new_page()
    page.goto((place / scene.page).as_uri() + scene.at)
    if scene.script:
        page.locator("html[data-ready]").wait_for()
        scene.act(page)
        page.wait_for_timeout(500)  # details are unpacked when they are asked for
    page.screenshot(path=OUT / f"{name}.png")
    context.close()
    sys.stdout.write(f"{OUT / name}.png\n")


def made(scene: Scene) -> Iterable[Artifact]:
    of = scene.of()
    if isinstance(of, SuiteResult):
        return render_suite(suites.redacted(of))
    run = build.redacted(of)
    if scene.before is None:
        return Viewer().render(run)
    before = build.redacted(scene.before())
    return comparison.compared(before, run, compare(before, run))


if __name__ == "__main__":
    main(sys.argv[1:])
