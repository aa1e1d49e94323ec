"""The SAM template is sound, and says the same as the script that deploys to the sandbox."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml

from tests.examples.conftest import EXAMPLE, Bot

TEMPLATE = EXAMPLE / "template.yaml"
Json = dict[str, Any]
FUNCTIONS = {"intake": "IntakeFunction", "lookup-order": "LookupOrderFunction", "notify": "NotifyFunction"}


class Loader(yaml.SafeLoader):
    """Reads `!Ref X` as {"Ref": "X"}."""


def tagged(loader: Loader, suffix: str, node: yaml.Node) -> Json:
    if isinstance(node, yaml.ScalarNode):
        return {suffix: node.value}
    if isinstance(node, yaml.SequenceNode):
        return {suffix: loader.construct_sequence(node, deep=True)}
    raise TypeError(node)


Loader.add_multi_constructor("!", tagged)


@pytest.fixture(scope="module")
def template() -> Json:
    loaded: Json = yaml.load(TEMPLATE.read_text(encoding="utf-8"), Loader=Loader)  # noqa: S506  a SafeLoader
    return loaded


def function(template: Json, name: str) -> Json:
    merged: Json = template["Globals"]["Function"] | template["Resources"][FUNCTIONS[name]]["Properties"]
    return merged


def test_cfn_lint_has_nothing_to_say() -> None:
    """Not even at the level of information."""
    command = [str(Path(sys.executable).with_name("cfn-lint")), "--include-checks", "I", "--", str(TEMPLATE)]

    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout) == (0, ""), done.stdout + done.stderr


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_are_the_same_in_the_sandbox(template: Json, bot: Bot, name: str) -> None:
    wanted = function(template, name)
    found = bot.client("lambda").get_function_configuration(FunctionName=f"unit-{name}")

    assert wanted["FunctionName"] == {"Sub": f"${{Prefix}}-{name}"}
    for key in ("Handler", "Runtime", "Timeout", "MemorySize"):
        assert found[key] == wanted[key], key
    assert found["LoggingConfig"]["LogFormat"] == wanted["LoggingConfig"]["LogFormat"]
    assert set(found["Environment"]["Variables"]) == set(wanted["Environment"]["Variables"])
    assert (EXAMPLE / wanted["CodeUri"] / f"{wanted['Handler'].split('.')[0]}.py").exists()
    group = template["Resources"][wanted["LoggingConfig"]["LogGroup"]["Ref"]]["Properties"]
    assert group["LogGroupName"] == {"Sub": f"/aws/lambda/${{Prefix}}-{name}"}
    assert group["RetentionInDays"] == 14


@pytest.mark.parametrize(("name", "queue"), [("intake", "IntakeQueue"), ("notify", "NotifyQueue")])
def test_queues_and_batches_are_the_same_in_the_sandbox(template: Json, bot: Bot, name: str, queue: str) -> None:
    sqs, functions = bot.client("sqs"), bot.client("lambda")
    [event] = [e["Properties"] for e in function(template, name)["Events"].values()]
    defaults = {key: value.get("Default") for key, value in template["Parameters"].items()}
    properties = template["Resources"][queue]["Properties"]

    url = sqs.get_queue_url(QueueName=f"unit-{name}")["QueueUrl"]
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    [mapping] = functions.list_event_source_mappings(FunctionName=f"unit-{name}")["EventSourceMappings"]

    assert properties["QueueName"] == {"Sub": f"${{Prefix}}-{name}"}
    redrive = yaml.safe_load(attributes["RedrivePolicy"])
    assert int(redrive["maxReceiveCount"]) == properties["RedrivePolicy"]["maxReceiveCount"]
    dead = template["Resources"][f"{queue.removesuffix('Queue')}DeadLetterQueue"]["Properties"]["QueueName"]["Sub"]
    assert redrive["deadLetterTargetArn"].endswith(f":{dead.replace('${Prefix}', 'unit')}")
    assert mapping["BatchSize"] == defaults[event["BatchSize"]["Ref"]]
    assert mapping.get("MaximumBatchingWindowInSeconds", 0) == defaults[event["MaximumBatchingWindowInSeconds"]["Ref"]]
    assert mapping["FunctionResponseTypes"] == event["FunctionResponseTypes"]


def test_lambda_may_poll_the_queues_of_the_template(template: Json) -> None:
    """Lambda refuses a mapping to a queue that hides messages for less time than the function may take."""
    visibility = template["Parameters"]["VisibilityTimeout"]

    assert min(visibility["Default"], visibility["MinValue"]) >= template["Globals"]["Function"]["Timeout"]


def test_the_agents_script_says_what_the_template_says(template: Json, deploy_module: ModuleType) -> None:
    agent = template["Resources"]["Gatekeeper"]["Properties"]
    script = deploy_module.agent_script("support", "gatekeeper")
    [group] = agent["ActionGroups"]
    [function_] = group["FunctionSchema"]["Functions"]
    [tool] = [step["tool"] for step in script["steps"][0]["steps"] if "tool" in step]

    assert script["name"] == template["Parameters"]["AgentName"]["Default"] == deploy_module.AGENT_NAME
    assert script["alias_name"] == template["Resources"]["GatekeeperAlias"]["Properties"]["AgentAliasName"]
    assert script["model"] == template["Parameters"]["FoundationModel"]["Default"]
    assert script["instruction"].split() == agent["Instruction"].split()
    assert (tool["action_group"], tool["function"]) == (group["ActionGroupName"], function_["Name"])
    assert set(tool["parameters"]) == set(function_["Parameters"])


def test_each_setting_of_the_sandbox_is_an_output_of_the_stack(template: Json, bot: Bot) -> None:
    described = {output["Description"] for output in template["Outputs"].values()}
    from_stack = set(bot.settings) - {"ITK_MODE", "ITK_AWS_REGION", "ITK_ALLOWED_ACCOUNTS"}

    assert from_stack <= described


def test_requirements_name_what_the_handlers_import() -> None:
    requirements = (Path(EXAMPLE) / "functions" / "requirements.txt").read_text(encoding="utf-8")

    assert "aws-lambda-powertools" in requirements
