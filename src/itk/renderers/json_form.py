"""The JSON form of a run: the model's own field names, nanoseconds as strings, text that UTF-8 can hold.

A JavaScript number holds 53 bits, a Unix time in nanoseconds needs 61. So every field `*_ns` of the model is written as
a string of digits, as OTLP's JSON does. Payloads are other people's JSON and keep their numbers.

`plain` says what is written. `form` leads to the same bytes without taking everything apart: a run has a hundred
thousand spans, most of whose parts the encoder writes as they are.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import msgspec
from msgspec import inspect

from itk.model.run import RunResult
from itk.renderers.text import well_formed

_ENCODE = msgspec.json.Encoder().encode
_TEXT = frozenset((str,))
_SCALARS = frozenset((str, int, float, bool, type(None)))
_NATIVE = (inspect.StrType, inspect.IntType, inspect.FloatType, inspect.BoolType, inspect.NoneType, inspect.LiteralType)


def plain(value: Any) -> Any:
    """`value` in dicts, lists and scalars, ready for JSON."""
    if type(value) in _SCALARS and not (type(value) is str and not value.isascii()):
        return value
    if isinstance(value, str):
        return well_formed(value)
    if isinstance(value, msgspec.Struct):
        return {name: _field(name, getattr(value, name)) for name in value.__struct_fields__}
    if isinstance(value, msgspec.Raw):  # written already
        return value
    if isinstance(value, dict):
        return {well_formed(str(key)): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if value is None or isinstance(value, (bool, int, float)):
        return value
    return well_formed(str(value))


def _field(name: str, value: Any) -> Any:
    return _digits(value) if name.endswith("_ns") else plain(value)


def form(value: Any) -> Any:
    """`value` so that `encoded` writes it as if it were `plain`: structs stay structs, and so does text."""
    if _is_json(value):  # nearly every payload; nothing is built anew
        return value
    kind = type(value)
    if kind is dict:
        return {key if type(key) is str else str(key): form(item) for key, item in value.items()}
    if kind is tuple or kind is list:
        return [form(item) for item in value]
    if isinstance(value, msgspec.Struct):
        return _writer(value.__class__)(value)
    return plain(value)


def _is_json(value: Any) -> bool:
    """Is there nothing in it but what JSON has?"""
    kind = type(value)
    if kind is dict:
        if not _TEXT.issuperset(map(type, value)):
            return False
        value = value.values()
    elif kind is not list and kind is not tuple:
        return kind in _SCALARS
    for item in value:  # noqa: SIM110 - `all` takes half as long again
        if type(item) not in _SCALARS and not _is_json(item):
            return False
    return True


def encoded(formed: Any) -> bytes:
    """One line of JSON from what `form` made."""
    try:
        return _ENCODE(formed)
    except UnicodeEncodeError:  # text with a lone surrogate: seldom, so it is not looked for beforehand
        return _ENCODE(plain(formed))


def line(value: Any) -> bytes:
    """One line of JSON, without its line end."""
    return encoded(form(value))


def pretty(value: Any) -> bytes:
    """Indented JSON, for people and for `diff`."""
    return indented(line(value))


def indented(written: bytes) -> bytes:
    return msgspec.json.format(written, indent=2)


def text(value: Any) -> str:
    """A payload as a person reads it: text as it is, all else as indented JSON."""
    return well_formed(value) if isinstance(value, str) else pretty(value).decode()


def run_line(result: RunResult) -> bytes:
    """What `run.json` holds: the whole result but the recording, which has its own file."""
    fields = msgspec.structs.asdict(form(msgspec.structs.replace(result, recorded_events=())))
    del fields["recorded_events"]
    return encoded(fields)


@cache
def _writer(kind: type[msgspec.Struct]) -> Callable[[msgspec.Struct], msgspec.Struct]:
    """What makes of a struct its twin, in which nanoseconds are digits and values of any kind are JSON."""
    changes = [(at, change) for at, field in enumerate(_info(kind).fields) if (change := _change(field)) is not None]
    if not changes and not _is_tagged(_info(kind)):
        return lambda value: value
    twin = msgspec.defstruct(kind.__name__, [(name, Any) for name in kind.__struct_fields__], gc=False)

    def write(value: msgspec.Struct) -> msgspec.Struct:
        row = list(msgspec.structs.astuple(value))
        for at, change in changes:
            row[at] = change(row[at])
        return twin(*row)

    return write


def _info(kind: type[msgspec.Struct]) -> inspect.StructType:
    found = inspect.type_info(kind)
    assert isinstance(found, inspect.StructType)
    return found


def _change(field: inspect.Field) -> Callable[[Any], Any] | None:
    if field.name.endswith("_ns"):
        return _digits
    return None if _is_native(field.type) else form


def _digits(value: Any) -> Any:
    return str(value) if isinstance(value, int) else plain(value)


def _is_native(said: inspect.Type) -> bool:
    """Does the encoder write every value of this type as `plain` does?"""
    if isinstance(said, inspect.UnionType):
        return all(map(_is_native, said.types))
    if isinstance(said, inspect.VarTupleType):
        return _is_native(said.item_type)
    if isinstance(said, inspect.TupleType):
        return all(map(_is_native, said.item_types))
    if isinstance(said, inspect.DictType):
        return isinstance(said.key_type, inspect.StrType) and _is_native(said.value_type)
    if isinstance(said, inspect.StructType):
        return not _is_tagged(said) and all(_change(field) is None for field in said.fields)
    return isinstance(said, _NATIVE)


def _is_tagged(said: inspect.StructType) -> bool:
    """The encoder writes the tag of a struct, which is no field of it."""
    return said.tag is not None
