"""Two lists, side by side: which item of the one is which of the other. Never more work than was granted.

Equal beginnings and ends are taken as they are. What lies between is aligned at the least cost (Needleman-Wunsch) if
it is short; else equal items are found first (Myers' greedy O(ND)), and what lies between those is aligned. Where the
two differ too much for that, a window slides along both.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

Matches = list[tuple[int, int]]
Cost = Callable[[int, int], int | None]  # of taking item i of the one for item j of the other; None: never

ALONE = 4  # the cost of an item that has no partner
CELLS_MAX = 40_000  # of one table
EDITS_MAX = 400  # that Myers looks for
WINDOW = 32


class Work:
    """Counts comparisons. Past its limit only linear ways are taken, and `hit` says so."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.spent = 0
        self.hit = False

    def take(self, steps: int) -> bool:
        """Grants work, or refuses it."""
        if self.spent + steps > self.limit:
            self.hit = True
            return False
        self.spent += steps
        return True


class Aligner:
    """Aligns two lists of keys. Equal keys cost nothing; `cost` is asked of all others."""

    def __init__(self, a: Sequence[str], b: Sequence[str], cost: Cost, work: Work) -> None:
        self._a, self._b, self._cost, self._work = a, b, cost, work

    def matches(self) -> Matches:
        """Pairs of positions, in the order of both lists."""
        a, b = self._a, self._b
        most, head, tail = min(len(a), len(b)), 0, 0
        while head < most and a[head] == b[head]:
            head += 1
        while tail < most - head and a[-1 - tail] == b[-1 - tail]:
            tail += 1
        self._work.spent += head + tail + 2
        ends = len(a) - tail, len(b) - tail
        found = [(at, at) for at in range(head)]
        found += self._between(head, ends[0], head, ends[1])
        found += [(ends[0] + at, ends[1] + at) for at in range(tail)]
        return found

    def _between(self, a0: int, a1: int, b0: int, b1: int) -> Matches:
        if a0 == a1 or b0 == b1:
            return []
        if self._is_short(a0, a1, b0, b1):
            return self._cheapest(a0, a1, b0, b1)
        anchors = self._equal_items(a0, a1, b0, b1)
        if anchors is None:
            return self._windows(a0, a1, b0, b1)
        found: Matches = []
        for a, b in [*anchors, (a1, b1)]:
            found += self._gap(a0, a, b0, b)
            if a < a1:
                found.append((a, b))
            a0, b0 = a + 1, b + 1
        return found

    def _is_short(self, a0: int, a1: int, b0: int, b1: int) -> bool:
        cells = (a1 - a0) * (b1 - b0)
        return cells <= CELLS_MAX and self._work.take(cells)

    def _gap(self, a0: int, a1: int, b0: int, b1: int) -> Matches:
        if a0 >= a1 or b0 >= b1:
            return []
        if self._is_short(a0, a1, b0, b1):
            return self._cheapest(a0, a1, b0, b1)
        return self._windows(a0, a1, b0, b1)

    def _cheapest(self, a0: int, a1: int, b0: int, b1: int) -> Matches:
        """Needleman-Wunsch over the whole table."""
        rows = [[ALONE * n for n in range(b1 - b0 + 1)]]
        steps: list[bytearray] = []
        for i in range(a0, a1):
            row, step = self._row(rows[-1], i, b0, b1)
            rows.append(row)
            steps.append(step)
        found: Matches = []
        i, j = a1 - a0, b1 - b0
        while i and j:
            match steps[i - 1][j - 1]:
                case 0:
                    i, j = i - 1, j - 1
                    found.append((a0 + i, b0 + j))
                case 1:
                    i -= 1
                case _:
                    j -= 1
        return found[::-1]

    def _row(self, above: list[int], i: int, b0: int, b1: int) -> tuple[list[int], bytearray]:
        key, cost, keys = self._a[i], self._cost, self._b
        row, step = [above[0] + ALONE], bytearray(b1 - b0)
        for n, j in enumerate(range(b0, b1)):
            paid = 0 if keys[j] == key else cost(i, j)
            best, how = above[n + 1] + ALONE, 1
            if row[n] + ALONE < best:
                best, how = row[n] + ALONE, 2
            if paid is not None and above[n] + paid <= best:
                best, how = above[n] + paid, 0
            row.append(best)
            step[n] = how
        return row, step

    def _equal_items(self, a0: int, a1: int, b0: int, b1: int) -> Matches | None:
        """Myers' greedy way: the longest common run of equal keys, or None where there are too many edits."""
        a, b, n, m = self._a, self._b, a1 - a0, b1 - b0
        furthest = {1: 0}
        trail: list[dict[int, int]] = []
        for edits in range(min(n + m, EDITS_MAX) + 1):
            if not self._work.take(edits + 1):
                return None
            trail.append(dict(furthest))
            for k in range(-edits, edits + 1, 2):
                down = k == -edits or (k != edits and furthest[k - 1] < furthest[k + 1])
                x = furthest[k + 1] if down else furthest[k - 1] + 1
                y = x - k
                begun = x
                while x < n and y < m and a[a0 + x] == b[b0 + y]:
                    x, y = x + 1, y + 1
                self._work.spent += x - begun
                furthest[k] = x
                if x >= n and y >= m:
                    return [(a0 + x, b0 + y) for x, y in _walk_back(trail, n, m)]
        self._work.hit = True
        return None

    def _windows(self, a0: int, a1: int, b0: int, b1: int) -> Matches:
        """A table slides along both lists; its first half is believed. Linear, and blind beyond the window."""
        self._work.hit = True
        found: Matches = []
        while a0 < a1 and b0 < b1:
            a2, b2 = min(a0 + WINDOW, a1), min(b0 + WINDOW, b1)
            self._work.spent += (a2 - a0) * (b2 - b0)
            seen = self._cheapest(a0, a2, b0, b2)
            cut = a1 if a2 == a1 and b2 == b1 else a0 + WINDOW // 2
            believed = [pair for pair in seen if pair[0] < cut]
            found += believed
            a0 = cut
            b0 = believed[-1][1] + 1 if believed else b0
        return found


def _walk_back(trail: list[dict[int, int]], x: int, y: int) -> Matches:
    """The equal items on the way that was found, from its end to its beginning."""
    found: Matches = []
    for edits in range(len(trail) - 1, -1, -1):
        furthest, k = trail[edits], x - y
        down = k == -edits or (k != edits and furthest[k - 1] < furthest[k + 1])
        before = k + 1 if down else k - 1
        start = furthest[before] if down else furthest[before] + 1
        while x > start:
            x, y = x - 1, y - 1
            found.append((x, y))
        x = furthest[before]
        y = x - before
    return found[::-1]
