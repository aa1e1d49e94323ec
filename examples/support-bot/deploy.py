"""Deploy support-bot to a local sandbox through boto3: the same handlers and names as template.yaml, which is for AWS.

    AWS_ENDPOINT_URL=http://127.0.0.1:4566 python deploy.py --env-file .env

Safe to repeat: what is there already is updated.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import ipaddress
import json
import os
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import boto3
from botocore.exceptions import BotoCoreError, ClientError

HERE = Path(__file__).parent
AGENT_NAME = "gatekeeper"
ALIAS_NAME = "live"
MODEL = "amazon.nova-lite-v1:0"
RUNTIME = "python3.13"
TIMEOUT_S = 30
MEMORY_MB = 256
MAX_RECEIVE_COUNT = 3
ORDERS = (
    {"order_id": "42", "status": "shipped", "carrier": "Northwind Parcel", "item": "espresso machine"},
    {"order_id": "7", "status": "packed", "item": "tea kettle"},
)
INSTRUCTION = (
    "You answer customers of a web shop who ask about an order. Look the order up with lookupOrder before you answer, "
    "never guess its state, and answer in one or two friendly sentences."
)


LOOKUP_ORDER = {
    "name": "lookupOrder",
    "description": "Returns the state of one order, with its carrier where it has left the house.",
    "parameters": {
        "order_id": {"type": "string", "description": "The number of the order, such as 42.", "required": True},
    },
}


class NotASandbox(RuntimeError):
    """The endpoint is not on this machine: this script would be talking to somebody's account."""


def deploy(
    where: boto3.Session | str,
    prefix: str = "support",
    *,
    agent_name: str = AGENT_NAME,
    visibility_timeout_s: int = 4,
    batch_size: int = 10,
    batching_window_s: int = 0,
) -> dict[str, str]:
    """Deploy to a sandbox, wait until all of it is active, and return the `.env` settings that ITK needs.

    `where` is an endpoint URL, or a session whose configuration (`AWS_ENDPOINT_URL`) names one. A visibility timeout
    below the functions' 30 s is something only a sandbox allows; it makes retries quick. Raises NotASandbox.
    """
    aws = Sandbox(where)
    account = aws.client("sts").get_caller_identity()["Account"]
    intake, notify, orders = f"{prefix}-intake", f"{prefix}-notify", f"{prefix}-orders"
    intake_url = put_queue(aws, intake, visibility_timeout_s)
    notify_url = put_queue(aws, notify, visibility_timeout_s)
    put_orders(aws, orders)

    lookup = f"{prefix}-lookup-order"
    package = zip_functions()
    lookup_arn = put_function(aws, lookup, "lookup_order.handler", package, "JSON", {"ORDERS_TABLE": orders})
    agent_id, alias_id = put_agent(aws, agent_name, lookup_arn, account)
    put_function(
        aws,
        intake,
        "intake.handler",
        package,
        "Text",
        {
            "INTAKE_QUEUE": intake,
            "NOTIFY_QUEUE_URL": notify_url,
            "AGENT_NAME": agent_name,
            "AGENT_ID": agent_id,
            "AGENT_ALIAS_ID": alias_id,
        },
    )
    put_function(aws, notify, "notify.handler", package, "Text", {"NOTIFY_QUEUE": notify})
    for name, url in ((intake, intake_url), (notify, notify_url)):
        put_mapping(aws, url, name, batch_size, batching_window_s)
    return {
        "ITK_MODE": "live",
        "ITK_AWS_REGION": aws.region,
        "ITK_ALLOWED_ACCOUNTS": account,
        "ITK_SQS_QUEUE_URL": intake_url,
        "ITK_LOG_GROUPS": ",".join(f"/aws/lambda/{name}" for name in (intake, lookup, notify)),
        "ITK_BEDROCK_AGENT_ID": agent_id,
        "ITK_BEDROCK_AGENT_ALIAS_ID": alias_id,
        "ITK_LAMBDA_FUNCTION_NAME": lookup,
    }


class Sandbox:
    """Makes clients, each of them only if it talks to this machine."""

    def __init__(self, where: boto3.Session | str) -> None:
        self.endpoint = where if isinstance(where, str) else None
        if isinstance(where, str):
            # Made-up credentials: what runs on this machine must not get to see the real ones.
            region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or "us-east-1"
            where = boto3.Session(aws_access_key_id="sandbox", aws_secret_access_key="sandbox", region_name=region)  # noqa: S106
        self.session = where
        self.region = where.region_name

    def client(self, service: str) -> Any:
        """Return a client of `service`, or raise NotASandbox before anything is sent."""
        client = self.session.client(service, endpoint_url=self.endpoint)  # type: ignore[call-overload]
        endpoint = client.meta.endpoint_url
        if not is_loopback(endpoint):
            raise NotASandbox(
                f"{service} would go to {endpoint}. This script deploys to a sandbox on this machine only: set "
                "AWS_ENDPOINT_URL to it. For a real account there is template.yaml (`sam deploy --guided`)."
            )
        return client


def is_loopback(endpoint: str) -> bool:
    """Say whether `endpoint` is on this machine, without asking a name server."""
    host = urlsplit(endpoint).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def put_queue(aws: Sandbox, name: str, visibility_timeout_s: int) -> str:
    """Create or update a queue and its dead-letter queue; return the queue's URL."""
    dead_letters = put_one_queue(aws, f"{name}-dlq", {})
    redrive = {"deadLetterTargetArn": queue_arn(aws, dead_letters), "maxReceiveCount": MAX_RECEIVE_COUNT}
    return put_one_queue(
        aws, name, {"VisibilityTimeout": str(visibility_timeout_s), "RedrivePolicy": json.dumps(redrive)}
    )


def put_one_queue(aws: Sandbox, name: str, attributes: dict[str, str]) -> str:
    sqs = aws.client("sqs")
    try:
        url: str = sqs.get_queue_url(QueueName=name)["QueueUrl"]
    except sqs.exceptions.QueueDoesNotExist:
        created: str = sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
        return created
    if attributes:
        sqs.set_queue_attributes(QueueUrl=url, Attributes=attributes)
    return url


def queue_arn(aws: Sandbox, url: str) -> str:
    answer = aws.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    arn: str = answer["Attributes"]["QueueArn"]
    return arn


def put_orders(aws: Sandbox, name: str) -> None:
    """Create the table and put the first orders into it. Orders that are there keep their count of look-ups."""
    dynamodb = aws.client("dynamodb")
    with contextlib.suppress(dynamodb.exceptions.ResourceInUseException):
        dynamodb.create_table(
            TableName=name,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "order_id", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "order_id", "KeyType": "HASH"}],
        )
    dynamodb.get_waiter("table_exists").wait(TableName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 30})
    for order in ORDERS:
        try:
            dynamodb.put_item(
                TableName=name,
                Item={key: {"S": value} for key, value in order.items()},
                ConditionExpression="attribute_not_exists(order_id)",
            )
        except dynamodb.exceptions.ConditionalCheckFailedException:
            continue


def zip_functions() -> bytes:
    """Return the deployment package: what `sam build` makes of functions/, without libraries: the sandbox has them."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for path in sorted((HERE / "functions").glob("*.py")):
            package.writestr(zipfile.ZipInfo(path.name, (2026, 1, 1, 0, 0, 0)), path.read_bytes())
    return buffer.getvalue()


def put_function(
    aws: Sandbox, name: str, handler: str, package: bytes, log_format: str, variables: dict[str, str]
) -> str:
    """Create or update a function and its log group, wait until it is active, and return its ARN."""
    logs, functions = aws.client("logs"), aws.client("lambda")
    group = f"/aws/lambda/{name}"
    with contextlib.suppress(logs.exceptions.ResourceAlreadyExistsException):
        logs.create_log_group(logGroupName=group)
    logs.put_retention_policy(logGroupName=group, retentionInDays=14)
    account = aws.client("sts").get_caller_identity()["Account"]
    configuration = {
        "FunctionName": name,
        "Runtime": RUNTIME,
        "Handler": handler,
        "Role": f"arn:aws:iam::{account}:role/{name}",
        "Timeout": TIMEOUT_S,
        "MemorySize": MEMORY_MB,
        "Environment": {"Variables": variables},
        "LoggingConfig": {"LogFormat": log_format, "LogGroup": group},
        "TracingConfig": {"Mode": "Active"},
    }
    try:
        functions.get_function_configuration(FunctionName=name)
    except functions.exceptions.ResourceNotFoundException:
        functions.create_function(**configuration, Code={"ZipFile": package})
    else:
        functions.update_function_code(FunctionName=name, ZipFile=package)
        functions.get_waiter("function_updated_v2").wait(FunctionName=name)
        functions.update_function_configuration(**configuration)
        functions.get_waiter("function_updated_v2").wait(FunctionName=name)
    functions.get_waiter("function_active_v2").wait(FunctionName=name)
    arn: str = functions.get_function_configuration(FunctionName=name)["FunctionArn"]
    return arn


def put_mapping(aws: Sandbox, queue_url: str, function: str, batch_size: int, batching_window_s: int) -> None:
    """Create or update the event source mapping and wait until it is enabled."""
    functions = aws.client("lambda")
    arn = queue_arn(aws, queue_url)
    settings: dict[str, Any] = {
        "FunctionName": function,
        "BatchSize": batch_size,
        "MaximumBatchingWindowInSeconds": batching_window_s,
        "FunctionResponseTypes": ["ReportBatchItemFailures"],
    }
    found = functions.list_event_source_mappings(EventSourceArn=arn, FunctionName=function)["EventSourceMappings"]
    if found:
        uuid = functions.update_event_source_mapping(UUID=found[0]["UUID"], **settings)["UUID"]
    else:
        uuid = functions.create_event_source_mapping(EventSourceArn=arn, **settings)["UUID"]
    wait_until(lambda: functions.get_event_source_mapping(UUID=uuid)["State"], "Enabled", f"mapping of {function}")


def put_agent(aws: Sandbox, name: str, lookup_arn: str, account: str) -> tuple[str, str]:
    """Create or update the agent, its action group and an alias; return the ids of agent and alias."""
    agents = aws.client("bedrock-agent")
    settings = {
        "agentName": name,
        "foundationModel": MODEL,
        "instruction": INSTRUCTION,
        "agentResourceRoleArn": f"arn:aws:iam::{account}:role/{name}",
        "idleSessionTTLInSeconds": 600,
    }
    agent_id = {a["agentName"]: a["agentId"] for a in agents.list_agents()["agentSummaries"]}.get(name)
    if agent_id:
        agents.update_agent(agentId=agent_id, **settings)
    else:
        agent_id = agents.create_agent(**settings)["agent"]["agentId"]
    put_action_group(agents, agent_id, lookup_arn)
    allow_agent(aws, lookup_arn, agent_id, account)
    agents.prepare_agent(agentId=agent_id)
    wait_until(lambda: agents.get_agent(agentId=agent_id)["agent"]["agentStatus"], "PREPARED", f"agent {name}")
    aliases = agents.list_agent_aliases(agentId=agent_id)["agentAliasSummaries"]
    alias_id = {a["agentAliasName"]: a["agentAliasId"] for a in aliases}.get(ALIAS_NAME)
    if not alias_id:
        made = agents.create_agent_alias(agentId=agent_id, agentAliasName=ALIAS_NAME)
        alias_id = made["agentAlias"]["agentAliasId"]

    def status() -> str:
        alias = agents.get_agent_alias(agentId=agent_id, agentAliasId=alias_id)["agentAlias"]
        return str(alias["agentAliasStatus"])

    wait_until(status, "PREPARED", f"alias of agent {name}")
    return agent_id, alias_id


def put_action_group(agents: Any, agent_id: str, lookup_arn: str) -> None:
    draft = {"agentId": agent_id, "agentVersion": "DRAFT"}
    settings = {
        "actionGroupName": "orders",
        "actionGroupExecutor": {"lambda": lookup_arn},
        "functionSchema": {"functions": [LOOKUP_ORDER]},
    }
    summaries = agents.list_agent_action_groups(**draft)["actionGroupSummaries"]
    group_id = {g["actionGroupName"]: g["actionGroupId"] for g in summaries}.get("orders")
    if group_id:
        agents.update_agent_action_group(**draft, actionGroupId=group_id, **settings)
    else:
        agents.create_agent_action_group(**draft, **settings)


def allow_agent(aws: Sandbox, function_arn: str, agent_id: str, account: str) -> None:
    """Let this agent, and no other, call the function."""
    functions = aws.client("lambda")
    with contextlib.suppress(functions.exceptions.ResourceConflictException):  # allowed before
        functions.add_permission(
            FunctionName=function_arn,
            StatementId=f"agent-{agent_id}",
            Action="lambda:InvokeFunction",
            Principal="bedrock.amazonaws.com",
            SourceAccount=account,
            SourceArn=f"arn:aws:bedrock:{aws.region}:{account}:agent/{agent_id}",
        )


def wait_until(state: Callable[[], str], wanted: str, what: str, deadline_s: float = 30) -> None:
    """Ask until `state` is `wanted`. Raises TimeoutError with the last state seen."""
    give_up = time.monotonic() + deadline_s
    while (seen := state()) != wanted:
        if time.monotonic() > give_up:
            raise TimeoutError(f"{what} is {seen} after {deadline_s:g} s, not {wanted}")
        time.sleep(0.1)


def main() -> int:
    parser = argparse.ArgumentParser(description="Deploy support-bot to a local sandbox (never to AWS).")
    parser.add_argument("--prefix", default="support", help="what every name starts with")
    parser.add_argument("--agent-name", default=AGENT_NAME)
    parser.add_argument("--visibility-timeout", type=int, default=4, metavar="S", help="seconds until a retry")
    parser.add_argument("--batch-size", type=int, default=10, metavar="N")
    parser.add_argument("--batching-window", type=int, default=0, metavar="S")
    parser.add_argument("--env-file", type=Path, metavar="F", help="write the settings here instead of to stdout")
    options = parser.parse_args()
    try:
        settings = deploy(
            boto3.Session(),
            options.prefix,
            agent_name=options.agent_name,
            visibility_timeout_s=options.visibility_timeout,
            batch_size=options.batch_size,
            batching_window_s=options.batching_window,
        )
    except (NotASandbox, BotoCoreError, ClientError, TimeoutError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    lines = env_lines(settings)
    if options.env_file:
        options.env_file.write_text(lines, encoding="utf-8")
        print(f"deployed; settings are in {options.env_file}", file=sys.stderr)
    else:
        print(lines, end="")
    return 0


def env_lines(settings: dict[str, str]) -> str:
    """Return `settings` as the text of an `.env` file."""
    return "".join(f"{name}={value}\n" for name, value in settings.items())


if __name__ == "__main__":
    sys.exit(main())
