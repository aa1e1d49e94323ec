"""The trace parts of an InvokeAgent stream, as plain dictionaries with the key names of real ones."""

from __future__ import annotations

import base64
import json
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from itk.sandbox.server.agents.script import Guardrail, Model, Tool

Part = dict[str, Any]


def stamp(at: float) -> str:
    """Nine digits after the second, as the real stream has; the clock gives six."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f") + "000Z"


def metadata(started: float, ended: float, client_request_id: str = "") -> Part:
    told: Part = {"startTime": stamp(started), "endTime": stamp(ended), "totalTimeMs": int((ended - started) * 1000)}
    return told | ({"clientRequestId": client_request_id} if client_request_id else {})


def model_input(trace_id: str, model: str, text: str) -> Part:
    configuration = {
        "maximumLength": 2048,
        "stopSequences": ["</invoke>", "</answer>", "</error>"],
        "temperature": 0.0,
        "topK": 250,
        "topP": 1.0,
    }
    return _orchestration(
        "modelInvocationInput",
        {
            "foundationModel": model,
            "inferenceConfiguration": configuration,
            "text": text,
            "traceId": trace_id,
            "type": "ORCHESTRATION",
        },
    )


def model_output(trace_id: str, raw: str, usage: dict[str, int], started: float, ended: float) -> Part:
    told = metadata(started, ended, str(uuid.uuid4())) | {"usage": usage}
    return _orchestration(
        "modelInvocationOutput", {"metadata": told, "rawResponse": {"content": raw}, "traceId": trace_id}
    )


def raw_response(model: str, text: str, step: Model) -> str:
    """What the model itself answered: JSON in a string, as Claude's messages arrive."""
    return json.dumps(
        {
            "stop_sequence": None,
            "model": model,
            "usage": {"input_tokens": step.input_tokens, "output_tokens": step.output_tokens},
            "type": "message",
            "role": "assistant",
            "content": [{"type": "text", "text": text}],
            "stop_reason": "end_turn",
        }
    )


def rationale(trace_id: str, text: str) -> Part:
    return _orchestration("rationale", {"text": text, "traceId": trace_id})


def tool_input(trace_id: str, step: Tool, arguments: Sequence[Part]) -> Part:
    asked: Part = {"actionGroupName": step.action_group, "executionType": "LAMBDA", "parameters": list(arguments)}
    if step.function:
        asked["function"] = step.function
    else:
        asked |= {"apiPath": step.api_path, "verb": step.verb.lower() or "get"}
    return _input(trace_id, "ACTION_GROUP", "actionGroupInvocationInput", asked)


def tool_output(trace_id: str, text: str, lambda_request_id: str, started: float, ended: float) -> Part:
    output = {"metadata": metadata(started, ended, lambda_request_id), "text": text}
    return _observation(trace_id, "ACTION_GROUP", "actionGroupInvocationOutput", output)


def lookup_input(trace_id: str, knowledge_base: str, text: str) -> Part:
    asked = {"knowledgeBaseId": knowledge_base, "text": text}
    return _input(trace_id, "KNOWLEDGE_BASE", "knowledgeBaseLookupInput", asked)


def lookup_output(trace_id: str, references: list[Part], agent_uuid: str, started: float, ended: float) -> Part:
    output = {"metadata": metadata(started, ended, agent_uuid), "retrievedReferences": references}
    return _observation(trace_id, "KNOWLEDGE_BASE", "knowledgeBaseLookupOutput", output)


def reference(told: dict[str, str]) -> Part:
    """`text` and `uri` of a script; other keys become metadata."""
    uri = told.get("uri", "s3://sandbox/document.txt")
    rest = {key: value for key, value in told.items() if key not in ("text", "uri")}
    return {
        "content": {"text": told.get("text", ""), "type": "TEXT"},
        "location": {"s3Location": {"uri": uri}, "type": "S3"},
        "metadata": {"x-amz-bedrock-kb-source-uri": uri, **rest},
    }


def collaborator_input(trace_id: str, name: str, alias_arn: str, text: str) -> Part:
    asked = {
        "agentCollaboratorAliasArn": alias_arn,
        "agentCollaboratorName": name,
        "input": {"text": text, "type": "TEXT"},
    }
    return _input(trace_id, "AGENT_COLLABORATOR", "agentCollaboratorInvocationInput", asked)


def collaborator_output(
    trace_id: str, name: str, alias_arn: str, text: str, agent_uuid: str, started: float, ended: float
) -> Part:
    output = {
        "agentCollaboratorAliasArn": alias_arn,
        "agentCollaboratorName": name,
        "metadata": metadata(started, ended, agent_uuid),
        "output": {"text": text, "type": "TEXT"},
    }
    return _observation(trace_id, "AGENT_COLLABORATOR", "agentCollaboratorInvocationOutput", output)


def final_response(trace_id: str, text: str, started: float, ended: float) -> Part:
    told = {
        "startTime": stamp(started),
        "endTime": stamp(ended),
        "operationTotalTimeMs": int((ended - started) * 1000),
    }
    return _observation(trace_id, "FINISH", "finalResponse", {"metadata": told, "text": text})


def guardrail(trace_id: str, step: Guardrail, phase: str, started: float, ended: float) -> Part:
    blocked = step.action == "INTERVENED"
    policy = {"topics": [{"action": "BLOCKED", "name": step.id, "type": "DENY"}]} if blocked else {}
    assessment: Part = {"topicPolicy": policy} if blocked else {}
    return {
        "guardrailTrace": {
            "action": step.action,
            ("inputAssessments" if phase == "pre" else "outputAssessments"): [assessment],
            "metadata": metadata(started, ended, str(uuid.uuid4())),
            "traceId": trace_id,
        }
    }


def failure(trace_id: str, reason: str, started: float, ended: float) -> Part:
    """A real one carries operationTotalTimeMs too, whatever the documentation says."""
    told = metadata(started, ended) | {"operationTotalTimeMs": int((ended - started) * 1000)}
    return {"failureTrace": {"failureCode": 424, "failureReason": reason, "metadata": told, "traceId": trace_id}}


def chunk(text: str, references: list[Part]) -> Part:
    told: Part = {"bytes": base64.b64encode(text.encode()).decode()}
    if references:
        piece = {"textResponsePart": {"span": {"start": 0, "end": len(text)}, "text": text}}
        told["attribution"] = {"citations": [{"generatedResponsePart": piece, "retrievedReferences": references}]}
    return told


def _input(trace_id: str, kind: str, key: str, asked: Part) -> Part:
    return _orchestration("invocationInput", {key: asked, "invocationType": kind, "traceId": trace_id})


def _observation(trace_id: str, kind: str, key: str, output: Part) -> Part:
    return _orchestration("observation", {key: output, "traceId": trace_id, "type": kind})


def _orchestration(key: str, content: Part) -> Part:
    return {"orchestrationTrace": {key: content}}
