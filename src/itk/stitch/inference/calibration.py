"""How often such a guess was right: exact runs are replayed with their ids dropped, and the guesses counted.

A likelihood says which parent fits best, not how often the best is right. So the guesses about half of the exact runs,
made with delays learned from the other half, are compared with the truth, by type of call and by margin.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

import msgspec

from itk.stitch.inference.delays import CallCounts, Delays, Level
from itk.stitch.inference.work import Guess, Signature, Work

MARGINS = (0.5, 1.0, 2.0, 3.0, 5.0, 8.0)  # bins of the margin, in units of log-likelihood
BINS = len(MARGINS) + 3
SOLE = len(MARGINS) + 1  # there was no other candidate
ODD = len(MARGINS) + 2  # the gap is far from what is usual
LIKE_THE_REST = 20  # a type of call counts as if so many more of its guesses had been as right as all guesses
REPLAYED_MIN = 20  # guesses of one type of call; with fewer it is uncalibrated
GATE = 0.9  # a type of call of which fewer guesses are right is never accepted


def bin_of(guess: Guess) -> int:
    """Which guesses this one is compared with."""
    if guess.gap_ns is not None and guess.expected_ns is not None:
        low, high = guess.expected_ns
        beyond = max(low - guess.gap_ns, guess.gap_ns - high)
        if beyond > 2 * (high - low):
            return ODD
    return SOLE if guess.margin is None else bisect_right(MARGINS, guess.margin)


def count(guesses: Iterable[Guess], truth: dict[str, Work], in_flight: int, *, run_known: bool) -> Level:
    """Compare guesses about known work with the truth."""
    right: Counter[tuple[Signature, Signature, int]] = Counter()
    everything: Counter[tuple[Signature, Signature, int]] = Counter()
    for guess in guesses:
        if guess.parent is not None and guess.expected_ns is not None:
            key = truth[guess.parent].signature, truth[guess.child].signature, bin_of(guess)
            everything[key] += 1
            right[key] += truth[guess.child].parent == guess.parent
    calls = sorted({key[:2] for key in everything})
    return Level(
        in_flight=in_flight,
        run_known=run_known,
        calls=tuple(
            CallCounts(
                parent=parent,
                child=child,
                right=tuple(right[parent, child, k] for k in range(BINS)),
                all=tuple(everything[parent, child, k] for k in range(BINS)),
            )
            for parent, child in calls
        ),
    )


def merged(levels: Sequence[Level]) -> Level:
    """The counts of several replays of one kind."""
    sums: defaultdict[tuple[Signature, Signature], list[CallCounts]] = defaultdict(list)
    for level in levels:
        for counts in level.calls:
            sums[counts.parent, counts.child].append(counts)
    return msgspec.structs.replace(
        levels[0],
        in_flight=min(level.in_flight for level in levels),
        calls=tuple(
            CallCounts(
                parent=parent,
                child=child,
                right=tuple(map(sum, zip(*(c.right for c in group), strict=True))),
                all=tuple(map(sum, zip(*(c.all for c in group), strict=True))),
            )
            for (parent, child), group in sorted(sums.items())
        ),
    )


class Calibration:
    """Probabilities from the replay that had at least as many runs in flight."""

    def __init__(self, delays: Delays, in_flight: int, *, run_known: bool) -> None:
        fitting = [x for x in delays.levels if x.run_known == run_known and (run_known or x.in_flight >= in_flight)]
        level = min(fitting, key=lambda found: found.in_flight, default=None)
        calls = level.calls if level else ()
        self._counts = {(counts.parent, counts.child): counts for counts in calls}
        self._pool = [
            (sum(c.right[k] for c in calls) + 0.5) / (sum(c.all[k] for c in calls) + 1.0) for k in range(BINS)
        ]

    def probability(self, parent: Signature, child: Signature, guess: Guess) -> float | None:
        """The share of right guesses like this one; None where too few were replayed."""
        counts = self._counts.get((parent, child))
        if counts is None or sum(counts.all) < REPLAYED_MIN:
            return None
        at = bin_of(guess)
        found = (counts.right[at] + LIKE_THE_REST * self._pool[at]) / (counts.all[at] + LIKE_THE_REST)
        overall = sum(counts.right) / sum(counts.all)
        return found if overall >= GATE else min(found, overall)
