"""What is folded is the same thing again: nothing else, and nothing twice."""

from __future__ import annotations

from hypothesis import given

from itk.model.trace import Link, Trace
from itk.model.tree import grow
from itk.renderers.viewer.folds import TIMES_MIN, attempts, loops
from tests.renderers import build
from tests.renderers.strategies import traces


def calls(*operations: str) -> Trace:
    tape = build.Tape()
    root = tape.add(None, build.INTAKE, "Invoke", 0, 1000)
    for n, operation in enumerate(operations):
        call = tape.add(root, build.TOOL, operation, 10 * n, 10 * n + 5)
        tape.add(call, build.TABLE, "GetItem", 10 * n + 1, 10 * n + 2)
    return tape.trace()


def folded(*operations: str) -> list[tuple[str, int, int]]:
    trace = calls(*operations)
    return [(trace.spans[loop.first].operation, loop.period, loop.times) for loop in loops(trace, grow(trace))]


def test_repetitions_are_found_with_their_period() -> None:
    assert folded("a", "a", "a", "a") == [("a", 1, 4)]
    assert folded("x", "a", "b", "a", "b", "a", "b", "y") == [("a", 2, 3)]
    assert folded("a", "b", "c") == []
    assert folded("a", "a", "b", "b") == []


def test_what_differs_below_is_no_repetition() -> None:
    tape = build.Tape()
    root = tape.add(None, build.INTAKE, "Invoke", 0, 1000)
    for n in range(4):
        call = tape.add(root, build.TOOL, "a", 10 * n, 10 * n + 5)
        tape.add(call, build.TABLE, f"Get{n}", 10 * n + 1, 10 * n + 2)
    trace = tape.trace()

    assert loops(trace, grow(trace)) == ()


@given(traces())
def test_a_span_is_in_one_loop_at_most(trace: Trace) -> None:
    tree = grow(trace)
    seen: list[int] = []
    for loop in loops(trace, tree):
        caller = tree.nodes[loop.first].parent
        family = [at for at in tree.order if tree.nodes[at].parent == caller]
        start = family.index(loop.first)
        seen += family[start : start + loop.period * loop.times]
        assert loop.times >= TIMES_MIN
    assert len(seen) == len(set(seen))


def test_attempts_are_joined_by_their_links_and_by_nothing_else() -> None:
    tape = build.Tape()
    root = tape.add(None, build.INTAKE, "Invoke", 0, 1000)
    first = tape.add(root, build.TOOL, "call", 0, 10, status="error")
    retry = Link(span_id=first, reason="retry_of", tier="exact", rule="r")
    second = tape.add(root, build.TOOL, "call", 20, 30, status="error", links=(retry,))
    again = Link(span_id=second, reason="retry_of", tier="exact", rule="r")
    third = tape.add(root, build.TOOL, "call", 40, 50, links=(again,))
    likely = Link(span_id=third, reason="retry_of", tier="inferred", rule="r")
    tape.add(root, build.TOOL, "call", 60, 70, links=(likely,))
    elsewhere = tape.add(root, build.AGENT, "InvokeAgent", 70, 90)
    tape.add(elsewhere, build.TOOL, "call", 71, 72, links=(again,))
    trace = tape.trace()

    assert attempts(trace, grow(trace)) == ((1, 2, 3),)
