"""Warm environments per function version: take an idle one or start one, put it back, throw the broken away."""

from __future__ import annotations

import contextvars
import hashlib
import importlib.util
import io
import json
import os
import secrets
import sys
import threading
import time
import uuid
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from itk.sandbox.server.functions.environment import Environment, Invocation, Launch
from itk.sandbox.server.functions.platform_lines import PlatformLines, Trace
from itk.sandbox.server.logs.store import LogStore

IDLE_LIMIT_S = 300.0
# What a new execution environment depends on; a change of any of it retires the warm ones.
_RELEVANT = ("CodeSha256", "Handler", "Runtime", "Timeout", "MemorySize", "Environment", "Layers", "LoggingConfig")


@dataclass(frozen=True, slots=True)
class Caller:
    """What an Invoke request says besides its payload; event sources say nothing."""

    request_id: str
    client_context: str = ""
    trace_header: str = ""


# Set by the HTTP layer around one Invoke request; ministack copies the context into its worker thread.
CALLER: contextvars.ContextVar[Caller | None] = contextvars.ContextVar("itk_caller", default=None)


@dataclass(frozen=True, slots=True)
class Host:
    """Where handlers run: the sandbox's endpoint and account, and a folder to unpack code into."""

    endpoint: str
    account: str
    folder: Path


class FunctionPool:
    """`run` has the signature of ministack's dispatch and replaces it."""

    def __init__(self, host: Host, store: LogStore, layer_zip: Callable[[Any], bytes | None]) -> None:
        self._host = host
        self._store = store
        self._layer_zip = layer_zip
        self._lock = threading.Lock()
        self._idle: dict[tuple[str, str], list[Environment]] = {}
        self._all: set[Environment] = set()
        self._unpack_lock = threading.Lock()

    def run(
        self, func: dict[str, Any], config: dict[str, Any], event: Any, request_id: str, _at: float
    ) -> dict[str, Any]:
        """Run one event; the answer in ministack's terms, plus the RequestId that the logs carry."""
        caller = CALLER.get() or Caller(request_id)
        runtime = config.get("Runtime", "")
        if not runtime.startswith("python") or not func.get("code_zip"):
            return _refusal(f"the sandbox runs python3.x functions from a zip; `{runtime}` is not emulated")
        invocation = Invocation(
            request_id=caller.request_id,
            payload=json.dumps(event, ensure_ascii=False).encode(),
            function_arn=config["FunctionArn"],
            trace=_trace(caller.trace_header, config),
            traced=_is_active(config),
            client_context=caller.client_context,
        )
        with self._environment(func, config) as environment:
            outcome = environment.invoke(invocation)
        answer: dict[str, Any] = {
            "body": _decoded(outcome.payload),
            "log": outcome.log,
            "request_id": caller.request_id,
        }
        return answer | ({"error": True, "function_error": "Unhandled"} if outcome.error else {})

    def close(self) -> None:
        with self._lock:
            doomed, self._all = self._all, set()
            self._idle.clear()
        for environment in doomed:
            environment.close()

    @contextmanager
    def _environment(self, func: dict[str, Any], config: dict[str, Any]) -> Iterator[Environment]:
        function = f"{_unqualified(config['FunctionArn'])}:{config.get('Version', '$LATEST')}"
        key = (function, _revision(config))
        environment = self._take_idle(key) or self._start(func, config)
        try:
            yield environment
        finally:
            self._put_back(key, environment)

    def _take_idle(self, key: tuple[str, str]) -> Environment | None:
        with self._lock:
            stale = [other for other in self._idle if other[0] == key[0] and other != key]
            doomed = [environment for other in stale for environment in self._idle.pop(other)]
            doomed += [
                e for idle in self._idle.values() for e in idle if time.monotonic() - e.idle_since > IDLE_LIMIT_S
            ]
            for idle in self._idle.values():
                idle[:] = [environment for environment in idle if environment not in doomed]
            self._all.difference_update(doomed)
            # The most recently used one: like AWS, few environments stay warm.
            found = self._idle[key].pop() if self._idle.get(key) else None
        for environment in doomed:
            environment.close()
        return found

    def _put_back(self, key: tuple[str, str], environment: Environment) -> None:
        with self._lock:
            keep = not environment.broken and environment in self._all
            if keep:
                self._idle.setdefault(key, []).append(environment)
            self._all.discard(environment) if not keep else None
        if not keep:
            environment.close()

    # starting one

    def _start(self, func: dict[str, Any], config: dict[str, Any]) -> Environment:
        region = config["FunctionArn"].split(":")[3]
        logging = config.get("LoggingConfig") or {}
        name, version = config["FunctionName"], config.get("Version", "$LATEST")
        group = logging.get("LogGroup") or f"/aws/lambda/{name}"
        stream = time.strftime("%Y/%m/%d/", time.gmtime()) + f"[{version}]{uuid.uuid4().hex}"
        major, minor = sys.version_info[:2]
        digest = hashlib.sha256(f"itk-sandbox-{major}.{minor}".encode()).hexdigest()
        lines = PlatformLines(
            json_format=logging.get("LogFormat") == "JSON",
            system_level=logging.get("SystemLogLevel", "INFO"),
            function=name,
            version=version,
            runtime=f"python:{major}.{minor}.v0",
            runtime_arn=f"arn:aws:lambda:{region}::runtime:{digest}",
        )

        def write(at: float, message: str) -> None:
            self._store.write(region, group, stream, int(at * 1000), message)

        environment = Environment(self._launch(func, config, region, group, stream), lines, write)
        with self._lock:
            self._all.add(environment)
        return environment

    def _launch(self, func: dict[str, Any], config: dict[str, Any], region: str, group: str, stream: str) -> Launch:
        code_dir = self._unpacked(func["code_zip"])
        layers = [self._unpacked(zipped) for a in config.get("Layers") or () if (zipped := self._layer_zip(a))]
        own = (config.get("Environment") or {}).get("Variables") or {}
        logging = config.get("LoggingConfig") or {}
        # Nothing of the host's environment; and nothing of the function's may lead to the real AWS.
        variables = {k: v for k, v in own.items() if not k.startswith(("AWS_ENDPOINT_URL", "AWS_IGNORE_CONFIGURED"))}
        variables |= {
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}/usr/local/bin:/usr/bin:/bin",
            "HOME": str(self._host.folder),
            "TMPDIR": str(self._host.folder),
            "LANG": "en_US.UTF-8",
            "TZ": ":UTC",
            "PYTHONPATH": os.pathsep.join(str(layer / "python") for layer in layers),
            "PYTHONDONTWRITEBYTECODE": "1",
            "LAMBDA_TASK_ROOT": str(code_dir),
            "_HANDLER": config["Handler"],
            "AWS_EXECUTION_ENV": f"AWS_Lambda_{config['Runtime']}",
            "AWS_LAMBDA_FUNCTION_NAME": config["FunctionName"],
            "AWS_LAMBDA_FUNCTION_VERSION": config.get("Version", "$LATEST"),
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(config.get("MemorySize", 128)),
            "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
            "AWS_LAMBDA_LOG_GROUP_NAME": group,
            "AWS_LAMBDA_LOG_STREAM_NAME": stream,
            "AWS_LAMBDA_LOG_FORMAT": logging.get("LogFormat", "Text"),
            "AWS_REGION": region,
            "AWS_DEFAULT_REGION": region,
            "AWS_ENDPOINT_URL": self._host.endpoint,
            "AWS_ACCESS_KEY_ID": "itk-sandbox",
            "AWS_SECRET_ACCESS_KEY": "itk-sandbox",
            "AWS_EC2_METADATA_DISABLED": "true",
        }
        if logging.get("LogFormat") == "JSON":
            variables["AWS_LAMBDA_LOG_LEVEL"] = logging.get("ApplicationLogLevel", "INFO")
        return Launch(
            handler=config["Handler"],
            code_dir=code_dir,
            variables=variables,
            ric="awslambdaric" if has_awslambdaric() else "fallback",
            memory_mb=int(config.get("MemorySize", 128)),
            timeout_s=float(config.get("Timeout", 3)),
        )

    def _unpacked(self, zipped: bytes) -> Path:
        """The folder with this code; one for all environments that run it, as /var/task is read-only."""
        folder = self._host.folder / "code" / hashlib.sha256(zipped).hexdigest()[:24]
        with self._unpack_lock:
            if not folder.exists():
                with zipfile.ZipFile(io.BytesIO(zipped)) as archive:
                    archive.extractall(folder)
        return folder


def has_awslambdaric() -> bool:
    """The real runtime interface client has wheels for Linux with glibc only."""
    if os.environ.get("ITK_SANDBOX_RIC") == "fallback":
        return False
    return all(importlib.util.find_spec(name) for name in ("awslambdaric", "runtime_client"))


def _revision(config: dict[str, Any]) -> str:
    relevant = {name: config.get(name) for name in _RELEVANT}
    return hashlib.sha256(json.dumps(relevant, sort_keys=True, default=str).encode()).hexdigest()


def _unqualified(arn: str) -> str:
    return ":".join(arn.split(":")[:7])


def _is_active(config: dict[str, Any]) -> bool:
    return bool((config.get("TracingConfig") or {}).get("Mode") == "Active")


def _trace(header: str, config: dict[str, Any]) -> Trace:
    """Continue the caller's trace or begin one; there is always a Root, sampled only when tracing is active."""
    fields = dict(part.strip().split("=", 1) for part in header.split(";") if "=" in part)
    root = fields.get("Root") or f"1-{int(time.time()):08x}-{secrets.token_hex(12)}"
    return Trace(root, secrets.token_hex(8), sampled=_is_active(config))


def _decoded(payload: bytes) -> Any:
    try:
        return json.loads(payload or b"null")
    except ValueError:
        return payload.decode("utf-8", "replace")


def _refusal(message: str) -> dict[str, Any]:
    return {"body": {"errorType": "Sandbox.NotEmulated", "errorMessage": message}, "error": True, "log": ""}
