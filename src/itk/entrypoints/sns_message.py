"""A message for an SNS topic. The run id is a message attribute, which raw delivery hands on to SQS."""

from __future__ import annotations

from collections.abc import Callable

from itk.aws import sns
from itk.aws.session import Aws
from itk.entrypoints.sending import Reply, answered, begun
from itk.model.case import SnsMessage
from itk.model.run import Receipt, TargetType
from itk.ports import Cleared


class SnsMessageEntrypoint:
    """The SNS MessageId stands in the envelope; with raw delivery a queue knows its own alone."""

    operation = "Publish"
    target_type: TargetType = "topic"

    def __init__(self, stimulus: SnsMessage, aws: Aws, trace_id_attribute: str, now_ns: Callable[[], int]) -> None:
        self._stimulus, self._aws, self._attribute, self._now_ns = stimulus, aws, trace_id_attribute, now_ns

    def send(self, cleared: Cleared, run_id: str) -> Receipt:
        stimulus = self._stimulus
        attributes = {**stimulus.attributes, self._attribute: run_id}
        request = {"Message": stimulus.message, "MessageAttributes": attributes}
        if stimulus.subject:
            request["Subject"] = stimulus.subject
        receipt = begun("sns_message", self.operation, self.target_type, cleared, run_id, self._now_ns(), request)
        return answered(receipt, lambda: self._publish(attributes), self._now_ns)

    def _publish(self, attributes: dict[str, str]) -> Reply:
        stimulus = self._stimulus
        published = sns.publish(
            self._aws,
            stimulus.topic_arn,
            stimulus.message,
            attributes,
            subject=stimulus.subject,
            group_id=stimulus.message_group_id,
            deduplication_id=stimulus.message_deduplication_id,
        )
        numbered = {"SequenceNumber": published.sequence_number} if published.sequence_number else {}
        return Reply(
            ids=(("sns_message_id", published.message_id), ("aws_request_id", published.meta.request_id)),
            response={"MessageId": published.message_id, **numbered},
            retries=published.meta.retries,
        )
