"""An event for an EventBridge bus. The run id travels in its detail: nothing else of ours reaches a target."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from itk.aws import events
from itk.aws.session import Aws
from itk.entrypoints.sending import Reply, answered, begun
from itk.entrypoints.trace_headers import trace_header, xray_root
from itk.model.case import EventBridgeEvent
from itk.model.evidence import ErrorFact
from itk.model.run import Receipt, TargetType
from itk.ports import Cleared


class EventBridgeEventEntrypoint:
    """`detail[ITK_TRACE_ID]` holds the run id; the trace header goes to targets that take one."""

    operation = "PutEvents"
    target_type: TargetType = "bus"

    def __init__(
        self, stimulus: EventBridgeEvent, aws: Aws, trace_id_attribute: str, now_ns: Callable[[], int]
    ) -> None:
        self._stimulus, self._aws, self._attribute, self._now_ns = stimulus, aws, trace_id_attribute, now_ns

    def send(self, cleared: Cleared, run_id: str) -> Receipt:
        stimulus, sent_ns = self._stimulus, self._now_ns()
        detail = {**stimulus.detail, self._attribute: run_id}
        request = {
            "EventBusName": stimulus.bus,
            "Source": stimulus.source,
            "DetailType": stimulus.detail_type,
            "Detail": detail,
            "Resources": list(stimulus.resources),
        }
        receipt = begun(
            "eventbridge_event", self.operation, self.target_type, cleared, run_id, sent_ns, request,
            carried=(("xray_root", xray_root(run_id, sent_ns)),),
        )  # fmt: skip
        return answered(receipt, lambda: self._put(detail, trace_header(run_id, sent_ns)), self._now_ns)

    def _put(self, detail: dict[str, Any], header: str) -> Reply:
        stimulus = self._stimulus
        put = events.put(
            self._aws,
            stimulus.bus,
            stimulus.source,
            stimulus.detail_type,
            detail,
            resources=stimulus.resources,
            trace_header=header,
        )
        error = None
        if put.error_code:
            said = f"PutEvents refused the event: {put.error_message or put.error_code}"
            error = ErrorFact(type=put.error_code, message=said, origin="client")
        return Reply(
            ids=(("eventbridge_event_id", put.event_id), ("aws_request_id", put.meta.request_id)),
            response={"EventId": put.event_id} if put.event_id else None,
            error=error,
            retries=put.meta.retries,
        )
