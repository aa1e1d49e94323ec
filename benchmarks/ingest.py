"""From raw log lines to spans: events per second, beside parsing the same lines, and the peak of memory.

    python benchmarks/ingest.py [10000 100000 1000000]

Mixed formats (Lambda's text and JSON, Powertools, contract spans, agent traces, Python text, dumped SQS events) of one
run whose messages came in batches. One process a size, one core, CPU time. `orjson` is orjson.loads alone on the same
lines (text lines fail there, and count). Growth is per event, against the smallest size.
"""

from __future__ import annotations

import random
import re
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

sys.path.insert(0, str(Path(__file__).parents[1]))

import msgspec
import orjson

from itk import formats
from itk.model.evidence import LogEvent
from itk.model.ids import Id
from itk.model.run import Receipt
from itk.stitch import stitch
from tests.stitch.traffic import POLICIES, Style, Traffic

SIZES = (10_000, 100_000, 1_000_000)
UUIDS = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
RUN_IDS = re.compile(r"itk-[0-9a-f]{20}")
RUN = "itk-00000000000000000000"


class Measured(msgspec.Struct):
    """One size. Seconds of CPU, MiB."""

    events: int
    spans: int
    unread: int
    parse_s: float
    read_s: float
    stitch_s: float
    lines_mib: float
    peak_mib: float

    @property
    def ratio(self) -> float:
        return (self.read_s + self.stitch_s) / self.parse_s


def main(sizes: list[int]) -> int:
    print(f"{'events':>9}{'spans':>9}{'unread':>8}{'orjson/s':>11}{'read/s':>9}{'spans of/s':>12}", end="")
    print(f"{'share of orjson':>17}{'us an event':>13}{'growth':>8}{'peak MiB':>10}{'of lines':>10}")
    first: float | None = None
    for size in sizes:
        answer = subprocess.run([sys.executable, __file__, "--one", str(size)], check=True, capture_output=True)
        one = msgspec.json.decode(answer.stdout, type=Measured)
        each = (one.read_s + one.stitch_s) / one.events * 1e6
        first = first or each
        print(f"{one.events:>9}{one.spans:>9}{one.unread:>8}{one.events / one.parse_s:>11,.0f}", end="")
        print(f"{one.events / one.read_s:>9,.0f}{one.events / (one.read_s + one.stitch_s):>12,.0f}", end="")
        print(f"{1 / one.ratio:>17.1%}{each:>13.1f}{each / first:>8.2f}{one.peak_mib:>10.0f}{one.lines_mib:>10.0f}")
    return 0


def measure(size: int) -> Measured:
    receipt, events = one_run(size)
    lines_mib = sum(len(event.message) for event in events) / 2**20
    parse_s, _ = timed(lambda: [_parsed(event.message) for event in events] and None)
    read_s, reading = timed(lambda: formats.read_all(events))
    stitch_s, trace = timed(lambda: stitch(receipt, reading.observations, policies=POLICIES))
    peak_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Measured(len(events), len(trace.spans), len(reading.unread), parse_s, read_s, stitch_s, lines_mib, peak_mib)


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    began = time.process_time()
    found = work()
    return time.process_time() - began, found


def _parsed(line: str) -> Any:
    try:
        return orjson.loads(line)
    except orjson.JSONDecodeError:
        return None


def one_run(size: int) -> tuple[Receipt, list[LogEvent]]:
    """Copies of three traffics under new ids, all of one run."""
    chance = random.Random(1)
    styles = (Style(), Style(dump=True, json_platform=True), Style(trouble=0.8))
    models = [Traffic(seed, 10, 0, style) for seed, style in enumerate(styles)]
    events: list[LogEvent] = []
    sent: list[Id] = []
    while len(events) < size:
        went = models[len(sent) % len(models)]
        names: dict[str, str] = {}

        def other(match: re.Match[str], names: dict[str, str] = names) -> str:
            if match[0] not in names:
                names[match[0]] = str(UUID(int=chance.getrandbits(128), version=4))
            return names[match[0]]

        mark = f"{chance.getrandbits(40):x}"
        for event in went.events:
            message = UUIDS.sub(other, RUN_IDS.sub(RUN, event.message))
            events.append(msgspec.structs.replace(event, stream=event.stream + mark, message=message))
        sent += [Id(i.kind, names.get(i.value, i.value)) for r in went.receipts for i in r.ids if i.kind != "run_id"]
    receipt = msgspec.structs.replace(models[0].receipts[0], run_id=RUN, ids=(Id("run_id", RUN), *sent))
    return receipt, events[:size]


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        sys.stdout.buffer.write(msgspec.json.encode(measure(int(sys.argv[2]))))
        sys.exit(0)
    sys.exit(main([int(size) for size in sys.argv[1:]] or list(SIZES)))
