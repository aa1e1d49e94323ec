"""Two runs that differ in volatile fields alone differ in nothing."""

from __future__ import annotations

import pytest

from itk.compare import path_signature
from itk.compare.path import path_of
from itk.compare.sides import Sides
from itk.compare.signature import sign
from tests.compare.recorded import NAMES, again, compared, recorded, run, told


@pytest.mark.parametrize("seed", range(1, 5))
@pytest.mark.parametrize("name", NAMES)
def test_the_same_run_on_another_day_shows_nothing(name: str, seed: int) -> None:
    a = recorded(name)
    b = again(a, seed)
    found = compared(a, b)

    assert told(found, a, b) == []
    assert found.alike
    assert found.a.path == found.b.path
    assert found.counts == {"same": len(a.spans)}
    assert not found.limits


@pytest.mark.parametrize("name", NAMES)
def test_digests_are_the_same_for_every_run_and_whoever_it_is_compared_with(name: str) -> None:
    """A soak compares the path signatures of many runs: they must not depend on the other side."""
    a, b, other = recorded(name), again(recorded(name), 7), recorded("example-003-poison")
    first, second = Sides(a, b), Sides(other, b)

    assert sign(a, first.a).subtree == sign(b, second.b).subtree
    assert path_of(sign(a, first.a)) == path_of(sign(b, second.b))
    assert path_signature(run(a)) == path_signature(run(b))


def test_a_run_that_needed_a_retry_took_the_same_way() -> None:
    once, twice = recorded("example-001"), recorded("example-002-retry")
    found = compared(once, twice)

    assert found.a.path == found.b.path
    assert (found.a.folded, found.b.folded) == (0, 1)
    assert found.counts["inserted"] == 2  # the first try, which failed, and the message it was about


def test_another_way_is_another_path() -> None:
    found = compared(recorded("example-001"), recorded("example-003-poison"))

    assert found.a.path != found.b.path
