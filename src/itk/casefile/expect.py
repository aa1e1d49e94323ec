"""`expect:` (and the reference kit's `expected:`) -> checks with validated parameters."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import jmespath
from jmespath.exceptions import JMESPathError, ParseError
from pydantic import BaseModel

from itk.casefile.findings import did_you_mean
from itk.casefile.forms import MODIFIERS, ExpectedForm, ModifiersForm
from itk.casefile.nodes import Node
from itk.casefile.reading import Reader, spellings
from itk.casefile.turns import TurnsReader, judges_by_model
from itk.casefile.vocabulary import CheckForm, Vocabulary, fills_shorthand
from itk.model.case import CheckSpec
from itk.model.problem import show

# What the reference kit calls the one bound of a check.
_BOUNDS = frozenset({"max_allowed", "max_retries", "max_count", "max_ms", "threshold", "limit"})


@dataclass(frozen=True, slots=True)
class Asked:
    """One check as it is asked for: by which name and where, and what stands behind and beside that name."""

    name: str
    place: Node
    value: Node | None = None
    beside: tuple[tuple[Node, Node], ...] = ()
    modifiers: tuple[tuple[Node, Node], ...] = ()
    named: bool = False  # `value` holds parameters by their names, as in the reference kit's list


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
            return self._check(Asked(item.text, item))
        if item.kind != "mapping" or not item.pairs:
            what = f"expected a check, found {item.named()}"
            self._findings.error(item, what, "write `- name` or `- name: value`; a new check needs its own `- `")
            return None
        head = self._head(item)
        if head is None:
            self._tell_nameless(item)
            return None
        form = self._vocabulary.get(head.text)
        own = form.beside if form is not None else ()
        others = [(key, value) for key, value in item.pairs if key is not head]
        for key, _ in others:
            if form is not None and key.text not in (*own, *MODIFIERS):
                self._tell_stray(key, form)
        return self._check(
            Asked(
                head.text,
                head,
                item.get(head.text),
                tuple(pair for pair in others if pair[0].text in own),
                tuple(pair for pair in others if pair[0].text in MODIFIERS),
            )
        )

    def _head(self, item: Node) -> Node | None:
        """The key that names the check; without one that is known, the first that is no modifier."""
        keys = [key for key, _ in item.pairs]
        known = next((key for key in keys if key.text in self._vocabulary), None)
        if known is None and self._kit_name(item) is not None:
            return None
        return known or next((key for key in keys if key.text not in MODIFIERS), None)

    def _kit_name(self, item: Node) -> str | None:
        """The check that an item means which is written as the reference kit's invariants are."""
        first, named = item.pairs[0]
        return named.text if first.text in {"name", "type"} and named.text in self._vocabulary else None

    def _tell_nameless(self, item: Node) -> None:
        if (meant := self._kit_name(item)) is not None:
            params = f": {{{show(item.pairs[1][0].text, 30)}: …}}" if len(item.pairs) > 1 else ""
            what = "here the name of a check is the key"
            self._findings.error(item.pairs[0][0], what, f"write `- {meant}{params}`")
            return
        what = f"no check is named here, `{item.pairs[0][0].text}` stands beside one"
        self._findings.error(item, what, "write `- no_error_spans:` or another check, and this below it")

    def _tell_stray(self, key: Node, form: CheckForm) -> None:
        """Tell of a key beside a check that cannot stand there."""
        shown = show(key.text, 30)
        if key.text in self._vocabulary:
            self._findings.error(key, "one `- ` holds one check", f"put `- ` before `{shown}` too")
        elif key.text in spellings(form.params):
            what = f"`{shown}` is a parameter of `{form.name}` and stands below it"
            self._findings.error(key, what, f"indent it deeper than `{form.name}`")
        else:
            meant = did_you_mean(key.text, [*form.beside, *MODIFIERS])
            self._findings.error(key, f"unknown key `{shown}` beside `{form.name}`", meant)

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
            return self._check(Asked(item.text, item))
        name = item.get("name") or item.get("type")
        if item.kind != "mapping" or name is None or name.kind != "scalar":
            self._findings.error(item, "an invariant needs `name`", "write `- name: has_spans`")
            return None
        form = self._vocabulary.get(name.text)
        inner = item.get("params")
        pairs = [pair for pair in item.pairs if pair[0].text not in {"name", "type", "params"}]
        modifiers = tuple(pair for pair in pairs if pair[0].text in MODIFIERS)
        pairs = self._known_beside([pair for pair in pairs if pair not in modifiers], form)
        pairs += inner.pairs if inner is not None else []
        params = tuple((_renamed(key, form), value) for key, value in pairs)
        if form is not None and form.beside:
            return self._check(Asked(name.text, name, None, params, modifiers))
        node = Node("mapping", name.line, name.column, name.width, pairs=list(params))
        return self._check(Asked(name.text, name, node if params else None, (), modifiers, named=True))

    def _known_beside(self, pairs: list[tuple[Node, Node]], form: CheckForm | None) -> list[tuple[Node, Node]]:
        """What stands beside an invariant's name and is a parameter; the rest is told."""
        if form is None:
            return pairs
        names = spellings(form.params)
        unknown = [key for key, _ in pairs if _renamed(key, form).text not in names]
        for key in unknown:
            meant = did_you_mean(key.text, [*names, *(name for name in MODIFIERS if name != "name")])
            self._findings.error(key, f"unknown key `{show(key.text, 30)}` beside `{form.name}`", meant)
        return [pair for pair in pairs if pair[0] not in unknown]

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
                checks.append(self._check(Asked("response_contains", key, pattern)))
            elif pattern.text in {".*", ".+", "^.*$"}:
                self._findings.warning(pattern, f"`{pattern.text}` matches every response, so nothing is checked")
            else:
                fix = "write the text itself under `expect:` as `- response_contains: text`"
                self._findings.error(pattern, "regular expressions are not supported here", fix)
        return tuple(check for check in checks if check is not None)

    def _check(self, asked: Asked) -> CheckSpec | None:
        form = self._vocabulary.get(asked.name)
        if form is None:
            # Looking for what was meant is slow: not for the hundredth time.
            meant = "" if self._findings.full else did_you_mean(asked.name, self._vocabulary)
            self._findings.error(asked.place, f"unknown check `{show(asked.name)}`", meant)
            return None
        if asked.name == "that" and not self._compiles(asked.value):
            return None
        modifiers = self._modifiers(asked)
        whole = fills_shorthand(form) and not asked.named
        params = self._wide(form, asked) if whole else self._params(form, asked.place, asked.value)
        if params is None or modifiers is None:
            return None
        return CheckSpec(
            name=asked.name,
            params=params.model_dump(mode="json"),
            where=self._findings.where(asked.place),
            title=modifiers.name,
            severity=modifiers.severity,
            xfail=modifiers.expected_failure,
        )

    def _modifiers(self, asked: Asked) -> ModifiersForm | None:
        node = Node("mapping", asked.place.line, asked.place.column, asked.place.width)
        for key, value in asked.modifiers:
            if value.is_null:
                self._findings.error(key, f"`{key.text}` has no value", "write one, or remove the line")
            else:
                node.pairs.append((key, value))
        return self._reader.fill(ModifiersForm, self._reader.value(node), node, of=f"`{asked.name}`")

    def _wide(self, form: CheckForm, asked: Asked) -> BaseModel | None:
        """Parameters of a check that has some beside its name: what stands behind the name fills `shorthand`."""
        node = Node("mapping", asked.place.line, asked.place.column, asked.place.width, pairs=list(asked.beside))
        if asked.value is not None and form.shorthand is not None:
            node.pairs.insert(0, (_named(form.shorthand, asked.place), asked.value))
        return self._reader.fill(
            form.params, self._reader.value(node), node, of=f"`{form.name}`", shorthand=form.shorthand or ""
        )

    def _params(self, form: CheckForm, place: Node, value: Node | None) -> BaseModel | None:
        of = f"`{form.name}`"
        node = place if value is None or value.is_null else value
        if value is None or value.is_null:
            written: Any = {}
        elif value.kind == "mapping":
            node = self._without_modifiers(form, value)
            written = self._reader.value(node)
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

    def _without_modifiers(self, form: CheckForm, params: Node) -> Node:
        """`params` without keys that belong beside the check's name, which are told."""
        known = spellings(form.params)
        astray = [key for key, _ in params.pairs if key.text in MODIFIERS and key.text not in known]
        for key in astray:
            what = f"`{key.text}` stands beside `{form.name}`, not among its parameters"
            self._findings.error(key, what, f"indent it as deep as `{form.name}`")
        kept = [pair for pair in params.pairs if pair[0] not in astray]
        return Node("mapping", params.line, params.column, params.width, pairs=kept)

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


def _renamed(key: Node, form: CheckForm | None) -> Node:
    if form is None or key.text in form.params.model_fields:
        return key
    if key.text == "value" and form.shorthand is not None:
        return _named(form.shorthand, key)
    return _named("max", key) if key.text in _BOUNDS and "max" in form.params.model_fields else key


def _named(name: str, at: Node) -> Node:
    return Node("scalar", at.line, at.column, at.width, name, True)
