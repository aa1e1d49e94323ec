"""A message for an SQS queue (`publish_sqs`, the golden path), or its consumer called with the event it would get."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import md5, sha256
from typing import Any

from msgspec.structs import replace

from itk.aws import lambda_, sqs
from itk.aws.session import Aws
from itk.entrypoints.lambda_invoke import invoked
from itk.entrypoints.sending import of_failure
from itk.entrypoints.trace_headers import trace_header
from itk.errors import AwsError
from itk.model.case import SqsEvent
from itk.model.ids import Id
from itk.model.run import Receipt, TargetType
from itk.ports import Cleared


class SqsEventEntrypoint:
    """The run id travels as a message attribute, and its hash as the X-Ray root of AWSTraceHeader."""

    def __init__(self, stimulus: SqsEvent, aws: Aws, trace_id_attribute: str, now_ns: Callable[[], int]) -> None:
        self._stimulus, self._aws, self._attribute, self._now_ns = stimulus, aws, trace_id_attribute, now_ns
        published = stimulus.mode == "publish_sqs"
        self.operation = "SendMessage" if published else "Invoke"
        self.target_type: TargetType = "queue" if published else "lambda"

    def send(self, cleared: Cleared, run_id: str) -> Receipt:
        if self._stimulus.mode == "invoke_lambda":
            return self._invoke(cleared, run_id)
        stimulus, sent_ns = self._stimulus, self._now_ns()
        header = trace_header(run_id, sent_ns)
        attributes = {**stimulus.attributes, self._attribute: run_id}
        request = {"MessageBody": stimulus.body, "MessageAttributes": attributes}
        receipt = Receipt(
            run_id=run_id,
            entrypoint="sqs_event",
            operation=self.operation,
            target_type=self.target_type,
            target_name=cleared.target_name,
            target_id=cleared.target_id,
            sent_ns=sent_ns,
            request=request,
        )
        return _answered(receipt, lambda: self._publish(attributes, header), self._now_ns, header)

    def _publish(self, attributes: dict[str, str], header: str) -> dict[str, Any]:
        stimulus = self._stimulus
        return sqs.send(
            self._aws,
            stimulus.queue_url,
            stimulus.body,
            attributes,
            header,
            group_id=stimulus.message_group_id,
            deduplication_id=stimulus.message_deduplication_id,
        )

    def _invoke(self, cleared: Cleared, run_id: str) -> Receipt:
        stimulus, sent_ns = self._stimulus, self._now_ns()
        record = self._record(run_id, sent_ns)
        event, carried = {"Records": [record]}, (Id("sqs_message_id", record["messageId"]),)
        context = {self._attribute: run_id}

        def call() -> lambda_.Answer:
            return lambda_.invoke(self._aws, stimulus.function_name, event, context, qualifier=stimulus.qualifier)

        return invoked("sqs_event", cleared, run_id, sent_ns, event, call, self._now_ns, carried=carried)

    def _record(self, run_id: str, sent_ns: int) -> dict[str, Any]:
        """One record as the event source mapping would make it; its messageId is ITK's own."""
        stimulus, sent_ms = self._stimulus, str(sent_ns // 1_000_000)
        digest = sha256(run_id.encode()).hexdigest()
        attributes = {**stimulus.attributes, self._attribute: run_id}
        return {
            "messageId": f"{digest[:8]}-{digest[8:12]}-{digest[12:16]}-{digest[16:20]}-{digest[20:32]}",
            "receiptHandle": "itk-invoke_lambda",
            "body": stimulus.body,
            "attributes": {
                "ApproximateReceiveCount": "1",
                "SentTimestamp": sent_ms,
                "ApproximateFirstReceiveTimestamp": sent_ms,
                "SenderId": "itk",
                "AWSTraceHeader": trace_header(run_id, sent_ns),
            },
            "messageAttributes": {
                name: {"stringValue": value, "dataType": "String"} for name, value in attributes.items()
            },
            "md5OfBody": md5(stimulus.body.encode(), usedforsecurity=False).hexdigest(),
            "eventSource": "aws:sqs",
            "eventSourceARN": "arn:aws:sqs:::itk-invoke_lambda",
            "awsRegion": self._aws.region,
        }


def _answered(receipt: Receipt, call: Callable[[], dict[str, Any]], now_ns: Callable[[], int], header: str) -> Receipt:
    try:
        answer = call()
    except AwsError as error:
        return replace(receipt, answered_ns=now_ns(), error=of_failure(error))
    meta = answer.get("ResponseMetadata", {})
    ids = [Id("run_id", receipt.run_id), Id("sqs_message_id", answer["MessageId"])]
    if meta.get("RequestId"):
        ids.append(Id("aws_request_id", meta["RequestId"]))
    ids.append(Id("xray_root", header.split(";")[0].removeprefix("Root=")))
    return replace(
        receipt,
        answered_ns=now_ns(),
        ids=tuple(ids),
        response={key: value for key, value in answer.items() if key != "ResponseMetadata"},
        sdk_retries=int(meta.get("RetryAttempts", 0)),
    )
