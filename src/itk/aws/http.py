"""One HTTP request that is no AWS API call, signed if asked, with the SDK's own HTTP client."""

from __future__ import annotations

import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

import msgspec
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.exceptions import (
    BotoCoreError,
    ConnectTimeoutError,
    EndpointConnectionError,
    HTTPClientError,
    ProxyConnectionError,
    SSLError,
)
from botocore.httpsession import URLLib3Session
from botocore.utils import get_environ_proxies
from urllib3.exceptions import HTTPError

from itk.aws.bodies import Body, read_body
from itk.aws.errors import NoAnswer
from itk.aws.session import Aws
from itk.errors import AwsError
from itk.reading.aws.hosts import aws_host

CONNECT_S = 5


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What a server answered, whatever its status. Names of headers are in lower case."""

    status: int
    headers: dict[str, str]
    body: Body


def request(
    aws: Aws,
    method: str,
    url: str,
    headers: Mapping[str, str],
    body: bytes | None,
    *,
    timeout_s: float,
    sign_for: str = "",
    region: str = "",
) -> Answer:
    """Send one request, once; redirects are not followed. IAM, where signed: `execute-api:Invoke`,
    `lambda:InvokeFunctionUrl`.

    Where AWS is emulated, a request to a host of AWS goes to the emulator, which finds the host in `Host`: a run that
    says that it is emulated reaches nothing else of AWS. Raises AwsError where nothing was sent, NoAnswer where
    something was.
    """
    deadline = monotonic() + timeout_s
    prepared = _prepared(aws, method, url, headers, body, sign_for, region)
    proxies = get_environ_proxies(prepared.url)
    options: dict[str, Any] = {  # wider than its type stubs say
        "verify": aws.ca_bundle() or True,
        "proxies": proxies,
        "timeout": (min(CONNECT_S, timeout_s), timeout_s),
    }
    session = URLLib3Session(**options)
    try:
        with _told(method, url):
            answer = session.send(prepared)
            raw = answer.raw
            read = getattr(raw, "read1", raw.read)  # read1, of urllib3 2, does not wait for a full buffer
            found = read_body(lambda size: read(size, decode_content=True), deadline)
    finally:
        session.close()
    return Answer(
        status=answer.status_code,
        headers={name.lower(): value for name, value in answer.headers.items()},
        body=found,
    )


def _prepared(
    aws: Aws, method: str, url: str, headers: Mapping[str, str], body: bytes | None, sign_for: str, region: str
) -> Any:
    emulator, sent = aws.emulated_endpoint(), dict(headers)
    if emulator and aws_host(url)[0]:
        url, sent["Host"] = emulated(url, emulator)
    unsigned = AWSRequest(method=method, url=url, headers=sent, data=body or b"", stream_output=True)
    if sign_for:
        credentials = aws.credentials()
        if credentials is None:
            fix = "give credentials: AWS_PROFILE, `aws sso login`, or keys in the environment"
            raise AwsError("no AWS credentials to sign with", where=url, fix=fix)
        SigV4Auth(credentials.get_frozen_credentials(), sign_for, region or aws.region).add_auth(unsigned)
    return unsigned.prepare()


def emulated(url: str, emulator: str) -> tuple[str, str]:
    """Where a request to a host of AWS goes instead, and its `Host`. Emulators know an API by a name of their own.

    >>> emulated("https://abc.execute-api.eu-west-1.amazonaws.com/qa", "http://127.0.0.1:4566")
    ('http://127.0.0.1:4566/qa', 'abc.execute-api.127.0.0.1:4566')
    """
    service, _, name = aws_host(url)
    parts, there = urlsplit(url), urlsplit(emulator)
    host = f"{name}.execute-api.{there.netloc}" if service == "execute-api" else parts.netloc
    return parts._replace(scheme=there.scheme, netloc=there.netloc).geturl(), host


def reachable(aws: Aws, url: str) -> None:
    """Connect and hang up, so that a host that is not there is known before. Sends nothing. Raises AwsError."""
    if get_environ_proxies(url) or (aws.emulated_endpoint() and aws_host(url)[0]):
        return
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        socket.create_connection((parts.hostname or "", port), CONNECT_S).close()
    except OSError as error:
        fix = "check the URL and the network"
        raise AwsError(f"nothing answers at {parts.hostname}:{port}: {error}", fix=fix) from error


@contextmanager
def _told(method: str, url: str) -> Iterator[None]:
    where = url.split("?", 1)[0]
    try:
        yield
    except (EndpointConnectionError, ConnectTimeoutError, ProxyConnectionError, SSLError) as error:
        fix = "check the URL and the network"
        raise AwsError(f"{method}: cannot connect: {error}", where=where, fix=fix) from error
    except (HTTPClientError, BotoCoreError, HTTPError, OSError) as error:
        fix = "give it more time with `timeout:` in the case's target, or look at the server's log"
        raise NoAnswer(f"{method}: no answer: {error}", where=where, fix=fix) from error
