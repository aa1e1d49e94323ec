"""Goes through every value there is: structs, payloads, lists of pairs, text within text. Nothing is changed in place.

What holds no secret comes back as the very same object.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from itk.errors import UsageError
from itk.model.ids import Id
from itk.redact import fields, nested, numbers, pairs, patterns
from itk.redact.keys import Keys, Sensitive, words
from itk.redact.masks import TOO_DEEP, Masks, masked_already, outside_masks
from itk.redact.nested import Num, Pairs
from itk.redact.patterns import Hit

MAX_DEPTH = 48
_CACHE_ENTRIES, _CACHE_TEXT = 20_000, 512
_HOLE = "\ue000"  # stands for a JSON value while the text around it is read

_NAME_KEYS = frozenset(
    [
        "name",
        "key",
        "k",
        "header",
        "field",
        "attribute",
        "parameter",
        "param",
        "property",
        "variable",
        "headername",
        "fieldname",
        "attributename",
        "parametername",
        "option",
        "setting",
        "label",
    ]
)
_VALUE_KEYS = frozenset(["value", "values", "val", "v", "content", "contents"])
_TYPED = frozenset(
    [
        "stringValue",
        "StringValue",
        "binaryValue",
        "BinaryValue",
        "stringListValues",
        "binaryListValues",
        "StringListValues",
        "BinaryListValues",
        "dataType",
        "DataType",
        "Type",
        "Value",
        "type",
        "value",
        "intValue",
        "doubleValue",
        "boolValue",
        "arrayValue",
        "bytesValue",
        "S",
        "N",
        "B",
        "BOOL",
        "NULL",
        "SS",
        "NS",
        "BS",
    ]
)
_TYPE_OF = frozenset(["dataType", "DataType", "Type", "type"])
_SCHEMA = frozenset(["type", "description", "format", "title", "required", "minLength", "maxLength", "nullable"])
_SCHEMA_TYPES = frozenset(["string", "number", "integer", "boolean", "array", "object"])
_IDENTIFIER = re.compile(r"[A-Za-z_]{1,40}")


class Redactor:
    """Redacts with the keys and patterns of the user, and the salt of one run."""

    __slots__ = ("_cache", "_keys", "_masks", "_user_patterns")

    def __init__(self, *, keys: Sequence[str] = (), patterns: Sequence[str] = (), salt: bytes) -> None:
        self._keys = Keys(keys)
        self._masks = Masks(salt)
        self._user_patterns = tuple(_compiled(pattern) for pattern in patterns)
        self._cache: dict[tuple[str, int], str] = {}

    def text(self, text: str, depth: int = 0) -> str:
        """`text` without secrets. Redacting the result again changes nothing."""
        if not text:
            return text
        short = len(text) <= _CACHE_TEXT
        if short and (known := self._cache.get((text, depth))) is not None:
            return known
        out = text
        for _ in range(4):  # a mask may show its neighbour in a new light; twice is rare, more was never seen
            once = self._once(out, depth)
            if once == out:
                break
            out = once
        if short and len(self._cache) < _CACHE_ENTRIES:
            self._cache[text, depth] = out
        return out

    def _once(self, text: str, depth: int) -> str:
        regions = nested.regions(text, lambda value: self.value(value, depth + 1))
        around = _around(text, regions)
        edits: list[tuple[int, int, str]] = [(r.start, r.end, r.new) for r in regions if text[r.start : r.end] != r.new]
        shift = _Shift(regions)
        for hit in merged(self._hits(around) if around != _HOLE else ()):
            for start, end in outside_masks(around, hit.start, hit.end):
                start, end = shift.back(start), shift.back(end)
                edits = [edit for edit in edits if edit[1] <= start or edit[0] >= end]
                edits.append((start, end, self._masks.mask(hit.kind, text[start:end])))
        out, at = [], 0
        for start, end, new in sorted(edits):
            out += [text[at:start], new]
            at = end
        return "".join(out) + text[at:] if edits else text

    def _hits(self, text: str) -> Iterator[Hit]:
        for pattern in self._user_patterns:
            for found in pattern.finditer(text):
                group = "secret" if "secret" in pattern.groupindex else 0
                if found[group]:
                    yield Hit(*found.span(group), "custom")
        low = text.lower()
        if any(hint in low for hint in self._keys.hints):
            yield from pairs.find(text, self._keys)
        for rule in patterns.RULES:
            if not rule.hints or any(hint in low for hint in rule.hints):
                yield from rule.find(text)
        yield from numbers.find(text)

    def value(self, value: Any, depth: int = 0) -> Any:
        """A payload, at any depth."""
        if isinstance(value, Num):
            return self._number(value)
        if isinstance(value, str):
            return self.text(value, depth)
        if value is None or isinstance(value, (bool, float)):
            return value
        if isinstance(value, int):
            return self._number(value)
        if isinstance(value, msgspec.Struct):
            return self.struct(value)
        if isinstance(value, (dict, Pairs, list, tuple, set, frozenset)):
            if depth >= MAX_DEPTH and value:
                return TOO_DEEP
            return self._container(value, depth)
        if isinstance(value, (bytes, bytearray, memoryview)):
            return self._foreign(value, bytes(value).decode("utf-8", "replace"))
        return self._foreign(value, str(value))

    def _foreign(self, value: Any, text: str) -> Any:
        clean = self.text(text)
        return value if clean == text else clean

    def _number(self, number: int | Num) -> Any:
        text = str(number)
        if any(pattern.search(text) for pattern in self._user_patterns):
            return self._masks.mask("custom", text)
        if 13 <= len(text) <= 16 and text.isdigit() and numbers.is_card(text):
            return self._masks.mask("card", text)
        return number

    def _container(self, value: Any, depth: int) -> Any:
        if isinstance(value, dict):
            old = list(value.items())
            new = self._object(old, depth)
            return value if _same(old, new) else _as_dict(new)
        if isinstance(value, Pairs):
            new = self._object(value, depth)
            return value if _same(value, new) else Pairs(new)
        items = list(value)
        clean = self._list(items, depth)
        if all(a is b for a, b in zip(items, clean, strict=True)):
            return value
        return tuple(clean) if isinstance(value, tuple) else clean

    def _object(self, items: Sequence[tuple[Any, Any]], depth: int) -> list[tuple[Any, Any]]:
        named = self._named(items)
        out = []
        for key, value in items:
            why = self._keys.find(key) if isinstance(key, str) else None
            if named and not (why and why.user) and isinstance(key, str) and words(key)[-1:] and _is_value(key):
                why = named
            new = self._under(value, why, depth) if why else self.value(value, depth + 1)
            if isinstance(value, list) and isinstance(key, str) and words(key)[-1:] == ("headers",):
                new = self._flat_headers(new, depth)
            out.append((self.value(key, depth + 1), new))
        return out

    def _named(self, items: Sequence[tuple[Any, Any]]) -> Sensitive | None:
        """`{"name": "Authorization", "value": ...}` and its many spellings."""
        for key, value in items:
            if isinstance(key, str) and isinstance(value, str):
                if "".join(words(key)) in _NAME_KEYS and len(value) <= 256 and (why := self._keys.find(value)):
                    return why
                if value == "SecureString" and key.lower() == "type":
                    return Sensitive("secret")
        return None

    def _list(self, items: list[Any], depth: int) -> list[Any]:
        if len(items) == 2 and isinstance(items[0], str) and isinstance(items[1], str):
            why = self._keys.find(items[0])
            if why and not _IDENTIFIER.fullmatch(items[1]):  # ["password", "email"] lists names
                return [items[0], self._under(items[1], why, depth)]
        table = len(items) > 0 and all(isinstance(item, (list, tuple)) and len(item) == 2 for item in items)
        out: list[Any] = []
        option: Sensitive | None = None
        for item in items:
            if option and isinstance(item, (str, int)):
                out.append(self._under(item, option, depth))
                option = None
                continue
            option = None
            if isinstance(item, str) and item.startswith("-") and "=" not in item and not item.startswith("--no-"):
                option = self._keys.find(item)
            if table and isinstance(item[0], str) and (why := self._keys.find(item[0])):
                pair = [item[0], self._under(item[1], why, depth + 1)]
                out.append(item if pair[1] is item[1] else tuple(pair) if isinstance(item, tuple) else pair)
                continue
            out.append(self.value(item, depth + 1))
        return out

    def _flat_headers(self, items: Any, depth: int) -> Any:
        """`rawHeaders` of Node: name, value, name, value."""
        if not isinstance(items, list) or len(items) % 2 or not all(isinstance(item, str) for item in items):
            return items
        out = list(items)
        for n in range(0, len(items), 2):
            if why := self._keys.find(items[n]):
                out[n + 1] = self._under(items[n + 1], why, depth)
        return items if out == items else out

    def _under(self, value: Any, why: Sensitive, depth: int) -> Any:
        """The value of a sensitive key: masked whatever it is, but for what says nothing (null, true, empty)."""
        if value is None or (isinstance(value, bool) and not why.user):
            return value
        if isinstance(value, str) and not isinstance(value, Num):
            if not value.strip() or masked_already(value) or (why.soft and _numeric(value)):
                return value
            return self._masks.mask(why.kind, value)
        if isinstance(value, (dict, Pairs, list, tuple, set, frozenset)):
            return self._container_under(value, why, depth)
        return value if why.soft else self._masks.mask(why.kind, str(value))

    def _container_under(self, value: Any, why: Sensitive, depth: int) -> Any:
        if depth >= MAX_DEPTH:
            return TOO_DEEP
        found = list(leaves(value))
        if not found and not value:
            return value
        if why.soft and all(isinstance(leaf, (bool, int, float, Num, type(None))) for leaf in found):
            return value
        if isinstance(value, (dict, Pairs)):
            items = list(value.items()) if isinstance(value, dict) else list(value)
            names = {key for key, _ in items}
            if _is_schema(items, names):
                return self._container(value, depth)
            if names <= _TYPED:
                new = [
                    (k, v if k in _TYPE_OF and isinstance(v, str) else self._under(v, why, depth + 1)) for k, v in items
                ]
                return value if _same(items, new) else _as_dict(new) if isinstance(value, dict) else Pairs(new)
        elif value and all(isinstance(item, str) and (len(item) >= 6 or not item) for item in value):
            items = [self._under(item, why, depth) for item in value]
            return value if items == list(value) else tuple(items) if isinstance(value, tuple) else items
        return self._masks.mask(why.kind, "\x1f".join(map(str, found)))

    def struct(self, struct: msgspec.Struct) -> msgspec.Struct:
        """One of ITK's own values: its fields, but for those of `itk.redact.fields` that hold what they must."""
        changes: dict[str, Any] = {}
        for name, keep in fields.plan(type(struct)):
            old = getattr(struct, name)
            if keep is not None and keep(old):
                continue
            if (new := self.value(old)) is not old and new != old:
                changes[name] = new
        if isinstance(struct, Id) and (why := self._keys.user(struct.kind)):
            changes["value"] = self._under(struct.value, why, 0)
        return msgspec.structs.replace(struct, **changes) if changes else struct


class _Shift:
    """From places in the text with holes back to places in the text."""

    __slots__ = ("_regions",)

    def __init__(self, regions: list[nested.Region]) -> None:
        self._regions: list[tuple[int, int]] = []  # place of the hole, characters that it hides
        hidden = 0
        for region in regions:
            self._regions.append((region.start - hidden, region.end - region.start - 1))
            hidden += region.end - region.start - 1

    def back(self, at: int) -> int:
        return at + sum(size for hole, size in self._regions if hole < at)


def merged(hits: Iterator[Hit] | Sequence[Hit]) -> list[Hit]:
    """Hits that overlap become one, from the first start to the last end: no rule leaves the tail of another's secret."""
    out: list[Hit] = []
    for hit in sorted(hits, key=lambda h: (h.start, -h.end)):
        if out and hit.start < out[-1].end:
            if hit.end > out[-1].end:
                out[-1] = out[-1]._replace(end=hit.end)
        else:
            out.append(hit)
    return out


def leaves(value: Any) -> Iterator[Any]:
    """Every scalar in `value`, keys included where they are no mere field names; no recursion."""
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


def _around(text: str, regions: list[nested.Region]) -> str:
    out, at = [], 0
    for region in regions:
        out += [text[at : region.start], _HOLE]
        at = region.end
    return "".join(out) + text[at:]


def _as_dict(items: Sequence[tuple[Any, Any]]) -> dict[Any, Any]:
    """Two keys that became equal both stay."""
    out: dict[Any, Any] = {}
    for key, value in items:
        n, name = 2, key
        while name in out:
            name, n = f"{key}~{n}", n + 1
        out[name] = value
    return out


def _same(old: Sequence[tuple[Any, Any]], new: Sequence[tuple[Any, Any]]) -> bool:
    return all(a[0] is b[0] and a[1] is b[1] for a, b in zip(old, new, strict=True))


def _is_value(key: str) -> bool:
    return words(key)[-1] in _VALUE_KEYS


def _is_schema(items: Sequence[tuple[Any, Any]], names: set[Any]) -> bool:
    """`{"type": "string", "description": ...}`: says what a password is, not which."""
    return len(names) > 0 and names <= _SCHEMA and any(k == "type" and v in _SCHEMA_TYPES for k, v in items)


def _numeric(text: str) -> bool:
    return text.strip().replace(".", "", 1).replace(",", "").isdigit()


def _compiled(pattern: str) -> re.Pattern[str]:
    try:
        return re.compile(pattern)
    except re.error as error:
        raise UsageError(
            f"`{pattern}` in ITK_REDACT_PATTERNS is no regular expression: {error}",
            fix="Python's `re` syntax holds; put a backslash before a bracket or a star that is meant literally",
        ) from None
