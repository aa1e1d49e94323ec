"""What a line of `spans.jsonl` must be, for every test that makes or reads one."""

from __future__ import annotations

from typing import Any

from jsonschema import Draft202012Validator

from itk.renderers.span_schema import span_schema


def closed(schema: Any) -> Any:
    """The schema with no room for a field that it does not name: what ITK writes today is all documented."""
    if isinstance(schema, list):
        return [closed(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    shut = {name: closed(item) for name, item in schema.items()}
    return {**shut, "additionalProperties": False} if "required" in shut else shut


LINE = Draft202012Validator(closed(span_schema()))
