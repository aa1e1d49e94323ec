"""Records of services for tests that need to know each one: state machines, gateways, models, events."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from itk.model.evidence import LogEvent
from itk.model.ids import Id
from itk.model.run import EventSource, Receipt
from itk.model.trace import Trace
from itk.stitch import stitch
from tests.stitch.lines import POLICY, RUN, Log
from tests.stitch.traffic import BASE_MS, iso, observe

ARN = "arn:aws:states:eu-west-1:111122223333:execution:orders:run-1"
NESTED = "arn:aws:states:eu-west-1:111122223333:execution:billing:run-2"
SNS, BUS, REQUEST = (f"33333333-0000-4000-8000-00000000000{n}" for n in "123")


def sent(kind: str, target: str, *ids: Id, type_: str = "lambda", **more: Any) -> Receipt:
    """What an entrypoint of that kind would return."""
    return Receipt(
        run_id=RUN,
        entrypoint=kind,
        operation=more.pop("operation", "Send"),
        target_type=type_,  # type: ignore[arg-type]
        target_name=target,
        sent_ns=BASE_MS * 1_000_000,
        ids=(Id("run_id", RUN), *ids),
        **more,
    )


def to_topic() -> Receipt:
    return sent("sns_message", "orders", Id("sns_message_id", SNS), type_="topic")


def to_bus() -> Receipt:
    return sent("eventbridge_event", "shop", Id("eventbridge_event_id", BUS), type_="bus")


def to_machine() -> Receipt:
    return sent("stepfunctions_execution", "orders", Id("execution_arn", ARN), type_="state_machine")


def to_api() -> Receipt:
    return sent("http", "shop", Id("apigw_request_id", REQUEST), type_="api")


class Machine:
    """Writes the history of one execution, as its log group or as GetExecutionHistory has it."""

    def __init__(self, arn: str = ARN, *, api: bool = False) -> None:
        self.arn, self.api, self.events = arn, api, list[LogEvent]()

    def at(self, ms: int, number: int, previous: int, kind: str, **details: Any) -> Machine:
        texts = {k: v if isinstance(v, str) else json.dumps(v) for k, v in details.items()}
        body: dict[str, Any]
        if self.api:
            key = "stateEnteredEventDetails" if kind.endswith("Entered") else f"{kind[0].lower()}{kind[1:]}EventDetails"
            body = {"id": number, "previousEventId": previous, "type": kind, "timestamp": iso(BASE_MS + ms)}
            body |= {key: texts}
        else:
            body = {"id": str(number), "type": kind, "details": texts, "previous_event_id": str(previous)}
            body |= {"event_timestamp": str(BASE_MS + ms), "execution_arn": self.arn, "redrive_count": "0"}
        self.events.append(
            LogEvent(
                source="stepfunctions" if self.api else "cloudwatch_logs",
                group="GetExecutionHistory" if self.api else "/aws/vendedlogs/states/orders",
                stream=self.arn if self.api else "states/orders/1",
                event_id=str(number) if self.api else f"{self.arn[-5:]}-{number:05d}",
                time_ms=BASE_MS + ms,
                message=json.dumps(body),
            )
        )
        return self

    def start(self, ms: int = 0, asked: Any = None) -> Machine:
        return self.at(ms, 1, 0, "ExecutionStarted", input={"itk_trace_id": RUN} if asked is None else asked)


def answered(request_id: str, **output: Any) -> dict[str, Any]:
    """What a task gets from an optimised integration."""
    return {"SdkHttpMetadata": {"HttpHeaders": {"x-amzn-RequestId": request_id}}, **output}


class Service:
    """Writes the records of one log group."""

    def __init__(self, group: str) -> None:
        self.group, self.events = group, list[LogEvent]()

    def at(self, ms: int, message: str | dict[str, Any]) -> Service:
        text = message if isinstance(message, str) else json.dumps(message)
        number = f"{BASE_MS + ms}{len(self.events):06d}"
        self.events.append(LogEvent(group=self.group, stream="s", event_id=number, time_ms=BASE_MS + ms, message=text))
        return self


def bus_event(event_id: str = BUS, detail: Any = None, source: str = "shop") -> dict[str, Any]:
    head = {"version": "0", "id": event_id, "detail-type": "Placed", "source": source, "account": "1", "region": "r"}
    return head | {"time": "2026-11-22T07:31:00Z", "detail": {"order": 1} if detail is None else detail}


def topic_event(message: Any = "hello", message_id: str = SNS) -> dict[str, Any]:
    """As Lambda gets it from a topic."""
    return {"Records": [{"EventSource": "aws:sns", "Sns": notification(message, message_id)}]}


def notification(message: Any = "hello", message_id: str = SNS) -> dict[str, Any]:
    text = message if isinstance(message, str) else json.dumps(message)
    return {"Type": "Notification", "MessageId": message_id, "TopicArn": "arn:aws:sns:r:1:orders", "Message": text}


def queued(*bodies: tuple[str, Any], queue: str = "intake", receives: int = 1) -> dict[str, Any]:
    """As Lambda gets it from a queue: messageId and body of each record."""
    records = [
        {
            "messageId": message_id,
            "receiptHandle": "r",
            "body": body if isinstance(body, str) else json.dumps(body),
            "attributes": {"ApproximateReceiveCount": str(receives)},
            "eventSource": "aws:sqs",
            "eventSourceARN": f"arn:aws:sqs:eu-west-1:111122223333:{queue}",
        }
        for message_id, body in bodies
    ]
    return {"Records": records}


def trace_of(receipt: Receipt, *logs: Log | Machine | Service, sources: Sequence[EventSource] = ()) -> Trace:
    events = [event for log in logs for event in log.events]
    return stitch(receipt, observe(events), policies=POLICY, event_sources=sources)
