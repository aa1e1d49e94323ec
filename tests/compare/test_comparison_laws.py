"""What holds for any two traces."""

from __future__ import annotations

import re
from collections import Counter

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from itk.model.comparison import Change, Comparison, Delta
from itk.model.trace import Trace
from itk.model.tree import grow
from tests.compare.recorded import compared
from tests.compare.strategies import PAIRS, traces

Two = tuple[Trace, Trace]


@given(traces())
def test_a_run_and_itself_differ_in_nothing(trace: Trace) -> None:
    found = compared(trace, trace)

    assert found.alike
    assert [pair.b for pair in found.pairs] == list(grow(trace).order)


@given(PAIRS)
def test_every_span_stands_in_the_diagram_once(two: Two) -> None:
    a, b = two
    found = compared(a, b)

    assert Counter(pair.a for pair in found.pairs if pair.a is not None) == Counter(range(len(a.spans)))
    assert Counter(pair.b for pair in found.pairs if pair.b is not None) == Counter(range(len(b.spans)))
    for pair in found.pairs:
        assert (pair.a is None) == (pair.kind == "inserted")
        assert (pair.b is None) == (pair.kind == "removed")
        assert (pair.kind == "changed") == bool(pair.changes)


@given(PAIRS)
def test_b_keeps_its_order_and_its_parents(two: Two) -> None:
    """The diagram is B's, with what only A has where it stood: under its own parent, after its elder sibling."""
    a, b = two
    found = compared(a, b)
    tree, old = grow(b), grow(a)

    assert [pair.b for pair in found.pairs if pair.b is not None] == list(tree.order)
    for n, pair in enumerate(found.pairs):
        above = None if pair.parent is None else found.pairs[pair.parent]
        assert pair.parent is None or pair.parent < n
        if pair.b is not None:
            assert (None if above is None else above.b) == tree.nodes[pair.b].parent
        else:
            assert pair.a is not None
            assert (None if above is None else above.a) == old.nodes[pair.a].parent


@given(PAIRS)
def test_the_other_way_round_is_the_mirror_image(two: Two) -> None:
    a, b = two
    there, back = compared(a, b), compared(b, a)

    assert facts(there) == mirrored(back)
    assert there.a == back.b
    assert there.aspects == back.aspects


@given(PAIRS, st.permutations(range(6)))
def test_other_ids_make_no_difference(two: Two, renamed: list[int]) -> None:
    """Whatever differs between A and B is all that differs when B's ids are all called something else."""
    a, b = two
    mapping = {f"{n:08x}-aaaa": f"{100 + to:08x}-aaaa" for n, to in enumerate(renamed)}

    assert compared(b, renaming(b, mapping)).alike
    plain = [pair.kind for pair in compared(a, b).pairs if pair.kind in ("inserted", "removed")]
    again = [pair.kind for pair in compared(a, renaming(b, mapping)).pairs if pair.kind in ("inserted", "removed")]
    assert plain == again


def renaming(trace: Trace, mapping: dict[str, str]) -> Trace:
    text = msgspec.json.encode(trace).decode()
    text = re.sub(r"\b0000000\d-aaaa", lambda found: mapping[found[0]], text)
    return msgspec.json.decode(text, type=Trace)


def facts(found: Comparison) -> set[object]:
    return {(pair.a, pair.b, _told(pair.changes), pair.latency, pair.wait) for pair in found.pairs}


def mirrored(found: Comparison) -> set[object]:
    def turned(delta: Delta | None) -> Delta | None:
        return None if delta is None else Delta(delta.after_ns, delta.before_ns)

    edits = {"added": "removed", "removed": "added", "changed": "changed"}
    return {
        (
            pair.b,
            pair.a,
            _told(
                tuple(
                    Change(what=c.what, path=c.path, edit=edits[c.edit], before=c.after, after=c.before)  # type: ignore[arg-type]
                    for c in pair.changes
                )
            ),
            turned(pair.latency),
            turned(pair.wait),
        )
        for pair in found.pairs
    }


def _told(changes: tuple[Change, ...]) -> tuple[str, ...]:
    """Where an item stands at the end of a list is said by its place in the second run."""
    return tuple(sorted(re.sub(r"\[\d+\]", "[]", repr(change)) for change in changes))
