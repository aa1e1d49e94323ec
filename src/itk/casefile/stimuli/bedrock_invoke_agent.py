"""`bedrock_invoke_agent`: one turn with a Bedrock agent."""

from __future__ import annotations

from typing import Literal

from pydantic import AliasChoices, Field

from itk.casefile.forms import Form, TargetForm, Word
from itk.casefile.written import Written
from itk.model.case import BedrockInvokeAgent
from itk.model.problem import show

_TEXTS = ("input_text", "inputText", "text", "prompt")


class BedrockTarget(TargetForm):
    mode: Literal["invoke_agent"] = Field(default="invoke_agent", description="May be left out.")
    agent_id: Word = Field(default="", description="The agent. ITK_BEDROCK_AGENT_ID, when not given.")
    agent_alias_id: Word = Field(
        default="",
        validation_alias=AliasChoices("agent_alias_id", "agent_alias", "alias_id"),
        description="The alias. ITK_BEDROCK_AGENT_ALIAS_ID, when not given.",
    )
    agent_version: Word = Field(default="", description="`draft` means the alias TSTALIASID.")
    session_id: Word = Field(default="", description="A session to go on with. A new one for each run, when not given.")


class SessionStateForm(Form):
    session_attributes: dict[str, str] = Field(
        default={}, validation_alias=AliasChoices("session_attributes", "sessionAttributes")
    )
    prompt_session_attributes: dict[str, str] = Field(
        default={}, validation_alias=AliasChoices("prompt_session_attributes", "promptSessionAttributes")
    )


class BedrockPayload(SessionStateForm):
    input_text: str = Field(
        default="",
        min_length=1,
        validation_alias=AliasChoices(*_TEXTS),
        description="What the agent is asked. Left out where `expect` has `turns`.",
    )
    session_id: Word = Field(default="", validation_alias=AliasChoices("session_id", "sessionId"))
    session_state: SessionStateForm = Field(
        default_factory=SessionStateForm, validation_alias=AliasChoices("session_state", "sessionState")
    )
    enable_trace: bool = Field(
        default=True,
        validation_alias=AliasChoices("enable_trace", "enableTrace"),
        description="ITK always switches it on.",
    )


class BedrockEntrypoint(Form):
    type: Literal["bedrock_invoke_agent"]
    target: BedrockTarget = Field(default_factory=BedrockTarget)
    payload: BedrockPayload | None = Field(default=None, description="The question: a text, or keys and values.")
    # The reference kit also allows these beside `target` and `payload`.
    agent_id: Word = Field(default="", json_schema_extra={"deprecated": True})
    agent_alias_id: Word = Field(
        default="", validation_alias=AliasChoices("agent_alias_id", "alias_id"), json_schema_extra={"deprecated": True}
    )
    agent_version: Word = Field(default="", json_schema_extra={"deprecated": True})
    prompt: str = Field(default="", json_schema_extra={"deprecated": True})
    session_id: Word = Field(default="", json_schema_extra={"deprecated": True})


def read(form: BedrockEntrypoint, at: Written) -> BedrockInvokeAgent | None:
    """The stimulus, or `None` where it cannot be told what is meant."""
    target, payload = form.target, form.payload
    text = payload.input_text if payload is not None else form.prompt
    if at.has_turns:
        at.unsaid("payload", *_TEXTS)
        at.unsaid("prompt")
    elif payload is not None and not text:
        at.findings.error(at.at("payload"), "`payload` needs `input_text`", "add `input_text: …` to `payload`")
        return None
    elif not text:
        fix = "add `payload: What the agent is asked`, or `payload: {input_text: …}`"
        at.findings.error(at.key, "`entrypoint` needs a `payload` with the agent's input", fix)
        return None
    if payload is not None and not payload.enable_trace:
        at.findings.warning(at.at("payload"), "ITK switches the agent's trace on all the same")
    at.region(target.region)
    state = payload.session_state if payload is not None else None
    return BedrockInvokeAgent(
        agent_id=at.or_setting(
            at.given("agent_id", target.agent_id or form.agent_id), "agent_id", "ITK_BEDROCK_AGENT_ID"
        ),
        agent_alias_id=_alias(form, at),
        input_text=text,
        session_id=target.session_id or form.session_id or (payload.session_id if payload else ""),
        session_attributes={**state.session_attributes, **payload.session_attributes} if payload and state else {},
        prompt_session_attributes=(
            {**state.prompt_session_attributes, **payload.prompt_session_attributes} if payload and state else {}
        ),
    )


def _alias(form: BedrockEntrypoint, at: Written) -> str:
    alias = at.given("agent_alias_id", form.target.agent_alias_id or form.agent_alias_id)
    version = form.target.agent_version or form.agent_version
    if version.casefold() == "draft" and not alias:
        return "TSTALIASID"  # the alias that every agent has for its draft
    if version and not alias:
        fix = "name an alias that points to it: `agent_alias_id: …` (`draft` works too)"
        what = f"Bedrock calls an agent by alias, not by version `{show(version)}`"
        at.findings.error(at.at("target", "agent_version"), what, fix)
        return "?"
    return at.or_setting(alias, "agent_alias_id", "ITK_BEDROCK_AGENT_ALIAS_ID")
