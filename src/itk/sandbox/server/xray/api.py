"""The X-Ray operations that the sandbox answers. All others are refused by name."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from itk.sandbox.server.aws_error import AwsAnswerError
from itk.sandbox.server.xray.documents import SegmentError, read_document
from itk.sandbox.server.xray.filter_expression import ExpressionError, compile_expression
from itk.sandbox.server.xray.spans import spans_of
from itk.sandbox.server.xray.store import XRayStore
from itk.sandbox.server.xray.traces import ShownTrace

Json = dict[str, Any]

TRACES_PER_CALL_MAX = 5
RETRIEVED_PER_CALL_MAX = 100
SUMMARIES_PER_PAGE = 100
_DESTINATIONS = {"XRay": "xray", "CloudWatchLogs": "cloudwatch_logs"}


@dataclass(slots=True)
class _Retrieval:
    """One StartTraceRetrieval: what it found is shown once it is complete."""

    traces: list[ShownTrace]
    polls_left: int
    polls: int = 0
    cancelled: bool = False

    def next_status(self) -> str:
        if self.cancelled:
            return "CANCELLED"
        if self.polls_left == 0:
            return "COMPLETE"
        self.polls_left -= 1
        self.polls += 1
        return "SCHEDULED" if self.polls == 1 else "RUNNING"


class XRayApi:
    """`answer("BatchGetTraces", {...}, region)` -> the response body, or an `AwsAnswerError`."""

    def __init__(self, store: XRayStore, account: str) -> None:
        self._store = store
        self._account = account
        self._retrievals: dict[str, _Retrieval] = {}
        self._operations: dict[str, Callable[[Json, str], Json]] = {
            "PutTraceSegments": self._put_segments,
            "GetTraceSummaries": self._summaries,
            "BatchGetTraces": self._batch_get,
            "GetTraceSegmentDestination": lambda _body, _region: self._destination("ACTIVE"),
            "UpdateTraceSegmentDestination": self._update_destination,
            "GetIndexingRules": self._indexing_rules,
            "StartTraceRetrieval": self._start_retrieval,
            "ListRetrievedTraces": self._list_retrieved,
            "CancelTraceRetrieval": self._cancel_retrieval,
        }

    def answer(self, operation: str, body: Json, region: str) -> Json:
        handler = self._operations.get(operation)
        if handler is None:
            known = ", ".join(self._operations)
            raise AwsAnswerError("UnknownOperationException", f"the sandbox has no xray.{operation}; it has {known}")
        try:
            return handler(body, region)
        except KeyError as missing:
            raise _invalid(f"{missing.args[0]} is required") from missing

    def _put_segments(self, body: Json, region: str) -> Json:
        unprocessed = []
        for text in body["TraceSegmentDocuments"]:
            try:
                self._store.put(read_document(text), region)
            except SegmentError as error:
                unprocessed.append({"Id": error.segment_id, "ErrorCode": error.code, "Message": str(error)})
        return {"UnprocessedTraceSegments": unprocessed}

    # X-Ray's own traces

    def _summaries(self, body: Json, region: str) -> Json:
        first, last = float(body["StartTime"]), float(body["EndTime"])
        if first > last:
            raise _invalid("StartTime is after EndTime")
        kind = body.get("TimeRangeType", "TraceId")
        if kind not in ("TraceId", "Event"):
            raise _invalid(f"the sandbox has no TimeRangeType {kind}; it has TraceId, Event")
        try:
            wanted = compile_expression(body.get("FilterExpression") or "")
        except ExpressionError as error:
            raise _invalid(str(error)) from error
        traces = [t for trace_id in self._store.ids(region) if (t := self._store.trace(region, trace_id))]
        # By id both ends are whole seconds, for ids say no more.
        inside = [t for t in traces if int(first) <= (t.created if kind == "TraceId" else t.start) <= last]
        found = sorted((trace for trace in inside if wanted(trace)), key=lambda trace: (trace.start, trace.id))
        begin = _place(body)
        page = found[begin : begin + SUMMARIES_PER_PAGE]
        answer: Json = {
            "TraceSummaries": [trace.summary(self._account) for trace in page],
            "ApproximateTime": time.time(),
            "TracesProcessedCount": len(inside),
        }
        end = begin + len(page)
        return answer | ({"NextToken": str(end)} if end < len(found) else {})

    def _batch_get(self, body: Json, region: str) -> Json:
        wanted = body["TraceIds"]
        if len(wanted) > TRACES_PER_CALL_MAX:
            raise _invalid(f"Exceeding maximum query size: {TRACES_PER_CALL_MAX}")
        if body.get("NextToken"):
            raise _invalid("NextToken is not supported")
        found = [t for trace_id in dict.fromkeys(wanted) if (t := self._store.trace(region, trace_id))]
        known = {trace.id for trace in found}
        return {
            "Traces": [
                {"Id": t.id, "Duration": t.duration, "LimitExceeded": False, "Segments": _as_segments(t.segments)}
                for t in found
            ],
            "UnprocessedTraceIds": [trace_id for trace_id in wanted if trace_id not in known],
        }

    # Transaction Search

    def _destination(self, status: str) -> Json:
        here = self._store.habits.destination
        return {"Destination": next(n for n, ours in _DESTINATIONS.items() if ours == here), "Status": status}

    def _update_destination(self, body: Json, _region: str) -> Json:
        if body.get("Destination") not in _DESTINATIONS:
            raise _invalid(f"Destination is one of {', '.join(_DESTINATIONS)}")
        self._store.habits = replace(self._store.habits, destination=_DESTINATIONS[body["Destination"]])
        return self._destination("PENDING")

    def _indexing_rules(self, _body: Json, _region: str) -> Json:
        percent = 100.0 if self._store.habits.indexed else 0.0
        rule = {"Probabilistic": {"DesiredSamplingPercentage": percent, "ActualSamplingPercentage": percent}}
        return {"IndexingRules": [{"Name": "Default", "ModifiedAt": time.time(), "Rule": rule}]}

    def _start_retrieval(self, body: Json, region: str) -> Json:
        wanted, first, last = body["TraceIds"], float(body["StartTime"]), float(body["EndTime"])
        if not 1 <= len(wanted) <= RETRIEVED_PER_CALL_MAX:
            raise _invalid(f"between 1 and {RETRIEVED_PER_CALL_MAX} trace ids can be retrieved at once")
        if first > last:
            raise _invalid("StartTime is after EndTime")
        if self._store.habits.destination != "cloudwatch_logs":
            raise AwsAnswerError("ResourceNotFoundException", "Transaction Search is not enabled", 404)
        traces = [t for trace_id in dict.fromkeys(wanted) if (t := self._store.searchable(region, trace_id))]
        found = [trace for trace in traces if first <= trace.start <= last]
        token = str(uuid.uuid4())
        self._retrievals[token] = _Retrieval(found, self._store.habits.retrieval_polls)
        return {"RetrievalToken": token}

    def _list_retrieved(self, body: Json, region: str) -> Json:
        retrieval, form = self._retrieval(body), body.get("TraceFormat", "XRAY")
        if form not in ("XRAY", "OTEL"):
            raise _invalid("TraceFormat is one of XRAY, OTEL")
        status = retrieval.next_status()
        answer: Json = {"RetrievalStatus": status, "TraceFormat": form, "Traces": []}
        if status == "COMPLETE":
            answer["Traces"] = [
                {"Id": trace.id, "Duration": trace.duration, "Spans": self._as_spans(trace, form, region)}
                for trace in retrieval.traces
            ]
        return answer

    def _as_spans(self, trace: ShownTrace, form: str, region: str) -> list[Json]:
        if form == "XRAY":
            return _as_segments(trace.segments)
        spans = [span for segment in trace.own for span in spans_of(segment, self._account, region)]
        return [{"Id": span["spanId"], "Document": json.dumps(span)} for span in spans]

    def _cancel_retrieval(self, body: Json, _region: str) -> Json:
        self._retrieval(body).cancelled = True
        return {}

    def _retrieval(self, body: Json) -> _Retrieval:
        found = self._retrievals.get(body["RetrievalToken"])
        if found is None:
            raise AwsAnswerError("ResourceNotFoundException", "The retrieval token does not exist", 404)
        return found


def _as_segments(segments: Iterable[Json]) -> list[Json]:
    return [{"Id": segment["id"], "Document": json.dumps(segment)} for segment in segments]


def _place(body: Json) -> int:
    token = str(body.get("NextToken") or "0")
    if not token.isdigit():
        raise _invalid("The specified NextToken is invalid.")
    return int(token)


def _invalid(message: str) -> AwsAnswerError:
    return AwsAnswerError("InvalidRequestException", message)
