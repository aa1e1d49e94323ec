"""Python's garbage collector rests while many records are read and stitched, and while a run is drawn."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def resting() -> Iterator[None]:
    """Reading and drawing make millions of values that all stay and make no rings: to look through them again and
    again is waste.

    What stitching leaves behind in rings is collected afterwards.
    """
    was_at_work = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_at_work:
            gc.enable()
