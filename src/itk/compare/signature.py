"""What a span is, without what differs between any two runs: digests of spans, of subtrees, and of a whole way.

A span's signature holds its component's label, its operation (ids and times masked), its kind, how it begins (sent by
ITK, or taken up from a queue) and its status. Digests are the same in every process and of every run.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b

import msgspec

from itk.compare.volatile import Volatile
from itk.model.trace import Span, SpanKind, SpanStatus, Trace
from itk.model.tree import Node, Tree, grow


class Mark(msgspec.Struct, frozen=True, kw_only=True, cache_hash=True):
    """What a span's signature is made of."""

    label: str
    operation: str
    kind: SpanKind
    sent: bool
    delivery: bool
    status: SpanStatus

    @property
    def digest(self) -> str:
        return digest((self.label, self.operation, self.kind, f"{self.sent:d}{self.delivery:d}", self.status))


class Signed(msgspec.Struct, frozen=True, kw_only=True):
    """A trace with its tree and the digests of each span, by index."""

    trace: Trace
    tree: Tree
    marks: tuple[Mark, ...]
    own: tuple[str, ...]
    subtree: tuple[str, ...]

    @property
    def roots(self) -> list[int]:
        return [at for at in self.tree.order if self.tree.nodes[at].parent is None]

    @property
    def digest(self) -> str:
        """Of the whole trace."""
        return digest(self.subtree[at] for at in self.roots)


def sign(trace: Trace, volatile: Volatile) -> Signed:
    """Digests of every span and subtree. Linear; equal spans share one mark."""
    tree = grow(trace)
    known: dict[Mark, tuple[Mark, str]] = {}
    words: dict[str, str] = {}
    marks: list[Mark] = []
    own: list[str] = []
    for span, node in zip(trace.spans, tree.nodes, strict=True):
        made = _mark(span, node, volatile, words)
        mark, signed = known.get(made) or known.setdefault(made, (made, made.digest))
        marks.append(mark)
        own.append(signed)
    subtree = list(own)
    for at in reversed(tree.order):
        if children := tree.nodes[at].children:
            subtree[at] = digest((own[at], *(subtree[child] for child in children)))
    return Signed(trace=trace, tree=tree, marks=tuple(marks), own=tuple(own), subtree=tuple(subtree))


def digest(parts: Iterable[str]) -> str:
    """24 hex digits that depend on nothing but `parts`."""
    return blake2b("\x1f".join(parts).encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()


def _mark(span: Span, node: Node, volatile: Volatile, words: dict[str, str]) -> Mark:
    def masked(text: str) -> str:
        if text not in words:
            words[text] = volatile.text(text).template
        return words[text]

    return Mark(
        label=masked(span.component.label),
        operation=masked(span.operation or span.name),
        kind=span.kind,
        sent=node.sent,
        delivery=node.delivery,
        status=span.status,
    )
