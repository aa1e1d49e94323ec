"""The JSON Schema of matchers and fields, each once, so that an editor completes them and marks what is wrong."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

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


class _Written(BaseModel):
    """A shape that is checked by hand, and shown to editors under the name of its class."""

    @classmethod
    def shape(cls, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        raise NotImplementedError

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        named = handler(core)
        built = handler.resolve_ref_schema(named)
        built.clear()
        built.update(cls.shape(handler))
        return named


class Matcher(_Written):
    @classmethod
    def shape(cls, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        meanings = {name: operator.meaning for name, operator in BY_NAME.items()}
        meanings |= {name: meaning for name, (meaning, _) in NESTED.items()}
        operands = {name: {"description": meaning, **_OPERANDS[name]} for name, meaning in meanings.items()}
        compared = {"type": "object", "properties": operands, "additionalProperties": False, "minProperties": 1}
        return {
            "description": "A value, which must be equal, or matchers, which must all hold.",
            "anyOf": [{"type": ["string", "number", "boolean"]}, compared],
        }


class AnyFields(_Written):
    @classmethod
    def shape(cls, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {
            "description": "Fields, each with a value or a matcher.",
            "type": "object",
            "additionalProperties": handler(Matcher.__pydantic_core_schema__),
            "minProperties": 1,
        }


class SpanFields(_Written):
    @classmethod
    def shape(cls, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        matcher = handler(Matcher.__pydantic_core_schema__)
        return {
            "description": "Fields of a span as run.json shows them, each with a value or a matcher.",
            "type": "object",
            "properties": dict.fromkeys(Span.__struct_fields__, matcher),
            "additionalProperties": matcher,
        }


class Positions(_Written):
    @classmethod
    def shape(cls, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {
            "type": "object",
            "patternProperties": {"^[1-9][0-9]{0,8}$": handler(SpanFields.__pydantic_core_schema__)},
            "additionalProperties": False,
            "minProperties": 1,
        }


class ShapedAs:
    """Shows a field to editors as this shape, whatever its own type is."""

    def __init__(self, shape: type[_Written]) -> None:
        self._shape = shape

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return handler(self._shape.__pydantic_core_schema__)
