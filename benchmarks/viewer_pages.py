"""Renders a big run, each renderer in a process of its own, and weighs the pages that come of it."""

from __future__ import annotations

import gzip
import re
import resource
import time
from importlib import resources
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

import msgspec
from benchmarks.big_runs import big_run

from itk.model.run import RedactedRun, RunResult
from itk.ports import Artifact, Renderer
from itk.renderers import RENDERERS, files
from itk.renderers.packing import packed
from itk.workflows.collector import resting

PAGES = (files.VIEWER, files.TIMELINE)
PAINTER = "viewer"  # the renderer that writes them
SCRIPT, STYLES = "viewer.js", ("viewer.css", "first.css")  # the second as it is, all else packed
INDEX = re.compile(rb'<script type="application/itk-index"[^>]*>(.*?)</script>', re.S)
VIEWER = re.compile(
    rb'<script type="application/itk-(?:viewer|style)".*?</script>|<script>.*?</script>|<style>.*?</style>', re.S
)
PLAIN = re.compile(rb'<div id="plain">.*?</main></div>', re.S)
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
    viewer: int  # packed, with the lines that start it and the style of the first moment
    plain: int  # the layer for readers without JavaScript

    @property
    def overhead(self) -> int:
        """What is neither index nor payloads: `viewer`, `plain`, and the head."""
        return self.page - self.index - (self.payloads - self.beside)


def render(spans: int, out: Path) -> list[Rendered]:
    """All renderers over one run of `spans` spans; the pages stay in `out`."""
    run = RedactedRun(big_run(spans))  # invented, so there is nothing to redact
    return [_alone(renderer, run, out) for renderer in RENDERERS]


def write_pages(result: RunResult, out: Path) -> Path:
    """The pages of a run and what lies beside them, in `out`."""
    run = RedactedRun(result)
    for renderer in RENDERERS:
        for artifact in renderer.render(run) if renderer.name == PAINTER else ():
            _write(artifact, out)
    return out


def _write(artifact: Artifact, out: Path) -> None:
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
    sizes: dict[str, int] = {}
    with resting():  # as in `itk run`, which writes each before it asks for the next
        for artifact in renderer.render(run):
            sizes[artifact.path] = len(artifact.content)
            if renderer.name == PAINTER:
                _write(artifact, out)
    cpu, wall, peak_kib = time.process_time() - cpu, time.perf_counter() - wall, _peak_kib() - before_kib
    pages = {path: str(out / path) for path in sizes if path in PAGES}
    sending.send(Rendered(renderer.name, cpu, wall, peak_kib / 1024, len(sizes), sum(sizes.values()), pages))


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
        viewer=sum(map(len, VIEWER.findall(content))),
        plain=sum(map(len, PLAIN.findall(content))),
    )


class Bundle(msgspec.Struct):
    """Bytes of a part of the viewer: minified, zipped as well as can be, and as a page carries it."""

    name: str
    minified: int
    zipped: int
    carried: int


def bundle() -> list[Bundle]:
    """Script and style; empty where they were not built."""
    static = resources.files("itk.renderers") / "static"
    if not all((static / name).is_file() for name in (SCRIPT, *STYLES)):
        return []
    script, style, first = ((static / name).read_bytes() for name in (SCRIPT, *STYLES))
    return [
        Bundle(SCRIPT, len(script), len(gzip.compress(script, 9)), len(packed(script))),
        Bundle(
            " + ".join(STYLES), len(style + first), len(gzip.compress(style + first, 9)), len(packed(style) + first)
        ),
    ]
