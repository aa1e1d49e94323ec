"""`trace-viewer.html`: the run as a sequence diagram."""

from __future__ import annotations

from collections.abc import Sequence

from itk.model.run import RedactedRun
from itk.ports import Artifact
from itk.renderers import draw_sequence, files, frame, words
from itk.renderers.layout.sequence import layout
from itk.renderers.markup import el


class TraceViewer:
    """Who called whom, in the order of time."""

    name = "trace_viewer"

    def render(self, run: RedactedRun) -> Sequence[Artifact]:
        result = run.result
        placed = layout(result.trace)
        drawing = el(
            "div", draw_sequence.head(placed), draw_sequence.body(placed, result.trace), class_="sheet-of-paper"
        )
        stage = el(
            "section",
            drawing if placed.messages else el("p", "No span was seen.", class_="nothing"),
            class_="stage sequence" + ("" if words.is_complete(result) else " incomplete"),
            id="stage",
            aria_label="Sequence diagram",
        )
        return (frame.artifact(files.VIEWER, result, stage, what="sequence"),)
