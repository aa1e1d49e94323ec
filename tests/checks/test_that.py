from __future__ import annotations

import pytest
from pydantic import ValidationError

from tests.checks.build import facts, root, said, span, verdict

OF = facts(root(), span())


@pytest.mark.parametrize(
    "expression", ["length(spans) == `2`", "spans[?component.label=='lambda:intake'] | length(@) == `1`"]
)
def test_passes_where_it_is_true(expression: str) -> None:
    assert said("that", OF, expression=expression) == "passed"


@pytest.mark.parametrize("expression", ["length(spans) == `9`", "spans[0].nothing", "length(spans)", "length(`3`)"])
def test_fails_where_it_is_anything_else(expression: str) -> None:
    """Null, a number or an error of evaluation is not true."""
    assert said("that", OF, expression=expression) == "failed"


def test_says_what_it_gave() -> None:
    assert verdict("that", OF, expression="length(spans)").message == "gives 2"
    assert verdict("that", OF, expression="nothing").message == "gives no value"


def test_what_does_not_compile_is_refused() -> None:
    with pytest.raises(ValidationError, match="not a JMESPath expression"):
        said("that", OF, expression="spans[")


def test_no_answer_holds_while_records_come() -> None:
    for expression in ("length(spans) == `2`", "length(spans) == `9`"):
        assert said("that", facts(root(), span(), complete=False), expression=expression) == "inconclusive"
