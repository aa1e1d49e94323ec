"""One turn with a Bedrock agent. Its stream is evidence from the first part on."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import msgspec

from itk.aws import bedrock
from itk.aws.session import Aws
from itk.entrypoints.sending import of_failure
from itk.errors import AwsError
from itk.model.case import BedrockInvokeAgent
from itk.model.evidence import ErrorFact, LogEvent
from itk.model.ids import Id
from itk.model.run import Receipt, TargetType
from itk.ports import Cleared


class BedrockInvokeAgentEntrypoint:
    """The run id is the session id, unless the case names one, and a session attribute: all that travels on."""

    operation = "InvokeAgent"
    target_type: TargetType = "agent"

    def __init__(
        self, stimulus: BedrockInvokeAgent, aws: Aws, trace_id_attribute: str, now_ns: Callable[[], int]
    ) -> None:
        self._stimulus, self._aws, self._attribute, self._now_ns = stimulus, aws, trace_id_attribute, now_ns

    def send(self, cleared: Cleared, run_id: str) -> Receipt:
        stimulus, sent_ns = self._stimulus, self._now_ns()
        session_id = stimulus.session_id or run_id
        # `itk_trace_id` is the key that docs/guides/logging.md tells handlers to look for.
        attributes = {**stimulus.session_attributes, self._attribute: run_id, "itk_trace_id": run_id}
        ids = [Id("run_id", run_id)] + ([] if stimulus.session_id else [Id("session_id", session_id)])
        events: list[LogEvent] = []
        answer: dict[str, Any] = {"text": ""}
        error, retries = None, 0
        try:
            turn = bedrock.invoke_agent(
                self._aws,
                stimulus.agent_id,
                stimulus.agent_alias_id,
                session_id,
                stimulus.input_text,
                attributes,
                stimulus.prompt_session_attributes,
            )
            ids.append(Id("aws_request_id", turn.request_id))
            retries = turn.retries
            for part in turn.stream:
                events.append(self._event(part, turn.request_id, len(events)))
                answer["text"] += _chunk_text(part)
                error = _stream_error(part) or error
            events.append(self._event({"end": True}, turn.request_id, len(events)))
        except AwsError as refused:
            # Once the stream has begun the agent is at work, whatever became of the connection.
            error = ErrorFact(message=refused.what, origin="service") if events else of_failure(refused)
        return Receipt(
            run_id=run_id,
            entrypoint="bedrock_invoke_agent",
            operation=self.operation,
            target_type=self.target_type,
            target_name=cleared.target_name,
            target_id=cleared.target_id,
            sent_ns=sent_ns,
            answered_ns=self._now_ns(),
            ids=tuple(ids),
            request={"inputText": stimulus.input_text, "sessionId": session_id, "sessionAttributes": attributes},
            response=answer,
            error=error,
            sdk_retries=retries,
            events=tuple(events),
        )

    def _event(self, part: dict[str, Any], request_id: str, n: int) -> LogEvent:
        stimulus = self._stimulus
        return LogEvent(
            source="agent_stream",
            group=f"bedrock-agent/{stimulus.agent_id}/{stimulus.agent_alias_id}",
            stream=request_id,
            event_id=f"{n:06d}",
            time_ms=self._now_ns() // 1_000_000,
            message=msgspec.json.encode(part.get("trace", part)).decode(),
        )


def _chunk_text(part: dict[str, Any]) -> str:
    raw = part.get("chunk", {}).get("bytes", "")
    return base64.b64decode(raw).decode("utf-8", "replace") if raw else ""


def _stream_error(part: dict[str, Any]) -> ErrorFact | None:
    told = part.get("error")
    return ErrorFact(type=told["type"], message=told["message"], origin="service") if told else None
