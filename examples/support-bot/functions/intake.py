"""support-intake: asks the agent for each question in the queue and sends its answer on to be delivered."""

from __future__ import annotations

import json
import os
from typing import Any

import boto3
from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.config import Config
from boundary import boundary, to_json

INTAKE_QUEUE = os.environ["INTAKE_QUEUE"]
NOTIFY_QUEUE_URL = os.environ["NOTIFY_QUEUE_URL"]
AGENT_NAME = os.environ["AGENT_NAME"]
AGENT_ID = os.environ["AGENT_ID"]
AGENT_ALIAS_ID = os.environ["AGENT_ALIAS_ID"]
NOTIFY_QUEUE = NOTIFY_QUEUE_URL.rsplit("/", 1)[-1]

logger = Logger(service="support-intake")
sqs = boto3.client("sqs")
bedrock = boto3.client("bedrock-agent-runtime", config=Config(read_timeout=15, retries={"mode": "standard"}))

# A record that fails goes back alone. That all of them failed is no reason to fail the invocation as well.
processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)


class InvalidMessage(ValueError):
    """The message can never be processed: it must end in the dead-letter queue."""


class DownstreamTimeout(TimeoutError):
    """Something behind us was slow: the next receive may well succeed."""


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    """Process a batch of SQS records and report the failed ones."""
    return process_partial_response(event=event, record_handler=process, processor=processor, context=context)


def process(record: SQSRecord) -> None:
    """Answer one question. What is raised here puts this record back into the queue, and no other."""
    # The keys are on every line of this record and gone with it: the next record of the batch may be another run's.
    logger.append_keys(sqs_message_id=record.message_id)
    try:
        run_id = trace_id_of(record)
        logger.append_keys(itk_trace_id=run_id)
        attempt = int(record.attributes.approximate_receive_count)
        with boundary(
            logger,
            f"process {INTAKE_QUEUE}",
            kind="CONSUMER",
            component=("queue", INTAKE_QUEUE),
            operation="ReceiveMessage",
            ids={"sqs_message_id": record.message_id},
            attempt=attempt,
            request=record.body,
        ):
            question = parse(record.body, attempt)
            answer = ask_agent(question, record.message_id, run_id)
            send_answer(question, answer, run_id, record.attributes.aws_trace_header)
    except Exception:
        logger.exception("record failed")  # all of it is inside: the batch processor hides what it is not told
        raise
    finally:
        logger.remove_keys(["sqs_message_id", "itk_trace_id"])


def trace_id_of(record: SQSRecord) -> str | None:
    """Return the run id that ITK puts on its messages. Real traffic has none."""
    attribute = record.message_attributes["ITK_TRACE_ID"]  # None where it is absent
    return attribute.string_value if attribute else None


def parse(body: str, attempt: int) -> dict[str, str]:
    """Read a question. `simulate` makes this example fail on purpose, in two ways that every queue knows."""
    message = json.loads(body)
    if message.get("simulate") == "poison":
        message.pop("order_id", None)  # as if the sender had forgotten it
    if message.get("simulate") == "retry" and attempt == 1:
        raise DownstreamTimeout("the order service did not answer within 2 s (simulated, first receive only)")
    if not message.get("text") or not message.get("order_id"):
        raise InvalidMessage("the message needs `text` and `order_id`")
    return {"text": str(message["text"]), "order_id": str(message["order_id"])}


def ask_agent(question: dict[str, str], message_id: str, run_id: str | None) -> str:
    """Return the agent's answer, and log each step that it took."""
    attributes = {"order_id": question["order_id"]} | ({"itk_trace_id": run_id} if run_id else {})
    with boundary(
        logger,
        f"InvokeAgent {AGENT_NAME}",
        kind="CLIENT",
        component=("agent", AGENT_NAME),
        operation="InvokeAgent",
        request={"inputText": question["text"], "sessionAttributes": attributes},
    ) as span:
        reply = bedrock.invoke_agent(
            agentId=AGENT_ID,
            agentAliasId=AGENT_ALIAS_ID,
            sessionId=message_id,
            inputText=question["text"],
            enableTrace=True,
            sessionState={"sessionAttributes": attributes},
        )
        # This request id is the first part of every traceId below: it ties the agent's steps to this call.
        span["ids"] = {"aws_request_id": reply["ResponseMetadata"]["RequestId"], "session_id": message_id}
        answer = b""  # a chunk may end in the middle of a character
        for event in reply["completion"]:
            if "trace" in event:
                logger.info(to_json({"agent_trace": event["trace"]}))
            answer += event.get("chunk", {}).get("bytes", b"")
        span["response"] = {"text": answer.decode()}
        return answer.decode()


def send_answer(question: dict[str, str], answer: str, run_id: str | None, trace_header: str | None) -> None:
    """Send the answer on, with the ids under which its receiver is to log."""
    body = {"order_id": question["order_id"], "answer": answer}
    with boundary(
        logger,
        f"SendMessage {NOTIFY_QUEUE}",
        kind="PRODUCER",
        component=("queue", NOTIFY_QUEUE),
        operation="SendMessage",
        request=body,
    ) as span:
        sent = sqs.send_message(
            QueueUrl=NOTIFY_QUEUE_URL,
            MessageBody=json.dumps(body),
            MessageAttributes={"ITK_TRACE_ID": {"DataType": "String", "StringValue": run_id}} if run_id else {},
            MessageSystemAttributes=(
                {"AWSTraceHeader": {"DataType": "String", "StringValue": trace_header}} if trace_header else {}
            ),
        )
        span["ids"] = {"sqs_message_id": sent["MessageId"], "aws_request_id": sent["ResponseMetadata"]["RequestId"]}
        span["response"] = {"MessageId": sent["MessageId"]}
