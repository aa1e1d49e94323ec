"""From the documents of a trace to what X-Ray shows: segments with their subsegments, inferred ones, a summary."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from itk.sandbox.server.xray.documents import Document, id_of, walk

# A call to one of these gets a second segment, made from the caller's subsegment: the service sends none itself.
INFERRED = {
    "sqs": ("SQS", "AWS::SQS::Queue"),
    "sns": ("SNS", "AWS::SNS"),
    "dynamodb": ("DynamoDB", "AWS::DynamoDB::Table"),
}
_COPIED = ("start_time", "end_time", "in_progress", "http", "aws", "error", "throttle", "fault")


@dataclass(frozen=True, slots=True)
class ShownTrace:
    """One trace as the API shows it; `revision` counts the documents that made it."""

    id: str
    segments: tuple[Document, ...]
    revision: int

    @property
    def start(self) -> float:
        return min(float(segment["start_time"]) for segment in self.segments)

    @property
    def duration(self) -> float:
        return max(end_of(segment) for segment in self.segments) - self.start

    @property
    def created(self) -> float:
        """When the trace began, as its id says; an id made elsewhere says nothing, then its first segment does."""
        said = int(self.id[2:10], 16)
        return float(said) if abs(said - self.start) < 86_400 else self.start

    @property
    def own(self) -> list[Document]:
        return [segment for segment in self.segments if not segment.get("inferred")]

    def has(self, flag: str) -> bool:
        """A flag of a segment; those of subsegments alone do not count, as on AWS."""
        return any(segment.get(flag) for segment in self.segments)

    def summary(self, account: str) -> dict[str, Any]:
        first = min(self.own, key=lambda segment: segment["start_time"])
        services = [_service(segment, account) for segment in self.segments]
        return {
            "Id": self.id,
            "StartTime": self.start,
            "Duration": self.duration,
            "ResponseTime": end_of(first) - float(first["start_time"]),
            "HasFault": self.has("fault"),
            "HasError": self.has("error"),
            "HasThrottle": self.has("throttle"),
            "IsPartial": self.has("in_progress"),
            "Http": _http(first),
            "Annotations": self._annotations(account),
            "ServiceIds": [service for n, service in enumerate(services) if service not in services[:n]],
            "ResourceARNs": [{"ARN": segment["resource_arn"]} for segment in self.own if "resource_arn" in segment],
            "EntryPoint": _service(first, account),
            "Revision": self.revision,
            "MatchedEventTime": self.start,
        }

    def annotations(self) -> Iterator[tuple[str, object, Document]]:
        for segment in self.own:
            for part in walk(segment):
                for key, value in (part.get("annotations") or {}).items():
                    yield key, value, segment

    def _annotations(self, account: str) -> dict[str, list[dict[str, Any]]]:
        found: dict[str, list[dict[str, Any]]] = {}
        for key, value, segment in self.annotations():
            kind = (
                "BooleanValue"
                if isinstance(value, bool)
                else "StringValue"
                if isinstance(value, str)
                else "NumberValue"
            )
            entry = {"AnnotationValue": {kind: value}, "ServiceIds": [_service(segment, account)]}
            found.setdefault(key, []).append(entry)
        return found


def show(trace_id: str, documents: Iterable[Document]) -> ShownTrace:
    """The trace of these documents, the oldest first; there is at least one.

    A later document with the same id replaces the earlier one (in progress, then complete); a subsegment that was sent
    alone goes under its parent, wherever in the trace that is, and stays alone until the parent is there.
    """
    known = list(documents)
    latest = {document["id"]: copy.deepcopy(document) for document in known}
    roots = [document for document in latest.values() if document.get("type") != "subsegment"]
    loose = [document for document in latest.values() if document.get("type") == "subsegment"]
    roots += _attach(roots, loose)
    segments = [
        segment for root in sorted(roots, key=lambda s: s["start_time"]) for segment in (root, *_inferred(root))
    ]
    return ShownTrace(trace_id, tuple(segments), len(known))


def _attach(roots: list[Document], loose: list[Document]) -> list[Document]:
    """Put loose subsegments under their parents; the ones without a parent."""
    orphans = []
    places = {part["id"]: part for document in (*roots, *loose) for part in walk(document)}
    for child in loose:
        parent = places.get(child["parent_id"])
        if parent is None:
            orphans.append(child)
            continue
        siblings = [part for part in parent.get("subsegments") or () if part["id"] != child["id"]]
        bare = {name: value for name, value in child.items() if name not in ("type", "trace_id", "parent_id")}
        parent["subsegments"] = sorted([*siblings, bare], key=lambda part: part["start_time"])
        places |= {part["id"]: part for part in walk(bare)}
    return orphans


def _inferred(segment: Document) -> Iterator[Document]:
    for part in walk(segment):
        if part.get("namespace") == "aws" and (name := str(part["name"]).lower()) in INFERRED:
            shown, origin = INFERRED[name]
            yield {
                "id": id_of(part["id"], "inferred"),
                "trace_id": segment["trace_id"],
                "parent_id": part["id"],
                "name": shown,
                "origin": origin,
                "inferred": True,
                **{field: part[field] for field in _COPIED if field in part},
            }


def end_of(part: Document) -> float:
    """When it ended; what is still in progress has lasted no time so far."""
    return float(part["end_time"] if "end_time" in part else part["start_time"])


def _service(segment: Document, account: str) -> dict[str, Any]:
    return {
        "Name": segment["name"],
        "Names": [segment["name"]],
        "AccountId": account,
        "Type": segment.get("origin", "client"),
    }


def _http(segment: Document) -> dict[str, Any]:
    request = (segment.get("http") or {}).get("request") or {}
    response = (segment.get("http") or {}).get("response") or {}
    values = {"HttpURL": request.get("url"), "HttpMethod": request.get("method"), "HttpStatus": response.get("status")}
    return {name: value for name, value in values.items() if value is not None}
