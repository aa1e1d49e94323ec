"""What a conversation in a case means: what each turn sends, and what is asked of it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from itk.casefile import Targets, case_schema, read_case
from itk.casefile.turns import OF_THE_RUN
from itk.checks import VOCABULARY
from itk.model.case import BedrockAgentCoreInvoke, BedrockInvokeAgent, Case

BEDROCK = "entrypoint: {type: bedrock_invoke_agent, payload: {session_attributes: {tenant: acme}}}"
RUNTIME = "arn:aws:bedrock-agentcore:eu-west-1:123456789012:runtime/support-Ab3dE6gH9j"
AGENTCORE = f'entrypoint: {{type: bedrock_agentcore_invoke, target: {{agent_runtime_arn: "{RUNTIME}"}}}}'


def read(expect: str, entrypoint: str = BEDROCK) -> Case:
    text = f"id: x\n{entrypoint}\nexpect:\n{expect}"
    targets = Targets(agent_id="A", agent_alias_id="B")
    case, problems = read_case(text, "x.yaml", vocabulary=VOCABULARY, values={"run.id": "itk-1"}, defaults=targets)
    assert case is not None, problems
    assert problems == ()
    return case


def test_each_turn_sends_its_input_to_the_same_agent() -> None:
    case = read("  - turns: [{input: 'order ${run.id}'}, {input: '7', on_fail: continue}]")

    sent = [turn.stimulus for turn in case.turns]
    assert all(isinstance(one, BedrockInvokeAgent) and one.agent_id == "A" for one in sent)
    assert [getattr(one, "input_text", "") for one in sent] == ["order itk-1", "7"]
    assert [getattr(one, "session_attributes", {}) for one in sent] == [{"tenant": "acme"}] * 2
    assert [turn.on_fail for turn in case.turns] == ["stop", "continue"]
    assert case.stimulus == sent[0], "pre-flight looks at what is sent first"


def test_an_agentcore_agent_gets_json_and_counts_its_turns() -> None:
    case = read("  - turns: [{input: hi}, {input: {prompt: '42', n: 1}}, {input: [1, true]}]", AGENTCORE)

    sent = [turn.stimulus for turn in case.turns if isinstance(turn.stimulus, BedrockAgentCoreInvoke)]
    assert [json.loads(one.body) for one in sent] == [{"prompt": "hi"}, {"prompt": "42", "n": 1}, [1, True]]
    assert [one.turn for one in sent] == [1, 2, 3]


def test_the_checks_of_turns_are_flat_and_name_their_turn_and_their_line() -> None:
    case = read(
        "  - turns:\n"
        "      - input: a\n"
        "        expect:\n"
        "          - no_error_spans\n"
        "          - response_contains: x\n"
        "            name: says x\n"
        "            severity: warn\n"
        "      - input: b\n"
        "        expectedResponse: c\n"
        "    name: two turns\n"
        "  - complete\n"
    )
    told = [(spec.name, spec.turn, spec.title, spec.severity, spec.where.line) for spec in case.expect]
    assert told == [
        ("turns", 0, "two turns", "error", 4),
        ("no_error_spans", 1, "turn 1: no_error_spans", "error", 7),
        ("response_contains", 1, "turn 1: says x", "warn", 8),
        ("expectedResponse", 2, "turn 2: expectedResponse", "error", 12),
        ("complete", 0, "", "error", 14),
    ]


def test_without_turns_an_agent_is_still_asked_something() -> None:
    for entrypoint, missing in ((BEDROCK, "needs `input_text`"), (AGENTCORE, "the agent gets nothing")):
        text = f"id: x\n{entrypoint}\nexpect: [has_spans]"
        _, problems = read_case(
            text, "x.yaml", vocabulary=VOCABULARY, values={}, defaults=Targets(agent_id="A", agent_alias_id="B")
        )
        assert [missing in problem.what for problem in problems] == [True]


def items(schema: Any) -> set[str]:
    return {key for option in schema["anyOf"] for key in option.get("required", ())}


def test_the_schema_nests_the_checks_that_a_turn_may_have() -> None:
    schema = case_schema(VOCABULARY)
    of_turn = items(schema["$defs"]["CheckOfATurn"])

    assert schema["$defs"]["TurnForm"]["properties"]["expect"]["items"] == {"$ref": "#/$defs/CheckOfATurn"}
    assert {"response_contains", "expectedTrajectory", "tools", "that"} <= of_turn
    assert not of_turn & OF_THE_RUN
    assert items(schema["properties"]["expect"]["items"]) == OF_THE_RUN


@pytest.mark.parametrize("name", sorted(OF_THE_RUN))
def test_what_is_about_the_run_is_no_check_of_a_turn(name: str) -> None:
    text = f"id: x\n{BEDROCK}\nexpect:\n  - turns:\n      - input: a\n        expect: [{name}]\n"
    _, problems = read_case(
        text, "x.yaml", vocabulary=VOCABULARY, values={}, defaults=Targets(agent_id="A", agent_alias_id="B")
    )
    assert [problem.what for problem in problems] == [f"`{name}` is about the whole run, not about a turn"]
    assert (problems[0].where.line, problems[0].where.column) == (6, 18)
