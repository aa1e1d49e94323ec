"""An AWS error answer, in the wire format that the caller's protocol expects."""

from __future__ import annotations

import json
import uuid
from xml.sax.saxutils import escape

from itk.sandbox.server.operations import Call

Headers = list[tuple[bytes, bytes]]


class AwsAnswerError(Exception):
    """Raised by our own services, made by fault rules."""

    def __init__(self, code: str, message: str = "", status: int = 400) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status


def error_response(call: Call, error: AwsAnswerError) -> tuple[int, Headers, bytes]:
    """Status, headers and body; botocore must find the code, or it will not retry.

    Query protocol (STS, IAM, SNS, ...) answers XML; S3 a bare <Error>; JSON-RPC `__type`; REST a header.
    SQS speaks JSON but old SDK versions know its errors by the query name, which travels in `x-amzn-query-error`.
    """
    request_id = str(uuid.uuid4())
    message = error.message or error.code
    headers: Headers = [(b"x-amzn-requestid", request_id.encode())]
    if call.protocol in ("query", "rest-xml"):
        detail = f"<Code>{escape(error.code)}</Code><Message>{escape(message)}</Message>"
        kind = "Sender" if error.status < 500 else "Receiver"
        body = (
            f"<Error>{detail}<RequestId>{request_id}</RequestId></Error>"
            if call.service == "s3"
            else f"<ErrorResponse><Error><Type>{kind}</Type>{detail}</Error>"
            f"<RequestId>{request_id}</RequestId></ErrorResponse>"
        )
        return error.status, [*headers, (b"content-type", b"text/xml")], body.encode()
    headers.append((b"x-amzn-errortype", error.code.encode()))
    if call.protocol == "json":
        blame = "Sender" if error.status < 500 else "Receiver"
        headers.append((b"content-type", b"application/x-amz-json-1.0"))
        if call.service == "sqs":
            headers.append((b"x-amzn-query-error", f"{error.code};{blame}".encode()))
        return error.status, headers, json.dumps({"__type": error.code, "message": message}).encode()
    headers.append((b"content-type", b"application/json"))
    return error.status, headers, json.dumps({"message": message}).encode()
