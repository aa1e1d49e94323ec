"""`http`: one request to an API Gateway, a function URL, or anything else that speaks HTTP."""

from __future__ import annotations

import json
import re
from typing import Any, Literal
from urllib.parse import quote, urlencode, urlsplit

from pydantic import AliasChoices, Field

from itk.casefile.forms import Form, Seconds, Word
from itk.casefile.nodes import Node
from itk.casefile.written import Written, without_run_id
from itk.model.case import Http
from itk.model.problem import show
from itk.reading.aws.hosts import aws_host

_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+", re.ASCII)
# ITK sets the ones that carry the run; the HTTP library sets the others.
_RESERVED = frozenset({"traceparent", "x-amzn-trace-id", "host", "content-length", "transfer-encoding", "connection"})
_SIGNED = frozenset({"authorization", "x-amz-date", "x-amz-security-token"})
_AS_WRITTEN = "%/:?#[]@!$&'()*+,;=~"


class HttpTarget(Form):
    url: Word = Field(default="", description="`https://…`, without credentials; its query may also be in `payload`.")
    method: Literal["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] | None = Field(
        default=None, description="GET, or POST where `payload` has a body, when not given."
    )
    auth: Literal["none", "sigv4"] = Field(
        default="none", description="`sigv4` signs with the session's credentials, for AWS_IAM."
    )
    service: Word = Field(
        default="", description="What SigV4 signs for. When not given, the host says: `execute-api` or `lambda`."
    )
    region: Word = Field(default="", description="What SigV4 signs for. The host or the settings say, when not given.")
    timeout: Seconds = Field(default=30.0, gt=0, description="How long to wait for the whole answer.")
    allow_plain_http: bool = Field(default=False, description="Send to a host that is not local without TLS.")


class HttpPayload(Form):
    headers: dict[str, str] = Field(default={}, description="ITK adds the run's id and the headers of a trace.")
    query: dict[str, Any] = Field(default={}, description="Names and texts, or lists of texts; added to the URL's.")
    body: str | None = Field(default=None, description="Text that is sent as it is.")
    json_body: Any = Field(
        default=None, validation_alias=AliasChoices("json"), description="Any value, sent as compact JSON."
    )


class HttpEntrypoint(Form):
    type: Literal["http"]
    target: HttpTarget = Field(default_factory=HttpTarget)
    payload: HttpPayload = Field(default_factory=HttpPayload, description="The request: a body, or keys and values.")


def read(form: HttpEntrypoint, at: Written) -> Http:
    """The stimulus; what is wrong with it is told."""
    target, payload = form.target, form.payload
    url = at.needed("url", target.url)
    _check_url(url, target, at)
    body, headers = _body(payload, at), dict(payload.headers)
    _check_headers(headers, signed=target.auth == "sigv4", at=at)
    if at.mapping("payload").get("json") is not None and not any(name.lower() == "content-type" for name in headers):
        headers["Content-Type"] = "application/json"
    service, region = _signing(url, target, at)
    return Http(
        url=_with_query(url, payload.query, at),
        method=target.method or ("GET" if body is None else "POST"),
        headers=headers,
        body=body,
        sign_for=service,
        sign_region=region,
        timeout_s=target.timeout,
    )


def _check_url(written: str, target: HttpTarget, at: Written) -> None:
    url = without_run_id(written)
    if not url or "${" in url:
        return
    place = at.at("target", "url")
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        host, parts = "", urlsplit("")
    if parts.scheme not in ("http", "https") or not host:
        fix = "write `https://<host>/<path>`"
        at.findings.error(place, f"`{show(url)}` is not the URL of an HTTP server", fix)
    elif parts.username is not None or parts.password is not None:
        fix = "send them as a header, for example `Authorization: ${API_TOKEN}`"
        at.findings.error(place, "credentials stand in this URL", fix)
    elif parts.fragment:
        at.findings.error(place, "a `#…` is never sent", "remove it")
    elif parts.scheme == "http" and host not in _LOCAL and not target.allow_plain_http:
        fix = "write `https://`, or say that it is meant with `allow_plain_http: true`"
        at.findings.error(place, "`http://` sends everything in the clear", fix)


def _body(payload: HttpPayload, at: Written) -> str | None:
    json_node = at.mapping("payload").get("json")
    if json_node is None:
        return payload.body
    if payload.body is not None:
        at.findings.error(at.at("payload", "json"), "`body` and `json` are both given", "keep one of them")
    return json.dumps(payload.json_body, ensure_ascii=False, separators=(",", ":"))


def _check_headers(headers: dict[str, str], *, signed: bool, at: Written) -> None:
    where = at.mapping("payload", "headers")
    for name, value in headers.items():
        key = where.key(name) or where
        if not _NAME.fullmatch(name):
            fix = "use letters, digits and `-`"
            at.findings.error(key, f"`{show(name)}` is no name of a header", fix)
        elif name.lower() in _RESERVED or (signed and name.lower() in _SIGNED):
            fix = "remove it" if name.lower() not in _SIGNED else "remove it, or `auth: sigv4`"
            at.findings.error(key, f"ITK sets the header `{show(name)}` by itself", fix)
        elif any(ord(c) < 32 or ord(c) >= 127 for c in value):
            fix = "write one line of ASCII; percent-encode or base64-encode the rest"
            at.findings.error(where.get(name) or key, f"the header `{name}` holds what a header cannot", fix)


def _with_query(url: str, query: dict[str, Any], at: Written) -> str:
    url = quote(url, safe=_AS_WRITTEN) if "${" not in url else url
    where = at.mapping("payload", "query")
    pairs = [(name, text) for name, value in query.items() for text in _texts(name, value, where, at)]
    return url + ("&" if "?" in url else "?") * bool(pairs) + urlencode(pairs, quote_via=quote)


def _texts(name: str, value: Any, where: Node, at: Written) -> list[str]:
    """What is written, be it text, number or truth value; of a list, each."""
    node = where.get(name)
    elements = node.elements if node is not None and node.kind == "sequence" else [node or where]
    values = value if isinstance(value, list) else [value]
    if isinstance(value, dict) or any(isinstance(one, dict | list) or one is None for one in values):
        at.findings.error(node or where, f"`{show(name)}`: expected text, or a list of texts", "write a text")
        return []
    return [one if isinstance(one, str) else place.text for one, place in zip(values, elements, strict=False)]


def _signing(url: str, target: HttpTarget, at: Written) -> tuple[str, str]:
    """The service and the region to sign for; empty where nothing is signed."""
    if target.auth != "sigv4":
        for name in ("service", "region"):
            if getattr(target, name):
                at.findings.warning(at.at("target", name), f"`{name}` is only used with `auth: sigv4`")
        return "", ""
    service, region, _ = aws_host(url)
    if not (target.service or service) and url and "${" not in url:
        fix = "add `service: execute-api`, `lambda`, or what else stands behind it"
        at.findings.error(at.at("target", "auth"), "this host does not say which service to sign for", fix)
    return target.service or service or "execute-api", target.region or region
