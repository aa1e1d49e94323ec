"""From raw log lines to spans: events per second, beside parsing the same lines, and the peak of memory.

    python benchmarks/ingest.py [10000 100000 1000000]

Mixed formats of one run: three of four lines are traffic whose messages came in batches (Lambda's text and JSON,
Powertools, contract spans, agent traces, Python text, dumped SQS events), one of four is a line of
tests/formats/samples, where every format has some. One process a size, one core, CPU time. `orjson` is orjson.loads
alone on the same lines (text lines fail there, and count). Growth is per event, against the smallest size. The second
table says where the time goes: finding the JSON of whole lines, putting lines together to records, what each line
proves, what is inside of it, and stitching. The collector rests meanwhile, as it does in `itk run`.
"""

from __future__ import annotations

import argparse
import random
import re
import resource
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable
from itertools import count
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
from itk.reading.jsontext import document
from itk.reading.records import records
from itk.stitch import stitch
from itk.workflows.collector import resting
from tests.formats.reading import SAMPLES, sample_event, samples
from tests.stitch.traffic import POLICIES, Style, Traffic

STAGES = ("JSON", "records", "lines", "payloads", "stitching")
STAGES_OF = 20_000  # events of each size that the stages are measured on
SIZES = (10_000, 100_000, 1_000_000)
UUIDS = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
RUN_IDS = re.compile(r"itk-[0-9a-f]{20}")
HEX = re.compile(r"(?<![0-9a-f-])(?:[0-9a-f]{8}-)?[0-9a-f]{16,32}(?![0-9a-f])")  # ids of traces and spans
EXECUTIONS = re.compile(r"(:execution:[\w-]+:[\w-]+)")
SAMPLES_OF = 4  # one of so many samples in each copy
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
    stages_s: tuple[float, ...]  # of `STAGES`

    @property
    def ratio(self) -> float:
        return (self.read_s + self.stitch_s) / self.parse_s


def main(sizes: list[int]) -> int:
    print(f"{'events':>9}{'spans':>9}{'unread':>8}{'orjson/s':>11}{'read/s':>9}{'spans of/s':>12}", end="")
    print(f"{'share of orjson':>17}{'us an event':>13}{'growth':>8}{'peak MiB':>10}{'of lines':>10}")
    first: float | None = None
    every: list[Measured] = []
    for size in sizes:
        answer = subprocess.run([sys.executable, __file__, "--one", str(size)], check=True, capture_output=True)
        one = msgspec.json.decode(answer.stdout, type=Measured)
        each = (one.read_s + one.stitch_s) / one.events * 1e6
        first = first or each
        every.append(one)
        print(f"{one.events:>9}{one.spans:>9}{one.unread:>8}{one.events / one.parse_s:>11,.0f}", end="")
        print(f"{one.events / one.read_s:>9,.0f}{one.events / (one.read_s + one.stitch_s):>12,.0f}", end="")
        print(f"{1 / one.ratio:>17.1%}{each:>13.1f}{each / first:>8.2f}{one.peak_mib:>10.0f}{one.lines_mib:>10.0f}")
    print()
    print(f"{'events':>9}" + "".join(f"{name:>11}" for name in STAGES))
    for one in every:
        shares = (stage_s / sum(one.stages_s) for stage_s in one.stages_s)
        print(f"{one.events:>9}" + "".join(f"{share:>11.0%}" for share in shares))
    return 0


def measure(size: int) -> Measured:
    receipt, events = one_run(size)
    lines_mib = sum(len(event.message) for event in events) / 2**20
    parse_s, _ = timed(lambda: deque((_parsed(event.message) for event in events), maxlen=0))
    with resting():
        read_s, reading = timed(lambda: formats.read_all(events))
        stitch_s, trace = timed(lambda: stitch(receipt, reading.observations, policies=POLICIES))
    peak_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Measured(
        events=len(events),
        spans=len(trace.spans),
        unread=len(reading.unread),
        parse_s=parse_s,
        read_s=read_s,
        stitch_s=stitch_s,
        lines_mib=lines_mib,
        peak_mib=peak_mib,
        stages_s=(*reading_stages(events[:STAGES_OF]), stitch_s / len(events) * min(STAGES_OF, len(events))),
    )


def reading_stages(events: list[LogEvent]) -> tuple[float, ...]:
    """Seconds for JSON, records, lines and payloads: each stage is measured with those before it, less those."""
    with resting():
        json_s, _ = timed(lambda: [document(event.message) for event in events])
        records_s, _ = timed(lambda: list(records(events)))
        lines_s, _ = timed(lambda: [formats.read(event, payloads=()) for event in events])
        all_s, _ = timed(lambda: formats.read_all(events))
    return json_s, records_s, lines_s - json_s, all_s - records_s - lines_s


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    began = time.process_time()
    found = work()
    return time.process_time() - began, found


def _parsed(line: str) -> Any:
    try:
        return orjson.loads(line)
    except orjson.JSONDecodeError:
        return None


class Copy:
    """One copy of what was recorded, under ids of its own, in the one run."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.mark = f"{chance.getrandbits(40):010x}"
        self.names: dict[str, str] = {}

    def text(self, text: str) -> str:
        text = HEX.sub(self._other, UUIDS.sub(self._other, RUN_IDS.sub(RUN, text)))
        return EXECUTIONS.sub(lambda named: named[0] + self.mark, text)

    def event(self, event: LogEvent, place: str = "") -> LogEvent:
        stream = self.text(event.stream)
        if event.source not in ("agent_stream", "stepfunctions"):  # whose streams are ids
            stream += self.mark + place
        return msgspec.structs.replace(event, stream=stream, message=self.text(event.message))

    def _other(self, found: re.Match[str]) -> str:
        name = found[0]
        if name not in self.names:
            digits = f"{self.chance.getrandbits(128):032x}"
            head, dash, tail = name.rpartition("-")  # an id of X-Ray keeps its time
            uuid = name.count("-") == 4
            self.names[name] = str(UUID(digits, version=4)) if uuid else head + dash + digits[: len(tail)]
        return self.names[name]


def one_run(size: int) -> tuple[Receipt, list[LogEvent]]:
    """Copies of three traffics under new ids, all of one run, and among them samples of every format."""
    chance = random.Random(1)
    styles = (Style(), Style(dump=True, json_platform=True), Style(trouble=0.8))
    models = [Traffic(seed, 10, 0, style) for seed, style in enumerate(styles)]
    every = [sample_event(sample) for path in sorted(SAMPLES.glob("*.jsonl")) for sample in samples(path.stem)]
    events: list[LogEvent] = []
    sent: list[Id] = []
    for n in count():
        if len(events) >= size:
            break
        copy, went = Copy(chance), models[n % len(models)]
        events += [copy.event(event) for event in went.events]
        events += [copy.event(event, f"-{at}") for at, event in enumerate(every[n % SAMPLES_OF :: SAMPLES_OF])]
        ids = [i for receipt in went.receipts for i in receipt.ids if i.kind != "run_id"]
        sent += [Id(i.kind, copy.text(i.value)) for i in ids]
    receipt = msgspec.structs.replace(models[0].receipts[0], run_id=RUN, ids=(Id("run_id", RUN), *sent))
    return receipt, events[:size]


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        sys.stdout.buffer.write(msgspec.json.encode(measure(int(sys.argv[2]))))
        sys.exit(0)
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sizes", nargs="*", type=int, default=list(SIZES), metavar="EVENTS")
    sys.exit(main(parser.parse_args().sizes))
