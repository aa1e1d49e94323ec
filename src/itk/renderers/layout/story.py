"""What happened, in order: participants and the messages between them. The diagram and Mermaid both tell this story."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import pairwise
from typing import Literal

import msgspec

from itk.model.trace import Component, Missing, Span, Trace
from itk.model.tree import FAILING, Node, Tree, grow
from itk.model.wording import counted
from itk.renderers import units
from itk.renderers.layout.cast import Cast, Participant
from itk.renderers.layout.moments import ITK, Moment, Opening, excerpt, is_answer, moments, opening
from itk.renderers.text import one_line

StepKind = Literal[Opening, "return", "end", "ghost", "pause", "cut"]
PAUSE_MIN_NS = 1_000_000_000
GHOSTS_MAX = 20  # of an excerpt
_UNKNOWN = Component(type="service", name="(unknown)")


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One message, or the end of one piece of work. `source` and `target` are participants by index."""

    kind: StepKind
    span: int | None
    source: int | None
    target: int
    time_ns: int | None  # None: nobody said; the step stands where the tree puts it
    order_ns: int  # what it was sorted by
    depth: int = 0
    label: str
    note: str = ""  # a second, quieter piece of text: duration, wait
    failed: bool = False
    missing: int | None = None


class Story(msgspec.Struct, frozen=True, kw_only=True):
    """The steps by time; ghosts last, for they did not happen."""

    participants: tuple[Participant, ...]
    steps: tuple[Step, ...]
    tree: Tree
    going_on: frozenset[int] = frozenset()  # spans whose end lies in a part that is not told
    untold: int = 0


def tell(trace: Trace, *, most: int | None = None, cited: Collection[str] = (), tree: Tree | None = None) -> Story:
    """Turn a trace into steps. Every span begins in exactly one step and ends in at most one.

    With `most`, only that many beginnings and ends are told, those of `excerpt`, with a cut where some are left out.
    `tree`: that of the trace, where it is known.
    """
    tree = tree or grow(trace)
    told = moments(trace, tree)
    parts = (range(len(told)),) if most is None else excerpt(trace, told, most, cited)
    cast = Cast()
    steps = _steps(trace, tree, told, parts, cast)
    missing = trace.missing if most is None else trace.missing[:GHOSTS_MAX]
    ghosts = _ghosts(trace, tree, missing, cast)
    left_out = _left_out(parts, len(told))
    going_on = frozenset(at for gap in left_out for _, _, at, closing in told[gap.start : gap.stop] if closing)
    return Story(
        participants=tuple(cast.members),
        steps=(*_with_pauses(steps), *ghosts),
        tree=tree,
        going_on=going_on,
        untold=sum(map(len, left_out)),
    )


def _steps(trace: Trace, tree: Tree, told: Sequence[Moment], parts: Sequence[range], cast: Cast) -> list[Step]:
    """The steps of the parts that are told, and a cut behind each part that something is left out after."""
    chosen = sorted((told[n] for part in parts for n in part), key=lambda moment: moment[1])
    made: dict[int, Step] = {}
    for order_ns, n, at, closing in chosen:  # in the order of the tree, which is that of the participants
        node, span = tree.nodes[at], trace.spans[at]
        tell_of = _finish if closing else _begin
        made[n] = tell_of(trace, node, span, cast, order_ns)
    steps: list[Step] = []
    for part, next_start in pairwise((*parts, range(len(told), len(told)))):
        steps += (made[told[n][1]] for n in part)
        if gone := next_start.start - part.stop:
            steps.append(_cut(gone, steps[-1].order_ns))
    return steps


def _left_out(parts: Sequence[range], count: int) -> list[range]:
    """What lies behind each part, up to the next."""
    return [range(one.stop, two.start) for one, two in pairwise((*parts, range(count, count))) if one.stop < two.start]


def _cut(gone: int, order_ns: int) -> Step:
    words = f"{counted(gone, 'message')} not drawn here"
    return Step(kind="cut", span=None, source=None, target=0, time_ns=None, order_ns=order_ns, label=words)


def _begin(trace: Trace, node: Node, span: Span, cast: Cast, order_ns: int) -> Step:
    kind, caller = opening(trace, node, span)
    parent = None if node.parent is None else trace.spans[node.parent]
    source = None if caller is None else cast.of(caller)
    target = cast.of(span.component)
    note = ""
    if kind == "deliver":
        note = _wait(parent, span)
    elif kind in ("self", "send") and source is not None:
        note = _length(span)
    return Step(
        kind=kind,
        span=node.span,
        source=source,
        target=target,
        time_ns=span.start_ns,
        order_ns=order_ns,
        depth=node.depth,
        label=one_line(span.operation or span.name) or "(no name)",
        note=note,
        failed=span.status in FAILING and kind in ("send", "self"),
    )


def _finish(trace: Trace, node: Node, span: Span, cast: Cast, order_ns: int) -> Step:
    """The answer, where one was seen. Work that nobody waits for ends without an arrow."""
    answers = is_answer(trace, node, span)
    caller = ITK if node.parent is None else trace.spans[node.parent].component
    return Step(
        kind="return" if answers else "end",
        span=node.span,
        source=cast.of(span.component),
        target=cast.of(caller) if answers else cast.of(span.component),
        time_ns=span.end_ns,
        order_ns=order_ns,
        depth=node.depth,
        label=ending(span),
        failed=span.status in FAILING,
    )


def ending(span: Span) -> str:
    """How a span ended, in a few words: `312 ms`, `error ValueError, 12 ms`."""
    words: list[str] = [] if span.status in ("ok", "unknown") else [span.status]
    if span.error is not None and one_line(span.error.type):
        words.append(one_line(span.error.type))
    length = _length(span)
    said = " ".join(words)
    return ", ".join(part for part in (said, length) if part) or ("ok" if span.status == "ok" else "ended")


def _length(span: Span) -> str:
    if span.duration_ms is not None:
        return units.milliseconds(span.duration_ms)
    if span.start_ns is not None and span.end_ns is not None:
        return units.duration(span.end_ns - span.start_ns)
    return ""


def wait_ns(parent: Span | None, span: Span) -> int | None:
    """How long a message lay before this span took it up: from the end of sending (else its start)."""
    if parent is None or span.start_ns is None:
        return None
    put_down = parent.end_ns if parent.end_ns is not None else parent.start_ns
    return None if put_down is None else span.start_ns - put_down


def _wait(parent: Span | None, span: Span) -> str:
    waited = wait_ns(parent, span)
    if waited is None:
        return "wait not known"
    if span.attempt is not None and span.attempt.n > 1:
        return f"{units.duration(waited)} after sending"
    return f"waited {units.duration(waited)}"


def _ghosts(trace: Trace, tree: Tree, missing: Sequence[Missing], cast: Cast) -> list[Step]:
    named: dict[str, int] = {}
    for at, span in enumerate(trace.spans if missing else ()):
        named.setdefault(span.span_id, at)
    return [
        _ghost(trace, tree, n, gap, cast, named.get(gap.span_id) if gap.span_id else None)
        for n, gap in enumerate(missing)
    ]


def _ghost(trace: Trace, tree: Tree, n: int, missing: Missing, cast: Cast, at: int | None) -> Step:
    source: int | None = None
    if at is not None:
        source = cast.of(trace.spans[at].component)
        parent = tree.nodes[at].parent
        waits = parent is not None and not tree.nodes[at].delivery
        target = cast.of(trace.spans[parent].component) if waits and parent is not None else source
    elif missing.component:
        target = cast.by_label(missing.component)
        if cast.members[target].ghost:  # never seen: draw from the last thing that was
            carrier = last_carrier(trace, tree)
            source = None if carrier is None else cast.of(trace.spans[carrier].component)
    else:
        target = 0 if cast.members else cast.of(_UNKNOWN, ghost=True)
    return Step(
        kind="ghost",
        span=at,
        source=source,
        target=target,
        time_ns=None,
        order_ns=tree.end_ns or 0,
        label=f"not seen: {one_line(missing.what)}",
        missing=n,
    )


def last_carrier(trace: Trace, tree: Tree) -> int | None:
    """The span of the last message that nobody was seen to take up."""
    for at in reversed(tree.order):
        if trace.spans[at].kind == "PRODUCER" and not tree.nodes[at].children:
            return at
    return None


def _with_pauses(steps: list[Step]) -> list[Step]:
    """A long silence gets a row of its own: the eye cannot see 30 s between two rows."""
    known = [step.time_ns for step in steps if step.time_ns is not None]
    if not known:
        return steps
    least = max(PAUSE_MIN_NS, (max(known) - min(known)) // 5)
    told: list[Step] = []
    last: int | None = None
    for step in steps:
        if step.kind == "cut":
            last = None  # nobody looked whether it was silent there
        if step.time_ns is not None:
            if last is not None and step.time_ns - last >= least:
                words = f"{units.duration(step.time_ns - last)} in which nothing was seen"
                told.append(
                    Step(kind="pause", span=None, source=None, target=0, time_ns=None, order_ns=last, label=words)
                )
            last = step.time_ns if last is None else max(last, step.time_ns)
        told.append(step)
    return told


__all__ = ["ITK", "Participant", "Step", "StepKind", "Story", "ending", "tell", "wait_ns"]
