"""X-Ray segments of generated traffic: what Lambda and an SDK would record of the same invocations."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from itk.model.ids import trace_id

EPOCH = "6b02a6fd"


class Recorder:
    """Makes the ids of traces and segments."""

    def __init__(self, chance: random.Random) -> None:
        self.random = chance

    def minted(self, run: str) -> str:
        """The root that ITK puts on its message; applications have their own."""
        return f"1-{EPOCH}-{trace_id(run)[:24] if run else f'{self.random.getrandbits(96):024x}'}"

    def begin(self, function: str, request_id: str, header: str, senders: Sequence[str]) -> Segments:
        """A poller begins a trace, and links those of its messages; a call goes on with its caller's."""
        found = dict(part.split("=", 1) for part in header.split(";")) if header else {}
        links = [dict(part.split("=", 1) for part in sender.split(";")) for sender in senders if sender]
        root = found.get("Root") or self.minted("")
        return Segments(self, function, request_id, root, found.get("Parent", ""), links)

    def id(self) -> str:
        return f"{self.random.getrandbits(64):016x}"


@dataclass(slots=True)
class Segments:
    """The two segments of one invocation, and the calls that it made."""

    recorder: Recorder
    function: str
    request_id: str
    root: str
    parent: str
    links: list[dict[str, str]]
    own: str = ""
    inner: str = ""
    parts: list[dict[str, Any]] = field(default_factory=list)
    serving: str | None = None  # whose message is being processed; empty: real traffic's
    whose: dict[str, str] = field(default_factory=dict)  # span id -> run

    def __post_init__(self) -> None:
        self.own, self.inner = self.recorder.id(), self.recorder.id()

    def call(self, service: str, operation: str, began_ms: int, **aws: str) -> str:
        """A call of AWS, and the header that goes with it."""
        part = self._part(service, began_ms, namespace="aws", aws={"operation": operation, "retries": 0, **aws})
        self.parts.append(part)
        return f"Root={self.root};Parent={part['id']};Sampled=1"

    def note(self, run: str, now_ms: int, request_id: str) -> None:
        below = {"operation": "PutObject", "bucket_name": "orders", "request_id": request_id}
        call = self._part("S3", now_ms, namespace="aws", aws=below)
        part = self._part("## archive", now_ms, subsegments=[call])
        if run and self.recorder.random.random() < 0.5:
            part["annotations"] = {"itk_trace_id": run}
        self.parts.append(part)

    def end(self, start_ms: int, end_ms: int, *, cold: bool) -> Iterator[dict[str, Any]]:
        arn, self.serving = f"arn:aws:lambda:eu-west-1:111122223333:function:{self.function}", None
        outer = self._segment(self.own, "AWS::Lambda", start_ms, end_ms) | {"aws": {"request_id": self.request_id}}
        outer |= {"parent_id": self.parent} if self.parent else {}
        outer |= {"links": [{"trace_id": e["Root"], "id": e["Parent"]} for e in self.links]} if self.links else {}
        yield outer
        inner = self._segment(self.inner, "AWS::Lambda::Function", start_ms, end_ms)
        phases = [self._part("Initialization", start_ms - 80)] if cold else []
        phases.append(self._part("Overhead", end_ms - 1))
        yield inner | {"parent_id": self.own, "aws": {"function_arn": arn}, "subsegments": [*self.parts, *phases]}
        for part in self.parts:
            if part.get("aws", {}).get("table_name"):
                made_up = {**part, "id": self.recorder.id(), "parent_id": part["id"], "trace_id": self.root}
                yield made_up | {"name": "orders", "origin": "AWS::DynamoDB::Table", "inferred": True}

    def _segment(self, own: str, origin: str, start_ms: int, end_ms: int) -> dict[str, Any]:
        times = {"start_time": start_ms / 1000, "end_time": end_ms / 1000}
        return {"trace_id": self.root, "id": own, "name": self.function, "origin": origin, **times}

    def _part(self, name: str, began_ms: int, **more: Any) -> dict[str, Any]:
        times = {"start_time": began_ms / 1000, "end_time": (began_ms + 1) / 1000}
        own = self.recorder.id()
        if self.serving is not None:
            self.whose[own] = self.serving
        return {"id": own, "name": name, **times, **more}


def as_spans(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The same segment as records of the log group `aws/spans`, where Transaction Search puts them."""
    platform = {"service.name": document["name"], "cloud.platform": "aws_lambda", "faas.name": document["name"]}
    trace, inferred = document["trace_id"][2:].replace("-", ""), "inferred" in document
    waiting = [(document, document.get("parent_id", ""))]
    while waiting:
        part, parent = waiting.pop()
        aws = part.get("aws", {})
        said = {f"annotation.{key}": value for key, value in part.get("annotations", {}).items()}
        if part.get("namespace") == "aws":
            said |= {"rpc.service": part["name"], "rpc.method": aws["operation"], "aws.request_id": aws["request_id"]}
            names = {"queue_url": "aws.sqs.queue.url", "table_name": "aws.dynamodb.table_names"}
            names |= {"message_id": "messaging.message.id"}
            said |= {name: aws[key] for key, name in names.items() if key in aws}
        elif "request_id" in aws:
            said |= {"faas.invocation_id": aws["request_id"]}
        links = [{"traceId": e["trace_id"][2:].replace("-", ""), "spanId": e["id"]} for e in part.get("links", ())]
        kind = "CLIENT" if "namespace" in part else "SERVER" if part is document else "INTERNAL"
        yield {
            "resource": {"attributes": {} if inferred else platform},
            "traceId": trace,
            "spanId": part["id"],
            "parentSpanId": parent,
            "name": part["name"],
            "kind": kind,
            "startTimeUnixNano": round(part["start_time"] * 1000) * 1_000_000,
            "endTimeUnixNano": round(part["end_time"] * 1000) * 1_000_000,
            "attributes": said,
            "links": links,
        }
        waiting.extend((below, part["id"]) for below in part.get("subsegments", ()))
