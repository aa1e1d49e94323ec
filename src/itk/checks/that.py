"""Anything else, as a JMESPath expression over the trace document."""

from __future__ import annotations

from typing import Any

import jmespath
import msgspec
from jmespath.exceptions import JMESPathError
from pydantic import Field, field_validator

from itk.checks._answers import Params, failed, is_inferred, never_early, nothing_to_judge, passed, seen
from itk.model.case import CheckSpec
from itk.model.run import CheckVerdict
from itk.model.trace import Trace
from itk.ports import Facts


class ThatParams(Params):
    expression: str = Field(min_length=1, description="must give `true`; null is not true")

    @field_validator("expression")
    @classmethod
    def _compiles(cls, value: str) -> str:
        try:
            jmespath.compile(value)
        except JMESPathError as error:
            raise ValueError(f"not a JMESPath expression: {str(error).splitlines()[0]}") from None
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
        if not seen(facts.trace):
            return nothing_to_judge(spec, "no span was seen", expected=f"`{expression}` is true")
        try:
            value = jmespath.search(expression, document(facts.trace))
        except (JMESPathError, TypeError) as error:
            return failed(
                spec, f"cannot be evaluated: {error}", expected=f"`{expression}` is true", actual=type(error).__name__
            )
        actual = msgspec.json.encode(value).decode()[:300]
        if value is True:
            return passed(spec, "is true", expected=f"`{expression}` is true", actual=actual)
        why = "gives no value" if value is None else f"gives {actual}"
        return failed(spec, why, expected=f"`{expression}` is true", actual=actual)


that = That()
