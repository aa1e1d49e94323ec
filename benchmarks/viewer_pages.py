"""Renders a big run, each renderer in a process of its own, and weighs the pages that come of it."""

from __future__ import annotations

import gzip
import re
import resource
import time
from collections.abc import Sequence
from importlib import resources
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

import msgspec
from benchmarks.big_runs import big_run

from itk.model.run import RedactedRun, RunResult
from itk.ports import Artifact, Renderer
from itk.renderers import RENDERERS, files
from itk.workflows.collector import resting

PAGES = (files.VIEWER, files.TIMELINE)
PAINTER = "viewer"  # the renderer that writes them
BUNDLE = ("viewer.js", "viewer.css")
INDEX = re.compile(rb'<script type="application/itk-index"[^>]*>(.*?)</script>', re.S)
CHUNK = re.compile(rb'<script type="application/itk-chunk"[^>]*>(.*?)</script>', re.S)


class Rendered(msgspec.Struct):
    """What one renderer took. `peak_mib` comes on top of the run itself, which all have in memory."""

    name: str
    cpu_s: float
    wall_s: float
    peak_mib: float
    files: int
    bytes: int
    pages: dict[str, str] = {}  # paths of the pages that it wrote, by their names


class Weight(msgspec.Struct):
    """Bytes of a page, its side files included."""

    page: int
    beside: int
    index: int
    payloads: int

    @property
    def overhead(self) -> int:
        """What is neither index nor payloads: bundle, head, the layer for readers without JavaScript."""
        return self.page - self.index - (self.payloads - self.beside)


def render(spans: int, out: Path) -> list[Rendered]:
    """All renderers over one run of `spans` spans; the pages stay in `out`."""
    run = RedactedRun(big_run(spans))  # invented, so there is nothing to redact
    return [_alone(renderer, run, out) for renderer in RENDERERS]


def write_pages(result: RunResult, out: Path) -> Path:
    """The pages of a run and what lies beside them, in `out`."""
    run = RedactedRun(result)
    for artifacts in (renderer.render(run) for renderer in RENDERERS if renderer.name == PAINTER):
        _write(artifacts, out)
    return out


def _write(artifacts: Sequence[Artifact], out: Path) -> None:
    for artifact in artifacts:
        (out / artifact.path).parent.mkdir(parents=True, exist_ok=True)
        (out / artifact.path).write_bytes(artifact.content)


def _alone(renderer: Renderer, run: RedactedRun, out: Path) -> Rendered:
    context = get_context("fork")  # the run need not be made again
    receiving, sending = context.Pipe(duplex=False)
    process = context.Process(target=_measured, args=(renderer, run, out, sending))
    process.start()
    sending.close()
    found: Rendered = receiving.recv()
    process.join()
    return found


def _measured(renderer: Renderer, run: RedactedRun, out: Path, sending: Connection) -> None:
    before_kib, cpu, wall = _peak_kib(), time.process_time(), time.perf_counter()
    with resting():  # as in `itk run`
        artifacts = renderer.render(run)
    cpu, wall, peak_kib = time.process_time() - cpu, time.perf_counter() - wall, _peak_kib() - before_kib
    pages = {artifact.path: str(out / artifact.path) for artifact in artifacts if artifact.path in PAGES}
    if pages:
        _write(artifacts, out)
    size = sum(len(artifact.content) for artifact in artifacts)
    found = Rendered(renderer.name, cpu, wall, peak_kib / 1024, len(artifacts), size, pages)
    sending.send(found)


def _peak_kib() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def weigh(page: Path) -> Weight:
    """Index and payloads as they lie in the file: zipped and in base64 where they are that."""
    content = page.read_bytes()
    beside = sum(path.stat().st_size for path in page.parent.glob("payloads/*.js"))
    return Weight(
        page=len(content),
        beside=beside,
        index=sum(map(len, INDEX.findall(content))),
        payloads=sum(map(len, CHUNK.findall(content))) + beside,
    )


def bundle() -> dict[str, tuple[int, int]]:
    """Bytes of each file of the bundle, and how many are left when it is zipped; empty where it was not built."""
    static = resources.files("itk.renderers") / "static"
    found = {name: (static / name).read_bytes() for name in BUNDLE if (static / name).is_file()}
    return {name: (len(content), len(gzip.compress(content, 9))) for name, content in found.items()}
