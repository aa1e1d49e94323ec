"""A real browser, found on this machine."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Chromium: the one that ITK_CHROMIUM names, else an installed one, else Playwright's own."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    path = os.environ.get("ITK_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    context = sync_api.sync_playwright()
    try:
        playwright = context.__enter__()
    except Exception as error:  # noqa: BLE001 - the driver is a program of its own, and says little when it cannot start
        pytest.skip(f"Playwright's driver does not start (is libatomic1 installed?): {error}")
    try:
        own = playwright.chromium.executable_path
        if path is None and not os.path.exists(own):  # noqa: PTH110
            pytest.skip("no Chromium: install one, run `playwright install chromium`, or set ITK_CHROMIUM to its path")
        started = playwright.chromium.launch(executable_path=path, args=list(QUIET))
        yield started
        started.close()
    finally:
        context.__exit__(None, None, None)
