"""`index.json`: the suite itself, from which every other file of its report can be made again."""

from __future__ import annotations

from itk.model.suite import RedactedSuite
from itk.ports import Artifact
from itk.renderers import json_form


class IndexJson:
    """Writes `index.json`."""

    name = "index_json"

    def render(self, suite: RedactedSuite) -> list[Artifact]:
        return [Artifact(path="index.json", content=json_form.pretty(suite.result) + b"\n")]
