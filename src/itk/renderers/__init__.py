"""What a run becomes on disk: one renderer a file, each from nothing but a redacted run."""

from __future__ import annotations

from collections.abc import Iterator

from itk.model.run import RedactedRun
from itk.ports import Artifact, Renderer
from itk.renderers.export.jaeger_json import JaegerJson
from itk.renderers.export.otlp_json import OtlpJson
from itk.renderers.payloads import Payloads
from itk.renderers.report_md import ReportMd
from itk.renderers.run_json import RunJson
from itk.renderers.sequence_mmd import SequenceMmd
from itk.renderers.spans_jsonl import SpansJsonl
from itk.renderers.viewer.renderer import Viewer

# The truth first: if a later one fails, the run can be rendered again from it.
_FILES: tuple[Renderer, ...] = (RunJson(), SpansJsonl(), Payloads(), ReportMd(), SequenceMmd())
RENDERERS: tuple[Renderer, ...] = (*_FILES, Viewer())

# For other tools, written when asked for (`itk export`): each makes one file.
EXPORTERS: tuple[Renderer, ...] = (OtlpJson(), JaegerJson())


def render_all(run: RedactedRun, *, split: bool = False) -> Iterator[Artifact]:
    """Every artifact of a run, in the order of `RENDERERS`, each made when it is asked for.

    Equal runs give equal bytes. `split`: the pages have script, style and payloads in files beside them.
    """
    renderers = (*_FILES, Viewer(split=True)) if split else RENDERERS
    for renderer in renderers:
        yield from renderer.render(run)
