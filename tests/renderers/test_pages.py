"""The two pages as text: what they promise before any browser opens them."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser

import pytest

from itk.model.run import RunResult
from itk.ports import Renderer
from itk.renderers import assets
from itk.renderers.timeline import Timeline
from itk.renderers.trace_viewer import TraceViewer
from tests.renderers import build, hostile

PAGES: dict[str, Renderer] = {"trace-viewer": TraceViewer(), "timeline": Timeline()}
both = pytest.mark.parametrize("name", PAGES)


def page(name: str, run: RunResult) -> str:
    return PAGES[name].render(build.redacted(run))[0].content.decode("utf-8")


class Parsed(HTMLParser):
    """Elements and attributes as a browser would see them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


@both
def test_the_policy_names_the_hash_of_the_one_script_and_the_one_sheet(name: str) -> None:
    text = page(name, build.happy())
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', text)
    assert policy is not None

    for file in ("page.js", "page.css"):
        digest = b64encode(sha256(assets.text(file).encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy.group(1)
    for rule in ("default-src 'none'", "base-uri 'none'", "form-action 'none'", "require-trusted-types-for 'script'"):
        assert rule in policy.group(1)
    assert "unsafe" not in policy.group(1)


@both
@pytest.mark.parametrize("keep", [False, True])
def test_hostile_text_adds_no_element_and_no_attribute(name: str, keep: bool) -> None:
    wild = Parsed(page(name, hostile.poisoned(build.inconclusive(), hostile.ALL, keep=keep))).tags
    tame = Parsed(page(name, hostile.poisoned(build.inconclusive(), "x", keep=keep))).tags

    assert {tag for tag, _ in wild} == {tag for tag, _ in tame}
    assert {key for _, attributes in wild for key in attributes} <= {
        key for _, attributes in tame for key in attributes
    }
    for tag, attributes in wild:
        assert "style" not in attributes
        assert not any(key.startswith("on") for key in attributes)
        if "href" in attributes and tag == "a":
            assert re.fullmatch(r"[a-z.-]+|payloads/[0-9a-f]+\.\w+\.json", attributes["href"] or "")
    assert [attributes.get("type") for tag, attributes in wild if tag == "script"] == ["application/json", None]


def test_the_script_makes_no_element_out_of_text() -> None:
    script = assets.text("page.js")

    for forbidden in (
        "innerHTML",
        "outerHTML",
        "insertAdjacent",
        "document.write",
        "eval(",
        "Function(",
        ".src",
        "style.",
    ):
        assert forbidden not in script
    assert "</" not in script
    assert "<!--" not in script
    assert "</" not in assets.text("page.css")
    assert "url(" not in assets.text("page.css")


@both
def test_the_first_screen_says_what_it_is_not(name: str) -> None:
    text = page(name, build.inconclusive())
    first = text[: text.index("<main")]

    assert "EMULATED" in first
    assert "http://localhost:4566" in first
    assert "not complete" in first
    assert "nothing was sent" in page(name, build.happy(mode="dev-fixtures")).split("<main")[0]


@both
@pytest.mark.parametrize("make", build.ALL.values(), ids=build.ALL)
def test_every_span_can_be_opened_once(name: str, make: object) -> None:
    run: RunResult = make()  # type: ignore[operator]
    opened = [attributes["data-s"] for _, attributes in Parsed(page(name, run)).tags if "data-open" in attributes]

    assert sorted(map(int, filter(None, opened))) == list(range(len(run.trace.spans)))


@both
def test_every_gap_is_drawn(name: str) -> None:
    run = build.inconclusive()
    drawn = [
        attributes["data-missing"] for _, attributes in Parsed(page(name, run)).tags if "data-missing" in attributes
    ]

    assert drawn == [str(n) for n in range(len(run.trace.missing))]


@both
def test_the_page_is_small(name: str) -> None:
    assert len(page(name, build.happy())) < 100_000
    assert len(page(name, build.many(500))) < 500 * 5_000


def test_status_is_said_in_words_and_shape() -> None:
    text = page("trace-viewer", build.poison())

    assert re.search(r'class="verdict v-failed"[^>]*><svg.*?<use href="#i-failed".*?<strong>FAILED</strong>', text)
    assert "i-error" in text
    assert "error KeyError" in text
