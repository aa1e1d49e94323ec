"""The sandbox's own API under `/_itk/`: knobs for tests, and what the sandbox saw. JSON in, JSON out."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict
from typing import Any
from urllib.parse import parse_qs

from itk.sandbox.server.agents.api import AgentsApi
from itk.sandbox.server.agents.script import ScriptError
from itk.sandbox.server.faults import FaultRules, RuleError
from itk.sandbox.server.http import Request
from itk.sandbox.server.logs.api import LogsApi
from itk.sandbox.server.logs.insights import InsightsHabits
from itk.sandbox.server.logs.store import LogStore
from itk.sandbox.server.xray.store import XRayHabits, XRayStore

PREFIX = "/_itk/"


class ControlApi:
    """`answer(request)` -> status and body; `counts` is filled by the layer that sees every call."""

    def __init__(
        self, store: LogStore, logs: LogsApi, traces: XRayStore, agents: AgentsApi, faults: FaultRules, identity: Any
    ) -> None:
        self.counts: Counter[str] = Counter()
        self._store = store
        self._logs = logs
        self._traces = traces
        self._agents = agents
        self._faults = faults
        self._identity = identity
        self._routes: dict[tuple[str, str], Callable[[Request], object]] = {
            ("GET", "health"): lambda _: {"status": "ok", "emulated": True, "pid": os.getpid(), **self._identity},
            ("GET", "counts"): lambda _: dict(self.counts),
            ("DELETE", "counts"): lambda _: self.counts.clear(),
            ("GET", "faults"): lambda _: self._faults.describe(),
            ("PUT", "faults"): lambda request: self._faults.replace(_json(request)),
            ("DELETE", "faults"): lambda _: self._faults.replace([]),
            ("GET", "fired"): lambda _: self._faults.fired(),
            ("DELETE", "fired"): lambda _: self._faults.forget_fired(),
            ("GET", "log-visibility"): lambda _: self._store.delays(),
            ("PUT", "log-visibility"): self._delay_logs,
            ("DELETE", "log-visibility"): lambda _: self._store.clear_delays(),
            ("GET", "log-paging"): lambda _: self._paging(),
            ("PUT", "log-paging"): self._set_paging,
            ("GET", "insights"): lambda _: asdict(self._logs.insights.habits),
            ("PUT", "insights"): self._set_insights,
            ("DELETE", "insights"): lambda _: self._use_insights(InsightsHabits()),
            ("GET", "xray"): lambda _: asdict(self._traces.habits),
            ("PUT", "xray"): self._set_xray,
            ("DELETE", "xray"): lambda _: self._use_xray(XRayHabits()),
            ("GET", "last-visible"): self._last_visible,
            ("GET", "agents"): lambda _: self._loaded_agents(),
            ("PUT", "agents"): self._load_agents,
            ("DELETE", "agents"): lambda _: self._agents.clear(),
        }

    def answer(self, request: Request) -> tuple[int, object]:
        host = request.headers.get("host", "").rpartition(":")[0]
        if host not in ("127.0.0.1", "localhost"):  # a web page that rebinds its name to loopback
            return 403, {"error": f"the control API answers on 127.0.0.1 only, not on {host!r}"}
        name = request.path.removeprefix(PREFIX).strip("/")
        route = self._routes.get((request.method, name))
        if route is None:
            known = ", ".join(sorted({f"{method} {PREFIX}{path}" for method, path in self._routes}))
            return 404, {"error": f"no {request.method} {request.path}; there is {known}"}
        try:
            return 200, route(request)
        except (RuleError, ScriptError, AttributeError, KeyError, TypeError, ValueError) as error:
            return 400, {"error": str(error)}

    def _delay_logs(self, request: Request) -> None:
        wish = _json(request)
        seconds = wish["seconds"]
        self._store.set_delay(str(wish["group_prefix"]), None if seconds is None else float(seconds))

    def _paging(self) -> object:
        return {"empty_pages": self._logs.habits.empty_pages, "scan_events": self._logs.habits.scan_events}

    def _set_paging(self, request: Request) -> object:
        for name, value in _json(request).items():
            if name not in ("empty_pages", "scan_events") or int(value) < (name == "scan_events"):
                raise ValueError(
                    f"`{name}`: {value!r} is not a page setting; known: empty_pages >= 0, scan_events >= 1"
                )
            setattr(self._logs.habits, name, int(value))
        return self._paging()

    def _set_insights(self, request: Request) -> object:
        return self._use_insights(InsightsHabits(**_json(request)))

    def _use_insights(self, habits: InsightsHabits) -> object:
        self._logs.insights.habits = habits
        return asdict(habits)

    def _set_xray(self, request: Request) -> object:
        return self._use_xray(XRayHabits(**_json(request)))

    def _use_xray(self, habits: XRayHabits) -> object:
        self._traces.habits = habits
        return asdict(habits)

    def _last_visible(self, request: Request) -> object:
        prefix = parse_qs(request.query).get("prefix", [""])[0]
        return {"at": self._store.last_visible(prefix)}

    def _loaded_agents(self) -> object:
        return [{"agent": agent.id, "alias": agent.alias, "name": agent.name} for agent in self._agents.loaded()]

    def _load_agents(self, request: Request) -> object:
        return [{"agent": a.id, "alias": a.alias, "name": a.name} for a in self._agents.load(request.body.decode())]


def _json(request: Request) -> Any:
    return json.loads(request.body or b"null")
