"""Colours of components: told apart, kept from run to run, and readable on both papers."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from itk.model.trace import Component, ComponentType
from itk.renderers import palette

SHEET = Path(__file__).parents[2] / "web" / "src" / "style" / "colours.css"
INK = {"light": "#171c24", "dark": "#e7ebf1"}
PAPER = {"light": "#ffffff", "dark": "#11151b"}
SHADES = {"light": palette.LIGHT, "dark": palette.DARK}
names = st.lists(st.text(max_size=12), max_size=15, unique=True)


def luminance(colour: str) -> float:
    """Relative luminance: https://www.w3.org/TR/WCAG22/#dfn-relative-luminance"""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, two: str) -> float:
    low, high = sorted((luminance(one), luminance(two)))
    return (high + 0.05) / (low + 0.05)


def test_text_and_lines_can_be_read_in_every_hue_and_tone() -> None:
    """WCAG 2.2: 4.5 to 1 for text (1.4.3), 3 to 1 for lines (1.4.11), against the paper and against their own fill."""
    for theme, shades in SHADES.items():
        for shade in shades:
            for hue in range(360):
                area = palette.hex_of(hue, shade.fill_s, shade.fill_l)
                line = palette.hex_of(hue, shade.stroke_s, shade.stroke_l)
                assert contrast(INK[theme], area) >= 4.5, (theme, shade, hue)
                assert contrast(line, PAPER[theme]) >= 3, (theme, shade, hue)
                assert contrast(line, area) >= 3, (theme, shade, hue)


def test_hexadecimal_colours_are_those_of_css() -> None:
    known = {(0, 100, 50): "#ff0000", (120, 100, 25): "#008000", (240, 100, 50): "#0000ff", (39, 100, 50): "#ffa600",
             (300, 76, 72): "#ee82ee", (210, 13, 50): "#6f8090", (0, 0, 100): "#ffffff"}  # fmt: skip

    for (hue, saturation, lightness), written in known.items():
        assert contrast(palette.hex_of(hue, saturation, lightness), written) < 1.02


def test_every_kind_has_a_family_of_hues_of_its_own() -> None:
    assert set(palette.FAMILIES) == set(get_args(ComponentType))
    taken = sorted(palette.FAMILIES.values())
    assert all(one[1] + 6 <= two[0] for one, two in pairwise(taken))
    assert taken[0][0] >= 10
    assert taken[-1][1] <= 345, "red means failure"


@given(st.sampled_from(get_args(ComponentType)), names)
def test_components_of_one_kind_differ_and_stay_in_their_family(kind: ComponentType, called: list[str]) -> None:
    chosen = palette.assign(Component(type=kind, name=name) for name in called)
    low, high = palette.FAMILIES[kind]

    assert len(set(chosen.values())) == len(called)
    assert all(low <= colour.hue <= high and colour.tone in (0, 1, 2) for colour in chosen.values())
    assert {colour.hue for colour in chosen.values()} <= set(palette.hues())


@given(names, st.randoms(use_true_random=False))
def test_the_order_of_components_does_not_matter(called: list[str], random: Random) -> None:
    members = [Component(type="lambda", name=name) for name in called]
    shuffled = [*members, *members]
    random.shuffle(shuffled)

    assert palette.assign(members) == palette.assign(shuffled)


@given(names, st.text(max_size=12))
def test_a_newcomer_leaves_all_that_have_the_colour_of_their_name(called: list[str], newcomer: str) -> None:
    """Whoever is alone with its wish keeps its colour, unless the newcomer wants the same."""
    alone = {
        name: palette.assign([Component(type="queue", name=name)])[f"queue:{name}"] for name in [*called, newcomer]
    }
    before = palette.assign(Component(type="queue", name=name) for name in called)
    after = palette.assign(Component(type="queue", name=name) for name in [*called, newcomer])

    for name in called:
        mine = alone[name]
        if before[f"queue:{name}"] == mine and mine != alone[newcomer]:
            assert after[f"queue:{name}"] == mine


def test_more_components_than_colours_are_still_painted() -> None:
    chosen = palette.assign(Component(type="lambda", name=f"f{n}") for n in range(70))

    assert len(chosen) == 70
    assert len(set(chosen.values())) == 15


def test_the_style_sheet_says_the_same_numbers() -> None:
    light, dark = SHEET.read_text(encoding="utf-8").split("@media screen and (prefers-color-scheme: dark)")

    for sheet, shades in ((light, palette.LIGHT), (dark, palette.DARK)):
        for tone, shade in enumerate(shades):
            rule = (
                f".tone{tone} {{ --fill: hsl(var(--hue) {shade.fill_s}% {shade.fill_l}%); "
                f"--stroke: hsl(var(--hue) {shade.stroke_s}% {shade.stroke_l}%); }}"
            )
            assert rule in sheet
    written = {int(a): int(b) for a, b in re.findall(r"\.hue(\d+) \{ --hue: (\d+); \}", light)}
    assert written == {hue: hue for hue in palette.hues()}
