"""OpenTelemetry's attributes and values, as OTLP/JSON writes them and as CloudWatch and Jaeger flatten them."""

from __future__ import annotations

from typing import Any

from itk.reading.jsontext import DEPTH_MAX
from itk.reading.logfields import text_of, whole

_MEMBERS_MAX = 1_000


def attributes(value: Any) -> dict[str, Any]:
    """`{"key": 1}`, or OTLP's `[{"key": "key", "value": {"intValue": "1"}}]`, as a plain object."""
    if isinstance(value, dict):
        return value
    return _pairs(value, 0)


def any_value(value: Any, depth: int = 0) -> Any:
    """OTLP's AnyValue as a plain value; what is none stays as it is."""
    if not isinstance(value, dict) or len(value) != 1 or depth > DEPTH_MAX:
        return value
    [(kind, inside)] = value.items()
    match kind:
        case "stringValue" | "boolValue" | "doubleValue" | "bytesValue":
            return inside
        case "intValue":
            number = whole(inside)
            return inside if number is None else number
        case "arrayValue":
            values = inside.get("values") if isinstance(inside, dict) else None
            return [any_value(each, depth + 1) for each in _members(values)]
        case "kvlistValue":
            return _pairs(inside.get("values") if isinstance(inside, dict) else None, depth + 1)
    return value


def _pairs(value: Any, depth: int) -> dict[str, Any]:
    pairs = (each for each in _members(value) if isinstance(each, dict) and "value" in each)
    return {text_of(each.get("key")): any_value(each["value"], depth) for each in pairs}


def _members(value: Any) -> list[Any]:
    return value[:_MEMBERS_MAX] if isinstance(value, list) else []
