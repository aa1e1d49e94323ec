"""The critical path is one unbroken way through the whole run, and each part of it was at work then."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given

from itk.model.trace import Trace
from itk.model.tree import grow, stand_in_times
from itk.renderers.viewer.critical import Stretch, critical_path
from tests.renderers import build
from tests.renderers.strategies import traces


def path_of(trace: Trace) -> tuple[Stretch, ...]:
    tree = grow(trace)
    return critical_path(tree, *stand_in_times(trace, tree))


def in_words(trace: Trace) -> list[tuple[str, str, int]]:
    spans = trace.spans
    return [(spans[s.span].component.name, spans[s.span].operation, (s.t1 - s.t0) // build.MS) for s in path_of(trace)]


@given(traces())
def test_it_is_an_unbroken_way_that_ends_with_the_last_work(trace: Trace) -> None:
    path = path_of(trace)

    assert all(one.t0 < one.t1 for one in path)
    assert all(one.t1 == two.t0 for one, two in pairwise(path))
    if path:
        assert path[-1].t1 == max(stand_in_times(trace, grow(trace))[1])
    assert len(path) <= 2 * len(trace.spans) + 1


@given(traces())
def test_a_span_is_on_it_only_after_it_began(trace: Trace) -> None:
    starts, _ = stand_in_times(trace, grow(trace))

    assert all(stretch.t0 >= starts[stretch.span] for stretch in path_of(trace))


def test_who_finished_last_was_waited_for() -> None:
    tape = build.Tape()
    root = tape.add(None, build.INTAKE, "Invoke", 0, 100)
    tape.add(root, build.TABLE, "Quick", 10, 20)
    tape.add(root, build.MODEL, "Slow", 10, 90)

    assert [(operation, ms) for _, operation, ms in in_words(tape.trace())] == [
        ("Invoke", 10),
        ("Slow", 80),
        ("Invoke", 10),
    ]


def test_who_takes_a_message_up_goes_on_after_the_sender() -> None:
    tape = build.Tape()
    root = tape.add(None, build.INTAKE, "Invoke", 0, 10)
    sent = tape.add(root, build.NOTIFY_Q, "SendMessage", 5, 8, kind="PRODUCER")
    tape.add(sent, build.NOTIFY, "Invoke", 50, 80, kind="CONSUMER")

    assert [(name, ms) for name, _, ms in in_words(tape.trace())] == [
        ("intake", 5),
        ("notify", 45),
        ("notify", 30),
    ]
