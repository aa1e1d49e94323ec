"""How much is compared, counted: it grows with the spans, and never past its bound."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest

from itk.compare.align import Alignment, align
from itk.compare.contents import Contents
from itk.compare.sequences import ALONE, Aligner, Work
from itk.compare.sides import Sides
from itk.compare.signature import sign
from itk.model.trace import Component, Span, Trace
from tests.compare.recorded import compared, with_spans

NAMES = ("intake", "orders", "notify", "stock", "billing", "mail")


def tree(n: int, fan: int = 8) -> Trace:
    """`n` spans; each calls `fan` others, and no level is like the next."""
    return of([None if at == 0 else (at - 1) // fan for at in range(n)])


def flat(n: int) -> Trace:
    """One span that made all other calls."""
    return of([None if at == 0 else 0 for at in range(n)])


def chain(n: int) -> Trace:
    """Each span calls one other."""
    return of([None if at == 0 else at - 1 for at in range(n)])


def of(parents: list[int | None]) -> Trace:
    return Trace(
        trace_id="0" * 32,
        run_id="run",
        spans=tuple(
            Span(
                span_id=f"{at:016x}",
                parent_span_id=None if parent is None else f"{parent:016x}",
                name="call",
                kind="CLIENT",
                component=Component(type="lambda", name=NAMES[at * 7 % 11 % 6]),
                operation="Invoke",
                status="ok",
            )
            for at, parent in enumerate(parents)
        ),
    )


def steps(a: Trace, b: Trace) -> int:
    return aligned(a, b).steps


def aligned(a: Trace, b: Trace) -> Alignment:
    sides = Sides(a, b)
    left, right = sign(a, sides.a), sign(b, sides.b)
    return align(left, right, (Contents(left, sides.a), Contents(right, sides.b)))


def lightly_changed(trace: Trace) -> Trace:
    """Ten leaves are gone and ten spans failed, all over the trace."""
    called = {span.parent_span_id for span in trace.spans}
    leaves = [span.span_id for span in trace.spans if span.span_id not in called]
    gone = set(leaves[:: max(1, len(leaves) // 10)][:10])
    failed = {span.span_id for span in trace.spans[5 :: max(1, len(trace.spans) // 10)]}

    def change(span: Span) -> Span | None:
        if span.span_id in gone:
            return None
        return msgspec.structs.replace(span, status="error") if span.span_id in failed else span

    return with_spans(trace, change)


@pytest.mark.parametrize("shape", [tree, flat, chain])
@pytest.mark.parametrize("edit", [lambda trace: trace, lightly_changed], ids=["equal", "lightly changed"])
def test_four_times_the_spans_are_at_most_five_times_the_work(
    shape: Callable[[int], Trace], edit: Callable[[Trace], Trace]
) -> None:
    small, large = shape(1_000), shape(4_000)

    assert steps(large, edit(large)) <= 5 * steps(small, edit(small))


def test_the_work_on_equal_runs_is_one_look_at_each_span() -> None:
    assert steps(tree(2_000), tree(2_000)) <= 2_000


def test_what_is_too_different_is_aligned_all_the_same_and_it_is_said() -> None:
    a = flat(1_500)
    b = with_spans(
        flat(1_500),
        lambda span: (
            span
            if span.parent_span_id is None
            else msgspec.structs.replace(span, operation=f"Step{int(span.span_id, 16) % 7}")
        ),
    )
    found = compared(a, b)

    assert any("not every way to align them was tried" in limit for limit in found.limits)
    assert sum(pair.a is not None for pair in found.pairs) == 1_500
    assert sum(pair.b is not None for pair in found.pairs) == 1_500


def test_no_list_takes_more_than_was_granted_but_for_what_is_linear() -> None:
    a, b = [f"a{n}" for n in range(2_000)], [f"b{n}" for n in range(2_000)]
    work = Work(1_000)

    Aligner(a, b, lambda i, j: None, work).matches()

    assert work.hit
    assert work.spent <= 1_000 + 100 * len(a)


@pytest.mark.parametrize("at", [0, 150, 700])
def test_a_block_that_was_put_in_is_found_in_a_long_list(at: int) -> None:
    """Longer than any table or window: equal items are found first."""
    a = [f"{n}" for n in range(700)]
    b = [*a[:at], *(f"new {n}" for n in range(200)), *a[at:]]
    b[-30] = "changed"

    found = Aligner(a, b, lambda i, j: ALONE, Work(10**6)).matches()

    assert {(i, j) for i, j in found if a[i] == b[j]} == {(n, b.index(a[n])) for n in range(700) if a[n] in b}
