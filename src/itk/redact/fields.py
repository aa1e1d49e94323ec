"""The fields that redaction leaves alone, each with the reason. All other text in a result is read for secrets.

A field is left alone only while it holds what it must: words of a closed vocabulary, or a hash that ITK made itself.
Anything else in it (an application may log `"span_id": "alice@example.com"`) is text like any other.
"""

from __future__ import annotations

import re
import types
import typing
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Literal, Union

import msgspec

from itk.model.run import CheckVerdict, Near, Receipt, RunResult
from itk.model.trace import Link, Missing, Span, Trace

Keep = Callable[[Any], bool]

_SPAN_ID = re.compile(r"[0-9a-f]{16}|")
_TRACE_ID = re.compile(r"[0-9a-f]{32}|")
_RUN_ID = re.compile(r"itk-[0-9a-f]{20}|")

OWN_HASHES: dict[type[msgspec.Struct], dict[str, tuple[re.Pattern[str], str]]] = {
    RunResult: {"run_id": (_RUN_ID, "ITK drew it; names the artifacts")},
    Receipt: {"run_id": (_RUN_ID, "the same id")},
    Trace: {"run_id": (_RUN_ID, "the same id"), "trace_id": (_TRACE_ID, "SHA-256 of the run id")},
    Span: {
        "span_id": (_SPAN_ID, "SHA-256 of where the evidence lies; spans are joined by it"),
        "parent_span_id": (_SPAN_ID, "a span_id"),
    },
    Link: {"span_id": (_SPAN_ID, "a span_id")},
    Missing: {"span_id": (_SPAN_ID, "a span_id")},
    Near: {"span_id": (_SPAN_ID, "a span_id")},
    CheckVerdict: {"span_ids": (_SPAN_ID, "span_ids that a verdict is about")},
}


@lru_cache(maxsize=256)
def plan(struct: type[msgspec.Struct]) -> tuple[tuple[str, Keep | None], ...]:
    """The fields of a struct that may hold text, and how to tell that one may stay."""
    own = OWN_HASHES.get(struct, {})
    hints = typing.get_type_hints(struct)
    out: list[tuple[str, Keep | None]] = []
    for name in struct.__struct_fields__:
        if _is_number(hints[name]):
            continue
        if name in own:
            out.append((name, _holds(own[name][0])))
        elif words := _vocabulary(hints[name]):
            out.append((name, words.__contains__))
        else:
            out.append((name, None))
    return tuple(out)


def _holds(shape: re.Pattern[str]) -> Keep:
    def keep(value: Any) -> bool:
        values = value if isinstance(value, tuple) else (value,)
        return all(v is None or (isinstance(v, str) and shape.fullmatch(v)) for v in values)

    return keep


def _alternatives(hint: Any) -> tuple[Any, ...]:
    return typing.get_args(hint) if typing.get_origin(hint) in (Union, types.UnionType) else (hint,)


def _vocabulary(hint: Any) -> frozenset[Any]:
    """The words of `Literal[...]` or `Literal[...] | None`; empty for every other type."""
    kinds = [kind for kind in _alternatives(hint) if kind is not type(None)]
    if all(typing.get_origin(kind) is Literal for kind in kinds):
        return frozenset((*(word for kind in kinds for word in typing.get_args(kind)), None))
    return frozenset()


def _is_number(hint: Any) -> bool:
    return all(kind in (int, float, bool, type(None)) for kind in _alternatives(hint))
