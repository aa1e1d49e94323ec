"""The examples in the documentation are true."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from itk.redact import Redactor
from itk.redact.masks import MASK

DOC = Path(__file__).parents[2] / "docs" / "reference" / "redaction.md"
BLOCK = re.search(r"<!-- example: each line is tested -->\n```text\n(.*?)```", DOC.read_text("utf-8"), re.DOTALL)
assert BLOCK
EXAMPLES = [re.split(r" +->  ", line) for line in BLOCK[1].splitlines()]


@pytest.mark.parametrize(("before", "after"), EXAMPLES)
def test_example(before: str, after: str) -> None:
    out = Redactor(salt=b"a salt for tests").text(before)

    assert MASK.sub(lambda mask: mask[0].partition("#")[0].rstrip("]") + "]", out) == after


def test_the_example_of_settings() -> None:
    text = DOC.read_text("utf-8")
    keys = re.search(r"^ITK_REDACT_KEYS=(.*)$", text, re.MULTILINE)
    patterns = re.search(r"^ITK_REDACT_PATTERNS=(.*)$", text, re.MULTILINE)
    assert keys
    assert patterns
    redactor = Redactor(keys=keys[1].split(","), patterns=[patterns[1]], salt=b"a salt for tests")

    out = redactor.value({"x-customer-id": 1, "firstName": "Ann", "customers_id": 2, "note": "CUST-123456 came"})

    assert out["customers_id"] == 2
    assert str(out).count("[redacted:custom#") == 3


def test_every_kind_has_a_name_of_the_mask_s_shape() -> None:
    from itk.redact.patterns import RULES

    assert all(MASK.fullmatch(f"[redacted:{rule.kind}#3fa9c1]") for rule in RULES)
