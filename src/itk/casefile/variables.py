"""`${NAME}`, `${NAME:-default}` and `${run.id}` in the texts of a case; `$${` writes `${` itself."""

from __future__ import annotations

import re
from collections.abc import Mapping

import msgspec

from itk.model.wording import closest

RUN_ID = "run.id"

_FORM = re.compile(r"(?P<escaped>\$\$\{)|\$\{(?P<inner>[^{}]*)(?P<close>\}?)")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
# A payload must not carry the tester's own credentials anywhere: these names are never resolved.
_SECRET = frozenset({"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN"})


class Unresolved(msgspec.Struct, frozen=True):
    """A `${...}` without a value: where in the text, what is wrong, and what to do."""

    offset: int
    what: str
    fix: str


def resolve(text: str, values: Mapping[str, str]) -> tuple[str, list[Unresolved]]:
    """`text` with its variables replaced, and those that have no value.

    `${run.id}` stays as it is where `values` does not know it: there is no run yet.

    >>> resolve("${STAGE:-qa}-orders $${kept}", {})
    ('qa-orders ${kept}', [])
    """
    unresolved: list[Unresolved] = []

    def replace(match: re.Match[str]) -> str:
        if match["escaped"]:
            return "${"
        found = _value(match["inner"], bool(match["close"]), values)
        if isinstance(found, str):
            return found
        unresolved.append(Unresolved(match.start(), *found))
        return match[0]

    return _FORM.sub(replace, text), unresolved


def _value(inner: str, closed: bool, values: Mapping[str, str]) -> str | tuple[str, str]:
    if not closed:
        return "`${` is not closed", "write `${NAME}`; to send `${` itself, write `$${`"
    if inner == RUN_ID:
        return values.get(RUN_ID, "${run.id}")
    name, has_default, default = inner.partition(":-")
    if not _NAME.fullmatch(name):
        fix = "known forms: `${NAME}`, `${NAME:-default}`, `${run.id}`; to send `${` itself, write `$${`"
        return f"`${{{inner[:60]}}}` is not a variable", fix
    if name in _SECRET:
        return f"`${{{name}}}` is a credential and is not put into a case", "send something else"
    if value := values.get(name, ""):
        return value
    if has_default:
        return default
    state = "is set but empty" if name in values else "is not set"
    close = closest(name, (n for n in values if n not in _SECRET), cutoff=0.8)
    meant = f"did you mean `${{{close}}}`? " if close else ""
    fix = f"{meant}set {name} in .env or the environment, or give a default: `${{{name}:-…}}`"
    return f"`${{{name}}}` {state}", fix
