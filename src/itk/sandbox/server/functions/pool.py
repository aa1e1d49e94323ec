"""Warm environments per function version: take an idle one or start one, put it back, throw the broken away."""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from itk.sandbox.server import destinations
from itk.sandbox.server.front_door import (
    PASSAGE,
    invocation_id_in,
    request_id_in,
    trace_header_in,
    with_trace_header,
)
from itk.sandbox.server.functions.callers import CALLER, TRACE_HEADER, TRACE_MARK, Caller
from itk.sandbox.server.functions.environment import Environment, Invocation, Outcome
from itk.sandbox.server.functions.launching import RUNTIME_VERSION, Host, Launcher, place_of
from itk.sandbox.server.functions.platform_lines import PlatformLines
from itk.sandbox.server.logs.store import LogStore
from itk.sandbox.server.ministack_names import Ministack
from itk.sandbox.server.sqs_delivery import as_poller_reads
from itk.sandbox.server.step_functions import INVOKED
from itk.sandbox.server.xray.recorder import Recorder

IDLE_LIMIT_S = 300.0
# What a new execution environment depends on; a change of any of it retires the warm ones.
_RELEVANT = ("LastModified", "CodeSha256", "Handler", "Runtime", "Timeout", "MemorySize", "Environment", "Layers")


class FunctionPool:
    """`run` has the signature of ministack's dispatch and replaces it."""

    def __init__(self, host: Host, store: LogStore, recorder: Recorder, ministack: Ministack) -> None:
        self._launcher = Launcher(host, ministack.layer_zip)
        self._ministack = ministack
        self._store = store
        self._recorder = recorder
        self._lock = threading.Lock()
        self._idle: dict[tuple[str, str], list[Environment]] = {}
        self._all: set[Environment] = set()

    def run(
        self, func: dict[str, Any], config: dict[str, Any], event: Any, request_id: str, _at: float
    ) -> dict[str, Any]:
        """Run one event; the answer in ministack's terms, plus the RequestId that the logs carry."""
        caller = CALLER.get() or Caller(invocation_id_in(event) or request_id)
        runtime = config.get("Runtime", "")
        if not runtime.startswith("python") or not func.get("code_zip"):
            return _refusal(f"the sandbox runs python3.x functions from a zip; `{runtime}` is not emulated")
        event = with_trace_header(event, TRACE_HEADER.get())
        outcome, attempt = self._run(func, config, event, caller)
        body = _decoded(outcome.payload)
        answer: dict[str, Any] = {
            "body": body if CALLER.get() else as_poller_reads(event, body),
            "log": outcome.log,
            "request_id": caller.request_id,
            destinations.ATTEMPT: attempt,
        }
        if caller.asynchronous and not outcome.error:
            destinations.succeeded(self._ministack, func, event, answer)
        return answer | ({"error": True, "function_error": "Unhandled"} if outcome.error else {})

    def _run(self, func: dict[str, Any], config: dict[str, Any], event: Any, caller: Caller) -> tuple[Outcome, int]:
        """One invocation in an environment of its function, with its trace around it; and which attempt it is."""
        header = TRACE_HEADER.get() or str(func.get(TRACE_MARK) or "") or trace_header_in(event)
        recording = self._recorder.open(config, caller.request_id, header, event, asynchronous=caller.asynchronous)
        invocation = Invocation(
            request_id=caller.request_id,
            payload=json.dumps(event, ensure_ascii=False).encode(),
            function_arn=config["FunctionArn"],
            trace=recording.trace,
            client_context=caller.client_context,
        )
        with self._environment(func, config) as environment:
            outcome = environment.invoke(invocation)
        self._recorder.close(recording, outcome)
        _tell(event, caller.request_id, recording.trace.header, outcome)
        return outcome, recording.attempt

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
            else:
                self._all.discard(environment)
        if not keep:
            environment.close()

    def _start(self, func: dict[str, Any], config: dict[str, Any]) -> Environment:
        place = place_of(config)
        lines = PlatformLines(
            json_format=place.json_format,
            system_level=(config.get("LoggingConfig") or {}).get("SystemLogLevel", "INFO"),
            function=config["FunctionName"],
            version=config.get("Version", "$LATEST"),
            runtime=RUNTIME_VERSION,
            runtime_arn=f"arn:aws:lambda:{place.region}::runtime:{hashlib.sha256(RUNTIME_VERSION.encode()).hexdigest()}",
        )

        def write(at: float, message: str) -> None:
            self._store.write(place.region, place.group, place.stream, int(at * 1000), message)

        environment = Environment(self._launcher.launch(func, config, place), lines, write)
        with self._lock:
            self._all.add(environment)
        return environment


def _tell(event: Any, request_id: str, trace_header: str, outcome: Outcome) -> None:
    """Let those who wait for the answer know more than the answer."""
    if (passage := PASSAGE.get()) is not None:
        passage.request_id, passage.trace_header = request_id_in(event), trace_header
        passage.failed = outcome.error
    if (invoked := INVOKED.get()) is not None:
        invoked.append(request_id)


def _revision(config: dict[str, Any]) -> str:
    relevant = {name: config.get(name) for name in _RELEVANT}
    return hashlib.sha256(json.dumps(relevant, sort_keys=True, default=str).encode()).hexdigest()


def _unqualified(arn: str) -> str:
    return ":".join(arn.split(":")[:7])


def _decoded(payload: bytes) -> Any:
    try:
        return json.loads(payload or b"null")
    except ValueError:
        return payload.decode("utf-8", "replace")


def _refusal(message: str) -> dict[str, Any]:
    return {"body": {"errorType": "Sandbox.NotEmulated", "errorMessage": message}, "error": True, "log": ""}
