"""What happened, in order: participants and the messages between them. The diagram and Mermaid both tell this story."""

from __future__ import annotations

from typing import Literal, get_args

import msgspec

from itk.model.trace import Component, ComponentType, Missing, Span, Trace
from itk.model.tree import FAILING, Node, Tree, grow, stand_in_times
from itk.renderers import units
from itk.renderers.text import one_line

StepKind = Literal["call", "send", "deliver", "self", "found", "return", "end", "ghost", "pause"]
ITK = Component(type="client", name="itk")
PAUSE_MIN_NS = 1_000_000_000
_UNKNOWN = Component(type="service", name="(unknown)")


class Participant(msgspec.Struct, frozen=True, kw_only=True):
    """A lifeline. `ghost`: nothing of it was seen, it is only missed."""

    component: Component
    label: str
    ghost: bool = False


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


def tell(trace: Trace) -> Story:
    """Turn a trace into steps. Every span begins in exactly one step and ends in at most one."""
    tree = grow(trace)
    starts, ends = stand_in_times(trace, tree)
    cast = _Cast()
    drafts: list[tuple[int, int, Step]] = []
    for at, closing in _walk(tree):
        node, span = tree.nodes[at], trace.spans[at]
        if not closing:
            step = _begin(trace, node, span, cast, starts[at])
        else:
            ending = _finish(trace, node, span, cast, ends[at])
            if ending is None:
                continue
            step = ending
        drafts.append((step.order_ns, len(drafts), step))
    steps = [step for _, _, step in sorted(drafts, key=lambda draft: draft[:2])]
    ghosts = [_ghost(trace, tree, n, missing, cast) for n, missing in enumerate(trace.missing)]
    return Story(participants=tuple(cast.members), steps=(*_with_pauses(steps), *ghosts), tree=tree)


class _Cast:
    """Participants in the order of their first appearance."""

    def __init__(self) -> None:
        self.members: list[Participant] = []
        self._index: dict[tuple[str, str], int] = {}

    def of(self, component: Component, *, ghost: bool = False) -> int:
        key = (component.type, component.name)
        if key not in self._index:
            self._index[key] = len(self.members)
            label = one_line(component.name) or "(unnamed)"
            self.members.append(Participant(component=component, label=label, ghost=ghost))
        return self._index[key]

    def by_label(self, label: str) -> int:
        for at, member in enumerate(self.members):
            if member.component.label == label:
                return at
        kind, _, name = label.partition(":")
        if kind in KINDS and name:
            return self.of(Component(type=kind, name=name), ghost=True)  # type: ignore[arg-type]
        return self.of(Component(type="service", name=label), ghost=True)


KINDS: tuple[str, ...] = get_args(ComponentType)


def _walk(tree: Tree) -> list[tuple[int, bool]]:
    """Depth first: each span when it opens (False) and when it closes (True)."""
    found: list[tuple[int, bool]] = []
    stack = [(at, False) for at in tree.order if tree.nodes[at].parent is None][::-1]
    while stack:
        at, closing = stack.pop()
        found.append((at, closing))
        if not closing:
            stack.append((at, True))
            stack.extend((child, False) for child in reversed(tree.nodes[at].children))
    return found


def _begin(trace: Trace, node: Node, span: Span, cast: _Cast, order_ns: int) -> Step:
    parent = None if node.parent is None else trace.spans[node.parent]
    source: int | None
    kind: StepKind
    if parent is not None:
        source = cast.of(parent.component)
    else:
        source = cast.of(ITK) if node.sent and span.component.type != "client" else None
    target = cast.of(span.component)
    note = ""
    if source is None:
        kind = "self" if node.sent else "found"
    elif node.delivery:
        kind, note = "deliver", _wait(parent, span)
    elif source == target:
        kind, note = "self", _length(span)
    elif span.kind == "PRODUCER":
        kind, note = "send", _length(span)
    else:
        kind = "call"
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


def _finish(trace: Trace, node: Node, span: Span, cast: _Cast, order_ns: int) -> Step | None:
    """The answer, where one was seen. Work that nobody waits for ends without an arrow."""
    failed = span.status in FAILING
    if span.end_ns is None and not failed:
        return None
    parent = None if node.parent is None else trace.spans[node.parent]
    caller = ITK if parent is None else parent.component
    answers = not node.delivery and (parent is not None or node.sent) and caller.label != span.component.label
    if span.kind == "PRODUCER" and not failed:
        return None
    if not answers and not node.children and not failed and not node.delivery:
        return None  # a self call that did nothing else: its length stands beside its beginning
    return Step(
        kind="return" if answers else "end",
        span=node.span,
        source=cast.of(span.component),
        target=cast.of(caller) if answers else cast.of(span.component),
        time_ns=span.end_ns,
        order_ns=order_ns,
        depth=node.depth,
        label=ending(span),
        failed=failed,
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


def _ghost(trace: Trace, tree: Tree, n: int, missing: Missing, cast: _Cast) -> Step:
    at = next((i for i, span in enumerate(trace.spans) if missing.span_id and span.span_id == missing.span_id), None)
    source: int | None = None
    if at is not None:
        source = cast.of(trace.spans[at].component)
        parent = tree.nodes[at].parent
        waits = parent is not None and not tree.nodes[at].delivery
        target = cast.of(trace.spans[parent].component) if waits and parent is not None else source
    elif missing.component:
        target = cast.by_label(missing.component)
        if cast.members[target].ghost:  # never seen: draw from the last thing that was
            source = _last_carrier(trace, tree, cast)
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


def _last_carrier(trace: Trace, tree: Tree, cast: _Cast) -> int | None:
    """The queue (topic, bus) whose last message nobody was seen to take up."""
    for at in reversed(tree.order):
        if trace.spans[at].kind == "PRODUCER" and not tree.nodes[at].children:
            return cast.of(trace.spans[at].component)
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
        if step.time_ns is not None:
            if last is not None and step.time_ns - last >= least:
                words = f"{units.duration(step.time_ns - last)} in which nothing was seen"
                told.append(
                    Step(kind="pause", span=None, source=None, target=0, time_ns=None, order_ns=last, label=words)
                )
            last = step.time_ns if last is None else max(last, step.time_ns)
        told.append(step)
    return told
