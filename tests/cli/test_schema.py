"""`itk schema` prints what the reference holds."""

from __future__ import annotations

import pytest

from tests.cli.test_help import ROOT, itk


@pytest.mark.parametrize(
    ("name", "file"), [("case", "case.schema.json"), ("repository", "itk.schema.json"), ("span", "spans.schema.json")]
)
def test_it_prints_the_schema_of_the_reference(name: str, file: str) -> None:
    shown = itk("schema", name)

    assert shown.returncode == 0
    assert shown.stdout == (ROOT / "docs" / "reference" / file).read_text(encoding="utf-8")
