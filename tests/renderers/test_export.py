"""What other tools are given: files of the published shapes, in which nothing is claimed that the run does not know."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Callable
from typing import Any

import pytest
from google.protobuf import json_format
from hypothesis import given, settings
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from itk.model.evidence import Usage
from itk.model.run import Environment, RunResult
from itk.model.trace import Link, Payload, Span, Trace
from itk.renderers.export.jaeger_json import JaegerJson
from itk.renderers.export.otlp_json import OtlpJson
from tests.redact.strategies import Planted, innocent_runs
from tests.renderers import build, hostile, strategies

IDS = {"traceId": 32, "spanId": 16, "parentSpanId": 16}
JAEGER_TYPES = {"string": str, "bool": bool, "int64": int, "float64": (int, float)}
every_run = pytest.mark.parametrize("make", [*build.ALL.values(), lambda: build.many(60)])


def otlp(run: RunResult) -> ExportTraceServiceRequest:
    """Parsed by OpenTelemetry's own definition. OTLP/JSON has hex where protobuf's JSON has base64."""
    (artifact,) = OtlpJson().render(build.redacted(run))
    assert artifact.path == "otlp.json"
    assert artifact.content.count(b"\n") == 1  # one line, as the collector's file receiver reads it
    document = json.loads(artifact.content)
    for resource in document["resourceSpans"]:
        for span in resource["scopeSpans"][0]["spans"]:
            for owner in (span, *span["links"]):
                for name, digits in IDS.items():
                    if name in owner:
                        assert re.fullmatch(rf"[0-9a-f]{{{digits}}}", owner[name])
                        assert set(owner[name]) != {"0"}
                        owner[name] = b64encode(bytes.fromhex(owner[name])).decode()
    return json_format.ParseDict(document, ExportTraceServiceRequest())


def otlp_spans(run: RunResult) -> list[Any]:
    return [span for resource in otlp(run).resource_spans for span in resource.scope_spans[0].spans]


def attributes(owner: Any) -> dict[str, Any]:
    found = {pair.key: _plain(pair.value) for pair in owner.attributes}
    assert len(found) == len(owner.attributes), "a key stands there twice"
    assert "" not in found
    return found


def _plain(value: Any) -> Any:
    kind = value.WhichOneof("value")
    assert kind is not None
    return [_plain(item) for item in value.array_value.values] if kind == "array_value" else getattr(value, kind)


def jaeger(run: RunResult) -> dict[str, Any]:
    """The one trace of the file, after a look at every type that Jaeger's page and model/json/model.go name."""
    (artifact,) = JaegerJson().render(build.redacted(run))
    assert artifact.path == "jaeger.json"
    (trace,) = json.loads(artifact.content)["data"]
    assert re.fullmatch(r"[0-9a-f]{32}", trace["traceID"])
    for process in trace["processes"].values():
        assert process["serviceName"]
        _tags(process["tags"])
    for span in trace["spans"]:
        assert span["traceID"] == trace["traceID"]
        assert span["operationName"]
        assert span["processID"] in trace["processes"]
        for number in (span["startTime"], span["duration"], *(log["timestamp"] for log in span["logs"])):
            assert isinstance(number, int)
            assert 0 <= number < 2**64
        _tags(span["tags"])
        for log in span["logs"]:
            _tags(log["fields"])
        assert span["warnings"] is None or all(isinstance(warning, str) for warning in span["warnings"])
        for reference in span["references"]:
            assert reference["refType"] in ("CHILD_OF", "FOLLOWS_FROM")
    ids = [span["spanID"] for span in trace["spans"]]
    assert len(set(ids)) == len(ids), "Jaeger renames a span whose id was there before"
    return dict(trace)


def _tags(tags: list[dict[str, Any]]) -> None:
    for tag in tags:
        assert tag["key"]
        assert isinstance(tag["value"], JAEGER_TYPES[tag["type"]]), tag
        assert tag["type"] != "int64" or abs(tag["value"]) < 2**53


def parent_in_jaeger(span: dict[str, Any], known: set[str]) -> str | None:
    """The page's own rule: the first reference of either type that is in the file."""
    return next((ref["spanID"] for ref in span["references"] if ref["spanID"] in known), None)


def same(run: RunResult) -> None:
    """Both files hold every span once, with recorded times and the parents that the run has."""
    trace = run.trace
    parsed = {span.span_id.hex(): span for span in otlp_spans(run)}
    drawn = {span["spanID"]: span for span in jaeger(run)["spans"]}
    assert len(parsed) == len(drawn) == len(trace.spans)
    assert set(parsed) == set(drawn)
    for name, span in parsed.items():
        said = attributes(span)
        assert span.start_time_unix_nano <= span.end_time_unix_nano
        assert drawn[name]["startTime"] == span.start_time_unix_nano // 1000
        parent = span.parent_span_id.hex()
        assert parent_in_jaeger(drawn[name], set(drawn)) == (parent if parent in parsed else None)
        assert ("itk.time.bounded" in said) == bool(said.get("itk.time.bounds"))
        for owner in (*span.events, *span.links):
            attributes(owner)


@every_run
def test_every_run_of_the_builders(make: Callable[[], RunResult]) -> None:
    same(make())


@pytest.mark.parametrize("keep", [False, True])
@pytest.mark.parametrize("text", hostile.FRAGMENTS)
def test_hostile_text(text: str, keep: bool) -> None:
    same(hostile.poisoned(build.doubtful(), text, keep=keep))


@settings(max_examples=80, deadline=None)
@given(strategies.traces())
def test_any_trace(trace: Trace) -> None:
    run = build.result(trace, checks=())
    same(run)
    kept = {span.span_id.hex(): span for span in otlp_spans(run)}
    for span in trace.spans:
        exported = kept[span.span_id]
        made = attributes(exported).get("itk.time.bounds", [])
        assert "start" in made or exported.start_time_unix_nano == span.start_ns
        assert "end" in made or exported.end_time_unix_nano == span.end_ns
        assert bool(made) == (span.start_ns is None or span.end_ns is None or span.end_ns < span.start_ns), (
            "what was recorded is shown as recorded, and nothing else is"
        )


@settings(max_examples=25, deadline=None)
@given(innocent_runs())
def test_a_run_with_every_field_filled(planted: Planted) -> None:
    same(planted.result)


def test_an_empty_run_is_an_empty_file() -> None:
    run = build.result(build.Tape().trace(), checks=())

    assert otlp_spans(run) == []
    assert jaeger(run)["spans"] == []


def test_names_are_those_of_the_conventions() -> None:
    found = {span.name: attributes(span) for span in otlp_spans(build.doubtful())}
    resources = [attributes(resource.resource) for resource in otlp(build.doubtful()).resource_spans]

    assert resources[1] == {
        "service.name": "lambda:intake",
        "cloud.provider": "aws",
        "cloud.account.id": "111122223333",
        "cloud.region": "eu-west-1",
        "cloud.platform": "aws_lambda",
        "cloud.resource_id": build.INTAKE.id,
        "faas.name": "intake",
        "deployment.environment.name": "dev",
    }
    expected = {
        "SendMessage intake": {"messaging.system": "aws_sqs", "messaging.operation.type": "send"},
        "process intake intake": {
            "messaging.destination.name": "intake",
            "messaging.operation.type": "process",
            "messaging.batch.message_count": 5,
            "faas.trigger": "pubsub",
            "itk.attempt.kind": "sqs_receive",
        },
        "chat anthropic.claude-3-haiku-20240307-v1:0": {
            "gen_ai.operation.name": "chat",
            "gen_ai.request.model": build.MODEL.name,
            "gen_ai.usage.output_tokens": 96,
            "gen_ai.usage.cache_read.input_tokens": 40,
        },
        "execute_tool orders::lookup_order": {"gen_ai.tool.name": "orders::lookup_order"},
        "GetItem orders": {"db.system.name": "aws.dynamodb", "aws.dynamodb.table_names": ["orders"]},
    }
    for name, named in expected.items():
        assert {key: found[name].get(key) for key in named} == named


def test_a_record_within_an_invocation_names_its_message() -> None:
    t = build.Tape()
    sent = t.add(None, build.ORDERS, "SendMessage", 0, 1, kind="PRODUCER", ids={"sqs_message_id": "m-1"})
    taken = t.add(sent, build.INTAKE, "Invoke", 2, 9, kind="CONSUMER", ids={"sns_message_id": "n-1"})
    t.add(taken, build.INTAKE, "process", 3, 8, kind="CONSUMER", ids={"sqs_message_id": "m-1"})
    found = [attributes(span) for span in otlp_spans(build.result(t.trace(), checks=()))]
    keys = ("messaging.system", "messaging.message.id", "messaging.destination.name", "messaging.operation.type")

    assert [[said.get(key) for key in keys] for said in found] == [
        ["aws_sqs", "m-1", "intake", "send"],
        ["aws_sqs", "n-1", "intake", "process"],
        ["aws_sqs", "m-1", None, "process"],
    ]


def test_an_emulated_cloud_is_not_called_aws() -> None:
    run = build.happy(environment=Environment(emulated_endpoint="http://localhost:4566"))

    assert "cloud.provider" not in attributes(otlp(run).resource_spans[0].resource)
    assert any(warning.startswith("EMULATED") for warning in jaeger(run)["spans"][0]["warnings"])
    assert attributes(otlp_spans(run)[0])["itk.run.emulated_endpoint"] == "http://localhost:4566"


def test_tokens_are_counted_once() -> None:
    run = build.doubtful()
    sums = [span.usage.input_tokens for span in run.trace.spans if span.usage and span.usage.counted]
    found = [attributes(span).get("gen_ai.usage.input_tokens", 0) for span in otlp_spans(run)]

    assert sum(found) == sum(filter(None, sums)) == 1802
    agent = next(attributes(span) for span in otlp_spans(run) if span.name == "invoke_agent gatekeeper")
    assert agent["itk.usage_counted_elsewhere.input_tokens"] == 1802


def test_a_failure_has_a_status_and_an_exception() -> None:
    span = next(span for span in otlp_spans(build.poison()) if span.name == "process intake intake")

    assert (span.status.code, span.status.message) == (2, "'orderId'")
    assert attributes(span)["error.type"] == "KeyError"
    exception = next(attributes(event) for event in span.events if event.name == "exception")
    assert exception["exception.type"] == "KeyError"
    assert exception["exception.stacktrace"].startswith("Traceback")


def test_doubts_are_warnings_in_jaeger() -> None:
    drawn = {span["operationName"]: span for span in jaeger(build.doubtful())["spans"]}
    warnings = {name: span["warnings"] or [] for name, span in drawn.items()}

    assert any("out of 3 candidates" in said and "confidence 0.993" in said for said in warnings["Invoke lookup-order"])
    assert "shifted by -42 ms for matching; times are shown as recorded" in warnings["Invoke lookup-order"]
    assert any("nobody said" in said for said in warnings["SendMessage notify"])
    assert drawn["SendMessage notify"]["duration"] == 0  # who took the message up later made its sending no longer
    assert warnings["record audit"][0] == "who called is not proven"
    assert [ref["refType"] for ref in drawn["record audit"]["references"]] == ["CHILD_OF", "FOLLOWS_FROM"]
    assert warnings["process intake intake"] == []


def test_a_likely_repetition_is_a_doubt_too() -> None:
    t = build.Tape()
    first = t.add(None, build.AGENT, "invoke_agent", 0, 9)
    link = Link(span_id=first, reason="retry_of", tier="inferred", rule="same_call")
    t.add(first, build.TOOL, "execute_tool", 1, 2, links=(link,))

    assert jaeger(build.result(t.trace(), checks=()))["spans"][1]["warnings"] == ["retry_of is inferred, not proven"]


def test_what_is_missing_is_told_on_the_first_span() -> None:
    first = jaeger(build.inconclusive())["spans"][0]

    assert sum(warning.startswith("not seen: ") for warning in first["warnings"]) == 3
    assert {"key": "itk.count.foreign", "type": "int64", "value": 128} in first["tags"]


def test_a_link_makes_nobody_a_parent() -> None:
    """Jaeger's page hangs a span under a FOLLOWS_FROM where no CHILD_OF leads anywhere."""
    t = build.Tape()
    first = t.add(None, build.INTAKE, "one", 0, 1)
    link = Link(span_id=first, reason="retry_of", tier="exact", rule="message_id")
    ids = {"span_id": "b" * 16, "parent_span_id": "c" * 16}
    t.spans.append(Span(**ids, name="lost", kind="SERVER", component=build.NOTIFY, links=(link,)))
    drawn = jaeger(build.result(t.trace(), checks=()))["spans"][1]

    assert drawn["references"] == [{"refType": "CHILD_OF", "traceID": drawn["traceID"], "spanID": "c" * 16}]
    assert {"key": "itk.link.1", "type": "string", "value": f"retry_of {first}, exact"} in drawn["tags"]


def test_odd_values_stay_values() -> None:
    odd = {"big": 2**70, "nan": float("nan"), "list": [1, "a", None], "object": {"a": [1]}, "": "x", "no": None}
    t = build.Tape()
    t.add(None, build.MODEL, "chat", 0, 1, attributes=odd, request=Payload(value="a" * 9000), usage=Usage())
    said = attributes(otlp_spans(build.result(t.trace(), checks=()))[0])

    assert (said["big"], said["nan"], said["list"], said["object"]) == (
        str(2**70), "nan", ["1", "a", "null"], '{"a":[1]}',
    )  # fmt: skip
    assert said["(empty)"] == "x"
    assert "no" not in said
    assert (len(said["itk.request"]), said["itk.request.bytes"]) == (4000, 9003)
    assert said["itk.request.ref"].startswith("payloads/")
