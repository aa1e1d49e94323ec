"""A Lambda runtime interface client in pure Python, for where awslambdaric has no wheel (macOS, musl).

Runs INSIDE the handler process, loaded by `bootstrap.py`. Same Runtime API, same log formats; standard library only.
"""

from __future__ import annotations

import http.client
import importlib
import json
import logging
import os
import sys
import time
import traceback
import types
from collections.abc import Callable, Mapping
from typing import Any

JSON_FORMAT = os.environ.get("AWS_LAMBDA_LOG_FORMAT", "").upper() == "JSON"
NO_BREAK_SPACE = "\u00a0"
_RECORD_FIELDS = {*vars(logging.LogRecord("", 0, "", 0, "", (), None)), "message", "asctime"}

request_id = ""


class InitError(Exception):
    """The handler could not be loaded; the name is AWS's error type."""

    def __init__(self, error_type: str, message: str) -> None:
        super().__init__(message)
        self.error_type = error_type


class FrameHandler(logging.Handler):
    """Log records as frames on the telemetry pipe: one record, one event, however many lines it has."""

    def emit(self, record: logging.LogRecord) -> None:
        send_frame(json_line(record) if JSON_FORMAT else text_line(record))


def send_frame(message: str) -> None:
    data = message.encode("utf-8", "replace")
    stamp = time.time_ns() // 1000
    header = (0xA55A0003).to_bytes(4, "big") + len(data).to_bytes(4, "big") + stamp.to_bytes(8, "big")
    os.write(int(os.environ["_LAMBDA_TELEMETRY_LOG_FD"]), header + data)


def text_line(record: logging.LogRecord) -> str:
    moment = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created)) + f".{int(record.msecs):03d}Z"
    message = record.getMessage()
    if record.exc_info:
        message += "\n" + logging.Formatter().formatException(record.exc_info)
    return f"[{record.levelname}]\t{moment}\t{request_id}\t{message}\n"


def json_line(record: logging.LogRecord) -> str:
    kind, error, trace = record.exc_info or (None, None, None)
    line = {
        "timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created)),
        "level": record.levelname,
        "message": record.msg if isinstance(record.msg, dict) and not record.args else record.getMessage(),
        "logger": record.name,
        "stackTrace": traceback.format_tb(trace) if trace else None,
        "errorType": kind.__name__ if kind else None,
        "errorMessage": str(error) if error else None,
        "requestId": request_id,
        "location": f"{record.pathname}:{record.funcName}:{record.lineno}" if kind else None,
    }
    extras = {key: value for key, value in vars(record).items() if key not in _RECORD_FIELDS and key not in line}
    return json.dumps({k: v for k, v in (line | extras).items() if v is not None}, default=str, ensure_ascii=False)


def error_line(error: Mapping[str, Any]) -> str:
    if JSON_FORMAT:
        stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        return json.dumps({"timestamp": stamp, "level": "ERROR", **error}, ensure_ascii=False)
    lines = [f"[ERROR] {error['errorType']}: {error['errorMessage']}", "Traceback (most recent call last):"]
    for entry in error["stackTrace"]:
        for line in entry.splitlines():
            bare = line.lstrip(" ")
            lines.append(NO_BREAK_SPACE * (len(line) - len(bare)) + bare)
    return "\n".join(lines)


def call(method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None) -> tuple[Any, bytes]:
    connection = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
    connection.request(method, f"/2018-06-01/runtime/{path}", body, dict(headers or {}))
    response = connection.getresponse()
    return response.headers, response.read()


def post_error(path: str, error: Mapping[str, Any], before_answer: Callable[[], object]) -> None:
    send_frame(error_line(error))
    before_answer()
    call("POST", path, json.dumps(error).encode(), {"Lambda-Runtime-Function-Error-Type": error["errorType"]})


def load(name: str) -> Callable[[Any, Any], Any]:
    module_name, _, function = name.rpartition(".")
    if not module_name:
        raise InitError("Runtime.MalformedHandlerName", f"Bad handler '{name}': not enough values to unpack")
    try:
        module = importlib.import_module(module_name.replace("/", "."))
    except ImportError as error:
        raise InitError("Runtime.ImportModuleError", f"Unable to import module '{module_name}': {error}") from error
    except SyntaxError as error:
        raise InitError("Runtime.UserCodeSyntaxError", f"Syntax error in module '{module_name}': {error}") from error
    handler: Callable[[Any, Any], Any] | None = getattr(module, function, None)
    if handler is None:
        raise InitError("Runtime.HandlerNotFound", f"Handler '{function}' missing on module '{module_name}'")
    return handler


def context_of(headers: Mapping[str, str]) -> types.SimpleNamespace:
    deadline_ms = int(headers["Lambda-Runtime-Deadline-Ms"])
    client = json.loads(headers.get("Lambda-Runtime-Client-Context") or "null")
    return types.SimpleNamespace(
        aws_request_id=request_id,
        invoked_function_arn=headers.get("Lambda-Runtime-Invoked-Function-Arn", ""),
        function_name=os.environ["AWS_LAMBDA_FUNCTION_NAME"],
        function_version=os.environ["AWS_LAMBDA_FUNCTION_VERSION"],
        memory_limit_in_mb=os.environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"],
        log_group_name=os.environ["AWS_LAMBDA_LOG_GROUP_NAME"],
        log_stream_name=os.environ["AWS_LAMBDA_LOG_STREAM_NAME"],
        identity=types.SimpleNamespace(cognito_identity_id=None, cognito_identity_pool_id=None),
        client_context=client
        and types.SimpleNamespace(custom=client.get("custom"), env=client.get("env"), client=client.get("client")),
        get_remaining_time_in_millis=lambda: max(0, deadline_ms - time.time_ns() // 1_000_000),
    )


def run(name: str, before_answer: Callable[[], object]) -> None:
    """Serve invocations until the process is killed. `before_answer` flushes what the handler printed."""
    global request_id
    logging.getLogger().addHandler(FrameHandler())
    if level := os.environ.get("AWS_LAMBDA_LOG_LEVEL"):
        logging.getLogger().setLevel({"TRACE": "DEBUG", "FATAL": "CRITICAL"}.get(level, level))
    try:
        handler = load(name)
    except Exception as error:  # noqa: BLE001 - whatever the user's module raises is the answer
        post_error("init/error", describe(error), before_answer)
        sys.exit(1)
    while True:
        headers, body = call("GET", "invocation/next")
        request_id = headers["Lambda-Runtime-Aws-Request-Id"]
        os.environ["_X_AMZN_TRACE_ID"] = headers.get("Lambda-Runtime-Trace-Id", "")
        try:
            answer = json.dumps(handler(json.loads(body), context_of(headers)), ensure_ascii=False).encode()
        except Exception as error:  # noqa: BLE001 - as above
            post_error(f"invocation/{request_id}/error", describe(error), before_answer)
        else:
            before_answer()
            call("POST", f"invocation/{request_id}/response", answer, {"Content-Type": "application/json"})


def describe(error: Exception) -> dict[str, Any]:
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename != __file__]
    return {
        "errorMessage": str(error),
        "errorType": getattr(error, "error_type", type(error).__name__),
        "requestId": request_id,
        "stackTrace": [] if isinstance(error, InitError) else traceback.format_list(frames),
    }
