"""`run.json`: the truth of a run, from which everything else can be rendered again."""

from __future__ import annotations

from collections.abc import Sequence

from itk.model.run import RedactedRun
from itk.ports import Artifact
from itk.renderers import files, json_form


class RunJson:
    """The whole result as indented JSON."""

    name = "run_json"

    def render(self, run: RedactedRun) -> Sequence[Artifact]:
        indented = json_form.indented(json_form.run_line(run.result))
        return (Artifact(path=files.RUN, content=indented + b"\n"),)
