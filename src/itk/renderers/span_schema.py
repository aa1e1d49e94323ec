"""The JSON Schema of one line of `spans.jsonl`, made from the model: what the model does not have is added here."""

from __future__ import annotations

from typing import Any

import msgspec

from itk.model.trace import Span

_NS = {"type": "string", "pattern": "^-?[0-9]+$", "description": "Unix nanoseconds; a JSON number would lose digits"}
_CONFIDENCE = {"anyOf": [{"type": "number"}, {"type": "null"}]}
_ADDED: dict[str, dict[str, Any]] = {
    "Span": {"trace_id": {"type": "string", "description": "32 hex digits, the same in all lines of a run"}},
    "Join": {
        "confidence": _CONFIDENCE
        | {"description": "1 if exact, as calibrated if inferred; null: nobody measured how sure it is"}
    },
    "Link": {"confidence": _CONFIDENCE | {"description": "1 if exact, else null"}},
    "Payload": {
        "ref": {"type": "string", "description": "the file that holds the payload alone"},
        "bytes": {"type": "integer", "minimum": 0, "description": "length of that file"},
        "sha256": {
            "type": "string",
            "pattern": "^[0-9a-f]{64}$",
            "description": "of that file, so of what is redacted",
        },
        "preview": {"type": "string", "maxLength": 200, "description": "the beginning, in one line"},
    },
}


def span_schema() -> dict[str, Any]:
    """Draft 2020-12. Every field is always there; a later ITK may add some, so unknown ones are allowed."""
    (reference,), definitions = msgspec.json.schema_components([Span], ref_template="#/$defs/{name}")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A line of ITK's spans.jsonl",
        "description": "What each field means is said in docs/reference/artifacts.md. null: nobody said.",
        **reference,
        "$defs": {name: _as_written(name, struct) for name, struct in sorted(definitions.items())},
    }


def _as_written(name: str, struct: dict[str, Any]) -> dict[str, Any]:
    """The schema of a struct as `json_form` writes it: all fields, nanoseconds as digits."""
    written = {
        field: _nanoseconds(schema) if field.endswith("_ns") else {k: v for k, v in schema.items() if k != "default"}
        for field, schema in struct["properties"].items()
    }
    fields = {**_ADDED.get(name, {}), **written}
    return {"type": "object", "description": struct["description"], "properties": fields, "required": list(fields)}


def _nanoseconds(schema: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [_NS, {"type": "null"}]} if "anyOf" in schema else _NS
