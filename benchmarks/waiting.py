"""How exactly does a run know that it is complete, when logs are late?

Against the demo application in a sandbox, for each delay of the logs: the verdict of each run, and the time between
the moment the last record that it rests on became visible and the verdict. That time is promised to be at most one
poll interval plus the quiet period (and what the machine takes to look and to judge).

    python benchmarks/waiting.py [--runs 20] [--delays 0 3 15 45] [--at-once 10]
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from itk.sandbox import Sandbox
from itk.workflows.collect import SLOWEST_POLL_S

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "examples" / "support-bot"))
QUIET_S = 5.0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--delays", type=float, nargs="+", default=[0, 3, 15, 45])
    parser.add_argument("--at-once", type=int, default=10, help="runs in flight at the same time")
    options = parser.parse_args()
    flight = f"{options.runs} runs a delay, {options.at_once} at once"
    print(f"{flight}; quiet {QUIET_S:g} s, poll at most {SLOWEST_POLL_S:g} s")
    print("| logs late by | right verdicts | last record visible -> verdict: median | max | over poll + quiet |")
    print("|---|---|---|---|---|")
    wrong = 0
    for delay in options.delays:
        rows = measure(delay, options.runs, options.at_once)
        waits = [wait for verdict, wait in rows if wait is not None]
        right = sum(verdict == "passed" for verdict, _ in rows)
        over = sum(wait > SLOWEST_POLL_S + QUIET_S for wait in waits)
        wrong += (len(rows) - right) + over
        print(
            f"| {delay:g} s | {right}/{len(rows)} | {statistics.median(waits):.1f} s | {max(waits):.1f} s | {over} |",
            flush=True,
        )
    return 1 if wrong else 0


def measure(delay: float, runs: int, at_once: int) -> list[tuple[str, float | None]]:
    from deploy import deploy

    with Sandbox.start() as sandbox, tempfile.TemporaryDirectory(prefix="itk-bench-") as directory:
        settings = deploy(sandbox.endpoint)
        sandbox.delay_logs("", delay)
        environment = {**os.environ, **sandbox.env(), **settings}

        def one(n: int) -> tuple[str, float | None]:
            out = Path(directory) / str(n)
            command = [sys.executable, "-m", "itk", "run", "--case", str(ROOT / "cases" / "example-001.yaml")]
            subprocess.run([*command, "--out", str(out)], env=environment, capture_output=True, check=False)
            run = json.loads((out / "run.json").read_text(encoding="utf-8"))
            visible = [ms for ms in ingestion_times(run["trace"]) if ms is not None]
            ended = int(run["collection"]["ended_ns"]) / 1e9
            return run["status"], ended - max(visible) / 1e3 if visible else None

        with ThreadPoolExecutor(at_once) as pool:
            return list(pool.map(one, range(runs)))


def ingestion_times(value: object) -> list[int | None]:
    """The ingestion times of all evidence below `value`."""
    if isinstance(value, dict):
        own = [value["ingested_ms"]] if "ingested_ms" in value else []
        return own + [time for item in value.values() for time in ingestion_times(item)]
    if isinstance(value, list):
        return [time for item in value for time in ingestion_times(item)]
    return []


if __name__ == "__main__":
    sys.exit(main())
