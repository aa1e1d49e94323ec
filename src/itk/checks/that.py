"""Anything else, as a JMESPath expression over the trace document."""

from __future__ import annotations

from typing import Any

import jmespath
import msgspec
from jmespath.exceptions import JMESPathError
from pydantic import Field, field_validator

from itk.checks._answers import Params, failed, is_inferred, near, never_early, nothing_to_judge, passed, seen
from itk.checks._jmespath import NotEvaluated, evaluate
from itk.checks.matching.values import shown
from itk.model.case import CheckSpec
from itk.model.run import CheckVerdict
from itk.model.trace import Trace
from itk.ports import Facts

EXPRESSION_MAX = 4_000  # characters
ACTUAL_MAX = 300


class ThatParams(Params):
    expression: str = Field(
        min_length=1, max_length=EXPRESSION_MAX, description="must give `true`; null, which is no value, is not true"
    )

    @field_validator("expression")
    @classmethod
    def _compiles(cls, value: str) -> str:
        try:
            jmespath.compile(value)
        except JMESPathError as error:
            raise ValueError(f"not a JMESPath expression: {str(error).splitlines()[0]}") from None
        except RecursionError:
            raise ValueError("not a JMESPath expression: it is nested too deep") from None
        return value


def document(trace: Trace) -> dict[str, Any]:
    """The trace as `that` sees it: the fields of a span in `run.json`, and `component.label` beside type and name.

    A parent that was only inferred is null here, so that no likelihood makes an expression true.
    """
    # Through JSON and back: JMESPath knows lists, not the tuples of the model.
    built: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(trace))
    for built_span, span in zip(built["spans"], trace.spans, strict=True):
        built_span["component"]["label"] = span.component.label
        built_span["parent_span_id"] = None if is_inferred(span) else span.parent_span_id
        built_span["links"] = [link for link in built_span["links"] if link["tier"] != "inferred"]
    return built


class That:
    name = "that"
    summary = "The JMESPath expression over the trace document is true. Inferred parents and links are left out of it."
    params = ThatParams
    shorthand = "expression"
    beside: tuple[str, ...] = ()
    settles_early = never_early

    def judge(self, spec: CheckSpec, facts: Facts) -> CheckVerdict:
        expression = ThatParams(**spec.params).expression
        expected = f"`{expression}` is true"
        if not seen(facts.trace):
            return nothing_to_judge(spec, "no span was seen", expected=expected)
        try:
            value = evaluate(expression, document(facts.trace))
        except NotEvaluated as error:
            touched = [span for span in facts.trace.spans if span.span_id == error.span_id]
            nearest = tuple(near(span, error.why) for span in touched[:1])
            message = f"`{expression}` cannot be evaluated: {error.why}"
            return failed(spec, message, touched[:1], expected=expected, actual=error.why, nearest=nearest)
        if value is True:
            return passed(spec, "is true", expected=expected, actual="true")
        actual = "no value" if value is None else shown(value, ACTUAL_MAX)
        return failed(spec, f"gives {actual}", expected=expected, actual=actual)


that = That()
