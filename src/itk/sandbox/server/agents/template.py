"""`{{ path }}` in agent scripts. A path that leads nowhere is an error, unless it has a `| default`."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

_PLACE = re.compile(r"\{\{\s*([\w.-]+)\s*(?:\|\s*([^}]*?)\s*)?\}\}")


class TemplateError(ValueError):
    """Nothing stands at this path."""


def render(template: str, values: Mapping[str, Any]) -> str:
    """Fill a text.

    >>> render("Order {{ order.id }}: {{ order.state | unknown }}", {"order": {"id": 17}})
    'Order 17: unknown'
    """

    def fill(place: re.Match[str]) -> str:
        path, default = place[1], place[2]
        value = _look_up(path, values)
        if value is not None:
            return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        if default is None:
            raise TemplateError(f"nothing at `{path}`; there is {', '.join(values)}")
        return default

    return _PLACE.sub(fill, template)


def _look_up(path: str, values: Mapping[str, Any]) -> Any:
    value: Any = values
    for key in path.split("."):
        if isinstance(value, str):
            value = decoded(value)
        if isinstance(value, list) and key.isdigit() and int(key) < len(value):
            value = value[int(key)]
        elif isinstance(value, Mapping) and key in value:
            value = value[key]
        else:
            return None
    return value


def decoded(text: str) -> Any:
    """JSON if it is JSON, else the text itself."""
    try:
        return json.loads(text)
    except ValueError:
        return text
