"""One request to an agent on AgentCore Runtime. Its session is named after the run, its trace is the run's own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from itk.aws import agentcore
from itk.aws.bodies import json_or_text, told
from itk.aws.session import Aws
from itk.entrypoints.sending import Reply, answered, begun, not_whole
from itk.entrypoints.trace_headers import otel_trace_id, trace_header, trace_parent, xray_root
from itk.model.case import BedrockAgentCoreInvoke
from itk.model.evidence import ErrorFact
from itk.model.ids import IdKind, trace_id
from itk.model.run import Receipt, TargetType
from itk.ports import Cleared


class BedrockAgentCoreInvokeEntrypoint:
    """The run id begins the session id (33 characters at least) and is a member of `baggage`."""

    operation = "InvokeAgentRuntime"
    target_type: TargetType = "agent"

    def __init__(
        self, stimulus: BedrockAgentCoreInvoke, aws: Aws, trace_id_attribute: str, now_ns: Callable[[], int]
    ) -> None:
        self._stimulus, self._aws, self._attribute, self._now_ns = stimulus, aws, trace_id_attribute, now_ns

    def send(self, cleared: Cleared, run_id: str) -> Receipt:
        stimulus, sent_ns = self._stimulus, self._now_ns()
        session_id = stimulus.session_id or session_of(run_id)
        carried: list[tuple[IdKind, str]] = [
            ("xray_root", xray_root(run_id, sent_ns, stimulus.turn)),
            ("otel_trace_id", otel_trace_id(run_id, sent_ns, stimulus.turn)),
        ]
        if not stimulus.session_id:  # one that is gone on with is not this run's alone
            carried.append(("session_id", session_id))
        request = {
            "qualifier": stimulus.qualifier,
            "runtimeSessionId": session_id,
            "contentType": stimulus.content_type,
            "payload": json_or_text(stimulus.body.encode()),
        }
        receipt = begun(
            "bedrock_agentcore_invoke", self.operation, self.target_type, cleared, run_id, sent_ns, request,
            carried=tuple(carried),
        )  # fmt: skip
        return answered(receipt, lambda: self._invoke(run_id, session_id, sent_ns), self._now_ns)

    def _invoke(self, run_id: str, session_id: str, sent_ns: int) -> Reply:
        stimulus = self._stimulus
        answer = agentcore.invoke(
            self._aws,
            stimulus.agent_runtime_arn,
            stimulus.body.encode(),
            stimulus.timeout_s,
            qualifier=stimulus.qualifier,
            runtimeSessionId=session_id,
            runtimeUserId=stimulus.user_id,
            contentType=stimulus.content_type,
            accept=stimulus.accept,
            traceId=trace_header(run_id, sent_ns, stimulus.turn),
            traceParent=trace_parent(run_id, sent_ns, stimulus.turn),
            baggage=f"{self._attribute}={run_id}",
        )
        return Reply(
            ids=(*_ids(answer, session_id if stimulus.session_id else ""), ("aws_request_id", answer.meta.request_id)),
            response=_response(answer),
            error=_error(answer) or not_whole(answer.body),
            retries=answer.meta.retries,
        )


def session_of(run_id: str) -> str:
    """A session id that holds the run id and is as long as InvokeAgentRuntime asks for."""
    return f"{run_id}-{trace_id(run_id)[:16]}"


def _ids(answer: agentcore.Answer, shared_session: str) -> tuple[tuple[IdKind, str], ...]:
    """Ids that the agent's side made or kept. A session of several runs is no id of this one."""
    session = "" if answer.session_id == shared_session else answer.session_id
    roots = [part.removeprefix("Root=") for part in answer.trace_id.split(";") if part.startswith("Root=1-")]
    parents = answer.trace_parent.split("-")
    return (
        ("session_id", session),
        ("xray_root", roots[0] if roots else ""),
        ("otel_trace_id", parents[1] if len(parents) == 4 else ""),
    )


def _response(answer: agentcore.Answer) -> dict[str, Any]:
    if answer.failure:
        return {"statusCode": answer.status}
    told_body: dict[str, Any] = {"body": told(answer.body)}
    if answer.content_type.startswith("text/event-stream"):
        parts = server_sent(answer.body.raw.decode("utf-8", "replace"))
        told_body = {"text": "".join(map(_text, parts)), "events": parts}
    cut = {"truncated": answer.body.truncated} if answer.body.truncated else {}
    return {"statusCode": answer.status, "contentType": answer.content_type, **told_body, **cut}


def server_sent(stream: str) -> list[Any]:
    """The data of server-sent events (WHATWG HTML, 9.2.6), each JSON where it is; comments and other fields are left.

    >>> server_sent('data: "a"\\n\\n: ping\\ndata: {"b":\\ndata: 1}\\n\\n')
    ['a', {'b': 1}]
    """
    found, lines = list[Any](), list[str]()
    for line in [*stream.splitlines(), ""]:
        if not line and lines:
            found.append(json_or_text("\n".join(lines).encode()))
            lines = []
        elif line.startswith("data:"):
            lines.append(line[5:].removeprefix(" "))
    return found


def _text(part: Any) -> str:
    """What an agent streams: texts, or events of the Converse stream."""
    if isinstance(part, str):
        return part
    for key in ("event", "contentBlockDelta", "delta", "text"):
        part = part.get(key) if isinstance(part, dict) else None
    return part if isinstance(part, str) else ""


def _error(answer: agentcore.Answer) -> ErrorFact | None:
    """An agent that fails in the middle of its stream says so in it, after HTTP 200, as its SDK writes it.

    `error` alone is what any tool may answer; `error_type` is the SDK's.
    """
    if answer.failure:
        return ErrorFact(type=agentcore.AGENT_FAILED, message=answer.failure, origin="app")
    if not answer.content_type.startswith("text/event-stream"):
        return None
    for part in server_sent(answer.body.raw.decode("utf-8", "replace")):
        if isinstance(part, dict) and part.get("error_type") and "error" in part:
            return ErrorFact(type=str(part["error_type"]), message=str(part["error"]), origin="app")
    return None
