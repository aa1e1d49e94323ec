"""Time a call or a record and log it as one JSON line. Copy this file into your function; it needs nothing but Python.

ITK's `docs/reference/logging-contract.md` explains every key; `docs/guides/logging.md` shows where to use it.
"""

from __future__ import annotations

import json
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any


@contextmanager
def boundary(log: Any, name: str, *, kind: str, component: tuple[str, str], **keys: Any) -> Iterator[dict[str, Any]]:
    """Log `name` as a span when the block ends, well or badly. `log` is a Powertools or a standard logger.

    Add what you learn inside the block: `span["ids"] = {...}`, `span["response"] = ...`.
    """
    type_, name_ = component
    span = {"itk": "span", "name": name, "kind": kind, "component": {"type": type_, "name": name_}, "status": "ok"}
    span |= {"start_time": _now(), **keys}
    try:
        yield span
    except Exception as error:
        # Only a call can time out or be throttled; a record that such a call fails has failed.
        span["status"] = _status(error) if kind in ("CLIENT", "PRODUCER") else "error"
        span["error"] = {"type": type(error).__name__, "message": str(error), "stack": traceback.format_exc()}
        raise
    finally:
        span["end_time"] = _now()
        write = log.info if span["status"] == "ok" else log.error
        write(to_json(span))


def to_json(value: Any) -> str:
    """`value` as one line of JSON: times as RFC 3339, bytes as their length, anything else as text."""
    return json.dumps(value, ensure_ascii=False, default=_plain)


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    return f"<{len(value)} bytes>" if isinstance(value, bytes) else str(value)


def _status(error: Exception) -> str:
    code = getattr(error, "response", None) or {}  # botocore's ClientError carries the service's own error code
    name = f"{type(error).__name__} {code.get('Error', {}).get('Code', '')}".lower()
    if "throttl" in name or "toomanyrequests" in name:
        return "throttled"
    return "timeout" if "timeout" in name or "timedout" in name else "error"


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds")
