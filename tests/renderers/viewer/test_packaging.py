"""A page is a file, or a file with files beside it: wherever it lies, and in whatever browser it is opened."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from benchmarks.big_runs import big_run

from itk.renderers.viewer import page as shell
from itk.renderers.viewer.renderer import Viewer
from tests.conftest import ROOT, Installed
from tests.renderers import build
from tests.renderers.viewer.conftest import Show, written

browser_test = pytest.mark.browser
PAGES = ("trace-viewer.html", "timeline.html")
CASE = ROOT / "cases" / "example-001.yaml"
Look = Callable[..., Any]


@pytest.fixture
def look(browser: Any) -> Iterator[Look]:
    """Opens a file; what goes wrong there is what a test is about, so nothing is forbidden."""
    contexts = []

    def opened(path: Path, script: str = "", **options: Any) -> Any:
        context = browser.new_context(**{"viewport": {"width": 1400, "height": 900}, **options})
        context.set_default_timeout(8_000)
        contexts.append(context)
        page = context.new_page()
        if script:
            page.add_init_script(script)
        page.goto(path.as_uri())
        return page

    yield opened
    for context in contexts:
        context.close()


def ready(page: Any) -> Any:
    page.locator("html[data-ready]").wait_for()
    return page


def details(page: Any) -> Any:
    page.locator("body").press("]")
    page.locator("aside.details[aria-busy=false]").wait_for()
    return page.get_by_role("complementary", name="Details")


@pytest.fixture
def aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a run whose payloads lie beside its pages."""
    monkeypatch.setattr(shell, "INLINE_LIMIT", 100_000)
    place = written(big_run(1500), tmp_path)
    assert sorted((place / "payloads").glob("chunk-*.js"))
    return place


@browser_test
def test_payloads_beside_the_page_are_opened_when_somebody_asks(look: Look, aside: Path) -> None:
    page = ready(look(aside / PAGES[0]))

    details(page).get_by_text("Evidence").first.wait_for()


@browser_test
def test_a_missing_file_is_named(look: Look, aside: Path) -> None:
    for file in (aside / "payloads").glob("chunk-*.js"):
        file.unlink()
    page = ready(look(aside / PAGES[0]))

    words = details(page).get_by_role("alert")
    words.wait_for()
    assert "payloads/chunk-0-0" in words.inner_text()
    assert "missing" in words.inner_text()


@browser_test
@pytest.mark.parametrize(
    "content", ["", "not a script at all", 'itkChunk(0,0,"bm90IGd6aXA=")', 'itkChunk(0,0,"%%%")', "itkChunk(7,7,'')"]
)
def test_a_broken_file_is_named(look: Look, aside: Path, content: str) -> None:
    for file in (aside / "payloads").glob("chunk-*.js"):
        file.write_text(content.replace("(0,0", f"(0,{int(file.stem.split('-')[2])}"), encoding="utf-8")
    page = ready(look(aside / PAGES[0]))

    words = details(page).get_by_role("alert")
    words.wait_for()
    assert "payloads/chunk-0-0" in words.inner_text()


@browser_test
@pytest.mark.parametrize("folder", ["with a blank", "münchen-東京", "a#b?c%20d", 'it\'s "quoted" & <so>'])
@pytest.mark.parametrize("split", [False, True])
def test_any_folder_can_hold_the_pages(look: Look, tmp_path: Path, folder: str, split: bool) -> None:
    for artifact in Viewer(split=split).render(build.redacted(build.happy())):
        path = tmp_path / folder / artifact.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(artifact.content)
    page = ready(look(tmp_path / folder / PAGES[1]))

    details(page).get_by_text("Evidence").first.wait_for()


@browser_test
def test_a_page_alone_is_whole(show: Show, tmp_path: Path) -> None:
    (alone := tmp_path / "elsewhere" / "sent by mail.html").parent.mkdir()
    alone.write_bytes((written(build.happy(), tmp_path) / PAGES[0]).read_bytes())
    page = show(alone)

    details(page).get_by_text("Evidence").first.wait_for()


@browser_test
def test_two_pages_at_once_do_not_disturb_each_other(show: Show, tmp_path: Path) -> None:
    place = written(build.happy(), tmp_path)
    one, two = show(place / PAGES[0]), show(place / PAGES[1])
    two.locator("body").press("j")
    other = one.context.new_page()
    other.goto((place / PAGES[1]).as_uri())
    ready(other).locator("body").press("?")
    other.get_by_role("dialog").wait_for()

    assert one.get_by_role("dialog").count() == 0
    assert two.get_by_role("dialog").count() == 0


NO_STORAGE = (
    "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', 'SecurityError') } })"
)


@browser_test
@pytest.mark.parametrize("name", PAGES)
def test_a_browser_that_keeps_nothing_opens_the_page(look: Look, tmp_path: Path, name: str) -> None:
    page = look(written(build.happy(), tmp_path) / name, NO_STORAGE)
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    ready(page)
    details(page).get_by_text("Evidence").first.wait_for()
    for handle in page.get_by_role("separator").all():
        handle.focus()
        page.keyboard.press("ArrowLeft")
    page.locator("body").press("?")
    page.get_by_role("dialog").get_by_role("checkbox").click()

    assert faults == []


@browser_test
@pytest.mark.parametrize("name", PAGES)
def test_a_browser_that_cannot_unpack_shows_the_page_without_the_viewer(look: Look, tmp_path: Path, name: str) -> None:
    page = look(written(build.poison(), tmp_path) / name, "delete window.DecompressionStream")

    page.get_by_role("alert").wait_for()
    assert "page without it" in page.get_by_role("alert").inner_text()
    assert "DecompressionStream" in page.get_by_role("alert").inner_text()
    assert page.locator("#plain").is_visible()
    assert page.get_by_text("3 spans failed").first.is_visible()


@browser_test
def test_data_of_a_version_that_nobody_knows_yet_is_refused_in_words(look: Look, tmp_path: Path) -> None:
    path = written(build.poison(), tmp_path) / PAGES[0]
    text = path.read_text("utf-8")
    assert text.count('{"v":2,') == 1
    path.write_text(text.replace('{"v":2,', '{"v":99,'), encoding="utf-8")
    page = look(path)

    page.get_by_role("alert").wait_for()
    assert "version 99" in page.get_by_role("alert").inner_text()
    assert page.locator("#plain").is_visible()
    assert page.get_by_text("3 spans failed").first.is_visible()


@browser_test
@pytest.mark.parametrize("name", PAGES)
def test_on_paper_there_is_the_plain_page_alone(show: Show, name: str) -> None:
    page = show(build.poison(), name)
    page.emulate_media(media="print")
    page.locator("#plain").wait_for()

    assert page.locator("#app").is_hidden()
    assert page.get_by_text("3 spans failed").locator("visible=true").count() > 0


@browser_test
def test_on_paper_a_window_over_the_page_is_left_out(show: Show) -> None:
    page = show(build.poison())
    page.locator("body").press("?")
    page.get_by_role("dialog").wait_for()
    page.emulate_media(media="print")

    page.locator("#plain").wait_for()
    assert page.locator("dialog").is_hidden()


def itk(*arguments: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    places = {**os.environ, "PYTHONPATH": str(ROOT / "src"), **environment}
    command = [sys.executable, "-m", "itk", *arguments]
    return subprocess.run(command, cwd=cwd, env=places, capture_output=True, text=True, check=False)


def recorded(cwd: Path, *more: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return itk("run", "--mode", "dev-fixtures", "--case", str(CASE), "--out", "out", *more, cwd=cwd, **environment)


@browser_test
def test_split_pages_of_the_command_line_open(look: Look, tmp_path: Path) -> None:
    done = recorded(tmp_path, ITK_ASSETS="split")
    assert done.returncode == 0, done.stderr
    again = itk("render", "--run", "out", "--out", "again", "--assets", "split", cwd=tmp_path)
    assert again.returncode == 0, again.stderr

    for folder in ("out", "again"):
        text = (tmp_path / folder / PAGES[0]).read_text("utf-8")
        assert "<style" not in text
        assert "script-src 'self';" in text
        for name in PAGES:
            details(ready(look(tmp_path / folder / name))).get_by_text("MessageBody").first.wait_for()


def test_another_word_for_how_pages_are_split_is_refused(tmp_path: Path) -> None:
    for done in (
        recorded(tmp_path, ITK_ASSETS="both"),
        recorded(tmp_path, "--assets", "both"),
        itk("render", "--run", "out", "--assets", "both", cwd=tmp_path),
    ):
        assert done.returncode == 2
        assert "`both` is neither `inline` nor `split`" in done.stderr
        assert "hint:" in done.stderr


@browser_test
def test_pages_of_the_installed_package_open(show: Show, installed_wheel: Installed, tmp_path: Path) -> None:
    arguments = ("run", "--mode", "dev-fixtures", "--case", str(CASE), "--out", "out", "--json")
    done = installed_wheel.itk(*arguments, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1])

    for name in PAGES:
        details(show(tmp_path / "out" / name)).get_by_text("MessageBody").first.wait_for()
