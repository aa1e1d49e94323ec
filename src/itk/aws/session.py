"""One session a run: region, endpoint, retries, and a count of every call and every throttle."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from threading import Lock
from typing import Any
from urllib.parse import urlparse

import boto3
from botocore.client import BaseClient
from botocore.config import Config

from itk import __version__
from itk.aws.errors import translated
from itk.reading.aws.errors import THROTTLED

_AWS_HOSTS = (".amazonaws.com", ".amazonaws.com.cn", ".api.aws", ".api.amazonwebservices.com.cn")


# A call that times out is sent again by the SDK, and a function or an agent would then work twice: a function may run
# for 15 minutes, an agent may think long between two parts of its stream. Everything else answers in a moment, and must
# not outlast the wait for evidence. A SendMessage that is repeated all the same shows as an SDK retry: a warning.
# StartSyncExecution runs for 5 minutes at most; AgentCore gives a request 15.
# X-Ray only adds to the logs, and a network may have no way to it: nobody waits long for it, or asks many times.
_PATIENCE_S = {"lambda": 910, "bedrock-agent-runtime": 300, "stepfunctions": 310, "bedrock-agentcore": 910, "xray": 5}
_CONNECT_S, _ATTEMPTS = {"xray": 2}, {"xray": 2}


@dataclass(slots=True)
class Tally:
    """Calls and throttles of one among several runs."""

    calls: int = 0
    throttles: int = 0


_TALLY: ContextVar[Tally | None] = ContextVar("tally", default=None)


@contextmanager
def tallied() -> Iterator[Tally]:
    """Count what is called from here, in this thread and in those that are given its context."""
    tally = Tally()
    token = _TALLY.set(tally)
    try:
        yield tally
    finally:
        _TALLY.reset(token)


class Aws:
    """Clients of one account and region. Thread-safe once made, as boto3's clients are.

    `calls` counts requests by `service.Operation`, the SDK's own retries included; `throttles` those among them that
    AWS refused because of their rate. A call that succeeds may hide both.
    """

    def __init__(self, region: str | None, environment: Mapping[str, str] | None = None) -> None:
        extra = dict(environment or {})
        # botocore reads these from the process environment only; a value that is set there wins over .env.
        for name, value in extra.items():
            os.environ.setdefault(name, value)
        with translated("configuration"):
            self._session = boto3.Session(region_name=region or None)
        self.calls: Counter[str] = Counter()
        self.throttles = 0
        self._lock = Lock()
        self._clients: dict[str, Any] = {}

    @property
    def region(self) -> str:
        return self._session.region_name or ""

    def credentials(self) -> Any:
        """botocore's credentials, or None. Nothing is sent."""
        with translated("credentials"):
            return self._session.get_credentials()

    def ca_bundle(self) -> str | None:
        """The file of certificates that the user trusts instead of the usual ones, if any."""
        with translated("configuration"):
            named = self._session._session.get_config_variable("ca_bundle") or os.environ.get("REQUESTS_CA_BUNDLE")
        return str(named) if named else None

    def client(self, service: str) -> Any:
        """The client of a service, made once. Standard retries: a throttle is tried again with back-off."""
        with self._lock:
            if service not in self._clients:
                self._clients[service] = self._make(service)
            return self._clients[service]

    def emulated_endpoint(self) -> str:
        """Where calls really go if that is not AWS, else an empty string. Whoever reads a result must know."""
        url = str(self.client("sts").meta.endpoint_url)
        return "" if _is_aws(url) else url

    def _make(self, service: str) -> BaseClient:
        config = Config(
            retries={"mode": "standard", "total_max_attempts": _ATTEMPTS.get(service, 6)},
            connect_timeout=_CONNECT_S.get(service, 5),
            read_timeout=_PATIENCE_S.get(service, 20),
            max_pool_connections=32,
            user_agent_extra=f"itk/{__version__}",
        )
        with translated(f"{service} client"):
            client: BaseClient = self._session.client(service, config=config)  # type: ignore[call-overload]
            if not _is_aws(client.meta.endpoint_url):  # `sync-127.0.0.1` would be nowhere
                plain = config.merge(Config(inject_host_prefix=False))
                client = self._session.client(service, config=plain)  # type: ignore[call-overload]
        client.meta.events.register("needs-retry", self._count)
        return client

    def _count(self, response: Any = None, operation: Any = None, **_: Any) -> None:
        code = ""
        if response is not None and isinstance(response[1], dict):
            code = str(response[1].get("Error", {}).get("Code", ""))
        service = operation.service_model.service_name if operation is not None else "?"
        with self._lock:
            self.calls[f"{service}.{operation.name if operation is not None else '?'}"] += 1
            throttled = code in THROTTLED or (response is not None and response[0].status_code == 429)
            self.throttles += throttled
            if (tally := _TALLY.get()) is not None:
                tally.calls += 1
                tally.throttles += throttled


def _is_aws(url: str) -> bool:
    return (urlparse(url).hostname or "").lower().endswith(_AWS_HOSTS)
