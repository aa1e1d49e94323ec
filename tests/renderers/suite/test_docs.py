"""docs/reference/suite-reports.md shows what is written."""

from __future__ import annotations

import re
from pathlib import Path

from itk.renderers.suite.junit import JunitXml
from tests import suites

PAGE = Path(__file__).resolve().parents[3] / "docs" / "reference" / "suite-reports.md"


def test_the_example_of_junit_is_what_a_suite_writes() -> None:
    found = re.search(r"<!-- tested: junit -->\n```xml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    (artifact,) = JunitXml().render(suites.redacted(suites.small()))

    assert found[1] in artifact.content.decode()
