"""Which AWS operation is this HTTP request? Needed to count calls and to let fault rules name an operation.

Names are those a boto3 user writes: client name and operation, `bedrock-agent-runtime.InvokeAgent`.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from urllib.parse import parse_qs

# SigV4 names a signing service; several clients may share one, and some have another name in boto3.
CLIENTS_BY_SIGNING_NAME: dict[str, tuple[str, ...]] = {
    "bedrock": ("bedrock-agent-runtime", "bedrock-agent", "bedrock-runtime", "bedrock"),
    "states": ("stepfunctions",),
    "monitoring": ("cloudwatch",),
    "tagging": ("resourcegroupstaggingapi",),
}
_SCOPE = re.compile(r"Credential=([^/,]+)/\d{8}/([^/]*)/([^/]+)/")


@dataclass(frozen=True, slots=True)
class Call:
    """One request: boto3's client name, operation, and the wire protocol its errors must use."""

    service: str
    operation: str
    protocol: str  # json | query | rest-json | rest-xml
    region: str = ""
    path_parameters: tuple[tuple[str, str], ...] = ()

    @property
    def name(self) -> str:
        return f"{self.service}.{self.operation}"

    def parameter(self, name: str) -> str:
        return dict(self.path_parameters).get(name, "")


@dataclass(frozen=True, slots=True)
class Route:
    operation: str
    method: str
    path: re.Pattern[str]
    query: tuple[tuple[str, str], ...]
    weight: int


def recognise(method: str, path: str, query: str, headers: Mapping[str, str], body: bytes) -> Call:
    """Name the call; an unsigned or unknown request gets the operation `""`."""
    scope = _SCOPE.search(headers.get("authorization", ""))
    signing_name, region = (scope[3], scope[2]) if scope else ("", "")
    clients = CLIENTS_BY_SIGNING_NAME.get(signing_name, (signing_name,))
    if target := headers.get("x-amz-target", ""):
        return Call(clients[0], target.rpartition(".")[2], "json", region)
    if headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        action = parse_qs(body.decode("utf-8", "replace")).get("Action", [""])[0]
        return Call(clients[0], action, "query", region)
    if rpc := re.fullmatch(r"/service/[^/]+/operation/(\w+)", path):
        return Call(clients[0], rpc[1], "json", region)
    arguments = parse_qs(query, keep_blank_values=True)
    for client in clients:
        protocol, routes = _routes(client)
        for route in routes:
            if route.method == method and (found := route.path.fullmatch(path)) and _has(arguments, route.query):
                operation = _unless_copied(route.operation, headers)
                return Call(client, operation, protocol, region, tuple(found.groupdict().items()))
    return Call(clients[0], "", "rest-json", region)


def _unless_copied(operation: str, headers: Mapping[str, str]) -> str:
    """S3 tells a copy from an upload by a header alone."""
    uploads = {"CopyObject": "PutObject", "UploadPartCopy": "UploadPart"}
    return operation if "x-amz-copy-source" in headers else uploads.get(operation, operation)


def _has(arguments: Mapping[str, list[str]], wanted: tuple[tuple[str, str], ...]) -> bool:
    return all(name in arguments and (not value or arguments[name][0] == value) for name, value in wanted)


@cache
def _routes(client: str) -> tuple[str, tuple[Route, ...]]:
    """REST routes of a boto3 client from botocore's own service model, most specific first."""
    loaders = importlib.import_module("botocore.loaders")
    try:
        model = loaders.Loader().load_service_model(client, "service-2") if client else {}
    except loaders.UnknownServiceError:
        model = {}
    routes = [_route(name, shape["http"]) for name, shape in model.get("operations", {}).items()]
    protocol = str(model.get("metadata", {}).get("protocol", "rest-json"))
    return protocol, tuple(sorted(routes, key=lambda route: -route.weight))


def _route(operation: str, http: Mapping[str, str]) -> Route:
    path, _, query = http.get("requestUri", "/").partition("?")
    pattern, weight = "", 0
    for piece in re.split(r"(\{[^}]+\})", path):
        if piece.startswith("{"):
            name = re.sub(r"\W", "_", piece.strip("{}+"))
            pattern += f"(?P<{name}>{'.+' if piece.endswith('+}') else '[^/]+'})"
        else:
            pattern += re.escape(piece)
            weight += len(piece)
    wanted = tuple((name, values[0]) for name, values in parse_qs(query, keep_blank_values=True).items())
    return Route(operation, http.get("method", "POST"), re.compile(pattern + "/?"), wanted, weight + 100 * len(wanted))
