"""The fields that every structured logger has, under the names that they go by: time, level, message, error, ids."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from itk.model.evidence import ErrorFact, Evidence, Line, LogEvent
from itk.reading.idtext import line_ids, request_id
from itk.reading.jsontext import compact, inner
from itk.reading.timetext import MS, Moment, S, moment

TIME_KEYS = ("timestamp", "Timestamp", "time", "@timestamp", "ts", "@t", "datetime", "asctime", "eventTime", "date")
LEVEL_KEYS = ("level", "Level", "log_level", "logLevel", "LogLevel", "severity", "levelname", "lvl", "@l", "log.level")
MESSAGE_KEYS = ("message", "Message", "msg", "event", "@m", "@mt", "text", "body")

_LEVELS = {
    "TRACE": "DEBUG",
    "VERBOSE": "DEBUG",
    "FINE": "DEBUG",
    "FINER": "DEBUG",
    "FINEST": "DEBUG",
    "INFORMATION": "INFO",
    "NOTICE": "INFO",
    "LOG": "INFO",
    "WARN": "WARNING",
    "ERR": "ERROR",
    "SEVERE": "ERROR",
    "FATAL": "CRITICAL",
    "PANIC": "CRITICAL",
    "EMERGENCY": "CRITICAL",
    "ALERT": "CRITICAL",
    "DBUG": "DEBUG",
    "TRCE": "DEBUG",
    "VRB": "DEBUG",
    "DBG": "DEBUG",
    "INF": "INFO",
    "WRN": "WARNING",
    "FTL": "CRITICAL",
    "FAIL": "ERROR",
    "CRIT": "CRITICAL",
}
KNOWN_LEVELS = frozenset(("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL", *_LEVELS))
_BY_NUMBER = {10: "DEBUG", 20: "INFO", 30: "WARNING", 40: "ERROR", 50: "CRITICAL"}  # Python
_BY_PINO = {10: "DEBUG", 20: "DEBUG", 30: "INFO", 40: "WARNING", 50: "ERROR", 60: "CRITICAL"}  # pino, bunyan
_NAIVE_TRUST_NS = 60 * S
_CAUSES_MAX = 5
_ERROR_TYPES = ("errorType", "exception_name", "error_type", "exceptionName", "exc_type")
_ERRORS = ("error", "exception", "err", "Exception", "Error", "exc_info", "stack_trace")
_ERROR_KEYS = frozenset((*_ERROR_TYPES, *_ERRORS, "errorMessage"))


def evidence(event: LogEvent, format_name: str) -> Evidence:
    """Where `event` was found, and who read it."""
    return Evidence(
        source=event.source,
        group=event.group,
        stream=event.stream,
        event_id=event.event_id,
        time_ms=event.time_ms,
        ingested_ms=event.ingested_ms,
        format=format_name,
    )


def line_time(own: Moment | None, event: LogEvent) -> int:
    """When a line was logged, in Unix nanoseconds.

    The line's own time, unless it has none; or says whole seconds (Python's JSON logs, Go) and the record's
    milliseconds lie within a second of it; or names no zone and is over a minute off, so that it is some local time.
    """
    record_ns = event.time_ms * MS
    if own is None:
        return record_ns
    off = record_ns - own.ns
    if own.precision_ns >= S and -S <= off <= own.precision_ns + S:
        return record_ns
    if not own.zoned and event.time_ms > 0 and abs(off) > _NAIVE_TRUST_NS:
        return record_ns
    return own.ns


def first(body: dict[str, Any], keys: Iterable[str]) -> Any:
    """The value of the first of `keys` that `body` has, `None` values passed over."""
    for key in keys:
        value = body.get(key)
        if value is not None:
            return value
    return None


def text_of(value: Any) -> str:
    """`value` if it is text, else empty."""
    return value if isinstance(value, str) else ""


def whole(value: Any) -> int | None:
    """`value` as an integer: numbers, and text of digits as AWS writes counts."""
    if value is None or isinstance(value, bool):
        return None
    if isinstance(value, str) and len(value) <= 20 and value.isascii() and value.isdigit():
        return int(value)
    if isinstance(value, float) and value == value // 1 and abs(value) < 1e18:
        return int(value)
    return value if isinstance(value, int) and abs(value) < 1 << 63 else None


def decimal(value: Any) -> float | None:
    """`value` as a number of milliseconds or the like."""
    if value is None or isinstance(value, bool):
        return None
    if isinstance(value, str) and 0 < len(value) <= 32:
        try:
            value = float(value)
        except ValueError:
            return None
    if not isinstance(value, int | float) or not -1e18 < value < 1e18:
        return None
    return float(value)


def level_of(value: Any) -> str | None:
    """DEBUG, INFO, WARNING, ERROR or CRITICAL; an unknown name in upper case."""
    if isinstance(value, str) and 0 < len(value) <= 16:
        upper = value.strip().upper()
        return _LEVELS.get(upper, upper) or None
    return None


def numbered_level(body: dict[str, Any]) -> str | None:
    """A level logged as a number: pino and bunyan (which log `pid` and `hostname`) count differently from Python."""
    number = first(body, LEVEL_KEYS)
    if not isinstance(number, int) or isinstance(number, bool):
        return None
    return (_BY_PINO if "hostname" in body or "pid" in body else _BY_NUMBER).get(number)


def stack_of(value: Any) -> str:
    """A stack as text, from text, a list of frames, or Powertools' `{frames: [...]}`."""
    if isinstance(value, dict):
        value = value.get("frames") or value.get("stack")
    if isinstance(value, list):
        return "\n".join(compact(frame).rstrip("\n") for frame in value[:200])
    return text_of(value)


def error_of(body: dict[str, Any]) -> ErrorFact | None:
    """The error that a line reports, in whatever way its logger spells it."""
    if _ERROR_KEYS.isdisjoint(body):  # as of nearly every line
        return _error_in_message(body)
    kind = first(body, _ERROR_TYPES)
    if kind is not None or "errorMessage" in body:
        text = first(body, ("errorMessage", "error_message"))
        stack = first(body, ("stackTrace", "stack_trace", "exception", "stack", "exc_info", "traceback"))
        if text is None and isinstance(stack, dict):  # Powertools' `{type, value, module, frames}`
            text = stack.get("value")
        if text is None and isinstance(stack, str):
            text = _last_line(stack, text_of(kind))
        if text is None:
            text = body.get("message")
        return ErrorFact(type=text_of(kind), message=compact(text) if text else "", stack=stack_of(stack))
    for key in _ERRORS:
        value = inner(body.get(key))
        if isinstance(value, dict) and value:
            return _error_object(value)
        if isinstance(value, str) and value and level_of(first(body, LEVEL_KEYS)) in ("ERROR", "CRITICAL"):
            return _error_text(value)
    return _error_in_message(body)


def _error_in_message(body: dict[str, Any]) -> ErrorFact | None:
    message = inner(first(body, ("message", "msg")))
    if isinstance(message, dict) and ("errorType" in message or "stackTrace" in message):
        return error_of(message)
    return None


def _error_object(value: dict[str, Any], depth: int = 0) -> ErrorFact:
    kind = text_of(first(value, ("name", "type", "Type", "errorType", "class", "kind", "ClassName", "code", "Code")))
    message = first(value, ("message", "Message", "errorMessage", "value", "msg"))
    stack = stack_of(first(value, ("stack", "Stack", "StackTrace", "stackTrace", "trace", "frames", "stack_trace")))
    cause = first(value, ("cause", "inner_exception", "innerException", "InnerException"))
    if isinstance(cause, dict) and cause and depth < _CAUSES_MAX:
        beneath = _error_object(cause, depth + 1)
        stack = f"{stack}\nCaused by: {beneath.type}: {beneath.message}\n{beneath.stack}".strip()
    return ErrorFact(type=kind, message="" if message is None else compact(message), stack=stack)


def _error_text(value: str) -> ErrorFact:
    if "\n" not in value:
        return ErrorFact(message=value)
    last = value.rstrip().rpartition("\n")[2].strip()
    kind, colon, message = last.partition(": ")
    if value.startswith("Traceback") and (colon or last.isidentifier()) and " " not in kind:
        return ErrorFact(type=kind.rpartition(".")[2], message=message, stack=value)
    return ErrorFact(message=value.partition("\n")[0], stack=value)


def _last_line(stack: str, kind: str) -> str | None:
    """The message at the end of a Python traceback: `RuntimeError: no such order`."""
    last = stack.rstrip().rpartition("\n")[2]
    _, found, message = last.partition(f"{kind}: ")
    return message if kind and found else None


def json_line(event: LogEvent, format_name: str, body: dict[str, Any]) -> Line:
    """The line that a structured logger wrote, whatever names it uses. Formats add what only they know."""
    message = first(body, MESSAGE_KEYS)
    fields = body.get("fields")
    if message is None and isinstance(fields, dict):  # Rust's tracing
        message = fields.get("message")
    request = request_id(body)
    return Line(
        evidence=evidence(event, format_name),
        time_ns=line_time(moment(first(body, TIME_KEYS)), event),
        level=level_of(first(body, LEVEL_KEYS)) or numbered_level(body),
        text="" if message is None else compact(message),
        body=body,
        request_id=request,
        service=text_of(first(body, ("service", "Service"))) or None,
        function_name=text_of(first(body, ("function_name", "functionName", "FunctionName"))) or None,
        error=error_of(body),
        ids=line_ids(event.message, body, request),
    )


def as_dict(value: Any) -> dict[str, Any]:
    """`value` if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}
