"""A colour for every component: the same in each run as far as possible, and never the same for two of one run."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256

from itk.model.trace import Component

COLOURS = 40  # twenty hues in two tones


def classes(components: Iterable[Component]) -> dict[str, str]:
    """Component label to CSS class `c0`..`c39`.

    The hash of the label says the colour, so that a component keeps it from run to run; where two want the same one,
    the later in the alphabet takes the next free. (First come, first served would change colours with every run.)
    """
    chosen: dict[str, str] = {}
    free = set(range(COLOURS))
    for label in sorted({component.label for component in components}):
        wanted = sha256(label.encode("utf-8", "surrogatepass")).digest()[0] % COLOURS
        free = free or set(range(COLOURS))
        slot = next(at % COLOURS for at in range(wanted, wanted + COLOURS) if at % COLOURS in free)
        free.discard(slot)
        chosen[label] = f"c{slot}"
    return chosen
