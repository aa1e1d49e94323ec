"""Nodes -> plain values -> pydantic forms, with every pydantic error put back on its place in the file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import AliasChoices, BaseModel, ValidationError

from itk.casefile.findings import PROBLEMS_MAX, Findings, did_you_mean
from itk.casefile.nodes import Node
from itk.casefile.variables import resolve
from itk.model.problem import show

M = TypeVar("M", bound=BaseModel)

KEY = ("[key]",)  # pydantic's way to say that a key is wrong, not what stands under it

# PyYAML and YAML 1.1 would make true and false of these; whoever writes them in a payload may expect that.
_ONCE_BOOLEANS = frozenset({"yes", "no", "on", "off", "y", "n"})


class Reader:
    """Reads the nodes of one file; what it finds wrong goes to `findings`."""

    def __init__(self, findings: Findings, values: Mapping[str, str]) -> None:
        self.findings = findings
        self._values = values
        self._poisoned: set[int] = set()

    def value(self, node: Node, *, resolved: bool = True, lenient: bool = False, data: bool = False) -> Any:
        """The JSON value of `node`, variables replaced.

        `lenient`: a variable without a value is a warning. `data`: it is sent as it is, so warn of doubtful words.
        """
        if node.kind == "mapping":
            return {
                self._text(key, resolved, lenient): self.value(item, resolved=resolved, lenient=lenient, data=data)
                for key, item in node.pairs
            }
        if node.kind == "sequence":
            return [self.value(item, resolved=resolved, lenient=lenient, data=data) for item in node.elements]
        if data and node.plain and node.text.casefold() in _ONCE_BOOLEANS:
            fix = f'write `true` or `false` for a truth value, or "{node.text}" in quotes for the text'
            self.findings.warning(node, f"`{node.text}` is read as text, not as a truth value", fix)
        return self._text(node, resolved, lenient) if "${" in node.text else node.scalar()

    def _text(self, node: Node, resolved: bool, lenient: bool) -> str:
        if not resolved or "${" not in node.text:
            return node.text
        text, unresolved = resolve(node.text, self._values)
        for one in unresolved:
            self._poisoned.add(id(node))
            if lenient:
                self.findings.warning(node, one.what, one.fix)
            else:
                offset = one.offset + (0 if node.plain else 1) if node.one_line else 0
                self.findings.error(node, one.what, one.fix, offset=offset)
        return text

    def fill(
        self, form: type[M], value: Any, node: Node, *, of: str, known: list[str] | None = None, shorthand: str = ""
    ) -> M | None:
        """`value` as a `form`; every error is told at its node.

        `of` names the form in messages; `shorthand` is the field that a bare value fills, whose name nobody wrote.
        Where text is wanted and YAML read a number or a truth value, the written text is taken: `id: 007`,
        `tags: [2024]`. After errors the form comes without what was wrong, where that can be, so that reading can go on
        to find more.
        """
        for _ in range(50):
            try:
                return form.model_validate(value)
            except ValidationError as wrong:
                errors = wrong.errors(include_url=False)
            texts = [(e["loc"], text) for e in errors if (text := self._written(node, e)) is not None]
            for loc, text in texts:
                _put(value, loc, text)
            if not texts:
                break
        for error in errors[:PROBLEMS_MAX]:
            self._tell(form, error, node, of, known, shorthand)
        if len(errors) > PROBLEMS_MAX:
            self.findings.more(len(errors) - PROBLEMS_MAX)
            return None
        for error in errors:
            _drop(value, error["loc"])
        try:
            return form.model_validate(value)
        except ValidationError:
            return None

    def _written(self, root: Node, error: Any) -> str | None:
        if error["type"] != "string_type":
            return None
        node, _, rest = locate(root, error["loc"])
        if rest or node.kind != "scalar" or node.is_null or isinstance(node.scalar(), str):
            return None
        return node.text

    def _tell(
        self, form: type[BaseModel], error: Any, root: Node, of: str, known: list[str] | None, shorthand: str
    ) -> None:
        node, key, rest = locate(root, error["loc"])
        if id(node) in self._poisoned and not rest:
            return
        kind: str = error["type"]
        name = str(error["loc"][-1]) if error["loc"] else ""
        owner = of if key is None or error["loc"] == (shorthand,) else f"`{key.text}`"
        if kind == "extra_forbidden":
            names = known if known is not None and len(error["loc"]) == 1 else spellings(form, error["loc"][:-1])
            inside = f"{owner_of(root, error['loc']) or of}"
            self.findings.error(key or node, f"unknown key `{show(name)}` in {inside}", did_you_mean(name, names))
        elif kind == "missing":
            fix = f"write `- {of.strip('`')}: …`" if name == shorthand else f"add `{name}: …` to {owner}"
            self.findings.error(key or node, f"{owner} needs `{name}`", fix)
        elif rest == KEY and key is not None:
            self.findings.error(key, *describe(error, key))
        else:
            what, fix = describe(error, node)
            self.findings.error(node, f"{owner}: {what}", fix)


def locate(root: Node, loc: tuple[int | str, ...]) -> tuple[Node, Node | None, tuple[int | str, ...]]:
    """The deepest node on the way `loc`, the key it stands under, and what of `loc` is left."""
    node, key = root, None
    for at, step in enumerate(loc):
        if node.kind == "mapping" and isinstance(step, str) and (found := node.get(step)) is not None:
            node, key = found, node.key(step)
        elif node.kind == "sequence" and isinstance(step, int) and step < len(node.elements):
            node = node.elements[step]
        else:
            return node, key, loc[at:]
    return node, key, ()


def owner_of(root: Node, loc: tuple[int | str, ...]) -> str:
    """The key that holds the one at `loc`, in backticks."""
    _, key, _ = locate(root, loc[:-1])
    return f"`{key.text}`" if key is not None else ""


def spellings(form: type[BaseModel], loc: tuple[int | str, ...] = ()) -> list[str]:
    """Every key that `form` (or its part at `loc`) takes, the preferred spelling first; no deprecated ones."""
    for step in loc:
        inner = next((f for name, f in form.model_fields.items() if step in _names(name, f)), None)
        annotation = inner.annotation if inner is not None else None
        options = getattr(annotation, "__args__", (annotation,))
        models = [o for o in options if isinstance(o, type) and issubclass(o, BaseModel)]
        if not models:
            return []
        form = models[0]
    # What the form itself names comes before what it shares with others.
    fields = sorted(form.model_fields.items(), key=lambda field: field[0] not in form.__annotations__)
    shown = [(name, f) for name, f in fields if not (isinstance(f.json_schema_extra, dict) and f.json_schema_extra)]
    return [_names(name, f)[0] for name, f in shown]


def _names(name: str, info: Any) -> list[str]:
    alias = info.validation_alias
    if isinstance(alias, AliasChoices):
        return [str(choice) for choice in alias.choices]
    return [str(alias or name)]


def _put(value: Any, loc: tuple[int | str, ...], text: str) -> None:
    """Set what stands at `loc`; the value was made by `Reader.value`, so it is nobody else's."""
    inner: Any = _inside(value, loc[:-1])
    if inner is not None:
        inner[loc[-1]] = text


def _drop(value: Any, loc: tuple[int | str, ...]) -> None:
    """Take away what stands at `loc`; one bad item takes its whole list with it."""
    inner = _inside(value, loc[:-1])
    if isinstance(inner, dict) and loc:
        inner.pop(loc[-1], None)
    elif isinstance(inner, list):
        inner.clear()


def _inside(value: Any, loc: tuple[int | str, ...]) -> Any:
    for step in loc:
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
        else:
            return None
    return value


_WANTED = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "list_type": "a list",
    "tuple_type": "a list",
    "dict_type": "a mapping (`key: value`)",
    "model_type": "a mapping (`key: value`)",
    "model_attributes_type": "a mapping (`key: value`)",
}


def describe(error: Any, node: Node) -> tuple[str, str]:
    """What a pydantic error means for the person who wrote the file, and a hint."""
    kind: str = error["type"]
    context: dict[str, Any] = error.get("ctx") or {}
    if kind == "itk":
        return context["what"], context["fix"]
    if kind == "literal_error":
        allowed = [part.strip(" '") for part in str(context.get("expected", "")).replace(" or ", ", ").split(",")]
        return f"`{show(node.text)}` is not one of its values", did_you_mean(node.text, allowed)
    if kind in _WANTED:
        wanted, got = _WANTED[kind], node.named()
        fix = ""
        if wanted == "a list" and node.kind == "scalar" and not node.is_null:
            fix = f"write `[{show(node.text, 30)}]`"
        elif "number" in wanted:
            fix = "write a number without quotes, unit or separators"
        elif wanted == "true or false":
            fix = "write `true` or `false`"
        elif wanted == "text":
            fix = "put it in quotes" if node.kind == "scalar" and not node.is_null else "write a text"
        return f"expected {wanted}, found {got}", fix
    if kind == "string_too_short":
        return "this text is empty", "write a text, or remove the key"
    if kind == "string_too_long":
        return f"this text is longer than {context.get('max_length')} characters", "shorten it"
    message = str(error.get("msg", kind)).removeprefix("Value error, ")
    message = message.replace("Input should", "this must", 1)
    return message[:1].lower() + message[1:], ""
