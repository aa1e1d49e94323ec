"""`expect:` (and the reference kit's `expected:`) -> checks with validated parameters."""

from __future__ import annotations

import re
from typing import Any

import jmespath
from jmespath.exceptions import JMESPathError, ParseError
from pydantic import BaseModel

from itk.casefile.findings import did_you_mean
from itk.casefile.forms import MODIFIERS, ExpectedForm, ModifiersForm
from itk.casefile.nodes import Node
from itk.casefile.reading import Reader, spellings
from itk.casefile.turns import TurnsReader, judges_by_model
from itk.casefile.vocabulary import CheckForm, Vocabulary
from itk.model.case import CheckSpec
from itk.model.problem import show

# What the reference kit calls the one bound of a check.
_BOUNDS = frozenset({"max_allowed", "max_retries", "max_count", "max_ms", "threshold", "limit"})


class ExpectReader:
    """Reads what a case expects, in the words of `vocabulary`."""

    def __init__(self, reader: Reader, vocabulary: Vocabulary, turns: TurnsReader | None = None) -> None:
        self._reader = reader
        self._findings = reader.findings
        self._vocabulary = vocabulary
        self._turns = turns  # of a case; what all cases have in common holds no conversation

    def read(self, node: Node, key: Node) -> tuple[CheckSpec, ...]:
        """The checks of an `expect:` list."""
        if node.is_null:
            self._findings.warning(key, "`expect` is empty", "list what must hold, for example `- no_error_spans`")
            return ()
        if node.kind != "sequence":
            fix = "start each check with `- `, for example `- no_error_spans`"
            self._findings.error(key, f"`expect` must be a list, found {node.named()}", fix)
            return ()
        return tuple(check for item in node.elements for check in self._checks_of(item))

    def _checks_of(self, item: Node) -> tuple[CheckSpec, ...]:
        """The check of an item; of `turns` those of every turn besides."""
        if judges_by_model(item, self._findings):
            return ()
        if (key := item.key("turns")) is not None and "turns" in self._vocabulary:
            if self._turns is not None:
                return self._turns.read(item, key, self._checks_of)
            self._findings.error(key, "a conversation belongs to a case", "write `turns` into the case's own `expect`")
            return ()
        check = self._item(item)
        return (check,) if check is not None else ()

    def _item(self, item: Node) -> CheckSpec | None:
        if item.kind == "scalar" and not item.is_null:
            return self._check(item.text, item, None)
        if item.kind != "mapping" or not item.pairs:
            what = f"expected a check, found {item.named()}"
            self._findings.error(item, what, "write `- name` or `- name: value`; a new check needs its own `- `")
            return None
        head = next((key for key, _ in item.pairs if key.text in self._vocabulary), item.pairs[0][0])
        form = self._vocabulary.get(head.text)
        own = form.beside if form is not None else ()
        stray = next((k for k, _ in item.pairs if k is not head and k.text not in (*own, *MODIFIERS)), None)
        if stray is not None:
            self._findings.error(stray, "one `- ` holds one check", _fix_several(item))
            return None
        return self._check(head.text, head, item.get(head.text), item)

    def invariants(self, node: Node, key: Node) -> tuple[CheckSpec, ...]:
        """The checks of the reference kit's list: `{name: …}` or `{type: …}`, the parameters beside or in `params`."""
        if node.is_null:
            return ()
        if node.kind != "sequence":
            self._findings.error(
                key, f"`{key.text}` must be a list, found {node.named()}", "start each with `- name: …`"
            )
            return ()
        return tuple(check for item in node.elements if (check := self._invariant(item)) is not None)

    def expected(self, node: Node, key: Node) -> tuple[CheckSpec, ...]:
        """The reference kit's `expected:`."""
        if node.is_null:
            return ()
        if self._reader.fill(ExpectedForm, self._reader.value(node, resolved=False), node, of="`expected`") is None:
            return ()
        checks: tuple[CheckSpec, ...] = ()
        if (found := node.get("invariants")) is not None:
            checks += self.invariants(found, node.key("invariants") or key)
        if (found := node.get("response_contains")) is not None:
            checks += self._patterns(found, node.key("response_contains") or key)
        return checks

    def _invariant(self, item: Node) -> CheckSpec | None:
        if item.kind == "scalar" and not item.is_null:
            return self._check(item.text, item, None)
        name = item.get("name") or item.get("type")
        if item.kind != "mapping" or name is None or name.kind != "scalar":
            self._findings.error(item, "an invariant needs `name`", "write `- name: has_spans`")
            return None
        form = self._vocabulary.get(name.text)
        params = Node("mapping", name.line, name.column, name.width)
        inner = item.get("params")
        pairs = [*item.pairs, *(inner.pairs if inner is not None else [])]
        for key, value in pairs:
            if key.text not in {"name", "type", "params"}:
                params.pairs.append((_renamed(key, form), value))
        return self._check(name.text, name, params if params.pairs else None)

    def _patterns(self, node: Node, key: Node) -> tuple[CheckSpec, ...]:
        """`response_contains: [{type: text, pattern: …}]`: regular expressions there, plain text here."""
        checks = []
        for item in node.elements or [node]:
            pattern = item if item.kind == "scalar" else item.get("pattern") or item.get("text") or item
            if pattern.kind != "scalar" or pattern.is_null:
                self._findings.error(
                    item, "expected a text to look for", "write `- response_contains: text` in `expect`"
                )
            elif re.escape(pattern.text).replace("\\", "") == pattern.text and not re.search(
                r"[*+?^$|()]", pattern.text
            ):
                checks.append(self._check("response_contains", key, pattern))
            elif pattern.text in {".*", ".+", "^.*$"}:
                self._findings.warning(pattern, f"`{pattern.text}` matches every response, so nothing is checked")
            else:
                fix = "write the text itself under `expect:` as `- response_contains: text`"
                self._findings.error(pattern, "regular expressions are not supported here", fix)
        return tuple(check for check in checks if check is not None)

    def _check(self, name: str, place: Node, value: Node | None, item: Node | None = None) -> CheckSpec | None:
        """`item` is the mapping that the check stands in, with what stands beside its name."""
        form = self._vocabulary.get(name)
        if form is None:
            # Looking for what was meant is slow: not for the hundredth time.
            meant = "" if self._findings.full else did_you_mean(name, self._vocabulary)
            self._findings.error(place, f"unknown check `{show(name)}`", meant)
            return None
        if name == "that" and not self._compiles(value):
            return None
        modifiers = self._modifiers(item, place)
        params = self._params(form, place, value) if not form.beside else self._wide(form, place, item)
        if params is None or modifiers is None:
            return None
        return CheckSpec(
            name=name,
            params=params.model_dump(mode="json"),
            where=self._findings.where(place),
            title=modifiers.name,
            severity=modifiers.severity,
            xfail=modifiers.expected_failure,
        )

    def _modifiers(self, item: Node | None, place: Node) -> ModifiersForm | None:
        node = Node("mapping", place.line, place.column, place.width)
        node.pairs.extend((key, value) for key, value in (item.pairs if item else ()) if key.text in MODIFIERS)
        return self._reader.fill(ModifiersForm, self._reader.value(node), node, of="this check")

    def _wide(self, form: CheckForm, place: Node, item: Node | None) -> BaseModel | None:
        """Parameters of a check that has some beside its name: what stands behind the name fills `shorthand`."""
        node = Node("mapping", place.line, place.column, place.width)
        for key, value in item.pairs if item else ():
            if key is place and form.shorthand is not None:
                node.pairs.append((_named(form.shorthand, key), value))
            elif key.text in form.beside:
                node.pairs.append((key, value))
        return self._reader.fill(
            form.params, self._reader.value(node), node, of=f"`{form.name}`", shorthand=form.shorthand or ""
        )

    def _params(self, form: CheckForm, place: Node, value: Node | None) -> BaseModel | None:
        of = f"`{form.name}`"
        node = place if value is None or value.is_null else value
        if value is None or value.is_null:
            written: Any = {}
        elif value.kind == "mapping":
            written = self._reader.value(value)
        elif form.shorthand is None:
            keys = spellings(form.params)
            fix = f"its parameters: {', '.join(keys)}" if keys else f"write `- {form.name}`"
            self._findings.error(value, f"{of} takes no bare value", fix)
            return None
        else:
            node = Node(
                "mapping", value.line, value.column, value.width, pairs=[(_named(form.shorthand, value), value)]
            )
            written = {form.shorthand: self._reader.value(value)}
        return self._reader.fill(form.params, written, node, of=of, shorthand=form.shorthand or "")

    def _compiles(self, value: Node | None) -> bool:
        """Is `that:` JMESPath? What is no text at all is told by the parameters' own form."""
        node = value.get("expression") if value is not None and value.kind == "mapping" else value
        if node is None or node.kind != "scalar" or "${" in node.text or not node.text:
            return True
        try:
            jmespath.compile(node.text)
        except ParseError as error:
            at = (error.lex_position or 0) + (0 if node.plain else 1)
            token = f" at `{show(error.token_value, 20)}`" if error.token_value else ""
            what, offset = f"this JMESPath expression cannot be read{token}", at if node.one_line else 0
        except (JMESPathError, ValueError, RecursionError) as error:
            what, offset = f"this JMESPath expression cannot be read: {show(str(error).splitlines()[0], 60)}", 0
        else:
            return True
        fix = "a literal number or truth value needs backticks, a text single quotes: length(spans) == `3`"
        self._findings.error(node, what, fix, offset=offset)
        return False


def _fix_several(item: Node) -> str:
    first, second = item.pairs[0][0], item.pairs[1][0]
    if first.text in {"name", "type"}:
        return f"write `- {show(item.pairs[0][1].text, 30)}: {{{show(second.text, 30)}: …}}`"
    return f"put `- ` before `{show(second.text, 30)}` too; indent parameters deeper than their check"


def _renamed(key: Node, form: CheckForm | None) -> Node:
    if form is None or key.text in form.params.model_fields:
        return key
    if key.text == "value" and form.shorthand is not None:
        return _named(form.shorthand, key)
    return _named("max", key) if key.text in _BOUNDS and "max" in form.params.model_fields else key


def _named(name: str, at: Node) -> Node:
    return Node("scalar", at.line, at.column, at.width, name, True)
