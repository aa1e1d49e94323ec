"""What both pages have around their drawing: header, side, details, and the reading without JavaScript."""

from __future__ import annotations

from itk.model.run import RunResult
from itk.ports import Artifact
from itk.renderers import page, panels
from itk.renderers.markup import Markup, el
from itk.renderers.page_data import page_data
from itk.renderers.text import one_line


def artifact(path: str, result: RunResult, stage: Markup, *, what: str) -> Artifact:
    """The page at `path`; `what` names the drawing in its title."""
    content = page.document(
        title=f"{result.status}: {one_line(result.case.name)} - {what}",
        style="page.css",
        script="page.js",
        body=(
            panels.header(result, path),
            el("main", panels.side(result, path), stage, panels.details()),
            panels.without_script(result),
        ),
        data=page_data(result),
    )
    return Artifact(path=path, content=content)
