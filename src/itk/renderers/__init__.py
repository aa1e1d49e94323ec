"""What a run becomes on disk: one renderer a file, each from nothing but a redacted run."""

from __future__ import annotations

from itk.model.run import RedactedRun
from itk.ports import Artifact, Renderer
from itk.renderers.export.jaeger_json import JaegerJson
from itk.renderers.export.otlp_json import OtlpJson
from itk.renderers.payloads import Payloads
from itk.renderers.report_md import ReportMd
from itk.renderers.run_json import RunJson
from itk.renderers.sequence_mmd import SequenceMmd
from itk.renderers.spans_jsonl import SpansJsonl
from itk.renderers.timeline import Timeline
from itk.renderers.trace_viewer import TraceViewer

# The truth first: if a later one fails, the run can be rendered again from it.
RENDERERS: tuple[Renderer, ...] = (
    RunJson(),
    SpansJsonl(),
    Payloads(),
    ReportMd(),
    SequenceMmd(),
    TraceViewer(),
    Timeline(),
)

# For other tools, written when asked for (`itk export`): each makes one file.
EXPORTERS: tuple[Renderer, ...] = (OtlpJson(), JaegerJson())


def render_all(run: RedactedRun) -> tuple[Artifact, ...]:
    """Every artifact of a run, in the order of `RENDERERS`. Equal runs give equal bytes."""
    return tuple(artifact for renderer in RENDERERS for artifact in renderer.render(run))
