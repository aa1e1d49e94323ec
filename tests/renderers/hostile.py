"""Put hostile text into every place of a run that holds text."""

from __future__ import annotations

from typing import Any, Literal, get_args, get_origin, get_type_hints

import msgspec

FRAGMENTS = (
    "</script><script>window.pwned=1</script>",
    "<img src=x onerror=window.pwned=1>",
    "\"'`><svg onload=window.pwned=1>",
    "' onmouseover='window.pwned=1",
    "javascript:window.pwned=1",
    "../../etc/passwd",
    "\x00\x1b[31m\x85",
    "\u202egnp.exe\u2066",
    "]]><!--",
    "--><script>window.pwned=1</script>",
    "</title></style></noscript><script>window.pwned=1</script>",
    "{{7*7}}${7*7}",
    "\ud800\udfff lone \udc00",
    "|`**_[x](javascript:window.pwned=1)\r\n# heading\n- item\u2028\u2029",
)
ALL = "".join(FRAGMENTS)


def poisoned(value: Any, text: str, *, keep: bool = False) -> Any:
    """`value` with `text` in every string that is not one of a fixed set; `keep`: before what was there."""
    if isinstance(value, str):
        return text + value if keep else text
    if isinstance(value, dict):
        return {poisoned(k, text, keep=True): poisoned(v, text, keep=keep) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(poisoned(item, text, keep=keep) for item in value)
    if isinstance(value, msgspec.Struct):
        hints = get_type_hints(type(value))
        changed = {
            name: poisoned(getattr(value, name), text, keep=keep)
            for name in value.__struct_fields__
            if not _is_fixed(hints[name])
        }
        return msgspec.structs.replace(value, **changed)
    return value


def _is_fixed(hint: Any) -> bool:
    """Is it a Literal, or a union with one?"""
    return get_origin(hint) is Literal or any(get_origin(arg) is Literal for arg in get_args(hint))
