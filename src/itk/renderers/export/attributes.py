"""What a span says, under the names of OpenTelemetry's semantic conventions; what they do not name is `itk.*`.

Names (messaging, faas, gen-ai, aws, db, error, cloud): https://opentelemetry.io/docs/specs/semconv/registry/attributes/
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from itk.model.run import Environment, RunResult
from itk.model.trace import Component, Link, Payload, Span, SpanEvent
from itk.model.tree import ASYNC_CARRIERS, FAILING
from itk.renderers import certainty, json_form, words
from itk.renderers.payload_facts import facts
from itk.renderers.text import one_line, shorten, well_formed

Scalar = str | bool | int | float
Value = Scalar | list[Scalar]
Attributes = dict[str, Value]

PAYLOAD_CHARS = 4_000  # the whole payload is in the file that `itk.request.ref` names
_SYSTEMS = {"queue": "aws_sqs", "topic": "aws.sns", "bus": "aws.eventbridge"}
_MESSAGE_IDS = {"sqs_message_id": "queue", "sns_message_id": "topic", "eventbridge_event_id": "bus"}
_NAMED_IDS = {
    "lambda_request_id": "faas.invocation_id",
    "aws_request_id": "aws.request_id",
    "session_id": "session.id",
}


def of_component(component: Component, where: Environment) -> Attributes:
    """A resource: `service.name` is the label that cases and reports use, so that a queue and its reader stay two."""
    is_lambda = component.type == "lambda"
    return _clean(
        {
            "service.name": component.label,
            "cloud.provider": None if where.emulated_endpoint or component.type == "client" else "aws",
            "cloud.account.id": where.account,
            "cloud.region": where.region,
            "cloud.platform": "aws_lambda" if is_lambda and not where.emulated_endpoint else None,
            "cloud.resource_id": component.id,
            "faas.name": component.name if is_lambda else None,
            "deployment.environment.name": where.name,
        }
    )


def of_run(result: RunResult) -> Attributes:
    """What the run says as a whole; it stands on the first span. Gaps and limits are told, not dropped."""
    trace = result.trace
    numbers = {f"itk.count.{name.replace(' ', '_')}": number for name, number, _ in words.counts(result)}
    return _clean(
        {
            "itk.run.id": result.run_id,
            "itk.run.status": result.status,
            "itk.run.mode": result.mode,
            "itk.run.emulated_endpoint": result.environment.emulated_endpoint,
            "itk.run.complete": words.is_complete(result),
            "itk.case.id": result.case.id,
            "itk.missing": [one_line(missing.what) for missing in trace.missing],
            "itk.warnings": [one_line(warning) for warning in trace.warnings],
            **numbers,
        }
    )


def of_span(span: Span, parent: Span | None, stem: str) -> Attributes:
    """The conventions' names first; an attribute that the application itself recorded under one of them stays."""
    return {**_clean(_conventional(span, parent)), **_clean(_own(span, stem)), **_clean(span.attributes)}


def of_event(event: SpanEvent) -> Attributes:
    body = "" if event.body is None else shorten(json_form.text(event.body), PAYLOAD_CHARS)
    found: dict[str, Any] = {"level": event.level, "message": event.text, "body": body}
    if event.evidence is not None:
        found |= {
            "aws.log.group.names": [event.evidence.group],
            "aws.log.stream.names": [event.evidence.stream],
            "itk.evidence.event_id": event.evidence.event_id,
        }
    return _clean(found)


def of_error(span: Span) -> Attributes:
    """An exception event; empty where nobody said more than that it failed."""
    if span.error is None:
        return {}
    error = span.error
    return _clean(
        {"exception.type": error.type, "exception.message": error.message, "exception.stacktrace": error.stack}
    )


def of_link(link: Link) -> Attributes:
    return _clean(
        {
            "itk.link.reason": link.reason,
            "itk.link.tier": link.tier,
            "itk.link.rule": link.rule,
            "itk.link.detail": link.detail,
        }
    )


def _conventional(span: Span, parent: Span | None) -> dict[str, Any]:
    ids = {_NAMED_IDS.get(kind, f"itk.id.{kind}"): value for kind, value in span.ids.items()}
    resend = span.attempt.n - 1 if span.attempt is not None and span.attempt.kind == "sdk" else None
    failed = span.status in FAILING
    return {
        **ids,
        **_messaging(span, parent),
        **_by_type(span),
        **_tokens(span),
        "http.request.resend_count": resend or None,
        "error.type": (span.error.type if span.error else "") or span.status if failed else None,
        "aws.log.group.names": sorted({proof.group for proof in span.evidence if proof.source == "cloudwatch_logs"}),
        "aws.log.stream.names": sorted({proof.stream for proof in span.evidence if proof.source == "cloudwatch_logs"}),
    }


def _messaging(span: Span, parent: Span | None) -> dict[str, Any]:
    """Of who puts a message down, and of who takes it up there."""
    taken_from = parent.component if parent is not None and parent.kind == "PRODUCER" else None
    carrier = span.component if span.component.type in ASYNC_CARRIERS else taken_from
    verb = {"PRODUCER": "send", "CONSUMER": "process"}.get(span.kind)
    if carrier is None or carrier.type not in _SYSTEMS:
        return _message(span, verb)
    size = span.faas.batch_size if span.faas is not None else None
    return {
        **_message(span, verb),
        "messaging.system": _SYSTEMS[carrier.type],
        "messaging.destination.name": carrier.name,
        "messaging.operation.name": span.operation,
        "messaging.batch.message_count": size if size and size > 1 else None,
        "faas.trigger": "pubsub" if span.component.type == "lambda" else None,
    }


def _message(span: Span, verb: str | None) -> dict[str, Any]:
    """Which message; a record that is processed within an invocation has one, though its queue is two levels up."""
    found = next((kind for kind in _MESSAGE_IDS if kind in span.ids), None)
    if found is None:
        return {"messaging.operation.type": verb}
    system = _SYSTEMS[_MESSAGE_IDS[found]]
    return {"messaging.system": system, "messaging.operation.type": verb, "messaging.message.id": span.ids[found]}


def _by_type(span: Span) -> dict[str, Any]:
    name, known_as = span.component.name, span.component.id or span.component.name
    match span.component.type:
        case "lambda" if span.kind == "CLIENT":
            return {"faas.invoked_name": name, "faas.invoked_provider": "aws"}
        case "lambda":
            return _faas(span)
        case "agent":
            named = {
                "gen_ai.operation.name": "invoke_agent",
                "gen_ai.agent.name": name,
                "gen_ai.agent.id": span.component.id,
            }
            return {
                **named,
                "gen_ai.provider.name": "aws.bedrock",
                "gen_ai.conversation.id": span.ids.get("session_id"),
            }
        case "model":
            named = {"gen_ai.operation.name": "chat", "gen_ai.request.model": known_as}
            return {**named, "gen_ai.provider.name": "aws.bedrock"}
        case "tool":
            return {"gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": name}
        case "knowledge_base":
            return {"gen_ai.data_source.id": known_as, "aws.bedrock.knowledge_base.id": known_as}
        case "guardrail":
            return {"aws.bedrock.guardrail.id": known_as}
        case "table":
            return {
                "db.system.name": "aws.dynamodb",
                "db.operation.name": span.operation,
                "aws.dynamodb.table_names": [name],
            }
        case "bucket":
            return {"aws.s3.bucket": name}
        case _:
            return {}


def _faas(span: Span) -> dict[str, Any]:
    faas = span.faas
    if faas is None:
        return {}
    return {
        "faas.coldstart": faas.cold_start,
        "faas.version": faas.version,
        "faas.max_memory": None if faas.memory_mb is None else faas.memory_mb * 1024 * 1024,
        "itk.faas.max_memory_used_mb": faas.max_memory_mb,
        "itk.faas.init_ms": faas.init_ms,
        "itk.faas.suppressed_init": faas.suppressed_init,
        "itk.faas.billed_ms": faas.billed_ms,
    }


def _tokens(span: Span) -> dict[str, Any]:
    """Tokens that another span holds too are not called `gen_ai.usage.*`: a backend would add them up twice."""
    if span.usage is None:
        return {}
    usage, root = span.usage, "gen_ai.usage" if span.usage.counted else "itk.usage_counted_elsewhere"
    return {
        f"{root}.input_tokens": usage.input_tokens,
        f"{root}.output_tokens": usage.output_tokens,
        f"{root}.cache_read.input_tokens": usage.cache_read_tokens,
        f"{root}.cache_creation.input_tokens": usage.cache_write_tokens,
    }


def _own(span: Span, stem: str) -> dict[str, Any]:
    return {
        "itk.component.type": span.component.type,
        "itk.component.name": span.component.name,
        "itk.operation": span.operation,
        "itk.status": span.status,
        "itk.error.origin": span.error.origin if span.error else None,
        "itk.error.retryable": span.error.retryable if span.error else None,
        "itk.attempt.n": span.attempt.n if span.attempt else None,
        "itk.attempt.of": span.attempt.of if span.attempt else None,
        "itk.attempt.kind": span.attempt.kind if span.attempt else None,
        "itk.duration_ms": span.duration_ms,
        "itk.duration_source": span.duration_source,
        "itk.time.clock": span.clock,
        "itk.time.precision_ns": span.time_precision_ns,
        **_join(span),
        **_payload(span.request, stem, "request"),
        **_payload(span.response, stem, "response"),
        "itk.evidence": [
            " ".join((proof.source, proof.group, proof.stream, proof.event_id, str(proof.time_ms), proof.format))
            for proof in span.evidence
        ],
    }


def _join(span: Span) -> dict[str, Any]:
    if span.join is None:
        return {}
    chosen = span.join.inference
    return {
        "itk.join.tier": span.join.tier,
        "itk.join.rule": span.join.rule,
        "itk.join.detail": span.join.detail,
        "itk.join.confidence": certainty.number(span.join),
        "itk.join.why": certainty.why(span),
        "itk.join.would_be_exact": chosen.would_be_exact if chosen else None,
        "itk.clock.shift": certainty.shift(span),
    }


def _payload(payload: Payload | None, stem: str, part: str) -> dict[str, Any]:
    if payload is None:
        return {}
    known = facts(payload.value, json_form.line(payload.value), stem, part)
    return {
        f"itk.{part}": shorten(json_form.text(payload.value), PAYLOAD_CHARS),
        f"itk.{part}.ref": known["ref"],
        f"itk.{part}.bytes": known["bytes"],
        f"itk.{part}.sha256": known["sha256"],
        f"itk.{part}.truncated": payload.truncated,
    }


def _clean(found: Mapping[str, Any]) -> Attributes:
    """Only what was said: no null, no empty text or list. Values as OpenTelemetry allows them, objects as JSON text."""
    return {
        well_formed(str(name)) or "(empty)": _value(value)
        for name, value in found.items()
        if value is not None and value != "" and value != []
    }


def _value(value: Any) -> Value:
    if not isinstance(value, (list, tuple)):
        return _scalar(value)
    items = [_scalar(item) for item in value]
    if len({type(item) for item in items}) > 1:  # OpenTelemetry's lists hold values of one type
        return [item if isinstance(item, str) else json_form.line(item).decode() for item in items]
    return items


def _scalar(value: Any) -> Scalar:
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value if -(2**63) <= value < 2**63 else str(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    return json_form.text(value) if isinstance(value, str) else json_form.line(value).decode()
