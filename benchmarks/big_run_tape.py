"""Takes down the spans of an invented run, and puts them in a trace's order: depth first, siblings by start."""

from __future__ import annotations

import random
from typing import Any
from uuid import UUID

from msgspec.structs import replace

from itk.model.evidence import Evidence
from itk.model.trace import Component, Join, Link, Span, SpanEvent

T0 = 1_772_350_262_120_000_001  # 2026-03-01 07:31:02.120 UTC, and one nanosecond that a float would lose
MS = 1_000_000


class Draft:
    """A span that is still open. `start` and `end` are milliseconds after `T0`."""

    __slots__ = ("children", "end", "fields", "lines", "parent", "retry_of", "start", "traced")

    def __init__(self, parent: Draft | None, start: float, fields: dict[str, Any], *, traced: bool) -> None:
        self.parent = parent
        self.start = start
        self.end: float | None = None
        self.fields = fields
        self.traced = traced  # a tracing system told of it, to the nanosecond; else logs did, to the millisecond
        self.retry_of: Draft | None = None
        self.lines: list[tuple[float, str, str, Any]] = []  # time, name, level, text or body
        self.children: list[Draft] = []


class Tape:
    """All drafts of a run. One seeded chance decides everything, so equal seeds give equal runs."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.root: Draft | None = None
        self.count = 0
        self.traced = False
        self.streams: dict[str, list[str]] = {}  # of each component, as many as it has warm instances

    def add(
        self,
        parent: Draft | None,
        component: Component,
        operation: str,
        start: float,
        end: float | None = None,
        *,
        tier: str = "exact",
        rule: str = "lambda_request_id",
        detail: str = "",
        **fields: Any,
    ) -> Draft:
        """One span, beginning at `start`; without `end` it is open until somebody sets `draft.end`."""
        fields |= {"component": component, "operation": operation, "span_id": f"{self.chance.getrandbits(64):016x}"}
        fields.setdefault("kind", "CLIENT")
        fields.setdefault("status", "ok")
        if parent is not None:
            inference = fields.pop("inference", None)
            fields["join"] = Join(tier=tier, rule=rule, detail=detail, inference=inference)  # type: ignore[arg-type]
        draft = Draft(parent, start, fields, traced=self.traced)
        draft.end = end
        self.count += 1
        if parent is None:
            self.root = draft
        else:
            parent.children.append(draft)
        return draft

    def uuid(self) -> str:
        return str(UUID(int=self.chance.getrandbits(128), version=4))

    def between(self, least: float, most: float) -> float:
        """A duration in ms, skewed towards the shorter, as latencies are."""
        return least + float((most - least) * self.chance.random() ** 2.5)

    def spans(self, most: int) -> tuple[Span, ...]:
        """The first `most` spans, depth first: what is cut off leaves no parent behind."""
        kept: list[Draft] = []
        stack = [self.root] if self.root is not None else []
        while stack and len(kept) < most:
            draft = stack.pop()
            kept.append(draft)
            stack.extend(sorted(draft.children, key=lambda child: -child.start))
        ids = {draft.fields["span_id"] for draft in kept}
        return tuple(self._span(draft, ids) for draft in kept)

    def _span(self, draft: Draft, ids: set[str]) -> Span:
        fields, component = draft.fields, draft.fields["component"]
        start_ns = _ns(draft.start, draft)
        end_ns = None if draft.end is None else max(start_ns, _ns(draft.end, draft))
        took = None if end_ns is None else (end_ns - start_ns) / MS
        if draft.retry_of is not None and draft.retry_of.fields["span_id"] in ids:
            again = Link(
                span_id=draft.retry_of.fields["span_id"],
                reason="retry_of",
                tier="exact",
                rule="message_id",
                detail="the same messageId was received again",
            )
            fields["links"] = (*fields.get("links", ()), again)
        evidence = self._evidence(draft)
        return Span(
            parent_span_id=None if draft.parent is None else draft.parent.fields["span_id"],
            name=f"{fields['operation']} {component.name}",
            start_ns=start_ns,
            end_ns=end_ns,
            duration_ms=took,
            duration_source=None if took is None else "computed" if draft.traced else "reported",
            clock="service" if draft.traced else "platform",
            time_precision_ns=None if draft.traced else MS,
            events=tuple(self._event(line, draft, evidence, n) for n, line in enumerate(draft.lines, 1)),
            evidence=(evidence,),
            **fields,
        )

    def _event(self, line: tuple[float, str, str, Any], draft: Draft, span: Evidence, n: int) -> SpanEvent:
        """A line in the stream of the span's own evidence, a few places behind it."""
        ms, name, level, said = line
        text, body = (said, None) if isinstance(said, str) else ("", said)
        at = replace(span, event_id=f"{int(span.event_id) + n:056d}", time_ms=T0 // MS + int(ms), format="lambda_json")
        return SpanEvent(time_ns=_ns(ms, draft), name=name, level=level or None, text=text, body=body, evidence=at)

    def _evidence(self, draft: Draft) -> Evidence:
        """Ids of CloudWatch Logs have 56 digits: the time, then those of the batch, which count up within it."""
        component, time_ms = draft.fields["component"], T0 // MS + int(draft.start)
        of_group = self.streams.setdefault(component.name, [f"{self.chance.getrandbits(128):032x}" for _ in range(12)])
        return Evidence(
            source="otlp" if draft.traced else "cloudwatch_logs",
            group=f"/aws/{component.type}/{component.name}",
            stream=f"2026/03/01/[$LATEST]{self.chance.choice(of_group)}",
            event_id=f"{time_ms << 64:032d}{self.chance.randrange(10**24):024d}",
            time_ms=time_ms,
            ingested_ms=time_ms + self.chance.randrange(300, 2400),
            format="otel_span" if draft.traced else "lambda_json",
        )


def _ns(ms: float, draft: Draft) -> int:
    return T0 + int(ms * MS) if draft.traced else T0 // MS * MS + int(ms) * MS
