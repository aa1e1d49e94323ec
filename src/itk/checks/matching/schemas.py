"""The JSON Schema of matchers and fields, each once, so that an editor completes them and marks what is wrong."""

from __future__ import annotations

from typing import Any

from pydantic import WithJsonSchema

from itk.casefile.schema import NAMED
from itk.checks.matching.operators import BY_NAME, NESTED
from itk.model.trace import Span

_VALUE = {"type": ["string", "number", "boolean", "array", "object"]}
_ORDERED = {"type": ["number", "string"]}
_TEXT = {"type": "string", "minLength": 1}
_SWITCH = {"type": "boolean"}
_LIST = {"type": "array", "minItems": 1}
_PAIR = {"type": "array", "minItems": 2, "maxItems": 2, "items": _ORDERED}
_OPERANDS: dict[str, dict[str, Any]] = {
    **dict.fromkeys(("eq", "ne", "contains", "not_contains"), _VALUE),
    **dict.fromkeys(("gt", "gte", "lt", "lte"), _ORDERED),
    **dict.fromkeys(("between", "approx"), _PAIR),
    **dict.fromkeys(("in", "not_in", "one_of"), _LIST),
    **dict.fromkeys(("starts_with", "ends_with", "matches", "type"), _TEXT),
    **dict.fromkeys(("exists", "absent"), _SWITCH),
    "subset": {"type": ["object", "array"]},
    "length": {"type": ["integer", "object"]},
}


def _matcher() -> dict[str, Any]:
    meanings = {name: operator.meaning for name, operator in BY_NAME.items()}
    meanings |= {name: meaning for name, (meaning, _) in NESTED.items()}
    operands = {name: {"description": meaning, **_OPERANDS[name]} for name, meaning in meanings.items()}
    compared = {"type": "object", "properties": operands, "additionalProperties": False, "minProperties": 1}
    return {
        NAMED: "Matcher",
        "description": "A value, which must be equal, or matchers, which must all hold.",
        "anyOf": [{"type": ["string", "number", "boolean"]}, compared],
    }


MATCHER = _matcher()
FIELDS: dict[str, Any] = {
    NAMED: "Fields",
    "description": "Fields, each with a value or a matcher.",
    "type": "object",
    "additionalProperties": MATCHER,
    "minProperties": 1,
}
SPAN_FIELDS: dict[str, Any] = {
    NAMED: "SpanFields",
    "description": "Fields of a span as run.json shows them, each with a value or a matcher.",
    "type": "object",
    "properties": dict.fromkeys(Span.__struct_fields__, MATCHER),
    "additionalProperties": MATCHER,
}
POSITIONS: dict[str, Any] = {
    NAMED: "Positions",
    "description": "Places, from 1, and the fields of the span there.",
    "type": "object",
    "patternProperties": {"^[1-9][0-9]{0,8}$": SPAN_FIELDS},
    "additionalProperties": False,
    "minProperties": 1,
}


def shown_as(schema: dict[str, Any]) -> WithJsonSchema:
    """Shows a parameter to editors as this, whatever its own type is."""
    return WithJsonSchema({"allOf": [schema]})
