"""The JSON form of a run: the model's own field names, nanoseconds as strings, text that UTF-8 can hold.

A JavaScript number holds 53 bits, a Unix time in nanoseconds needs 61. So every field `*_ns` of the model is written as
a string of digits, as OTLP's JSON does. Payloads are other people's JSON and keep their numbers.
"""

from __future__ import annotations

from typing import Any

import msgspec

from itk.model.run import RunResult
from itk.renderers.text import well_formed


def plain(value: Any) -> Any:
    """`value` in dicts, lists and scalars, ready for JSON."""
    if isinstance(value, str):
        return well_formed(value)
    if isinstance(value, msgspec.Struct):
        return {name: _field(name, getattr(value, name)) for name in value.__struct_fields__}
    if isinstance(value, dict):
        return {well_formed(str(key)): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if value is None or isinstance(value, (bool, int, float)):
        return value
    return well_formed(str(value))


def _field(name: str, value: Any) -> Any:
    return str(value) if name.endswith("_ns") and isinstance(value, int) else plain(value)


def line(value: Any) -> bytes:
    """One line of JSON, without its line end."""
    return msgspec.json.encode(plain(value))


def pretty(value: Any) -> bytes:
    """Indented JSON, for people and for `diff`."""
    return msgspec.json.format(line(value), indent=2)


def text(value: Any) -> str:
    """A payload as a person reads it: text as it is, all else as indented JSON."""
    return well_formed(value) if isinstance(value, str) else pretty(value).decode()


def run_form(result: RunResult) -> dict[str, Any]:
    """What `run.json` holds: the whole result but the recording, which has its own file."""
    form: dict[str, Any] = plain(result)
    del form["recorded_events"]
    return form
