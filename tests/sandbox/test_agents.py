"""InvokeAgent as botocore decodes it, and the identities that join it to everything else."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError, EventStreamError

from itk.errors import ItkError
from itk.sandbox import Sandbox
from tests.sandbox.support import Aws

DOCUMENT = Path(__file__).parents[2] / "docs" / "reference" / "sandbox.md"
TOOL = """
    import json
    def handler(event, context):
        print("EVENT " + json.dumps(event))
        if event["parameters"][0]["value"] == "13":
            raise RuntimeError("no such order")
        body = {"TEXT": {"body": json.dumps({"state": "shipped"})}}
        response = {"actionGroup": event["actionGroup"], "function": event["function"],
                    "functionResponse": {"responseBody": body}}
        return {"messageVersion": "1.0", "response": response, "sessionAttributes": {"seen": "yes"}}
"""


@pytest.fixture(scope="module", autouse=True)
def documented_agents(itk_sandbox: Sandbox) -> None:
    """The very example of the reference page."""
    example = re.search(r"```yaml\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)
    assert example
    itk_sandbox.agent(example[1])
    Aws(itk_sandbox).deploy(TOOL, name="order-lookup")


def invoke(aws: Aws, text: str, agent: str = "SUPPORT001", **options: Any) -> dict[str, Any]:
    answer: dict[str, Any] = aws.client("bedrock-agent-runtime").invoke_agent(
        agentId=agent, agentAliasId="PRODALIAS1", sessionId="session-1", inputText=text, **options
    )
    return answer


def ask(aws: Aws, text: str, **options: Any) -> tuple[str, list[dict[str, Any]], str]:
    """The answer's text, the trace parts and the request id."""
    answer = invoke(aws, text, **options)
    events = list(answer["completion"])
    said = b"".join(event["chunk"]["bytes"] for event in events if "chunk" in event).decode()
    return said, [e["trace"] for e in events if "trace" in e], answer["ResponseMetadata"]["RequestId"]


def kinds(parts: list[dict[str, Any]]) -> list[str]:
    return [next(iter(content)) for part in parts for content in part["trace"].values()]


def found(parts: list[dict[str, Any]], *path: str) -> list[Any]:
    """What stands at a path in the parts' orchestration traces."""
    values: list[Any] = [part["trace"].get("orchestrationTrace", {}) for part in parts]
    for key in path:
        values = [value[key] for value in values if key in value]
    return values


def test_the_documented_agent_answers(aws: Aws) -> None:
    said, parts, _ = ask(aws, "where is order 17?")

    assert said == "Order 17 is shipped. "
    assert parts == []  # nobody asked for a trace


def test_the_trace_of_a_turn(aws: Aws) -> None:
    _, parts, request_id = ask(aws, "where is order 17?", enableTrace=True)

    assert kinds(parts) == [
        *("modelInvocationInput", "modelInvocationOutput", "rationale"),
        *("invocationInput", "observation"),  # the action group
        *("invocationInput", "observation"),  # the knowledge base
        *("modelInvocationInput", "modelInvocationOutput"),
        "observation",  # the final response
    ]
    trace_ids = [c["traceId"] for p in parts for c in p["trace"]["orchestrationTrace"].values()]
    assert trace_ids == [f"{request_id}-0"] * 7 + [f"{request_id}-1"] * 3
    arn = f"arn:aws:bedrock:{aws.sandbox.region}:{aws.sandbox.account}:agent-alias/SUPPORT001/PRODALIAS1"
    for part in parts:
        assert part["callerChain"] == [{"agentAliasArn": arn}]
        identity = (part["agentId"], part["agentAliasId"], part["agentVersion"], part["sessionId"])
        assert identity == ("SUPPORT001", "PRODALIAS1", "1", "session-1")
    [model, _] = found(parts, "modelInvocationOutput")
    assert model["metadata"]["usage"] == {"inputTokens": 812, "outputTokens": 64}
    assert 20 <= model["metadata"]["totalTimeMs"] < 2000
    assert found(parts, "rationale", "text") == ["The user asks for order 17."]
    [final] = found(parts, "observation", "finalResponse", "metadata")
    assert final["operationTotalTimeMs"] >= model["metadata"]["totalTimeMs"]


def test_an_action_group_really_invokes_its_function(aws: Aws) -> None:
    state = {"sessionAttributes": {"run": "run-1"}, "promptSessionAttributes": {"who": "me"}}
    _, parts, _ = ask(aws, "where is order 21?", enableTrace=True, sessionState=state)

    [observation] = found(parts, "observation", "actionGroupInvocationOutput")
    lambda_request = observation["metadata"]["clientRequestId"]
    assert aws.messages("order-lookup", filterPattern=f'"START RequestId: {lambda_request}"')
    [event] = [
        json.loads(message.removeprefix("EVENT "))
        for message in aws.messages("order-lookup", filterPattern='"EVENT" "order 21"')
    ]
    assert event == {
        "messageVersion": "1.0",
        "agent": {"name": "support", "id": "SUPPORT001", "alias": "PRODALIAS1", "version": "1"},
        "inputText": "where is order 21?",
        "sessionId": "session-1",
        "actionGroup": "orders",
        "function": "getOrder",
        "parameters": [{"name": "id", "type": "string", "value": "21"}],
        "sessionAttributes": {"run": "run-1"} | ({"seen": "yes"} if "seen" in event["sessionAttributes"] else {}),
        "promptSessionAttributes": {"who": "me"},
    }
    asked, told = [p for p in parts if "actionGroup" in json.dumps(p, default=str)]
    assert asked["eventTime"] == told["eventTime"]  # as real streams have it: both after the call


def test_a_collaborator_has_a_trace_of_its_own(aws: Aws) -> None:
    said, parts, request_id = ask(aws, "refund order 17", enableTrace=True)

    assert said == "Order 17 is shipped. A refund is on its way."
    [output] = found(parts, "observation", "agentCollaboratorInvocationOutput")
    theirs = [part for part in parts if part["agentId"] == "BILLING001"]
    [their_uuid] = {c["traceId"].rpartition("-")[0] for p in theirs for c in p["trace"]["orchestrationTrace"].values()}
    assert output["metadata"]["clientRequestId"] == their_uuid != request_id
    assert output["output"] == {"type": "TEXT", "text": "A refund is on its way."}
    assert all(len(part["callerChain"]) == 2 and part["collaboratorName"] == "Billing" for part in theirs)
    assert kinds(theirs) == ["modelInvocationInput", "modelInvocationOutput", "observation"]


def test_a_tool_that_fails_ends_the_stream(aws: Aws) -> None:
    answer, parts = invoke(aws, "where is order 13?", enableTrace=True), []
    with pytest.raises(EventStreamError, match="no such order") as caught:
        parts.extend(answer["completion"])

    assert caught.value.response["Error"]["Code"] == "dependencyFailedException"
    [failure] = [p["trace"]["trace"]["failureTrace"] for p in parts if "failureTrace" in p["trace"]["trace"]]
    assert "no such order" in failure["failureReason"]


def test_an_exception_in_mid_stream(aws: Aws) -> None:
    aws.sandbox.agent("{agent: THROTTLING, alias: PRODALIAS1, steps: [model: thinking, {fail: throttlingException}]}")
    answer = invoke(aws, "x", agent="THROTTLING", enableTrace=True)

    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 200
    stream = iter(answer["completion"])
    assert "trace" in next(stream)
    with pytest.raises(EventStreamError) as caught:
        list(stream)
    assert caught.value.response["Error"]["Code"] == "throttlingException"


def test_a_guardrail_that_intervenes(aws: Aws) -> None:
    aws.sandbox.agent(
        """
        agent: GUARDEDAGT
        alias: PRODALIAS1
        steps:
          - when: password
            steps: [{guardrail: {action: INTERVENED, message: "No."}}]
            else: [{guardrail: NONE}]
          - answer: {text: "abcdefgh", chunks: 3}
        """
    )
    said, parts, request_id = ask(aws, "the password?", agent="GUARDEDAGT", enableTrace=True)

    assert said == "No."
    [guard] = [part["trace"]["guardrailTrace"] for part in parts]
    assert (guard["action"], guard["traceId"]) == ("INTERVENED", f"{request_id}-guardrail-pre-0")
    answer = invoke(aws, "the weather?", agent="GUARDEDAGT")
    assert [event["chunk"]["bytes"] for event in answer["completion"]] == [b"abc", b"def", b"gh"]


def test_input_that_is_json_and_a_path_that_leads_nowhere(aws: Aws) -> None:
    aws.sandbox.agent(
        "{agent: JSONAGENT1, alias: PRODALIAS1, steps: [answer: 'run {{ input.run }} {{ session.x | none }}']}"
    )
    assert ask(aws, '{"run": "r-1"}', agent="JSONAGENT1")[0] == "run r-1 none"
    with pytest.raises(EventStreamError, match=r"nothing at `input\.run`"):
        ask(aws, "plain", agent="JSONAGENT1")


def test_the_control_plane_agrees_with_the_scripts(aws: Aws) -> None:
    agents = aws.client("bedrock-agent")

    agent = agents.get_agent(agentId="SUPPORT001")["agent"]
    assert (agent["agentName"], agent["agentStatus"]) == ("support", "PREPARED")
    alias = agents.get_agent_alias(agentId="SUPPORT001", agentAliasId="PRODALIAS1")["agentAlias"]
    assert alias["agentAliasStatus"] == "PREPARED"
    assert alias["agentAliasArn"].endswith(":agent-alias/SUPPORT001/PRODALIAS1")
    assert {"SUPPORT001", "BILLING001"} <= {a["agentId"] for a in agents.list_agents()["agentSummaries"]}
    aliases = agents.list_agent_aliases(agentId="SUPPORT001")["agentAliasSummaries"]
    assert [a["agentAliasId"] for a in aliases] == ["PRODALIAS1"]
    versions = agents.list_agent_versions(agentId="SUPPORT001")["agentVersionSummaries"]
    assert [v["agentVersion"] for v in versions] == ["DRAFT", "1"]


def test_unknown_agents_are_refused(aws: Aws) -> None:
    agents = aws.client("bedrock-agent")
    for call in (
        lambda: invoke(aws, "x", agent="NOSUCHAGNT"),
        lambda: agents.get_agent(agentId="NOSUCHAGNT"),
        lambda: agents.get_agent_alias(agentId="SUPPORT001", agentAliasId="NOSUCHALIA"),
        lambda: agents.list_agent_aliases(agentId="NOSUCHAGNT"),
        lambda: agents.list_agent_versions(agentId="NOSUCHAGNT"),
    ):
        with pytest.raises(ClientError) as caught:
            call()
        assert caught.value.response["Error"]["Code"] == "ResourceNotFoundException"
        assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 404


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("steps: [answer: x]", "`agent` is missing"),
        ("{agent: A, alias: PRODALIAS1, steps: [answer: x]}", "ten letters and digits"),
        ("{agent: SUPPORT009, alias: PRODALIAS1, steps: []}", "expected a list of steps"),
        ("{agent: SUPPORT009, alias: PRODALIAS1, steps: [say: x]}", r"steps\[0\]: unknown step `say`; known: model"),
        ("{agent: SUPPORT009, alias: PRODALIAS1, steps: [{wait: soon}]}", "`seconds` is a number"),
        ("{agent: SUPPORT009, alias: PRODALIAS1, steps: [{model: {ratio: x}}]}", "unknown key `ratio`"),
        ("{agent: SUPPORT009, alias: PRODALIAS1, steps: [{when: '(', steps: [answer: x]}]}", "regular expression"),
        ("[", "not YAML"),
    ],
)
def test_a_wrong_script_is_refused_with_its_place(aws: Aws, text: str, complaint: str) -> None:
    with pytest.raises(ItkError, match=complaint):
        aws.sandbox.agent(text)


def test_a_session_remembers_what_its_earlier_turns_heard(aws: Aws, itk_sandbox: Sandbox) -> None:
    """Another session has heard nothing."""
    keep = '{when: "^keep", steps: [{remember: {word: "{{ input }}"}}]}'
    say = '{answer: "{{ memory.word | nothing }} in turn {{ turn }}"}'
    for agent in ("REMEMBER01", "REMEMBER02"):
        itk_sandbox.agent(f"agent: {agent}\nalias: PRODALIAS1\nsteps: [{keep}, {say}]")

    assert ask(aws, "keep this", agent="REMEMBER01")[0] == "keep this in turn 1"
    assert ask(aws, "what was it?", agent="REMEMBER01")[0] == "keep this in turn 2"
    assert ask(aws, "what was it?", agent="REMEMBER02")[0] == "nothing in turn 1"
