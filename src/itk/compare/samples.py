"""One run of many: what is kept of it, so that any number of runs fits into memory."""

from __future__ import annotations

from collections import Counter

import msgspec

from itk.compare.differences import duration_ns
from itk.compare.path import folded, path_of
from itk.compare.ranks import failed
from itk.compare.sides import alone
from itk.compare.signature import Signed, digest, sign
from itk.model.run import RedactedRun, Status
from itk.model.trace import Trace


class Sample(msgspec.Struct, frozen=True, kw_only=True):
    """What many runs are compared by. Ids, times and retries that were folded are in none of it."""

    run_id: str
    status: Status
    path: str
    spans: int
    retries: int
    took_ns: int | None  # from the first start to the last end that was seen
    errors: frozenset[tuple[str, str]]  # where, and which type
    lengths: dict[str, int]  # ns, by the digest of a position
    names: dict[str, str]  # of positions


def sample(run: RedactedRun) -> Sample:
    """One run, reduced. Linear in its spans."""
    trace = run.result.trace
    signed = sign(trace, alone(trace))
    places = _places(signed)
    lengths = {key: ns for at, key, _ in places if (ns := duration_ns(trace.spans[at])) is not None}
    return Sample(
        run_id=run.result.run_id,
        status=run.result.status,
        path=path_of(signed).digest,
        spans=len(trace.spans),
        retries=sum(span.is_again for span in trace.spans),
        took_ns=_took(trace),
        errors=frozenset(_errors(signed)),
        lengths=lengths,
        names={key: name for _, key, name in places},
    )


def _places(signed: Signed) -> list[tuple[int, str, str]]:
    """Each span that no later attempt stands for: its index, the digest of its place, and how that is called.

    A place is the way from the root, of components and operations; of several equal ones below a span, which one.
    """
    left_out, nodes = folded(signed), signed.tree.nodes
    keys: dict[int | None, str] = {None: ""}
    seen: Counter[str] = Counter()
    found: list[tuple[int, str, str]] = []
    for at in signed.tree.order:
        above = nodes[at].parent
        if at in left_out or above not in keys:
            continue
        mark = signed.marks[at]
        key = digest((keys[above], mark.label, mark.operation, mark.kind, f"{mark.sent:d}{mark.delivery:d}"))
        nth = seen[key] = seen[key] + 1
        keys[at] = digest((key, str(nth)))
        name = f"{mark.label} {mark.operation}"
        found.append((at, keys[at], name if nth == 1 else f"{name} (no. {nth})"))
    return found


def _errors(signed: Signed) -> list[tuple[str, str]]:
    return [
        (f"{mark.label} {mark.operation}", span.error.type if span.error is not None else span.status)
        for span, mark in zip(signed.trace.spans, signed.marks, strict=True)
        if failed(span)
    ]


def _took(trace: Trace) -> int | None:
    starts = [span.start_ns for span in trace.spans if span.start_ns is not None]
    ends = [span.end_ns for span in trace.spans if span.end_ns is not None]
    return max(ends) - min(starts) if starts and ends else None
