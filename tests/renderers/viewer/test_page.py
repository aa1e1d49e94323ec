"""The two pages as text: what they promise before any browser opens them."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from hashlib import sha256

import pytest
from benchmarks.big_runs import big_run

from itk.renderers import assets
from itk.renderers.viewer import page as shell
from tests.renderers import build, hostile
from tests.renderers.viewer.reading import Parsed, artifacts, data, details, index, page, policy

both = pytest.mark.parametrize("name", ["trace-viewer.html", "timeline.html"])
DATA = ("application/itk-index", "application/itk-chunk", "application/itk-style", "application/itk-viewer")


@both
def test_the_policy_names_the_hash_of_the_one_script_and_the_one_sheet(name: str) -> None:
    rules = policy(page(build.happy(), name))

    for file in ("loader.js", "viewer.js", "first.css", "viewer.css"):
        digest = b64encode(sha256(assets.text(file).encode()).digest()).decode()
        assert f"'sha256-{digest}'" in rules
    for rule in ("default-src 'none'", "base-uri 'none'", "form-action 'none'", "require-trusted-types-for 'script'"):
        assert rule in rules
    assert rules.endswith("trusted-types itk-loader")
    assert "unsafe" not in rules
    assert "'self'" not in rules


@both
@pytest.mark.parametrize("keep", [False, True])
def test_hostile_text_adds_no_element_and_no_attribute(name: str, keep: bool) -> None:
    wild = Parsed(page(hostile.poisoned(build.inconclusive(), hostile.ALL, keep=keep), name))
    tame = Parsed(page(hostile.poisoned(build.inconclusive(), "x", keep=keep), name))

    assert {tag for tag, _ in wild.tags} == {tag for tag, _ in tame.tags}
    assert {key for _, attributes in wild.tags for key in attributes} <= {
        key for _, attributes in tame.tags for key in attributes
    }
    for tag, attributes in wild.tags:
        assert "style" not in attributes
        assert not any(key.startswith("on") for key in attributes)
        if "href" in attributes and tag == "a":
            assert re.fullmatch(r"#?[a-z0-9.-]+|payloads/[0-9a-f]+\.\w+\.json", attributes["href"] or "")
    assert [attributes.get("type") for attributes, _ in wild.scripts if attributes.get("type") not in DATA] == [None]


def test_the_page_holds_every_span_and_its_details() -> None:
    for make in build.ALL.values():
        run = make()
        text = page(run)
        head, lines = index(text), details(text)

        assert head["spans"]["n"] == len(run.trace.spans) == len(lines)
        assert set(head["spans"]["id"]) == {span.span_id for span in run.trace.spans}
        known = {span.span_id: span for span in run.trace.spans}
        for span_id, line in zip(head["spans"]["id"], lines, strict=True):
            span = known[span_id]
            assert line.get("start_ns") == (None if span.start_ns is None else str(span.start_ns))
            if span.request is not None and not isinstance(span.request.value, str):
                assert json.loads(line["request"]["json"]) == span.request.value


def test_both_pages_hold_the_same_data_and_open_at_their_own_view() -> None:
    run = build.happy()
    one, two = page(run), page(run, "timeline.html")

    assert data(one, "index") == data(two, "index")
    assert data(one, "chunk") == data(two, "chunk")
    assert '<body data-view="sequence">' in one
    assert '<body data-view="waterfall">' in two


def test_small_data_is_json_that_can_be_searched() -> None:
    text = page(build.happy())

    kinds = {attributes.get("type"): attributes.get("data-encoding") for attributes, _ in Parsed(text).scripts}
    assert kinds["application/itk-index"] == kinds["application/itk-chunk"] == "json"
    assert "lookup-order" in Parsed(text).scripts[0][1]


def test_the_viewer_that_a_page_carries_is_the_one_of_the_package() -> None:
    text = page(build.happy())

    assert data(text, "viewer") == [assets.text("viewer.js")]
    assert data(text, "style") == [assets.text("viewer.css")]
    assert text.index("application/itk-viewer") < text.index("<script>") < text.index('id="plain"')


def test_a_check_cites_places_and_a_component_that_only_it_misses_is_a_ghost() -> None:
    run = build.poison()
    check = run.checks[0]
    asked = build.msgspec.structs.replace(check, absent=("lambda:never",), status="failed")
    head = index(page(build.msgspec.structs.replace(run, checks=(asked, *run.checks[1:]))))

    ghost = next(ghost for ghost in head["ghosts"] if ghost.get("checks"))
    assert ghost["checks"] == [0]
    assert head["components"][ghost["target"]] | {"hue": 0, "tone": 0} == {
        "type": "lambda",
        "name": "never",
        "id": "",
        "hue": 0,
        "tone": 0,
        "ghost": True,
    }


def test_large_data_is_packed_and_the_pages_of_equal_runs_are_equal() -> None:
    run = big_run(1500)
    text = page(run)

    assert 'data-encoding="gzip"' in text
    assert text == page(big_run(1500))
    assert len(details(text)) == 1500
    assert len(data(text, "chunk")) == len(index(text)["chunks"]) > 2


def test_very_large_payloads_lie_beside_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shell, "INLINE_LIMIT", 100_000)
    made = artifacts(big_run(1500))
    text = made["trace-viewer.html"].content.decode()

    side = sorted(path for path in made if path.startswith("payloads/"))
    assert side == [shell.side_file(0, n) for n in range(len(index(text)["chunks"]))]
    assert data(text, "chunk") == []
    assert all(re.fullmatch(rb'itkChunk\(0,\d+,"[A-Za-z0-9+/=]+"\)\n', made[path].content) for path in side)
    assert "'self'" in policy(text)
    assert policy(text).endswith("trusted-types itk-loader itk")


def test_split_pages_have_no_script_of_their_own() -> None:
    made = artifacts(build.happy(), split=True)
    text = made["trace-viewer.html"].content.decode()

    assert {"viewer.js", "viewer.css"} <= made.keys()
    assert "script-src 'self';" in policy(text)
    assert "style-src 'self';" in policy(text)
    assert [attributes for attributes, _ in Parsed(text).scripts if attributes.get("type") not in DATA] == [
        {"src": "viewer.js"}
    ]
    assert "<style" not in text
    assert policy(text).endswith("trusted-types itk")


def test_the_first_screen_says_what_it_is_not() -> None:
    text = page(build.inconclusive())
    first = text[text.index('id="plain"') :].split("<main")[0]

    assert "EMULATED" in first
    assert "http://localhost:4566" in first
    assert "not complete" in first
    assert "nothing was sent" in page(build.happy(mode="dev-fixtures"))
