"""AgentCore Runtime: is the agent's endpoint there, and one request to it."""

from __future__ import annotations

from time import monotonic
from typing import Any

import msgspec
from botocore.exceptions import ClientError

from itk.aws.bodies import Body, read_body
from itk.aws.errors import code_of, translated
from itk.aws.replies import Meta, meta_of
from itk.aws.session import Aws

# A stream is read in small pieces, so that a slow one cannot hide its deadline behind a full buffer.
_PIECE = 256
# HTTP 424: the call was taken, and the agent's own code failed. All other errors say that it was not.
AGENT_FAILED = "RuntimeClientError"


class Endpoint(msgspec.Struct, frozen=True, kw_only=True):
    """What GetAgentRuntimeEndpoint says of an endpoint."""

    arn: str
    status: str
    version: str


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What the agent answered, or, as `failure`, what the service says of an agent that broke while it worked."""

    status: int
    content_type: str = ""
    session_id: str = ""
    trace_id: str = ""
    trace_parent: str = ""
    body: Body = Body(raw=b"")
    meta: Meta
    failure: str = ""


def endpoint(aws: Aws, runtime_arn: str, name: str) -> Endpoint:
    """Read an endpoint of a runtime. IAM: `bedrock-agentcore:GetAgentRuntimeEndpoint`. Raises NotFound, AwsError."""
    runtime_id = runtime_arn.rsplit("/", 1)[-1]
    with translated("bedrock-agentcore:GetAgentRuntimeEndpoint", f"{runtime_arn}, endpoint {name}"):
        found = aws.client("bedrock-agentcore-control").get_agent_runtime_endpoint(
            agentRuntimeId=runtime_id, endpointName=name
        )
    return Endpoint(
        arn=found.get("agentRuntimeEndpointArn", ""),
        status=found.get("status", ""),
        version=found.get("liveVersion", ""),
    )


def invoke(aws: Aws, runtime_arn: str, payload: bytes, timeout_s: float, **options: str) -> Answer:
    """Ask an agent, and read its whole answer, be it a stream. IAM: `bedrock-agentcore:InvokeAgentRuntime`.

    `options` are parameters of InvokeAgentRuntime; empty ones are left out.
    """
    deadline = monotonic() + timeout_s
    given = {name: value for name, value in options.items() if value}
    with translated("bedrock-agentcore:InvokeAgentRuntime", runtime_arn):
        try:
            answer: dict[str, Any] = aws.client("bedrock-agentcore").invoke_agent_runtime(
                agentRuntimeArn=runtime_arn, payload=payload, **given
            )
        except ClientError as error:
            if code_of(error) == AGENT_FAILED:
                return _failed(error)
            raise
        stream = answer["response"]
        try:
            body = read_body(lambda _: bytes(stream.read(_PIECE)), deadline)
        finally:
            stream.close()
    return Answer(
        status=int(answer.get("statusCode", 200)),
        content_type=answer.get("contentType", ""),
        session_id=answer.get("runtimeSessionId", ""),
        trace_id=answer.get("traceId", ""),
        trace_parent=answer.get("traceParent", ""),
        body=body,
        meta=meta_of(answer),
    )


def _failed(error: ClientError) -> Answer:
    said: Any = error.response
    return Answer(
        status=int(said.get("ResponseMetadata", {}).get("HTTPStatusCode", 424)),
        meta=meta_of(said),
        failure=str(said.get("Error", {}).get("Message", "")) or AGENT_FAILED,
    )
