"""Shapes in which JSON carries a name and its value apart from each other, and shapes that wrap one value."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from itk.redact.keys import Keys, Sensitive, words
from itk.redact.nested import Pairs

_NAME_KEYS = frozenset(  # their words, run together
    "name key k header field attribute parameter param property variable headername fieldname attributename"  # noqa: SIM905
    " parametername option setting".split()
)
_VALUE_KEYS = frozenset(("value", "values", "val", "v"))
_TYPE_KEYS = frozenset(("dataType", "DataType", "Type", "type"))
_TYPED = _TYPE_KEYS | frozenset(
    "stringValue StringValue binaryValue BinaryValue stringListValues binaryListValues StringListValues"  # noqa: SIM905
    " BinaryListValues Value value intValue doubleValue boolValue arrayValue bytesValue"
    " S N B BOOL NULL SS NS BS".split()
)
_SCHEMA = frozenset(("type", "description", "format", "title", "required", "minLength", "maxLength", "nullable"))
_SCHEMA_TYPES = frozenset(("string", "number", "integer", "boolean", "array", "object"))
_IDENTIFIER = re.compile(r"[A-Za-z_]{1,40}")
_NAME = re.compile(r"[\w$.:/\-]{1,128}")  # a sentence is no name

Members = Sequence[tuple[Any, Any]]


def named(members: Members, keys: Keys) -> Sensitive | None:
    """`{"name": "Authorization", "value": ...}` and its many spellings: why the value is sensitive."""
    for key, value in members:
        if isinstance(key, str) and isinstance(value, str):
            if "".join(words(key)) in _NAME_KEYS and _NAME.fullmatch(value) and (why := keys.find(value)):
                return why
            if value == "SecureString" and key.lower() == "type":  # a parameter of Systems Manager
                return Sensitive("secret")
    return None


def is_value(key: Any) -> bool:
    """`value`, `currentValue`, `stringValue`, ...: what stands beside a name."""
    return isinstance(key, str) and bool(_VALUE_KEYS.intersection(words(key)[-1:]))


def is_typed(members: Members) -> bool:
    """`{"stringValue": "x", "dataType": "String"}`, `{"S": "x"}`: a value that says its type."""
    return bool(members) and all(key in _TYPED for key, _ in members)


def says_type(key: Any, value: Any) -> bool:
    """The part of a typed value that is no secret."""
    return key in _TYPE_KEYS and isinstance(value, str)


def is_schema(members: Members) -> bool:
    """`{"type": "string", "description": ...}`: says what a password is, not which."""
    return all(key in _SCHEMA for key, _ in members) and any(k == "type" and v in _SCHEMA_TYPES for k, v in members)


def pair(items: Sequence[Any], keys: Keys) -> Sensitive | None:
    """`["Authorization", "Bearer x"]`; but `["password", "email"]` lists names."""
    if len(items) != 2 or not all(isinstance(item, str) for item in items):
        return None
    return keys.find(items[0]) if _NAME.fullmatch(items[0]) and not _IDENTIFIER.fullmatch(items[1]) else None


def is_table(items: Sequence[Any]) -> bool:
    """A list of pairs."""
    return len(items) > 0 and all(
        isinstance(item, (list, tuple))
        and len(item) == 2
        and isinstance(item[0], str)
        and (not item[0] or _NAME.fullmatch(item[0]) is not None)
        for item in items
    )


def option(item: Any, keys: Keys) -> Sensitive | None:
    """`--password` among the arguments of a command: the next one is the secret."""
    if isinstance(item, str) and item.startswith("-") and not item.startswith("--no-") and "=" not in item:
        return keys.find(item)
    return None


def are_raw_headers(key: Any, items: Any) -> bool:
    """`rawHeaders` of Node: name, value, name, value."""
    return (
        isinstance(key, str)
        and words(key)[-1:] == ("headers",)
        and isinstance(items, (list, tuple))
        and len(items) % 2 == 0
        and all(isinstance(item, str) for item in items)
    )


def is_version(key: Any, value: Any) -> bool:
    """`"agent_version": "5.0.2.126"` is no address."""
    return (
        isinstance(key, str)
        and isinstance(value, str)
        and words(key)[-1:] == ("version",)
        and len(value) <= 40
        and all(c.isdigit() or c in ".-" for c in value)
    )


def is_numeric(text: str) -> bool:
    """A number as text: `4096`, `1,024`, `0.5`."""
    return text.strip().replace(".", "", 1).replace(",", "").isdigit()


def leaves(value: Any) -> Iterator[Any]:
    """Every scalar in `value`; no recursion."""
    stack = [value]
    while stack:
        top = stack.pop()
        if isinstance(top, dict):
            stack.extend(reversed(top.values()))
        elif isinstance(top, Pairs):
            stack.extend(item for _, item in reversed(top))
        elif isinstance(top, (list, tuple, set, frozenset)):
            stack.extend(reversed(list(top)))
        else:
            yield top
