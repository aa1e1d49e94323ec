"""Access logs of API Gateway: one line for one request, in whatever form the stage was told to write.

    {"requestId":"6f1c...","ip":"192.0.2.1","requestTimeEpoch":"1795332662120","httpMethod":"GET","status":"200",...}
    192.0.2.1 - - [22/Nov/2026:07:31:02 +0000] "GET /orders HTTP/1.1" 200 512 6f1c2a3b-...

JSON of `$context` variables under any names, with `-` for what is empty; CLF, CSV and XML as AWS suggests them. A JSON
line counts only if it says what only a gateway knows beside request id, status and method, and is no logger's.
"""

from __future__ import annotations

import csv
import re
from typing import Any

from itk.model.evidence import ApiRequest, ErrorFact, LogEvent
from itk.model.ids import Id
from itk.reading.idtext import is_uuid, run_ids, typed
from itk.reading.jsontext import document
from itk.reading.logfields import LEVEL_KEYS, decimal, evidence, text_of, whole
from itk.reading.timetext import MS, moment

_ANCHORS = ("httpmethod", "routekey", "resourcepath")  # applications say `method` and `path`
_GATEWAY = frozenset(
    (
        "ip",
        "sourceip",
        "caller",
        "requesttime",
        "requesttimeepoch",
        "protocol",
        "responselength",
        "extendedrequestid",
        "responselatency",
        "integrationlatency",
        "integrationstatus",
        "integrationrequestid",
        "apiid",
        "domainname",
    )
)
_LOGGERS = (*LEVEL_KEYS, "message", "msg", "function_request_id", "function_name", "_aws", "itk", "log")
_REQUEST_ID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[A-Za-z0-9_-]{8,24}="
_CLF = re.compile(
    r'(\S{1,64}) \S{1,128} \S{1,128} \[([^\]]{20,32})\] "([A-Z]{3,10}) (\S{1,2048}) (HTTP/[\d.]{1,4})" '
    r"(\d{3}) (\d{1,12}|-) (" + _REQUEST_ID + r")(?: \S{1,64})?\s*$"
)
_CLF_NAMES = ("ip", "requesttime", "httpmethod", "resourcepath", "protocol", "status", "responselength", "requestid")
_CSV_NAMES = ("ip", "caller", "user", *_CLF_NAMES[1:], "extendedrequestid")
_CSV_TIME = re.compile(r"\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}$")
_XML_HEAD = re.compile(r'<request id="(' + _REQUEST_ID + r')">')
_XML_FIELD = re.compile(r"<([A-Za-z]{1,32})>([^<]{1,2048})</\1>")
_TEXT_MAX = 8_192


class ApiGatewayAccess:
    """A finished request, with its times and what it called."""

    name = "apigateway_access"
    begins = ""
    keys: tuple[str, ...] = ()

    def read(self, event: LogEvent) -> tuple[ApiRequest, ...] | None:
        if event.source == "agent_stream" or event.group.startswith("/aws/lambda/"):
            return None
        fields = _fields(event.message.strip())
        return None if fields is None else (self._request(event, fields),)

    def _request(self, event: LogEvent, fields: dict[str, Any]) -> ApiRequest:
        began = moment(_any(fields, "requesttimeepoch")) or moment(_any(fields, "requesttime"))
        own = str(_any(fields, "requestid"))
        function = text_of(_any(fields, "integrationrequestid", "awsendpointrequestid", "lambdarequestid"))
        ids = [Id("apigw_request_id", own), typed("xray_root", _any(fields, "xraytraceid"))]
        if is_uuid(function):
            ids.append(Id("lambda_request_id", function))
        return ApiRequest(
            evidence=evidence(event, self.name),
            time_ns=event.time_ms * MS,
            api_request_id=own,
            phase="access",
            api_id=text_of(_any(fields, "apiid")),
            stage=text_of(_any(fields, "stage")),
            method=_method(fields),
            path=_path(fields),
            status_code=whole(_any(fields, "status")),
            start_ns=None if began is None else began.ns,
            start_precision_ns=None if began is None else began.precision_ns,
            latency_ms=decimal(_any(fields, "responselatency")),
            integration_latency_ms=decimal(_any(fields, "integrationlatency")),
            lambda_request_id=function if is_uuid(function) else "",
            text=event.message.strip()[:_TEXT_MAX],
            error=_error(fields),
            ids=(*(i for i in ids if i is not None), *run_ids(event.message)),
        )


def _fields(text: str) -> dict[str, Any] | None:
    """What the line says by name, the names in lower case and without punctuation."""
    if text[:1] == "{":
        return _json(document(text))
    if (clf := _CLF.match(text)) is not None:
        return dict(zip(_CLF_NAMES, clf.groups(), strict=True))
    if (xml := _XML_HEAD.match(text)) is not None:
        return {"requestid": xml[1]} | {match[1].lower(): match[2] for match in _XML_FIELD.finditer(text)}
    return _csv(text) if text.count(",") in (9, 10) and len(text) < _TEXT_MAX else None


def _json(body: Any) -> dict[str, Any] | None:
    if not isinstance(body, dict) or any(key in body for key in _LOGGERS):
        return None
    plain: dict[str, Any] = {}
    for key, value in body.items():
        if isinstance(value, dict):  # {"error": {"message": ...}}, {"identity": {"sourceIp": ...}}
            plain.update({_plain(key + inner): each for inner, each in value.items()})
        plain[_plain(key)] = value
    if not isinstance(plain.get("requestid"), str) or not 8 <= len(plain["requestid"]) <= 64:
        return None
    known = whole(plain.get("status")) is not None and any(isinstance(plain.get(key), str) for key in _ANCHORS)
    return plain if known and not _GATEWAY.isdisjoint(plain) else None


def _csv(text: str) -> dict[str, Any] | None:
    if "\n" in text or '"' in text:
        return None
    row = next(csv.reader([text]), [])
    fields = dict(zip(_CSV_NAMES, row, strict=False))
    known = _CSV_TIME.match(fields.get("requesttime", "")) and re.fullmatch(_REQUEST_ID, fields.get("requestid", ""))
    return fields if known else None


def _plain(key: str) -> str:
    return "".join(c for c in key.lower() if c.isalnum())


def _any(fields: dict[str, Any], *keys: str) -> Any:
    """The first that is told; `-` is API Gateway's word for nothing."""
    return next((fields[key] for key in keys if fields.get(key) not in (None, "", "-")), None)


def _method(fields: dict[str, Any]) -> str:
    route = text_of(_any(fields, "routekey"))
    return text_of(_any(fields, "httpmethod", "method")) or route.partition(" ")[0]


def _path(fields: dict[str, Any]) -> str:
    route = text_of(_any(fields, "routekey"))
    return text_of(_any(fields, "resourcepath")) or route.partition(" ")[2] or text_of(_any(fields, "path"))


def _error(fields: dict[str, Any]) -> ErrorFact | None:
    """What the gateway says of an error of its own, or of the one that it got."""
    message = _any(fields, "errormessage", "integrationerrormessage", "integrationerror", "authorizererror", "error")
    kind = text_of(_any(fields, "errorresponsetype", "errortype"))
    if not isinstance(message, str) and not kind:
        return None
    return ErrorFact(type=kind, message=text_of(message).strip('"'), origin="service")


FORMAT = ApiGatewayAccess()
