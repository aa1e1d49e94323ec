"""Deploy support-bot to a local sandbox through boto3: the same handlers and names as template.yaml, which is for AWS.

    AWS_ENDPOINT_URL=http://127.0.0.1:4566 python deploy.py --env-file .env

Safe to repeat: what is there already is updated.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import io
import ipaddress
import json
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import boto3
import yaml
from botocore.exceptions import BotoCoreError, ClientError

from itk.errors import ItkError
from itk.sandbox import Sandbox

HERE = Path(__file__).parent
AGENT_NAME = "gatekeeper"
RUNTIME = "python3.13"
TIMEOUT_S = 30
MEMORY_MB = 256
MAX_RECEIVE_COUNT = 3
# Short, for quick retries; and long enough for three cold starts one after the other on a machine that has much to do:
# a message that is still being worked on when this ends is received, and answered, a second time.
VISIBILITY_TIMEOUT_S = 15
ORDERS = (
    {"order_id": "42", "status": "shipped", "carrier": "Northwind Parcel", "item": "espresso machine"},
    {"order_id": "7", "status": "packed", "item": "tea kettle"},
)


class NotASandbox(RuntimeError):
    """The endpoint is not on this machine: this script would be talking to somebody's account."""


def deploy(
    where: boto3.Session | str,
    prefix: str = "support",
    *,
    agent_name: str = AGENT_NAME,
    visibility_timeout_s: int = VISIBILITY_TIMEOUT_S,
    batch_size: int = 10,
    batching_window_s: int = 0,
) -> dict[str, str]:
    """Deploy to a sandbox, wait until all of it is active, and return the `.env` settings that ITK needs.

    `where` is the sandbox's endpoint, or a session whose configuration (`AWS_ENDPOINT_URL`) names it. A visibility
    timeout below the functions' 30 s is something only a sandbox allows; it makes retries quick. Raises NotASandbox
    for an endpoint that is not on this machine, ItkError where no sandbox answers.
    """
    aws = LocalAws(where)
    intake, notify, orders = f"{prefix}-intake", f"{prefix}-notify", f"{prefix}-orders"
    intake_url = put_queue(aws, intake, visibility_timeout_s)
    notify_url = put_queue(aws, notify, visibility_timeout_s)
    put_orders(aws, orders)

    lookup = f"{prefix}-lookup-order"
    package = zip_functions()
    put_function(aws, lookup, "lookup_order.handler", package, "JSON", {"ORDERS_TABLE": orders})
    agent_id, alias_id = put_agent(aws, prefix, agent_name)
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
        "ITK_ALLOWED_ACCOUNTS": aws.account,
        "ITK_SQS_QUEUE_URL": intake_url,
        "ITK_LOG_GROUPS": ",".join(f"/aws/lambda/{name}" for name in (intake, lookup, notify)),
        "ITK_BEDROCK_AGENT_ID": agent_id,
        "ITK_BEDROCK_AGENT_ALIAS_ID": alias_id,
        "ITK_LAMBDA_FUNCTION_NAME": lookup,
    }


class LocalAws:
    """Makes clients for one sandbox on this machine."""

    def __init__(self, where: boto3.Session | str) -> None:
        if isinstance(where, boto3.Session):
            client = where.client("sts", region_name=where.region_name or "us-east-1")
            where = client.meta.endpoint_url
        if not is_loopback(where):
            raise NotASandbox(
                f"{where} is not on this machine. This script deploys to a sandbox only: set AWS_ENDPOINT_URL to it. "
                "For a real account there is template.yaml (`sam deploy --guided`)."
            )
        self.sandbox = Sandbox.attach(where)
        self.region = self.sandbox.region
        self.account = self.sandbox.account
        # The sandbox's own credentials, which are none: the real ones stay out of it.
        env = self.sandbox.env()
        self._session = boto3.Session(env["AWS_ACCESS_KEY_ID"], env["AWS_SECRET_ACCESS_KEY"], region_name=self.region)
        self._clients: dict[str, Any] = {}

    def client(self, service: str) -> Any:
        """Return a client that talks to the sandbox, whatever the environment says."""
        if service not in self._clients:
            client = self._session.client(service, endpoint_url=self.sandbox.endpoint)  # type: ignore[call-overload]
            self._clients[service] = client
        return self._clients[service]


def is_loopback(endpoint: str) -> bool:
    """Say whether `endpoint` is on this machine, without asking a name server."""
    host = urlsplit(endpoint).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def put_queue(aws: LocalAws, name: str, visibility_timeout_s: int) -> str:
    """Create or update a queue and its dead-letter queue; return the queue's URL."""
    dead_letters = put_one_queue(aws, f"{name}-dlq", {})
    redrive = {"deadLetterTargetArn": queue_arn(aws, dead_letters), "maxReceiveCount": MAX_RECEIVE_COUNT}
    return put_one_queue(
        aws, name, {"VisibilityTimeout": str(visibility_timeout_s), "RedrivePolicy": json.dumps(redrive)}
    )


def put_one_queue(aws: LocalAws, name: str, attributes: dict[str, str]) -> str:
    sqs = aws.client("sqs")
    try:
        url: str = sqs.get_queue_url(QueueName=name)["QueueUrl"]
    except sqs.exceptions.QueueDoesNotExist:
        created: str = sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
        return created
    if attributes:
        sqs.set_queue_attributes(QueueUrl=url, Attributes=attributes)
    return url


def queue_arn(aws: LocalAws, url: str) -> str:
    answer = aws.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    arn: str = answer["Attributes"]["QueueArn"]
    return arn


def put_orders(aws: LocalAws, name: str) -> None:
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
    aws: LocalAws, name: str, handler: str, package: bytes, log_format: str, variables: dict[str, str]
) -> None:
    """Create or update a function and its log group, and wait until it is active."""
    logs, functions = aws.client("logs"), aws.client("lambda")
    group = f"/aws/lambda/{name}"
    with contextlib.suppress(logs.exceptions.ResourceAlreadyExistsException):
        logs.create_log_group(logGroupName=group)
    logs.put_retention_policy(logGroupName=group, retentionInDays=14)
    configuration = {
        "FunctionName": name,
        "Runtime": RUNTIME,
        "Handler": handler,
        "Role": f"arn:aws:iam::{aws.account}:role/{name}",
        "Timeout": TIMEOUT_S,
        "MemorySize": MEMORY_MB,
        "Environment": {"Variables": variables},
        "LoggingConfig": {"LogFormat": log_format, "LogGroup": group},
        "TracingConfig": {"Mode": "Active"},
    }

    def state(key: str) -> str:
        return str(functions.get_function_configuration(FunctionName=name).get(key))

    try:
        functions.get_function_configuration(FunctionName=name)
    except functions.exceptions.ResourceNotFoundException:
        functions.create_function(**configuration, Code={"ZipFile": package})
    else:
        functions.update_function_code(FunctionName=name, ZipFile=package)
        wait_until(lambda: state("LastUpdateStatus"), "Successful", f"code of {name}")
        functions.update_function_configuration(**configuration)
        wait_until(lambda: state("LastUpdateStatus"), "Successful", f"configuration of {name}")
    wait_until(lambda: state("State"), "Active", f"function {name}")


def put_mapping(aws: LocalAws, queue_url: str, function: str, batch_size: int, batching_window_s: int) -> None:
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


def put_agent(aws: LocalAws, prefix: str, agent_name: str) -> tuple[str, str]:
    """Load agent.yaml into the sandbox, under the names of this deployment; return the ids of agent and alias."""
    script = agent_script(prefix, agent_name)
    aws.sandbox.agent(yaml.safe_dump(script, sort_keys=False, allow_unicode=True))
    return script["agent"], script["alias"]


def agent_script(prefix: str, agent_name: str) -> dict[str, Any]:
    """Return agent.yaml with the names of a deployment. Another prefix gets ids of its own, always the same."""
    text = (HERE / "agent.yaml").read_text(encoding="utf-8").replace("support-lookup-order", f"{prefix}-lookup-order")
    script: dict[str, Any] = yaml.safe_load(text)
    if (prefix, agent_name) != ("support", script["name"]):
        script["agent"] = hashlib.sha256(f"{prefix}/{agent_name}".encode()).hexdigest()[:10].upper()
    script["name"] = agent_name
    return script


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
    parser.add_argument(
        "--visibility-timeout", type=int, default=VISIBILITY_TIMEOUT_S, metavar="S", help="until a retry"
    )
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
    except (NotASandbox, ItkError, BotoCoreError, ClientError, TimeoutError) as error:
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
