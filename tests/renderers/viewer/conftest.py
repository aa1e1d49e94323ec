"""Pages of runs, opened as a user does: from disk, by double click, in a real browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from itk.model.run import RunResult
from itk.renderers.viewer.renderer import Viewer
from tests.renderers import build

WATCH = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) => window.violations.push(event.violatedDirective));
"""
Show = Callable[..., Any]


@pytest.fixture(scope="session")
def context_of(browser: Any) -> Iterator[Show]:
    """A browser context for options: each is made once, for it costs more than a page."""
    made: dict[str, Any] = {}

    def context(**options: Any) -> Any:
        key = repr(sorted(options.items()))
        if key not in made:
            made[key] = browser.new_context(**options)
            made[key].set_default_timeout(30_000)
        return made[key]

    yield context
    for each in made.values():
        each.close()


@pytest.fixture
def show(context_of: Show, tmp_path: Path) -> Iterator[Show]:
    """Opens a page of a run, or any file. Nothing may be said on the console or loaded, and no policy be broken."""
    pages: list[Any] = []
    noise: list[str] = []

    def opened(what: RunResult | Path, name: str = "trace-viewer.html", at: str = "", **options: Any) -> Any:
        url = (what if isinstance(what, Path) else written(what, tmp_path) / name).as_uri()
        allowed = {} if "java_script_enabled" in options else {"permissions": ["clipboard-read", "clipboard-write"]}
        forget(pages)
        page = context_of(**{"viewport": {"width": 1400, "height": 900}, **allowed, **options}).new_page()
        pages.append(page)
        listen(page, url, noise)
        page.goto(url + at)
        if "java_script_enabled" not in options:
            page.locator("html[data-ready]").wait_for()
        return page

    yield opened
    for page in pages:
        noise += page.evaluate("[...(window.violations ?? []), ...(window.pwned ? ['pwned'] : [])]")
        forget([page])
        page.close()
    assert noise == []


def forget(pages: list[Any]) -> None:
    """Whoever opens the next page was never here."""
    for page in pages:
        page.evaluate("localStorage.clear()")


def written(run: RunResult, folder: Path) -> Path:
    """A folder with the pages of that run alone, so that two runs of one test do not meet."""
    place = folder / f"pages-{len(list(folder.glob('pages-*')))}"
    for artifact in Viewer().render(build.redacted(run)):
        path = place / artifact.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(artifact.content)
    return place


def listen(page: Any, url: str, noise: list[str]) -> None:
    """Everything about a page that must not happen goes into `noise`."""

    def asked(request: Any) -> None:
        if not request.url.startswith("blob:") and request.url.split("#")[0] != url:
            noise.append(f"request {request.url}")

    def dialog(shown: Any) -> None:
        noise.append(f"dialog {shown.message}")
        shown.dismiss()

    page.on("console", lambda message: noise.append(message.text))
    page.on("pageerror", lambda error: noise.append(str(error)))
    page.on("dialog", dialog)
    page.on("request", asked)
    page.add_init_script(WATCH)
