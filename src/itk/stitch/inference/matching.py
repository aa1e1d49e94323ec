"""The best one-to-one choice: each child gets at most one place, each place at most one child."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

UNPLACED = -1e5  # worth of having no place: only where no place is left


def best(worth: Sequence[Mapping[int, float]]) -> list[int | None]:
    """For each child the place that makes the sum of worths largest; `worth` maps possible places of each child."""
    import numpy as np
    from scipy.optimize import linear_sum_assignment

    if len(worth) == 1:
        return [max(worth[0], key=lambda place: (worth[0][place], -place), default=None)]
    places = sorted({place for mine in worth for place in mine})
    column = {place: k for k, place in enumerate(places)}
    matrix = np.full((len(worth), len(places) + len(worth)), 10 * UNPLACED)
    for row, mine in enumerate(worth):
        matrix[row, len(places) + row] = UNPLACED
        for place, value in mine.items():
            matrix[row, column[place]] = value
    chosen = linear_sum_assignment(matrix, maximize=True)[1].tolist()
    return [places[c] if c < len(places) and places[c] in worth[row] else None for row, c in enumerate(chosen)]
