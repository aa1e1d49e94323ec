"""One TracePart of a Bedrock agent: what `InvokeAgent` streams with its trace on, as a value.

Field names: botocore's `bedrock-agent-runtime` model. Seen in recorded streams beyond it: `__type` keys, numbers as
text, and the observation type ACTION_GROUP_CODE_INTERPRETER.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

from itk.model.evidence import AgentCall, AgentStep, ErrorFact, Evidence, Usage
from itk.model.ids import Id
from itk.reading.idtext import typed, uuid_prefix
from itk.reading.jsontext import inner
from itk.reading.logfields import decimal, text_of, whole
from itk.reading.timetext import unix_ns

Stage = Literal["pre_processing", "orchestration", "post_processing", "routing", "guardrail", "failure", "custom"]

STAGES: dict[str, Stage] = {
    "preProcessingTrace": "pre_processing",
    "orchestrationTrace": "orchestration",
    "postProcessingTrace": "post_processing",
    "routingClassifierTrace": "routing",
    "guardrailTrace": "guardrail",
    "failureTrace": "failure",
    "customOrchestrationTrace": "custom",
}
_OUTPUTS = (
    "actionGroupInvocationOutput",
    "knowledgeBaseLookupOutput",
    "agentCollaboratorInvocationOutput",
    "codeInterpreterInvocationOutput",
)
_TYPE_OF_OUTPUT = dict(
    zip(
        _OUTPUTS, ("ACTION_GROUP", "KNOWLEDGE_BASE", "AGENT_COLLABORATOR", "ACTION_GROUP_CODE_INTERPRETER"), strict=True
    )
)


def is_part(value: dict[str, Any]) -> bool:
    """Whether `value` is a TracePart: an object whose `trace` holds one of the known traces."""
    trace = value.get("trace")
    return isinstance(trace, dict) and any(isinstance(trace.get(key), dict) for key in STAGES)


def step(
    part: dict[str, Any], evidence: Evidence, sequence: int, request_id: str | None = None, ids: Iterable[Id] = ()
) -> AgentStep | None:
    """The step that `part` describes; `None` if it is no TracePart. `ids` are those of the line or record around it."""
    trace = part.get("trace")
    if not isinstance(trace, dict):
        return None
    key = next((k for k in STAGES if isinstance(trace.get(k), dict)), None)
    if key is None:
        return None
    fields = _fields(STAGES[key], trace[key])
    trace_id = fields.pop("trace_id")
    session = text_of(part.get("sessionId"))
    invocation = uuid_prefix(trace_id)
    chain = part.get("callerChain")
    arns = (
        [text_of(link.get("agentAliasArn")) for link in chain if isinstance(link, dict)]
        if isinstance(chain, list)
        else []
    )
    own = [typed("bedrock_invocation_id", invocation), typed("session_id", session)]
    all_ids = dict.fromkeys([*(i for i in own if i is not None), *ids])
    return AgentStep(
        evidence=evidence,
        sequence=sequence,
        stage=STAGES[key],
        agent_id=text_of(part.get("agentId")),
        agent_alias_id=text_of(part.get("agentAliasId")),
        agent_version=text_of(part.get("agentVersion")),
        agent_name=text_of(part.get("agentName")),
        session_id=session,
        caller_chain=tuple(arn for arn in arns if arn),
        invocation_id=invocation,
        trace_id=trace_id,
        event_time_ns=unix_ns(part.get("eventTime")),
        request_id=request_id,
        ids=tuple(all_ids),
        **fields,
    )


def _fields(stage: Stage, trace: dict[str, Any]) -> dict[str, Any]:
    """What the innermost object says. Guardrail, failure and custom traces have no layer between."""
    if stage == "guardrail":
        shown = {k: trace[k] for k in ("inputAssessments", "outputAssessments") if trace.get(k)}
        action = text_of(trace.get("action"))
        return {"step": "guardrail", "guardrail_action": action, "response": shown or None, **_metadata(trace)}
    if stage == "failure":
        code = trace.get("failureCode")
        error = ErrorFact(
            type="" if code is None else str(code), message=text_of(trace.get("failureReason")), origin="service"
        )
        return {"step": "failure", "error": error, **_metadata(trace)}
    for key, read in _INNER.items():
        value = trace.get(key)
        if isinstance(value, dict):
            found = read(value)
            found["trace_id"] = found["trace_id"] or text_of(trace.get("traceId"))
            return found
    event = trace.get("event")
    text = text_of(event.get("text")) if isinstance(event, dict) else ""
    return {"step": "event", "text": text, **_metadata(trace)}


def _metadata(holder: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {"trace_id": text_of(holder.get("traceId"))}
    metadata = holder.get("metadata")
    if not isinstance(metadata, dict):
        return found
    found["start_ns"] = unix_ns(metadata.get("startTime"))
    found["end_ns"] = unix_ns(metadata.get("endTime"))
    found["total_ms"] = decimal(metadata.get("totalTimeMs"))
    found["operation_total_ms"] = decimal(metadata.get("operationTotalTimeMs"))
    found["client_request_id"] = text_of(metadata.get("clientRequestId")) or None
    usage = metadata.get("usage")
    if isinstance(usage, dict):
        found["usage"] = Usage(
            input_tokens=whole(usage.get("inputTokens")), output_tokens=whole(usage.get("outputTokens"))
        )
    return found


def _model_input(value: dict[str, Any]) -> dict[str, Any]:
    text = text_of(value.get("text"))
    return {
        "step": "model_input",
        "model_id": text_of(value.get("foundationModel")),
        "call_type": text_of(value.get("type")),
        "request": inner(text) if text else None,
        **_metadata(value),
    }


def _model_output(value: dict[str, Any]) -> dict[str, Any]:
    raw = value.get("rawResponse")
    content = inner(raw.get("content")) if isinstance(raw, dict) else None
    parsed = value.get("parsedResponse")
    response = {"content": content, "parsedResponse": parsed} if isinstance(parsed, dict) and parsed else content
    reasoning = value.get("reasoningContent")
    thought = reasoning.get("reasoningText") if isinstance(reasoning, dict) else None
    text = text_of(parsed.get("rationale")) if isinstance(parsed, dict) else ""
    if not text and isinstance(thought, dict):
        text = text_of(thought.get("text"))
    model = text_of(content.get("model")) if isinstance(content, dict) else ""
    return {"step": "model_output", "model_id": model, "response": response, "text": text, **_metadata(value)}


def _rationale(value: dict[str, Any]) -> dict[str, Any]:
    return {"step": "rationale", "text": text_of(value.get("text")), **_metadata(value)}


def _invocation_input(value: dict[str, Any]) -> dict[str, Any]:
    return {"step": "call", "call": _call(value), "call_type": text_of(value.get("invocationType")), **_metadata(value)}


def _call(value: dict[str, Any]) -> AgentCall | None:
    if isinstance(group := value.get("actionGroupInvocationInput"), dict):
        path = " ".join(text_of(group.get(k)) for k in ("verb", "apiPath") if group.get(k))
        sent = {k: group[k] for k in ("parameters", "requestBody") if group.get(k)}
        return AgentCall(
            type="action_group",
            name=text_of(group.get("actionGroupName")),
            function=text_of(group.get("function")) or path,
            execution_type=text_of(group.get("executionType")),
            input=sent or None,
        )
    if isinstance(base := value.get("knowledgeBaseLookupInput"), dict):
        return AgentCall(type="knowledge_base", name=text_of(base.get("knowledgeBaseId")), input=base.get("text"))
    if isinstance(agent := value.get("agentCollaboratorInvocationInput"), dict):
        return AgentCall(
            type="collaborator",
            name=text_of(agent.get("agentCollaboratorName")),
            input=agent.get("input"),
            collaborator_alias_arn=text_of(agent.get("agentCollaboratorAliasArn")),
        )
    if isinstance(code := value.get("codeInterpreterInvocationInput"), dict):
        return AgentCall(type="code_interpreter", name="code_interpreter", input=code.get("code"))
    return None


def _observation(value: dict[str, Any]) -> dict[str, Any]:
    found = _metadata(value)
    found["call_type"] = text_of(value.get("type"))
    if isinstance(final := value.get("finalResponse"), dict):
        text = text_of(final.get("text"))
        return {**found, **_times(final), "step": "final_response", "text": text, "response": text or None}
    if isinstance(again := value.get("repromptResponse"), dict):
        text, source = text_of(again.get("text")), text_of(again.get("source"))
        return {**found, "step": "reprompt", "text": text, "response": {"source": source} if source else None}
    for key in _OUTPUTS:
        if isinstance(output := value.get(key), dict):
            return {**found, **_times(output), **_result(key, output), "call_type": _TYPE_OF_OUTPUT[key]}
    return {**found, "step": "event", "text": found["call_type"]}  # ASK_USER has no content of its own


def _times(holder: dict[str, Any]) -> dict[str, Any]:
    found = _metadata(holder)
    del found["trace_id"]
    return found


def _result(key: str, output: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {"step": "result"}
    if key == "actionGroupInvocationOutput":
        found["response"] = inner(output.get("text"))
    elif key == "knowledgeBaseLookupOutput":
        found["response"] = output.get("retrievedReferences")
    elif key == "agentCollaboratorInvocationOutput":
        found["text"] = text_of(output.get("agentCollaboratorName"))
        found["response"] = output.get("output")
    else:
        failed = text_of(output.get("executionError"))
        found["response"] = {k: v for k, v in output.items() if k not in ("metadata", "__type")} or None
        if output.get("executionTimeout") is True:
            found["error"] = ErrorFact(type="executionTimeout", message=failed, origin="service")
        elif failed:
            found["error"] = ErrorFact(type="executionError", message=failed, origin="service")
    return found


_INNER = {
    "modelInvocationInput": _model_input,
    "modelInvocationOutput": _model_output,
    "rationale": _rationale,
    "invocationInput": _invocation_input,
    "observation": _observation,
}
