"""X-Ray: traces by their ids or by an annotation, and the retrieval that Transaction Search asks for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Literal

import msgspec

from itk.aws.errors import translated
from itk.aws.session import Aws
from itk.errors import AwsError

IDS_A_CALL = 5  # of BatchGetTraces; more is an error, and there is no NextToken (boto3#3924)
IDS_A_RETRIEVAL = 100
SUMMARIES_MAX = 500

Destination = Literal["XRay", "CloudWatchLogs"]


class Traced(msgspec.Struct, frozen=True, kw_only=True):
    """One trace: its segments by id, each a JSON document as it came."""

    id: str
    documents: tuple[tuple[str, str], ...]
    limited: bool = False  # it has more segments than X-Ray gives out


def segment_destination(aws: Aws) -> Destination:
    """Where segments go: `CloudWatchLogs` is Transaction Search, and BatchGetTraces then finds next to nothing.

    IAM: `xray:GetTraceSegmentDestination`. Raises Throttled, AwsError.
    """
    with translated("xray:GetTraceSegmentDestination"):
        answer = aws.client("xray").get_trace_segment_destination()
    return "CloudWatchLogs" if answer.get("Destination") == "CloudWatchLogs" else "XRay"


def traces(aws: Aws, ids: Sequence[str]) -> tuple[Traced, ...]:
    """The traces among at most five `ids` that X-Ray knows by now. IAM: `xray:BatchGetTraces`."""
    with translated("xray:BatchGetTraces"):
        answer = aws.client("xray").batch_get_traces(TraceIds=list(ids))
    return tuple(_traced(trace, "Segments") for trace in answer["Traces"])


def find(aws: Aws, expression: str, start_ms: int, end_ms: int) -> tuple[str, ...]:
    """Ids of the traces in a time range for which an expression holds, at most 500. IAM: `xray:GetTraceSummaries`."""
    request: dict[str, Any] = {"StartTime": _time(start_ms), "EndTime": _time(end_ms), "FilterExpression": expression}
    found: list[str] = []
    while True:
        with translated("xray:GetTraceSummaries"):
            answer = aws.client("xray").get_trace_summaries(**request)
        found.extend(summary["Id"] for summary in answer["TraceSummaries"])
        if not (token := answer.get("NextToken")) or len(found) >= SUMMARIES_MAX:
            return tuple(found)
        request["NextToken"] = token


def start_retrieval(aws: Aws, ids: Sequence[str], start_ms: int, end_ms: int) -> str:
    """Ask Transaction Search for at most 100 traces of a time range; the token of the answer.

    IAM: `xray:StartTraceRetrieval`. Raises Throttled, AwsError.
    """
    with translated("xray:StartTraceRetrieval"):
        answer = aws.client("xray").start_trace_retrieval(
            TraceIds=list(ids), StartTime=_time(start_ms), EndTime=_time(end_ms)
        )
    return str(answer["RetrievalToken"])


def retrieved(aws: Aws, token: str) -> tuple[Traced, ...] | None:
    """What a retrieval found; None while it runs: what it shows then is nothing. IAM: `xray:ListRetrievedTraces`."""
    request: dict[str, Any] = {"RetrievalToken": token, "TraceFormat": "XRAY"}
    found: list[Traced] = []
    while True:
        with translated("xray:ListRetrievedTraces"):
            answer = aws.client("xray").list_retrieved_traces(**request)
        status = answer.get("RetrievalStatus")
        if status in ("SCHEDULED", "RUNNING"):
            return None
        if status != "COMPLETE":
            raise AwsError(f"xray:ListRetrievedTraces: the retrieval ended as {status}")
        found.extend(_traced(trace, "Spans") for trace in answer.get("Traces", ()))
        if not (next_token := answer.get("NextToken")):
            return tuple(found)
        request["NextToken"] = next_token


def _traced(trace: dict[str, Any], parts: str) -> Traced:
    documents = tuple((part["Id"], part["Document"]) for part in trace.get(parts, ()))
    return Traced(id=trace["Id"], documents=documents, limited=bool(trace.get("LimitExceeded")))


def _time(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)
