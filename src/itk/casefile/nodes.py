"""YAML text -> nodes that know their place, built from parser events so that no input can exhaust the stack.

Scalars are read by the YAML 1.2 core schema, not by PyYAML's 1.1: `no`, `on`, `2026-01-18`, `1_000`, `007` stay text.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import Any, Literal

import yaml

DEPTH_MAX = 64
ALIASED_VALUES_MAX = 10_000
# libyaml is some 10 times faster, PyYAML's own parser has the better messages: speed only matters for large files.
_SMALL = 100_000

_INT = re.compile(r"[-+]?(0|[1-9][0-9]{0,30})", re.ASCII)
_BASED = re.compile(r"0o[0-7]{1,20}|0x[0-9a-fA-F]{1,16}", re.ASCII)
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|(0|[1-9][0-9]*)(\.[0-9]*)?)([eE][-+]?[0-9]{1,4})?", re.ASCII)
_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}


@dataclass(slots=True, eq=False)
class Node:
    """One value of the file and where it stands (line and column from 1). `width`: its characters on that line."""

    kind: Literal["mapping", "sequence", "scalar"]
    line: int
    column: int
    width: int = 1
    text: str = ""
    plain: bool = False
    one_line: bool = True
    pairs: list[tuple[Node, Node]] = field(default_factory=list)
    elements: list[Node] = field(default_factory=list)
    size: int = 1
    depth: int = 1

    def get(self, key: str) -> Node | None:
        """The value under `key` of a mapping."""
        return next((value for name, value in self.pairs if name.text == key), None)

    def key(self, key: str) -> Node | None:
        """The key node itself."""
        return next((name for name, _ in self.pairs if name.text == key), None)

    def scalar(self) -> str | int | float | bool | None:
        """What a scalar means: text unless it is written without quotes in a form that JSON knows."""
        return plain_value(self.text) if self.plain else self.text

    @property
    def is_null(self) -> bool:
        """Nothing was written here, or `null`."""
        return self.kind == "scalar" and self.plain and self.scalar() is None

    def named(self) -> str:
        """What was written, in a user's words."""
        if self.kind != "scalar":
            return "a mapping (`key: value`)" if self.kind == "mapping" else "a list"
        value = self.scalar()
        if value is None:
            return "nothing"
        return {bool: "true or false", int: "a number", float: "a number"}.get(type(value), "text")


class Unreadable(Exception):
    """The text is no YAML that a case may be written in."""

    def __init__(self, what: str, line: int, column: int, fix: str = "") -> None:
        super().__init__(what)
        self.what, self.line, self.column, self.fix = what, line, column, fix


def plain_value(text: str) -> str | int | float | bool | None:
    """The meaning of an unquoted scalar.

    >>> [plain_value(t) for t in ("12", "1.5", "true", "~", "no", "2026-01-18", "007", "1_000")]
    [12, 1.5, True, None, 'no', '2026-01-18', '007', '1_000']
    """
    if text in _WORDS:
        return _WORDS[text]
    if len(text) > 60:
        return text
    if _INT.fullmatch(text):
        return int(text)
    if _BASED.fullmatch(text):
        return int(text, 0)
    if _FLOAT.fullmatch(text):
        number = float(text)
        return number if math.isfinite(number) else text
    return text


def compose(text: str) -> tuple[Node | None, list[tuple[Node, str, str]]]:
    """The root node, and what is wrong without being a syntax error: (node, what, fix).

    Raises `yaml.YAMLError` for what is not YAML and `Unreadable` for YAML that a case may not use.
    """
    loader: Any = yaml.SafeLoader
    if len(text) > _SMALL:
        loader = getattr(yaml, "CSafeLoader", loader)
    composer = _Composer()
    try:
        for event in yaml.parse(text, Loader=loader):
            composer.take(event)
    except (ValueError, OverflowError) as wrong:  # "\UFFFFFFFF" in double quotes
        line = composer.last_line + 1
        raise Unreadable("a `\\U` escape names no character", line, 1, "use a valid code point") from wrong
    return composer.root, composer.wrong


class _Composer:
    def __init__(self) -> None:
        self.root: Node | None = None
        self.wrong: list[tuple[Node, str, str]] = []
        self.last_line = 0
        self._open: list[Node] = []
        self._keys: list[Node | None] = []
        self._anchors: dict[str, Node] = {}
        self._names: list[str] = []
        self._written: list[dict[str, Node]] = []
        self._aliased = 0
        self._documents = 0

    def take(self, event: Any) -> None:
        mark = event.start_mark
        self.last_line = mark.line
        if isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                raise _unreadable(
                    "a second document starts here", mark, "write each into a file of its own: remove the `---`"
                )
        elif isinstance(event, yaml.AliasEvent):
            self._place(self._alias(event))
        elif isinstance(event, yaml.ScalarEvent):
            node = _scalar_node(event)
            self._remember(event.anchor, node)
            self._place(node)
        elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            self._start(event)
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            self._end()

    def _start(self, event: Any) -> None:
        mark = event.start_mark
        if event.tag is not None and not event.implicit:
            raise _tagged(event)
        if len(self._open) >= DEPTH_MAX:
            raise _unreadable(f"nested more than {DEPTH_MAX} levels deep", mark, "flatten the value")
        kind: Literal["mapping", "sequence"] = "mapping" if isinstance(event, yaml.MappingStartEvent) else "sequence"
        self._open.append(Node(kind, mark.line + 1, mark.column + 1))
        self._keys.append(None)
        self._names.append(event.anchor or "")
        self._written.append({})

    def _end(self) -> None:
        node = self._open.pop()
        self._keys.pop()
        self._written.pop()
        if node.kind == "mapping":
            _merge(node)
        self._remember(self._names.pop(), node)
        self._place(node)

    def _remember(self, anchor: str | None, node: Node) -> None:
        if anchor:
            self._anchors[anchor] = node

    def _alias(self, event: Any) -> Node:
        target = self._anchors.get(event.anchor)
        mark = event.start_mark
        if target is None:
            fix = f'to write a text that starts with `*`, put quotes around it: "*{event.anchor}"'
            raise _unreadable(f"`*{event.anchor}` refers to an anchor that is not defined before", mark, fix)
        self._aliased += target.size
        if self._aliased > ALIASED_VALUES_MAX or len(self._open) + target.depth > DEPTH_MAX:
            what = f"aliases expand to more than {ALIASED_VALUES_MAX} values or {DEPTH_MAX} levels"
            raise _unreadable(what, mark, "write the values out")
        return target

    def _place(self, node: Node) -> None:
        if not self._open:
            self.root = node
            return
        parent, key = self._open[-1], self._keys[-1]
        parent.size += node.size
        parent.depth = max(parent.depth, node.depth + 1)
        if parent.kind == "sequence":
            parent.elements.append(node)
        elif key is None:
            self._keys[-1] = node
        else:
            self._keys[-1] = None
            self._pair(parent, key, node)

    def _pair(self, parent: Node, key: Node, value: Node) -> None:
        if key.kind != "scalar":
            self.wrong.append((key, f"a key must be text, this is {key.named()}", "quote a text that holds `{` or `[`"))
            return
        if key.plain and key.text == "":
            self.wrong.append((key, "a key is missing before `:`", "write `key: value`"))
            return
        first = self._written[-1].setdefault(key.text, key)
        if first is not key:
            fix = f"the first is at {first.line}:{first.column}: keep one of them"
            self.wrong.append((key, f"duplicate key `{key.text[:60]}`", fix))
            return
        parent.pairs.append((key, value))


def _scalar_node(event: Any) -> Node:
    start, end = event.start_mark, event.end_mark
    plain = event.style is None
    if event.tag is not None and not (event.implicit[0] or event.implicit[1]):
        if event.tag != "tag:yaml.org,2002:str":
            raise _tagged(event)
        plain = False
    text: str = event.value
    if any("\ud800" <= c <= "\udfff" for c in text):
        # JSON writes characters beyond U+FFFF as two escapes; YAML does not know that they belong together.
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
    if any("\ud800" <= c <= "\udfff" for c in text):
        raise _unreadable("half of a surrogate pair is no character", start, "write the character itself")
    one_line = start.line == end.line
    width = max(1, end.column - start.column) if one_line else 1
    return Node("scalar", start.line + 1, start.column + 1, width, text, plain, one_line)


def _merge(node: Node) -> None:
    """`<<: *base` takes over the keys of `base` that are not written here."""
    if not any(key.plain and key.text == "<<" for key, _ in node.pairs):
        return
    own = [(key, value) for key, value in node.pairs if not (key.plain and key.text == "<<")]
    taken = {key.text for key, _ in own}
    for key, value in node.pairs:
        if not (key.plain and key.text == "<<"):
            continue
        for base in value.elements if value.kind == "sequence" else [value]:
            if base.kind != "mapping":
                fix = "write `<<: *name`, where `&name` marks a mapping"
                raise Unreadable("`<<` needs a mapping", key.line, key.column, fix)
            for name, inherited in base.pairs:
                if name.text not in taken:
                    taken.add(name.text)
                    own.append((name, inherited))
    node.pairs = own


def _tagged(event: Any) -> Unreadable:
    tag = str(event.tag).replace("tag:yaml.org,2002:", "!!")[:60]
    fix = "write plain values; a text that starts with `!` needs quotes"
    return _unreadable(f"the tag `{tag}` is not read here", event.start_mark, fix)


def _unreadable(what: str, mark: Any, fix: str = "") -> Unreadable:
    return Unreadable(what, mark.line + 1, mark.column + 1, fix)
