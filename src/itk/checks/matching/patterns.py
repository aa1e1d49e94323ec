"""Regular expressions that take linear time: those of Rust's `regex`, which pydantic brings along."""

from __future__ import annotations

from functools import lru_cache

from pydantic_core import SchemaError, SchemaValidator, core_schema

PATTERN_MAX = 1_000  # characters


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> SchemaValidator:
    # Python's own `re` can take exponential time, and nothing in the pure middle could stop it.
    return SchemaValidator(core_schema.str_schema(pattern=pattern, regex_engine="rust-regex"))


def found(pattern: str, text: str) -> bool:
    """Does `pattern` occur somewhere in `text`? `^` and `$` bind it to the ends."""
    return _compiled(pattern).isinstance_python(text.encode("utf-8", "replace").decode())


def wrong_with(pattern: str) -> str:
    """What is wrong with `pattern`; empty where it can be used."""
    if len(pattern) > PATTERN_MAX:
        return f"it is longer than {PATTERN_MAX:,} characters"
    try:
        _compiled(pattern)
    except SchemaError as error:
        return str(error).rsplit("error: ", 1)[-1].splitlines()[0]
    return ""
