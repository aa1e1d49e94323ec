"""A sandbox seen from Python: start it, ask it, end it. The server is another process, reached over plain HTTP."""

from __future__ import annotations

import json
import shutil
import subprocess
import urllib.error
import urllib.request
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

from itk.errors import ItkError
from itk.sandbox import launch


class Sandbox:
    """A running sandbox.

    `start` makes a process of its own that ends with this one, however this one ends; `attach` talks to one that
    `itk sandbox up` made.
    """

    def __init__(self, server: launch.Server) -> None:
        self._server = server
        self.endpoint = server.endpoint
        self.account = server.account
        self.region = server.region

    @classmethod
    def start(cls, account: str = "123456789012", region: str = "eu-west-1") -> Self:
        """Start a server process; it takes about a second. Raises ItkError when it cannot."""
        return cls(launch.start(account, region))

    @classmethod
    def attach(cls, endpoint: str) -> Self:
        """Use a sandbox that runs already; `close` leaves it alone."""
        health = _call(endpoint, "GET", "health")
        return cls(launch.Server(endpoint, health["pid"], health["account"], health["region"], Path(), None))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """End the process, its handlers and its files. Closing twice is fine."""
        process = self._server.process
        if process is None:
            return
        if process.stdin is not None:
            process.stdin.close()  # its lifeline
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout is not None:
            process.stdout.close()
        shutil.rmtree(self._server.folder, ignore_errors=True)

    def env(self) -> dict[str, str]:
        """Variables that point any AWS SDK at this sandbox, and nowhere else."""
        return launch.client_env(self.endpoint, self.region)

    def delay_logs(self, group_prefix: str, seconds: float | None) -> None:
        """Events written from now on to groups with this prefix become visible `seconds` later; None = never."""
        self._put("log-visibility", {"group_prefix": group_prefix, "seconds": seconds})

    def faults(self, rules: list[dict[str, Any]]) -> None:
        """Replace the fault rules: `service`, `operation`, `code`, `status`, `message`, `times`, `latency_s`."""
        self._put("faults", rules)

    def fired(self) -> list[dict[str, Any]]:
        """Every fault that fired, oldest first."""
        found: list[dict[str, Any]] = _call(self.endpoint, "GET", "fired")
        return found

    def calls(self) -> dict[str, int]:
        """How often each operation was asked for over HTTP, as `sqs.SendMessage`; also calls that a fault answered."""
        found: dict[str, int] = _call(self.endpoint, "GET", "counts")
        return found

    def agent(self, script_yaml_text: str) -> None:
        """Load agent scripts (docs/reference/sandbox.md); one loaded before is replaced."""
        _call(self.endpoint, "PUT", "agents", script_yaml_text.encode())

    def log_paging(self, *, empty_pages: int, scan_events: int = 1000) -> None:
        """How FilterLogEvents pages: empty pages before the first event, and events looked at per page."""
        self._put("log-paging", {"empty_pages": empty_pages, "scan_events": scan_events})

    def insights(
        self, *, scheduled_polls: int = 0, running_polls: int = 1, index_delay_s: float = 0.0, concurrent: int = 100
    ) -> None:
        """How Logs Insights behaves: polls before a query is Complete, how late it knows an event, queries at once."""
        wish = {"scheduled_polls": scheduled_polls, "running_polls": running_polls}
        self._put("insights", {**wish, "index_delay_s": index_delay_s, "concurrent": concurrent})

    def xray(
        self,
        mode: str = "on",
        *,
        every_nth: int = 2,
        inherit: bool = True,
        delay_s: float | None = 0.0,
        destination: str = "xray",
        indexed: bool = False,
        retrieval_polls: int = 2,
    ) -> None:
        """How X-Ray behaves from now on: `mode` on, off or sampled; segments found `delay_s` later (None = never).

        A caller's Sampled flag decides for `mode` sampled too, unless `inherit` is False.
        `destination` cloudwatch_logs is Transaction Search: spans go to the log group aws/spans, and X-Ray itself finds
        a trace only when `indexed`.
        """
        wish: dict[str, Any] = {"mode": mode, "every_nth": every_nth, "inherit": inherit, "delay_s": delay_s}
        wish |= {"destination": destination, "indexed": indexed, "retrieval_polls": retrieval_polls}
        self._put("xray", wish)

    def last_visible(self, group_prefix: str = "") -> float | None:
        """Unix seconds when the newest visible event became visible; None if none is."""
        found: float | None = _call(self.endpoint, "GET", f"last-visible?prefix={quote(group_prefix)}")["at"]
        return found

    def _put(self, name: str, content: object) -> None:
        _call(self.endpoint, "PUT", name, json.dumps(content).encode())


def _call(endpoint: str, method: str, name: str, body: bytes | None = None) -> Any:
    """One control call; a refusal becomes an ItkError with the server's own words."""
    request = urllib.request.Request(f"{endpoint}/_itk/{name}", data=body, method=method)  # noqa: S310 - loopback http
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # a proxy cannot reach our loopback
    try:
        with opener.open(request, timeout=30) as response:
            return json.loads(response.read())
    except urllib.error.HTTPError as error:
        reason = json.loads(error.read() or b"{}").get("error", error.reason)
        raise ItkError(f"the sandbox refused {method} {name}: {reason}", where=endpoint) from error
    except (urllib.error.URLError, OSError) as error:
        raise ItkError(
            f"no sandbox answers: {error}", where=endpoint, fix="start one with `itk sandbox up`, or `Sandbox.start()`"
        ) from error
