"""Words, numbers and colours: the small things that every file shares."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itk.renderers import text, units
from itk.renderers.markup import el, num


@pytest.mark.parametrize(
    ("ns", "said"),
    [
        (0, "0 ms"),
        (1_500, "1.5 µs"),
        (400_000, "0.4 ms"),
        (12_400_000, "12 ms"),
        (999_600_000, "1 s"),
        (1_240_000_000, "1.24 s"),
        (125_000_000_000, "2 min 05 s"),
        (7_320_000_000_000, "2 h 02 min"),
        (-79_000_000, "-79 ms"),
    ],
)
def test_durations(ns: int, said: str) -> None:
    assert units.duration(ns) == said


def test_clock_keeps_the_millisecond_and_survives_nonsense() -> None:
    assert units.clock(1_772_350_262_120_999_999) == "2026-03-01 07:31:02.120 UTC"
    assert units.clock(10**30).endswith("after 1970")


@given(st.text())
def test_what_is_shown_can_be_encoded_and_hides_nothing(value: str) -> None:
    shown = text.visible(value)

    shown.encode("utf-8")
    assert not set(shown) & set("\x00\x1b\u202e\u2066\u200f\ufeff\r")
    assert "\n" not in text.one_line(value)


@given(st.text(max_size=80), st.floats(20, 400))
def test_a_fitted_text_fits(value: str, room: float) -> None:
    assert text.width_px(text.fit(value, room)) <= room or text.fit(value, room) == "…"


def test_attributes_and_text_are_escaped() -> None:
    assert el("p", "<b>", title='"x" & y') == '<p title="&quot;x&quot; &amp; y">&lt;b&gt;</p>'
    assert el("p", "a") + "<" == "<p>a</p>&lt;"
    assert num(-0.04) == "0"
