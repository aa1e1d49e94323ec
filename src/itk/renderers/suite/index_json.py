"""`index.json`: the suite itself, from which every other file of its report can be made again."""

from __future__ import annotations

import msgspec

from itk.model.suite import RedactedSuite
from itk.ports import Artifact


class IndexJson:
    """Writes `index.json`."""

    name = "index_json"

    def render(self, suite: RedactedSuite) -> list[Artifact]:
        content = msgspec.json.format(msgspec.json.encode(suite.result), indent=1) + b"\n"
        return [Artifact(path="index.json", content=content)]
