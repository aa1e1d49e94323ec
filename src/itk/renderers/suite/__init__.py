"""What a suite becomes on disk, beside the directories of its cases: one renderer a file."""

from __future__ import annotations

from collections.abc import Iterator

from itk.model.suite import RedactedSuite
from itk.ports import Artifact, SuiteRenderer
from itk.renderers.suite.index_json import IndexJson
from itk.renderers.suite.junit import JunitXml
from itk.renderers.suite.page import SuitePage
from itk.renderers.suite.summary import SummaryMd

# The truth first: the others can be made again from it.
SUITE_RENDERERS: tuple[SuiteRenderer, ...] = (IndexJson(), SuitePage(), JunitXml(), SummaryMd())


def render_suite(suite: RedactedSuite, *, split: bool = False) -> Iterator[Artifact]:
    """Every file of a suite's report, each made when it is asked for. Equal suites give equal bytes.

    `split`: the page has its script and its style in files beside it.
    """
    for renderer in SUITE_RENDERERS:
        page = SuitePage(split=True) if split and isinstance(renderer, SuitePage) else renderer
        yield from page.render(suite)
