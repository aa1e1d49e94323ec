"""One HTTP request. The run id is a header, and the trace of both kinds is the run's own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from itk import __version__
from itk.aws import http
from itk.aws.bodies import Body, told
from itk.aws.session import Aws
from itk.entrypoints.sending import Reply, answered, begun, not_whole
from itk.entrypoints.trace_headers import otel_trace_id, trace_header, trace_parent, xray_root
from itk.model.case import Http
from itk.model.evidence import ErrorFact
from itk.model.ids import IdKind
from itk.model.run import Receipt, TargetType
from itk.ports import Cleared
from itk.reading.aws.hosts import aws_host
from itk.reading.idtext import xray_root as root_in

USER_AGENT = f"itk/{__version__}"


class HttpEntrypoint:
    """`X-Itk-Trace-Id` holds the run id. Any answer is an answer: a status of 400 or more is an error of the target."""

    target_type: TargetType = "api"

    def __init__(self, stimulus: Http, aws: Aws, trace_id_attribute: str, now_ns: Callable[[], int]) -> None:
        self._stimulus, self._aws, self._attribute, self._now_ns = stimulus, aws, trace_id_attribute, now_ns
        self.operation = stimulus.method

    def send(self, cleared: Cleared, run_id: str) -> Receipt:
        stimulus, sent_ns = self._stimulus, self._now_ns()
        headers = self._headers(run_id, sent_ns)
        request: dict[str, Any] = {"method": stimulus.method, "url": stimulus.url, "headers": headers}
        if stimulus.body is not None:
            request["body"] = told(Body(raw=stimulus.body.encode()))
        receipt = begun(
            "http", self.operation, self.target_type, cleared, run_id, sent_ns, request,
            carried=(("xray_root", xray_root(run_id, sent_ns)), ("otel_trace_id", otel_trace_id(run_id, sent_ns))),
        )  # fmt: skip
        return answered(receipt, lambda: self._request(headers), self._now_ns)

    def _headers(self, run_id: str, sent_ns: int) -> dict[str, str]:
        own = {
            header_name(self._attribute): run_id,
            "X-Amzn-Trace-Id": trace_header(run_id, sent_ns),
            "traceparent": trace_parent(run_id, sent_ns),
        }
        ours = {name.lower() for name in own}
        given = {name: value for name, value in self._stimulus.headers.items() if name.lower() not in ours}
        agent = {} if any(name.lower() == "user-agent" for name in given) else {"User-Agent": USER_AGENT}
        return {**agent, **given, **own}

    def _request(self, headers: dict[str, str]) -> Reply:
        stimulus = self._stimulus
        answer = http.request(
            self._aws,
            stimulus.method,
            stimulus.url,
            headers,
            stimulus.body.encode() if stimulus.body is not None else None,
            timeout_s=stimulus.timeout_s,
            sign_for=stimulus.sign_for,
            region=stimulus.sign_region,
        )
        cut = {"truncated": answer.body.truncated} if answer.body.truncated else {}
        return Reply(
            ids=ids_of(stimulus.url, answer.headers),
            response={"status": answer.status, "headers": answer.headers, "body": told(answer.body), **cut},
            error=_error(answer.status) or not_whole(answer.body),
        )


def header_name(attribute: str) -> str:
    """The header for the run id: `ITK_TRACE_ID` is `X-Itk-Trace-Id`, because proxies drop names with `_`."""
    words = attribute.lower().replace("_", "-").replace(".", "-").strip("-").title()
    return words if words.startswith("X-") else f"X-{words}"


def ids_of(url: str, headers: dict[str, str]) -> tuple[tuple[IdKind, str], ...]:
    """What the answer's headers name. Whose id `x-amzn-requestid` is depends on who answers:

    a function URL gives the RequestId of the invocation, a REST API its own (and `x-amz-apigw-id` beside it).
    """
    request_id, extended = headers.get("x-amzn-requestid", ""), headers.get("x-amz-apigw-id", "")
    service = aws_host(url)[0]
    kind: IdKind = "aws_request_id"
    if service == "lambda":
        kind = "lambda_request_id"
    elif service == "execute-api" or extended:
        kind = "apigw_request_id"
    return (
        (kind, request_id),
        ("apigw_request_id", headers.get("apigw-requestid", "")),
        ("apigw_extended_request_id", extended),
        ("lambda_request_id", headers.get("x-amzn-remapped-x-amzn-requestid", "")),
        ("xray_root", root_in(headers.get("x-amzn-trace-id", "")) or ""),
    )


def _error(status: int) -> ErrorFact | None:
    if status < 400:
        return None
    return ErrorFact(type=str(status), message=f"HTTP status {status}", origin="service")
