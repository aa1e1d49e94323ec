"""`entrypoint:` -> the stimulus that is sent, with targets that the case leaves open taken from the settings."""

from __future__ import annotations

import json
import re
from typing import Any

from itk.casefile.findings import did_you_mean
from itk.casefile.forms import (
    ENTRYPOINT_FORMS,
    ENTRYPOINTS,
    AttributeForm,
    BedrockEntrypoint,
    LambdaEntrypoint,
    SqsEntrypoint,
)
from itk.casefile.nodes import Node
from itk.casefile.reading import Reader
from itk.casefile.vocabulary import TargetDefaults
from itk.model.case import BedrockInvokeAgent, LambdaInvoke, SqsEvent, Stimulus
from itk.model.problem import show

ATTRIBUTES_MAX = 9  # SQS allows 10, and one carries the run's id
_ATTRIBUTE_NAME = re.compile(r"(?!(?:aws|amazon)\.)(?!\.)[A-Za-z0-9_.-]{1,256}(?<!\.)", re.ASCII | re.IGNORECASE)
_PLACEHOLDER = re.compile(r"(?i:replace_?me|change_?me|fixme.*|todo|your_.*_here|<[^>]*>)", re.ASCII)
_LAMBDA_ARN = re.compile(r"arn:aws[a-z-]*:lambda:", re.ASCII)
_SQS_ARN = re.compile(r"arn:(aws[a-z-]*):sqs:([a-z0-9-]+):(\d{12}):([A-Za-z0-9_.-]+)", re.ASCII)
_ENVELOPE = frozenset({"body", "messageId", "messageAttributes", "message_attributes", "attributes", "receiptHandle",
                       "md5OfBody", "eventSource", "eventSourceARN", "awsRegion"})  # fmt: skip


class StimulusReader:
    """Reads one `entrypoint:`."""

    def __init__(self, reader: Reader, defaults: TargetDefaults, *, targets_needed: bool) -> None:
        self._reader = reader
        self._findings = reader.findings
        self._defaults = defaults
        self._targets_needed = targets_needed
        self._node = Node("mapping", 1, 1)
        self._key: Node = self._node

    def read(self, node: Node, key: Node) -> Stimulus | None:
        """The stimulus, or `None` where something is wrong (and told)."""
        self._node, self._key = node, key
        if node.kind != "mapping":
            fix = f"write `type:` ({', '.join(ENTRYPOINTS)}), `target:` and `payload:` below it"
            self._findings.error(key if node.is_null else node, "`entrypoint` must be a mapping", fix)
            return None
        type_node = node.get("type")
        if type_node is None:
            fix = f"add `type:` with one of {', '.join(ENTRYPOINTS)}"
            self._findings.error(key, "`entrypoint` needs `type`", fix)
            return None
        form = ENTRYPOINT_FORMS.get(type_node.text) if type_node.kind == "scalar" else None
        if form is None:
            what = f"unknown entrypoint type `{show(type_node.text)}`"
            self._findings.error(type_node, what, did_you_mean(type_node.text, ENTRYPOINTS))
            return None
        filled = self._reader.fill(form, self._value(node), node, of="`entrypoint`")
        if isinstance(filled, SqsEntrypoint):
            return self._sqs(filled)
        if isinstance(filled, LambdaEntrypoint):
            return self._lambda(filled)
        return self._bedrock(filled) if isinstance(filled, BedrockEntrypoint) else None

    def _value(self, node: Node) -> dict[str, Any]:
        value: dict[str, Any] = {}
        for key, item in node.pairs:
            # Recorded evidence needs nothing that is sent; a file can be right before its targets are known.
            lenient = self._defaults.mode != "live" or (key.text == "target" and not self._targets_needed)
            value[key.text] = self._reader.value(item, lenient=lenient, data=key.text == "payload")
        if node.get("target") is not None and value["target"] is None:
            value["target"] = {}
        if value["type"] == "bedrock_invoke_agent" and isinstance(value.get("payload"), str):
            value["payload"] = {"input_text": value["payload"]}
        return value

    # sqs_event

    def _sqs(self, form: SqsEntrypoint) -> SqsEvent | None:
        target = form.target
        if self._one_of("queue_url", "function_name", "target_arn_or_url", only_conflict_with="target_arn_or_url"):
            return None
        place = self._given("target_arn_or_url", target.target_arn_or_url)
        queue, function = self._given("queue_url", target.queue_url), self._given("function_name", target.function_name)
        mode = target.mode or (
            "invoke_lambda" if _LAMBDA_ARN.match(place) or (function and not queue) else "publish_sqs"
        )
        if mode == "publish_sqs":
            queue = self._or_setting(queue or place, "queue_url", "ITK_SQS_QUEUE_URL")
            queue = self._queue_url(queue)
            function = ""
        else:
            function = self._or_setting(function or place, "function_name", "ITK_LAMBDA_FUNCTION_NAME")
            if function.startswith("http"):
                fix = "name the function, or write `mode: publish_sqs`"
                self._findings.error(self._at("target"), "`invoke_lambda` needs a function, this is a URL", fix)
            queue = queue or self._defaults.queue_url
        payload = self._envelope(form.payload)
        attributes = self._attributes(target.message_attributes, self._at("target", "message_attributes"))
        if isinstance(payload, tuple):
            payload, more = payload
            attributes = {**self._attributes(more, self._at("payload")), **attributes}
        if len(attributes) > ATTRIBUTES_MAX:
            what = f"{len(attributes)} message attributes: SQS allows 10, and ITK adds one of its own"
            self._findings.error(self._at("target", "message_attributes"), what, "move some into the body")
        self._fifo(queue if mode == "publish_sqs" else "", target.message_group_id)
        body = payload if isinstance(payload, str) else json.dumps(payload, ensure_ascii=False, separators=(",", ":"))
        if payload is None or body == "":
            self._findings.error(
                self._at("payload"), "the message has no body", "write a text or a mapping as `payload`"
            )
        self._region(target.region)
        return SqsEvent(
            mode=mode,
            queue_url=queue,
            function_name=function,
            qualifier=target.qualifier,
            body=body,
            attributes=attributes,
            message_group_id=target.message_group_id,
            message_deduplication_id=target.message_deduplication_id,
        )

    def _envelope(self, payload: Any) -> Any:
        """The body, or (body, attributes), where the payload is an SQS event or a record of one."""
        if not isinstance(payload, dict):
            return payload
        records = payload.get("Records")
        if set(payload) == {"Records"} and isinstance(records, list):
            if len(records) != 1 or not isinstance(records[0], dict) or "body" not in records[0]:
                fix = "one case sends one message: keep one record with a `body`"
                self._findings.error(self._at("payload", "Records"), "`Records` must hold one record with a body", fix)
                return "?"
            payload = records[0]
        elif not ("body" in payload and set(payload) <= _ENVELOPE):
            return payload
        attributes = payload.get("messageAttributes", payload.get("message_attributes", {}))
        return payload["body"], attributes if isinstance(attributes, dict) else {}

    def _attributes(self, written: dict[str, Any], node: Node) -> dict[str, str]:
        attributes: dict[str, str] = {}
        for name, value in written.items():
            place = node.get(name) or node
            if not _ATTRIBUTE_NAME.fullmatch(name) or ".." in name:
                fix = "use letters, digits, `_`, `-` and `.`; do not start with `AWS.` or `Amazon.`"
                self._findings.error(node.key(name) or node, f"`{show(name)}` is no name of a message attribute", fix)
            elif isinstance(value, dict):
                form = self._reader.fill(AttributeForm, value, place, of=f"`{name}`")
                if form is not None and form.data_type.startswith("Binary"):
                    self._findings.error(place, "binary attributes are not supported", "send text")
                elif form is not None:
                    attributes[name] = form.string_value
            elif isinstance(value, str | int | float):
                attributes[name] = value if isinstance(value, str) else place.text
                if not attributes[name]:
                    self._findings.error(
                        place, f"the attribute `{name}` is empty", "SQS needs a value: write one or remove it"
                    )
            else:
                self._findings.error(place, f"`{name}`: expected text, found {place.named()}", "write a text")
        return attributes

    def _queue_url(self, queue: str) -> str:
        if arn := _SQS_ARN.fullmatch(queue):
            partition, region, account, name = arn.groups()
            suffix = "amazonaws.com.cn" if partition == "aws-cn" else "amazonaws.com"
            return f"https://sqs.{region}.{suffix}/{account}/{name}"
        if queue and not re.match(r"https?://[^/]+/.+", queue) and "${" not in queue:
            fix = "write `https://sqs.<region>.amazonaws.com/<account>/<name>`, or `mode: invoke_lambda` for a function"
            self._findings.error(self._at("target"), f"`{show(queue)}` is not the URL of a queue", fix)
        return queue

    def _fifo(self, queue: str, group: str) -> None:
        if queue.endswith(".fifo") and not group:
            what = "a FIFO queue needs `message_group_id`"
            self._findings.error(self._at("target"), what, "add `message_group_id: itk-${run.id}` to `target`")

    # lambda_invoke

    def _lambda(self, form: LambdaEntrypoint) -> LambdaInvoke | None:
        target = form.target
        if self._one_of("function_name", "target_arn_or_url"):
            return None
        place = self._given("function_name", target.function_name)
        place = place or self._given("target_arn_or_url", target.target_arn_or_url)
        self._region(target.region)
        return LambdaInvoke(
            function_name=self._or_setting(place, "function_name", "ITK_LAMBDA_FUNCTION_NAME"),
            qualifier=target.qualifier,
            invocation_type=target.invocation_type,
            payload=form.payload,
        )

    # bedrock_invoke_agent

    def _bedrock(self, form: BedrockEntrypoint) -> BedrockInvokeAgent | None:
        target, payload = form.target, form.payload
        text = payload.input_text if payload is not None else form.prompt
        if not text:
            fix = "add `payload: What the agent is asked`, or `payload: {input_text: …}`"
            self._findings.error(self._key, "`entrypoint` needs a `payload` with the agent's input", fix)
            return None
        if payload is not None and not payload.enable_trace:
            self._findings.warning(self._at("payload"), "ITK switches the agent's trace on all the same")
        self._region(target.region)
        state = payload.session_state if payload is not None else None
        return BedrockInvokeAgent(
            agent_id=self._or_setting(
                self._given("agent_id", target.agent_id or form.agent_id), "agent_id", "ITK_BEDROCK_AGENT_ID"
            ),
            agent_alias_id=self._alias(form),
            input_text=text,
            session_id=target.session_id or form.session_id or (payload.session_id if payload else ""),
            session_attributes={**state.session_attributes, **payload.session_attributes} if payload and state else {},
            prompt_session_attributes=(
                {**state.prompt_session_attributes, **payload.prompt_session_attributes} if payload and state else {}
            ),
        )

    def _alias(self, form: BedrockEntrypoint) -> str:
        alias = self._given("agent_alias_id", form.target.agent_alias_id or form.agent_alias_id)
        version = form.target.agent_version or form.agent_version
        if version.casefold() == "draft" and not alias:
            return "TSTALIASID"  # the alias that every agent has for its draft
        if version and not alias:
            fix = "name an alias that points to it: `agent_alias_id: …` (`draft` works too)"
            what = f"Bedrock calls an agent by alias, not by version `{show(version)}`"
            self._findings.error(self._at("target", "agent_version"), what, fix)
            return "?"
        return self._or_setting(alias, "agent_alias_id", "ITK_BEDROCK_AGENT_ALIAS_ID")

    # targets

    def _at(self, *keys: str) -> Node:
        """The node under `keys`, or the nearest that is there."""
        node, place = self._node, self._key
        for key in keys:
            found = node.get(key)
            if found is None:
                return place
            node, place = found, (found if found.kind == "scalar" else node.key(key) or found)
        return node if node.kind != "scalar" and keys[-1:] == ("message_attributes",) else place

    def _one_of(self, *names: str, only_conflict_with: str = "") -> bool:
        target = self._node.get("target")
        if target is None or target.kind != "mapping":
            return False
        given = [key for key, _ in target.pairs if key.text in names]
        if len(given) < 2 or (only_conflict_with and only_conflict_with not in [key.text for key in given]):
            return False
        what = f"`{given[0].text}` and `{given[1].text}` name the same thing"
        self._findings.error(given[1], what, "keep one of them")
        return True

    def _given(self, name: str, written: str) -> str:
        if written and _PLACEHOLDER.fullmatch(written):
            node = self._at("target", name)
            self._findings.warning(node, f"`{show(written)}` is a placeholder and counts as not given")
            return ""
        return written

    def _or_setting(self, written: str, field: str, setting: str) -> str:
        found = written or str(getattr(self._defaults, field))
        target = self._node.get("target")
        told = target is not None and target.get(field) is not None and not written and self._findings.any_errors
        if not found and not told:
            tell = self._findings.error if self._targets_needed else self._findings.warning
            fix = f"add `{field}: …` to `target`, or set {setting} in .env or the environment"
            tell(self._at("target"), f"nothing says where to send: neither `{field}` here nor {setting}", fix)
        return found

    def _region(self, written: str) -> None:
        if not written or written == self._defaults.region:
            return
        node = self._at("target", "region")
        if self._defaults.region:
            what = f"this case wants {show(written)}, but the settings say {show(self._defaults.region)}"
            self._findings.error(node, what, "one run talks to one region: change ITK_AWS_REGION, or remove the key")
        else:
            self._findings.warning(node, "`region` is not used here", f"set ITK_AWS_REGION={show(written)}")
