"""Goes through every value there is: structs, payloads, lists of pairs, text within text. Nothing is changed in place.

What holds no secret comes back as the very same object.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from itk.model.ids import Id
from itk.redact import fields, forms, numbers
from itk.redact.keys import Keys, Sensitive
from itk.redact.masks import TOO_DEEP, Masks, masked_already
from itk.redact.nested import Num, Pairs
from itk.redact.text import MAX_DEPTH, Texts

_LISTED_MIN = 6  # shorter items of a list are masked together: a tag for each of 10 digits would spell the number


class Redactor:
    """Redacts with the keys and patterns of the user, and the salt of one run."""

    __slots__ = ("_keys", "_masks", "_texts")

    def __init__(self, *, keys: Sequence[str] = (), patterns: Sequence[str] = (), salt: bytes) -> None:
        self._keys = Keys(keys)
        self._masks = Masks(salt)
        self._texts = Texts(self._keys, self._masks, patterns, self.value)

    def text(self, text: str) -> str:
        """`text` without secrets. Redacting the result again changes nothing."""
        return self._texts.redact(text)

    def value(self, value: Any, depth: int = 0) -> Any:
        """A payload, at any depth."""
        if isinstance(value, Num):
            return self._number(value)
        if isinstance(value, str):
            return self._texts.redact(value, depth)
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
        if self._texts.user_pattern_in(text):
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

    def _object(self, members: forms.Members, depth: int) -> list[tuple[Any, Any]]:
        named = forms.named(members, self._keys)
        out = []
        for key, value in members:
            clean = self.value(key, depth + 1)
            out.append((clean, self._member(key, clean, value, named, depth)))
        return out

    def _member(self, key: Any, clean: Any, value: Any, named: Sensitive | None, depth: int) -> Any:
        if named and forms.is_value(key):
            return self._under(value, named, depth)
        # A key of many words may name something else once its own secret is masked.
        if isinstance(key, str) and (why := self._keys.find(key) or (clean is not key and self._keys.find(clean))):
            return self._under(value, why, depth)
        if forms.is_version(key, value):
            return value
        if forms.are_raw_headers(key, value):
            flat = [
                self._under(item, why, depth) if n % 2 and (why := self._keys.find(value[n - 1])) else item
                for n, item in enumerate(value)
            ]
            value = value if flat == list(value) else flat
        return self.value(value, depth + 1)

    def _list(self, items: list[Any], depth: int) -> list[Any]:
        if why := forms.pair(items, self._keys):
            return [self.value(items[0], depth + 1), self._under(items[1], why, depth)]
        if forms.is_table(items):
            return [self._row(item, depth + 1) for item in items]
        out: list[Any] = []
        option: Sensitive | None = None
        for item in items:
            if option and isinstance(item, (str, int)):
                out.append(self._under(item, option, depth))
                option = None
            else:
                out.append(self.value(item, depth + 1))
                option = forms.option(item, self._keys)
        return out

    def _row(self, row: Any, depth: int) -> Any:
        if not (why := self._keys.find(row[0])):
            return self.value(row, depth)
        name, new = self.value(row[0], depth), self._under(row[1], why, depth)
        return row if name is row[0] and new is row[1] else type(row)((name, new))

    def _under(self, value: Any, why: Sensitive, depth: int) -> Any:
        """The value of a sensitive key: masked whatever it is, but for what says nothing (null, true, empty)."""
        if value is None or (isinstance(value, bool) and not why.user):
            return value
        if isinstance(value, (dict, list, tuple, set, frozenset)):
            return self._container_under(value, why, depth)
        text = str(value)
        if not text.strip() or masked_already(text):
            return value
        if why.soft and (not isinstance(value, str) or forms.is_numeric(text)):
            return value
        return self._masks.mask(why.kind, text)

    def _container_under(self, value: Any, why: Sensitive, depth: int) -> Any:
        if not value:
            return value
        if depth >= MAX_DEPTH:
            return TOO_DEEP
        found = list(forms.leaves(value))
        if why.kind == "jwt":  # the claims of one, decoded
            return self._container(value, depth)
        if why.soft and all(isinstance(leaf, (int, float, Num, type(None))) for leaf in found):
            return self._container(value, depth)
        if isinstance(value, (dict, Pairs)):
            members = list(value.items()) if isinstance(value, dict) else list(value)
            if forms.is_schema(members):
                return self._container(value, depth)
            if forms.is_typed(members):
                new = [(k, v if forms.says_type(k, v) else self._under(v, why, depth + 1)) for k, v in members]
                return dict(new) if isinstance(value, dict) else Pairs(new)
        elif all(isinstance(item, str) and len(item) >= _LISTED_MIN for item in value):
            return [self._under(item, why, depth) for item in value]
        return self._masks.mask(why.kind, "\x1f".join(map(str, found)))

    def struct(self, struct: msgspec.Struct) -> msgspec.Struct:
        """One of ITK's own values: its fields, but for those of `itk.redact.fields` that hold what they must."""
        changes: dict[str, Any] = {}
        for name, keep in fields.plan(type(struct)):
            old = getattr(struct, name)
            if keep is not None and keep(old):
                continue
            # A tuple of ours holds values of one meaning each, no name and its value.
            new = tuple(map(self.value, old)) if isinstance(old, tuple) else self.value(old)
            if new is not old and new != old:
                changes[name] = new
        if isinstance(struct, Id) and (why := self._keys.user(struct.kind)):
            changes["value"] = self._under(struct.value, why, 0)
        return msgspec.structs.replace(struct, **changes) if changes else struct


def _as_dict(items: forms.Members) -> dict[Any, Any]:
    """Two keys that became equal both stay."""
    out: dict[Any, Any] = {}
    for key, value in items:
        n, name = 2, key
        while name in out:
            name, n = f"{key}~{n}", n + 1
        out[name] = value
    return out


def _same(old: forms.Members, new: forms.Members) -> bool:
    return all(a[0] is b[0] and a[1] is b[1] for a, b in zip(old, new, strict=True))
