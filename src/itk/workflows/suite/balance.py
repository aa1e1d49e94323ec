"""Shards and shuffles: the same cases, shared out or ordered in a way that every machine computes alike."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from hashlib import blake2b
from statistics import median

from itk.errors import UsageError
from itk.model.suite import Shard

_SHARD = re.compile(r"([1-9][0-9]{0,3})/([1-9][0-9]{0,3})", re.ASCII)
_UNKNOWN_MS = 1.0  # where no duration is known at all: every case counts the same


def parse_shard(written: str) -> Shard:
    """`2/4`: the second of four. Raises UsageError."""
    found = _SHARD.fullmatch(written.strip())
    if not found or int(found[1]) > int(found[2]):
        fix = "write the number of this part and of all parts, for example 2/4"
        raise UsageError(f"`{written[:40]}` is no shard", where="--shard", fix=fix)
    return Shard(int(found[1]), int(found[2]))


def shards(ids: Sequence[str], durations_ms: Mapping[str, float], of: int) -> tuple[tuple[str, ...], ...]:
    """The ids in `of` parts whose times are about equal: longest first, each to the part that has least so far.

    A case that never ran counts as long as the median of the others. Ties are broken by id, so the order of `ids`
    changes nothing but the order within a part. A part is at most 4/3 of the best possible one
    (R. L. Graham, Bounds on multiprocessing timing anomalies, 1969).
    """
    known = [durations_ms[each] for each in ids if each in durations_ms]
    unknown = median(known) if known else _UNKNOWN_MS
    length = {each: durations_ms.get(each, unknown) for each in ids}
    loads, counts = [0.0] * of, [0] * of
    part_of: dict[str, int] = {}
    for each in sorted(ids, key=lambda each: (-length[each], each)):
        # By count where times are equal, so that cases of no length are shared out too.
        part = min(range(of), key=lambda at: (loads[at], counts[at], at))
        part_of[each] = part
        loads[part] += length[each]
        counts[part] += 1
    return tuple(tuple(each for each in ids if part_of[each] == part) for part in range(of))


def shuffled(ids: Sequence[str], seed: int) -> tuple[str, ...]:
    """The ids in an order that depends on the seed and on each id alone: leaving one out moves no other."""
    return tuple(sorted(ids, key=lambda each: (blake2b(f"{seed}/{each}".encode(), digest_size=8).digest(), each)))
