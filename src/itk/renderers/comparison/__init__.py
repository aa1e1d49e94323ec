"""What a comparison becomes on disk, beside the pages of its cases."""

from __future__ import annotations

import re
from collections.abc import Iterator
from hashlib import sha256

import msgspec

from itk.model.regression import ComparisonReport
from itk.ports import Artifact
from itk.renderers.comparison import index_html, markdown

REPORT, DATA, INDEX = "comparison.md", "comparison.json", "index.html"
_PLAIN = re.compile(r"[A-Za-z0-9_-]{1,80}")


def directory_of(case_id: str) -> str:
    """The directory of a case's pages: its id where that can be no file of the report and leads nowhere else."""
    if _PLAIN.fullmatch(case_id):
        return case_id
    return f"case-{sha256(case_id.encode('utf-8', 'surrogatepass')).hexdigest()[:16]}"


def render_comparison(report: ComparisonReport) -> Iterator[Artifact]:
    """The data first: the others say the same in words. Equal comparisons give equal bytes."""
    data = msgspec.json.format(msgspec.json.encode(report), indent=1) + b"\n"
    yield Artifact(path=DATA, content=data)
    yield Artifact(path=REPORT, content=markdown.written(report))
    if len(report.cases) > 1:
        yield Artifact(path=INDEX, content=index_html.written(report))
