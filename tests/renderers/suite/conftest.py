"""Reports of suites, opened as a user does: from disk, by double click, in a real browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from itk.model.suite import SuiteResult
from itk.renderers.suite import render_suite
from tests import suites
from tests.renderers.viewer.conftest import listen

Open = Callable[..., Any]


@pytest.fixture
def show(browser: Any, tmp_path: Path) -> Iterator[Open]:
    """Opens the report of a suite. Nothing may be said on the console or loaded, and no policy be broken."""
    contexts: list[Any] = []
    noise: list[str] = []

    def opened(suite: SuiteResult | Path, at: str = "", **options: Any) -> Any:
        path = suite if isinstance(suite, Path) else written(suite, tmp_path / f"suite-{len(contexts)}") / "index.html"
        context = browser.new_context(**{"viewport": {"width": 1400, "height": 900}, **options})
        context.set_default_timeout(30_000)
        contexts.append(context)
        page = context.new_page()
        listen(page, path.as_uri(), noise)
        page.goto(path.as_uri() + at)
        if options.get("java_script_enabled", True):
            page.locator("html[data-ready]").wait_for()
        return page

    yield opened
    for context in contexts:
        for page in context.pages:
            noise += page.evaluate("[...(window.violations ?? []), ...(window.pwned ? ['pwned'] : [])]")
        context.close()
    assert noise == []


def written(suite: SuiteResult, folder: Path, *, split: bool = False) -> Path:
    """A folder with the report of that suite."""
    folder.mkdir(parents=True, exist_ok=True)
    for artifact in render_suite(suites.redacted(suite), split=split):
        (folder / artifact.path).write_bytes(artifact.content)
    return folder
