"""`eventbridge_event`: an event for a bus."""

from __future__ import annotations

import re
from typing import Any, Literal

from pydantic import AliasChoices, Field

from itk.casefile.forms import Form, Line, Word
from itk.casefile.written import Written
from itk.model.case import EventBridgeEvent
from itk.model.problem import show

_BUS = re.compile(r"(?:arn:aws[a-z-]*:events:[a-z0-9-]+:\d{12}:event-bus/)?[/.\-_A-Za-z0-9]{1,256}", re.ASCII)


class EventBridgeTarget(Form):
    bus: Word = Field(default="", description="Name or ARN. `default` is the account's own bus.")


class EventBridgePayload(Form):
    source: Line = Field(min_length=1, max_length=256, description="Who says it; rules match it.")
    detail_type: Line = Field(
        min_length=1,
        max_length=128,
        validation_alias=AliasChoices("detail-type", "detail_type", "DetailType", "detailType"),
        description="What it says; rules match it.",
    )
    detail: dict[str, Any] = Field(default={}, description="A mapping: ITK adds the run's id to it.")
    resources: tuple[Word, ...] = Field(default=(), description="ARNs that the event is about.")


class EventBridgeEntrypoint(Form):
    type: Literal["eventbridge_event"]
    target: EventBridgeTarget = Field(default_factory=EventBridgeTarget)
    payload: EventBridgePayload = Field(description="The event.")


def read(form: EventBridgeEntrypoint, at: Written) -> EventBridgeEvent:
    """The stimulus; what is wrong with it is told."""
    bus, payload = at.needed("bus", form.target.bus), form.payload
    fix = "write its name, or `arn:aws:events:<region>:<account>:event-bus/<name>`"
    at.matches("bus", bus, _BUS, "the name of an event bus", fix)
    if payload.source.startswith("aws."):
        what = f"`{show(payload.source)}`: sources that start with `aws.` are AWS's own"
        at.findings.error(at.at("payload", "source"), what, "PutEvents refuses them: choose a name of yours")
    return EventBridgeEvent(
        bus=bus,
        source=payload.source,
        detail_type=payload.detail_type,
        detail=payload.detail,
        resources=payload.resources,
    )
