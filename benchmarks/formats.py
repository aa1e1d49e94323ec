"""What is read of recorded evidence of others, and is what becomes of it right?

    python benchmarks/formats.py [DIR]

`DIR` (default ../shared/corpus) holds a folder for each kind of evidence. What a file is shows in its content, and in
the folder's SOURCES.md where that says that its lines are single samples; anything else is read as `fixture:` is. One
row for each reader: files, events, spans that rest on them, events that nobody could read, spans that ended badly. Then
every unread event with its reason, and what is claimed of agents' streams, OpenTelemetry spans and failures. Exit code
1 where a claim fails or a reader crashes. Without DIR and without the default directory nothing is measured.
"""

from __future__ import annotations

import argparse
import sys
import traceback
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.claim import Claim
from benchmarks.format_claims import claims

from itk.errors import UsageError
from itk.formats import FORMATS, PAYLOAD_DEPTH, PAYLOADS
from itk.model.evidence import Line, LogEvent
from itk.model.trace import Span
from itk.reading.jsontext import objects
from itk.reading.records import records, whole
from itk.stitch.units import EventKey, event_key
from tests.corpus import Sample, Told, files_of, sample, single_lines, told

TITLES = ("folder", "reader", "files", "events", "spans", "unread", "errors")
FAILED = ("error", "timeout", "throttled", "blocked")
UNREAD = "(nobody)"
WIDTHS = (24, 38)
DEFAULT = Path("../shared/corpus")


class Row(NamedTuple):
    """One reader in one folder."""

    files: int
    events: int
    spans: int
    unread: int
    errors: int


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("directory", nargs="?", type=Path, metavar="DIR")
    named = parser.parse_args(argv).directory
    root: Path = named or DEFAULT
    if not root.is_dir():
        print(
            f"{root} is no directory"
            if named
            else f"skipped: there is no {root}; name a directory of recorded evidence"
        )
        return 2 if named else 0
    crashes: list[str] = []
    refused: list[str] = []
    found = (_read(path, root, crashes, refused) for path in files_of(root))
    read = [one for one in found if one is not None]
    rows = _rows(read)
    _print_table(rows)
    _print_list(
        "not evidence", (f"{_name(t.sample, root)}: {t.sample.left} ({t.sample.how})" for t in read if t.sample.left)
    )
    _print_list("remarks of the file source", (note for one in read for note in one.sample.notes))
    _print_list("unread", [*refused, *_unread(read, root)])
    _print_list("crashes", crashes)
    _print_list("claims", ())
    judged = [*_of_reading(read, crashes), *claims(read)]
    for claim in judged:
        _print_claim(claim)
    return 0 if all(claim.holds for claim in judged) else 1


def _of_reading(read: Sequence[Told], crashes: Sequence[str]) -> Iterator[Claim]:
    yield Claim("files read without a crash", len(read) + len(crashes), tuple(crashes))
    lost = tuple(f"{one.sample.path.name}: {one.lost} events" for one in read if one.lost)
    events = sum(len(one.sample.events) for one in read)
    yield Claim("events that prove something, or are known to prove nothing, or are listed as unread", events, lost)


def _read(path: Path, root: Path, crashes: list[str], refused: list[str]) -> Told | None:
    """One file; what the file source refuses is unread as a whole."""
    try:
        return told(sample(path, root), alone=path.name in single_lines(path.parent))
    except UsageError as error:
        refused.append(f"{path.relative_to(root)}: the whole file: {error.what} ({error.where.rpartition('/')[2]})")
    except Exception:  # noqa: BLE001  a crash of a reader is what is counted here
        crashes.append(f"{path.relative_to(root)}: {traceback.format_exc().strip()}")
    return None


def _name(one: Sample, root: Path) -> str:
    return str(one.path.relative_to(root))


def _rows(read: Iterable[Told]) -> dict[tuple[str, str], Row]:
    """By folder and reader. An event counts for the one reader that took it, a span for the first that proves it."""
    files: defaultdict[tuple[str, str], set[Path]] = defaultdict(set)
    events: Counter[tuple[str, str]] = Counter()
    drawn: Counter[tuple[str, str]] = Counter()
    failed: Counter[tuple[str, str]] = Counter()
    for one in read:
        readers: dict[EventKey, str] = {}
        for record in records(one.sample.events):
            reader = readers[event_key(record[0])] = _reader(whole(record))
            key = (one.sample.folder, reader)
            files[key].add(one.sample.path)
            events[key] += len(record)
        for span in _proven(one):
            key = (one.sample.folder, readers[event_key(span.evidence[0])])
            drawn[key] += 1
            failed[key] += span.status in FAILED
    unread = {key: n if key[1] == UNREAD else 0 for key, n in events.items()}
    return {key: Row(len(files[key]), events[key], drawn[key], unread[key], failed[key]) for key in sorted(events)}


def _reader(event: LogEvent) -> str:
    """The format that takes the record, and the payload that its line holds."""
    for each in FORMATS:
        found = each.read(event)
        if found is not None:
            lines = (line for line in found if isinstance(line, Line) and line.body is not None)
            held = ((line, objects(line.body, PAYLOAD_DEPTH)) for line in lines)
            inside = (p.name for line, objects_in in held for p in PAYLOADS if p.read(line, objects_in) is not None)
            return " > ".join([each.name, *islice(inside, 1)])
    return UNREAD


def _proven(one: Told) -> Iterator[Span]:
    yield from (span for trace in one.traces for span in trace.spans if span.evidence)


def _unread(read: Iterable[Told], root: Path) -> Iterator[str]:
    for one in read:
        for each in one.unread:
            yield f"{_name(one.sample, root)} {each.evidence.event_id}: {each.reason}: {each.preview[:80]!r}"


def _print_table(rows: dict[tuple[str, str], Row]) -> None:
    folder, reader = WIDTHS
    print(f"{TITLES[0]:{folder}}{TITLES[1]:{reader}}" + "".join(f"{title:>8}" for title in TITLES[2:]))
    for key, row in rows.items():
        print(f"{key[0]:{folder}}{key[1]:{reader}}" + "".join(f"{value:>8,}" for value in row))
    total = [sum(column) for column in zip(*rows.values(), strict=True)] if rows else []
    print(f"{'all':{folder + reader + 8}}" + "".join(f"{value:>8,}" for value in total[1:]))


def _print_list(title: str, lines: Iterable[str]) -> None:
    found = list(lines)
    print(f"\n{title}:" if found or title == "claims" else f"\n{title}: none")
    for line in found:
        print(f"  {line}")


def _print_claim(claim: Claim) -> None:
    shown = f"{claim.cases - len(claim.broken):,} of {claim.cases:,}" if claim.cases else "none here"
    word = "FAIL" if claim.broken else "ok" if claim.cases else "-"
    print(f"  {word:4} {shown:>16}  {claim.what}")
    for line in claim.broken[:20]:
        print(f"                          {line}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
