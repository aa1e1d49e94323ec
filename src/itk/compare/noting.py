"""What rules are held against: each difference becomes a note with a weight, a place, and the figures."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from itk.model.regression import WEIGHTS, Noted, Weight
from itk.model.rules import RuleName, Rules
from itk.model.trace import Span

_WEIGHT_OF: dict[str, Weight] = {"fail": "regression", "warn": "warning", "off": "note"}
_SAID_MAX = 200


def noted(rules: Rules, rule: RuleName, says: str, *, fires: bool, mild: bool = False, **more: Any) -> Noted:
    """`fires`: the rule is against it. Else it is worth telling: it became better, or stays below a threshold.

    `mild`: at most a warning, for what became worse is itself no more than that.
    """
    weight = _WEIGHT_OF[rules.level(rule)] if fires else "note"
    return Noted(rule=rule, weight="warning" if mild and weight == "regression" else weight, says=says, **more)


def heaviest_first(found: Iterable[Noted]) -> list[Noted]:
    return sorted(found, key=lambda each: WEIGHTS.index(each.weight))


def where(span: Span) -> str:
    """`table:orders PutItem`."""
    return f"{span.component.label} {span.operation or span.name}".strip()


def ms(ns: float) -> str:
    """Milliseconds, as rules count them.

    >>> ms(1_256_000_000), ms(-400_000)
    ('1,256 ms', '-0.4 ms')
    """
    value = ns / 1_000_000
    return f"{value:,.0f} ms" if abs(value) >= 10 else f"{value:,.1f} ms"


def cut(value: Any) -> str:
    """A value as a note quotes it; the whole one stands among the differences."""
    text = "nothing" if value is None else value if isinstance(value, str) else repr(value)
    return text if len(text) <= _SAID_MAX else f"{text[:_SAID_MAX]}…"
