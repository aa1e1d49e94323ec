"""JMESPath without its traps: unlike types are not compared, and neither depth nor size of what it builds runs away."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import jmespath
from jmespath.exceptions import JMESPathError
from jmespath.visitor import TreeInterpreter

from itk.checks.matching.values import kind_of, named
from itk.model.problem import show

STEPS_MAX = 5_000_000  # nodes of the expression, each time it is looked at
BUILT_MAX = 2_000_000  # items that a result holds, whatever it holds them in
_TEXT_UNIT = 100  # so many characters weigh as much as an item
_ORDERINGS = {"lt": "<", "lte": "<=", "gt": ">", "gte": ">="}
_PROJECTIONS = ("projection", "filter_projection", "value_projection")
_BUILDING = frozenset(
    (*_PROJECTIONS, "multi_select_list", "multi_select_dict", "flatten", "slice", "function_expression")
)


class NotEvaluated(Exception):
    """Why an expression has no answer, and the span that was being looked at, if it was one."""

    def __init__(self, why: str, span_id: str = "") -> None:
        super().__init__(why)
        self.why, self.span_id = why, span_id


def evaluate(expression: str, document: Any) -> Any:
    """The value of an expression. Raises `NotEvaluated`."""
    try:
        return _Interpreter().visit(jmespath.compile(expression).parsed, document)
    except RecursionError:
        raise NotEvaluated("the expression is nested too deep") from None
    except (JMESPathError, TypeError, ValueError, OverflowError) as error:
        raise NotEvaluated(show(error, 300)) from None


class _Interpreter(TreeInterpreter):
    def __init__(self) -> None:
        super().__init__()
        self._steps = 0
        self._weights: dict[int, int] = {}
        self._kept: list[Any] = []  # so that no other value gets the id of one that was weighed

    def visit(self, node: Any, *args: Any, **kwargs: Any) -> Any:
        self._steps += 1
        if self._steps > STEPS_MAX:
            raise NotEvaluated(f"the expression takes more than {STEPS_MAX:,} steps")
        result = super().visit(node, *args, **kwargs)
        if node["type"] in _BUILDING and isinstance(result, list | dict):
            self._weigh(result)
        return result

    def visit_comparator(self, node: Any, value: Any) -> Any:
        sign = _ORDERINGS.get(node["value"])
        if sign is None:
            return super().visit_comparator(node, value)
        left, right = (self.visit(child, value) for child in node["children"])
        if left is None or right is None:
            return None
        if kind_of(left) != kind_of(right) or kind_of(left) not in ("number", "text"):
            raise NotEvaluated(f"cannot compare {named(left)} {sign} {named(right)}", _span_id(value))
        return self.COMPARATOR_FUNC[node["value"]](left, right)

    def visit_not_expression(self, node: Any, value: Any) -> bool:
        (child,) = node["children"]
        if child["type"] == "comparator" and self.visit(child, value) is None:
            # JMESPath takes null for false, so that what nobody knows would become true here.
            raise NotEvaluated("`!` of a comparison with no value", _span_id(value))
        return super().visit_not_expression(node, value)

    def _weigh(self, built: list[Any] | dict[str, Any]) -> None:
        """What is built of built things can double with every step."""
        items: Iterable[Any] = built.values() if isinstance(built, dict) else built
        weight = 1 + sum(
            len(item) // _TEXT_UNIT + 1 if isinstance(item, str) else self._weights.get(id(item), 1) for item in items
        )
        if weight > BUILT_MAX:
            raise NotEvaluated(f"the expression builds more than {BUILT_MAX:,} items")
        self._weights[id(built)] = weight
        self._kept.append(built)


def _span_id(value: Any) -> str:
    found = value.get("span_id") if isinstance(value, dict) else None
    return found if isinstance(found, str) else ""
