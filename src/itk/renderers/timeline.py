"""`timeline.html`: the run as a waterfall on a time scale."""

from __future__ import annotations

from collections.abc import Sequence

from itk.model.run import RedactedRun
from itk.ports import Artifact
from itk.renderers import draw_waterfall, files, frame, words
from itk.renderers.layout.waterfall import layout
from itk.renderers.markup import el


class Timeline:
    """How long everything took, and what waited for what."""

    name = "timeline"

    def render(self, run: RedactedRun) -> Sequence[Artifact]:
        result, trace = run.result, run.result.trace
        placed = layout(trace)
        table = el(
            "div",
            el("div", draw_waterfall.corner(), class_="cell corner-cell"),
            el("div", draw_waterfall.ruler(placed), class_="cell ruler-cell"),
            el("div", draw_waterfall.labels(placed, trace), class_="cell label-cell"),
            el("div", draw_waterfall.bars(placed, trace), class_="cell"),
            class_="table-of-bars",
        )
        stage = el(
            "section",
            table if placed.rows else el("p", "No span was seen.", class_="nothing"),
            class_="stage waterfall" + ("" if words.is_complete(result) else " incomplete"),
            id="stage",
            aria_label="Timeline",
        )
        return (frame.artifact(files.TIMELINE, result, stage, what="timeline"),)
