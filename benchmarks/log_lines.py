"""Log lines clustered by their ids: is any cluster mixed? Over every `*.logs.jsonl.gz` of a directory with known truth.

    python benchmarks/log_lines.py [../shared/traces]

Two lines are in one cluster where they share an identity id, as ITK's formats type them: a messageId, an execution, a
run id. Ids that ITK does not know (orderId) join nothing. `in clusters` says how many lines that covers. Beside it the
baseline: everything that shares a UUID. Exit code 1 where a cluster is mixed.
"""

from __future__ import annotations

import gzip
import re
import sys
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from pathlib import Path

import msgspec

from itk import formats
from itk.model.evidence import LogEvent, Unread
from itk.stitch.mentions import mentioned
from itk.stitch.ownership.rules import IDENTITIES
from itk.stitch.units import Record

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


class Line(msgspec.Struct):
    """One line of a set; `trace_id` is the truth."""

    trace_id: str
    service: str
    instance: str
    ts_us: int
    message: str


def main(directory: Path) -> int:
    paths = sorted(directory.glob("*.logs.jsonl.gz"))
    if not paths:
        print(f"skipped: no *.logs.jsonl.gz in {directory}")
        return 0
    mixed = 0
    print(f"{'set':<28}{'ids':<16}{'lines':>9}{'in clusters':>13}{'clusters':>10}{'mixed':>8}{'lines in mixed':>16}")
    for path in paths:
        with gzip.open(path, "rb") as file:
            lines = [msgspec.json.decode(row, type=Line) for row in file]
        for name, ids_of in (("typed (ITK)", typed), ("any shared UUID", uuids)):
            found = clusters(lines, ids_of)
            bad = [cluster for cluster in found if len({line.trace_id for line in cluster}) > 1]
            mixed += len(bad) if ids_of is typed else 0
            covered, lost = sum(map(len, found)), sum(map(len, bad))
            print(
                f"{path.name.split('.')[0]:<28}{name:<16}{len(lines):>9}{covered:>13}{len(found):>10}{len(bad):>8}{lost:>16}"
            )
    return 1 if mixed else 0


def typed(line: Line) -> Iterable[Hashable]:
    event = LogEvent(
        group=line.service, stream=line.instance, event_id="", time_ms=line.ts_us // 1000, message=line.message
    )
    found = formats.read(event)
    if isinstance(found, Unread):
        return []
    ids = (i for one in found for i in mentioned(Record(one, None, "none")))  # type: ignore[arg-type]
    return [i for i in ids if i.kind in IDENTITIES]


def uuids(line: Line) -> Iterable[Hashable]:
    return UUID.findall(line.message)


def clusters(lines: list[Line], ids_of: Callable[[Line], Iterable[Hashable]]) -> list[list[Line]]:
    """Lines that share an id, directly or through others; lines alone are no cluster."""
    parents: dict[Hashable, Hashable] = {}

    def top(one: Hashable) -> Hashable:
        while (above := parents.setdefault(one, one)) != one:
            parents[one] = parents[above]
            one = above
        return one

    for number, line in enumerate(lines):
        for i in ids_of(line):
            parents[top(("line", number))] = top(i)
    together: defaultdict[Hashable, list[Line]] = defaultdict(list)
    for number, line in enumerate(lines):
        together[top(("line", number))].append(line)
    return [cluster for cluster in together.values() if len(cluster) > 1]


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else "../shared/traces")))
