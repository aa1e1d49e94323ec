"""A colour for every component: its kind says the hue, its name the shade, the same in each run as far as possible.

Colours leave here as numbers: a hue of 0 to 359 and a tone of 0, 1 or 2. What a tone looks like on light and on dark
paper is said once more in `web/src/style/colours.css`, and a test compares the two.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from typing import NamedTuple

import msgspec

from itk.model.trace import Component, ComponentType

# From and to, in degrees, in the order of the colour wheel and near to what AWS paints its services with. Red is left
# free: it is the colour of failure. Lambda has the widest family, for most runs have more functions than anything else.
FAMILIES: dict[ComponentType, tuple[int, int]] = {
    "lambda": (16, 40),
    "tool": (48, 60),
    "service": (68, 80),
    "bucket": (90, 104),
    "guardrail": (114, 126),
    "model": (138, 150),
    "agent": (160, 174),
    "knowledge_base": (182, 194),
    "client": (202, 210),
    "table": (218, 236),
    "state_machine": (246, 256),
    "api": (264, 276),
    "bus": (284, 296),
    "topic": (302, 314),
    "queue": (322, 340),
}
TONES = 3
_PLACES = 5  # of a family: both ends and the middle first, then between them
_FIRST = 3


class Colour(msgspec.Struct, frozen=True, gc=False):
    """What a component is painted with."""

    hue: int  # 0 to 359
    tone: int  # 0: plain, 1: deep, 2: pale


class Shade(NamedTuple):
    """Saturation and lightness, in per cent, of an area and of the lines around it."""

    fill_s: int
    fill_l: int
    stroke_s: int
    stroke_l: int


LIGHT = (Shade(70, 91, 62, 34), Shade(52, 80, 60, 25), Shade(24, 93, 22, 40))
DARK = (Shade(40, 22, 60, 66), Shade(48, 28, 72, 76), Shade(14, 19, 24, 62))


def assign(components: Iterable[Component]) -> dict[str, Colour]:
    """Component label to colour. Two of one kind look alike only where a kind has more than fifteen members.

    The hash of the name picks a colour of the family. Where several want the same one, the first in the alphabet has
    it, and the others take the next that nobody wants: so a newcomer changes hardly any colour but its own.
    """
    families: dict[ComponentType, set[str]] = {}
    for component in components:
        families.setdefault(component.type, set()).add(component.name)
    return {
        f"{kind}:{name}": colour for kind in sorted(families) for name, colour in _family(kind, sorted(families[kind]))
    }


def hues() -> tuple[int, ...]:
    """Every hue that a component can have."""
    return tuple(sorted({colour.hue for kind in FAMILIES for colour in _colours(kind)}))


def fill(colour: Colour) -> str:
    """`#fde7d9`: an area on white paper, where no style sheet says otherwise."""
    shade = LIGHT[colour.tone]
    return hex_of(colour.hue, shade.fill_s, shade.fill_l)


def stroke(colour: Colour) -> str:
    """The lines around that area."""
    shade = LIGHT[colour.tone]
    return hex_of(colour.hue, shade.stroke_s, shade.stroke_l)


def hex_of(hue: float, saturation: float, lightness: float) -> str:
    """CSS `hsl(24 70% 91%)` as `#rrggbb`: https://www.w3.org/TR/css-color-4/#hsl-to-rgb"""
    s, light = saturation / 100, lightness / 100
    reach = s * min(light, 1 - light)
    turns = ((n + hue / 30) % 12 for n in (0, 8, 4))
    parts = (light - reach * max(-1.0, min(k - 3, 9 - k, 1.0)) for k in turns)
    return "#" + "".join(f"{round(255 * part):02x}" for part in parts)


def _family(kind: ComponentType, names: list[str]) -> Iterable[tuple[str, Colour]]:
    colours = _colours(kind)
    owner: dict[int, str] = {}
    late = []
    for name in names:
        wanted = sha256(f"{kind}:{name}".encode("utf-8", "surrogatepass")).digest()[0] % (_FIRST * TONES)
        if wanted in owner:
            late.append((name, wanted))
        else:
            owner[wanted] = name
            yield name, colours[wanted]
    free = set(range(len(colours))) - owner.keys()
    for name, wanted in late:
        free = free or set(range(len(colours)))
        slot = min(free, key=lambda at: (at - wanted) % len(colours))
        free.discard(slot)
        yield name, colours[slot]


def _colours(kind: ComponentType) -> tuple[Colour, ...]:
    """Neighbours in this order differ in tone, which the eye tells apart better than a few degrees of hue."""
    low, high = FAMILIES[kind]
    quarter = (high - low) / (_PLACES - 1)
    places = [round(low + quarter * n) for n in (2, 0, 4, 1, 3)]
    return tuple(Colour(hue, tone) for hue in places for tone in range(TONES))
