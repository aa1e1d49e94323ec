"""`trace-viewer.html` and `timeline.html` with two runs in one drawing; `docs/reference/viewer-data.md` has each field.

What is judged (verdict, checks, what was not seen, critical path, counts) is the second run. What only the first one
has is drawn where it stood, and marked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from itk.model.comparison import Comparison, Pair
from itk.model.run import RedactedRun, RunResult
from itk.ports import Artifact
from itk.renderers import differences, plain
from itk.renderers.text import one_line
from itk.renderers.viewer import details, index, summary
from itk.renderers.viewer.columns import sparse, undeltas
from itk.renderers.viewer.folds import TIMES_MIN
from itk.renderers.viewer.merging import Merged, merge
from itk.renderers.viewer.renderer import pack, pages

_OF_THE_OTHER = ("id", "status", "title", "facts", "reasons", "complete", "took")


def compared(
    before: RedactedRun, after: RedactedRun, comparison: Comparison, *, split: bool = False
) -> Iterator[Artifact]:
    """Both pages. `comparison` is the one of these two runs."""
    a, b = before.result, after.result
    title = f"{one_line(b.case.name)}: {one_line(a.run_id)} and {one_line(b.run_id)}"
    data = pack(*contents(a, b, comparison), aside=split)
    return pages(title, plain.compared(a, b, comparison), data, split=split)


def contents(before: RunResult, after: RunResult, comparison: Comparison) -> tuple[dict[str, Any], Iterator[bytes]]:
    """What a page holds of two runs: the index, and the details of each span as a line."""
    merged = merge(before, after, comparison)
    drawn = merged.drawn
    lines = details.lines(
        merged.as_recorded,
        drawn.order,
        [node.parent for node in drawn.tree.nodes],
        [differences.form(pair) for pair in merged.pairs],
    )
    head = _unfolded(_marked(index.index(drawn, merged.judged), merged.pairs), merged.pairs)
    other = summary.summary(before)
    return {
        **head,
        "first": _first(head, merged.pairs),
        "compare": {
            "run": {name: other[name] for name in _OF_THE_OTHER},
            "change": [differences.KINDS.index(differences.kind(pair)) for pair in merged.pairs],
            "counts": _counts(merged),
            "aspects": [{"name": differences.WORDS[name], "n": n} for name, n in comparison.aspects.items()],
            "shift": sparse([None if shift is None else str(shift) for shift in merged.shifts]),
            "limits": list(comparison.limits),
        },
    }, lines


def _counts(merged: Merged) -> list[dict[str, Any]]:
    found = Counter(differences.kind(pair) for pair in merged.pairs)
    return [{"name": name, "n": found[name], "meaning": differences.MEANINGS[name]} for name in differences.KINDS]


def _marked(head: dict[str, Any], pairs: Sequence[Pair]) -> dict[str, Any]:
    """Each difference as a badge before the others: so it is drawn and read aloud wherever badges are."""
    words = list(head["words"])
    known = {word: at for at, word in enumerate(words)}
    spans, badges = head["spans"], head["spans"]["badges"]
    told = dict(zip(undeltas(badges["at"]), badges["is"], strict=True))
    marked: list[list[int]] = []
    for place, pair in enumerate(pairs):
        said = [part for badge in differences.badges(pair) for part in badge]
        for word in said:
            if word not in known:
                known[word] = len(words)
                words.append(word)
        marked.append([*(known[word] for word in said), *told.get(place, ())])
    return {**head, "words": words, "spans": {**spans, "badges": sparse(marked, [])}}


def _first(head: dict[str, Any], pairs: Sequence[Pair]) -> int | None:
    """What the page opens with: what went wrong if that is a difference, else the first difference."""
    first: int | None = head["first"]
    if first is None or pairs[first].kind != "same":
        return first if first is not None or not pairs else 0
    return next((place for place, pair in enumerate(pairs) if pair.kind != "same"), first)


def _unfolded(head: dict[str, Any], pairs: Sequence[Pair]) -> dict[str, Any]:
    """Attempts and repetitions fold only where no difference would be folded away with them."""
    parents = head["spans"]["parent"]
    differs = [pair.kind != "same" for pair in pairs]
    size = [1] * len(pairs)
    for place in reversed(range(len(pairs))):
        if back := parents[place]:
            size[place - back] += size[place]
            differs[place - back] |= differs[place]
    same = [not any(differs[at] for at in group) for group in head["attempts"]]
    loops = head["loops"]
    kept = [
        part
        for loop in zip(loops["first"], loops["period"], loops["times"], strict=True)
        for part in _same_rounds(*loop, pairs, differs, size)
    ]
    return {
        **head,
        "attempts": [group for group, alike in zip(head["attempts"], same, strict=True) if alike],
        "loops": {
            "first": [first for first, _, _ in kept],
            "period": [period for _, period, _ in kept],
            "times": [times for _, _, times in kept],
        },
    }


def _same_rounds(
    first: int, period: int, times: int, pairs: Sequence[Pair], differs: Sequence[bool], size: Sequence[int]
) -> list[tuple[int, int, int]]:
    """The stretches of a loop in which every round is the same in both runs, and nothing of A stands between."""
    found: list[tuple[int, int, int]] = []
    start, calls, member, at = first, 0, 0, first

    def close() -> None:
        if calls // period >= TIMES_MIN:
            found.append((start, period, calls // period))

    while member < period * times:
        if pairs[at].b is not None:
            member += 1
        if differs[at]:
            close()
            start, calls = at + size[at], 0
        elif calls or (member - 1) % period == 0:  # a stretch begins with a round
            calls += 1
        else:
            start = at + size[at]
        at += size[at]
    close()
    return found
