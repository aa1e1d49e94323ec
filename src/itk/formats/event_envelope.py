"""Payload: the event that a function got, logged by that function, where no queue carried it.

    {"version":"0","id":"6f1c...","detail-type":"OrderPlaced","source":"shop","account":"...","detail":{...}}
    {"Records":[{"EventSource":"aws:sns","Sns":{"MessageId":"95df...","TopicArn":"...","Message":"{}"}}]}

SNS, EventBridge, S3, Kinesis, DynamoDB streams, API requests (REST, HTTP, WebSocket, function URLs), calls of a Bedrock
agent's action group, and what Lambda wrote to a destination; one within the other is read as both.
"""

from __future__ import annotations

from collections.abc import Sequence

from itk.model.evidence import AsyncOutcome, EventReceived, Line
from itk.reading.aws.envelopes import KEYS, opened
from itk.reading.aws.received import carrier
from itk.reading.aws.sqs_records import records_of
from itk.reading.jsontext import Inside


class EventEnvelope:
    """One observation for each envelope, the outermost first."""

    name = "event_envelope"
    keys = KEYS

    def read(self, line: Line, inside: Sequence[Inside]) -> tuple[EventReceived | AsyncOutcome, ...] | None:
        for _, found in inside:
            if records_of(found) is not None:
                return None  # an SQS event, whatever it carries
            events = tuple(opened(found, carrier(line)))
            if events:
                return events
        return None


FORMAT = EventEnvelope()
