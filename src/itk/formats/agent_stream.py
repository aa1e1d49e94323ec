"""What `InvokeAgent` streams back to ITK itself: records whose `source` is `agent_stream`, one for each stream event.

    {"agentId":"AGENT00001","agentAliasId":"ALIAS00001","sessionId":"itk-...","trace":{"orchestrationTrace":{...}}}
    {"chunk": {"bytes": "WW91ciBvcmRlcg=="}}

The shapes that an entrypoint writes, all JSON:

- a TracePart as boto3 gives it, times as ISO text; also `{"trace": <TracePart>}`, the stream event around it;
- `{"chunk": {"bytes": <base64>}}` or `{"chunk": {"text": <text>}}`: a piece of the answer; they join in order.
  Bytes that are no base64 are taken as text;
- `{"error": {"type": "throttlingException", "message": ...}}`: the exception that ended the stream within an HTTP 200;
- `{"end": true}`: the stream was read to its end;
- `{"returnControl": ...}` and `{"files": ...}` prove nothing that the trace does not say.

`stream` is the request id of InvokeAgent (the UUID that opens every traceId of the outermost agent), `group` the
ARN of the agent's alias or `<agent id>/<alias id>`, `event_id` the position in the stream, counted from 0 (a prefix
that ends in anything but a digit is allowed), `time_ms` this machine's clock.
"""

from __future__ import annotations

import re
from base64 import b64decode
from typing import Any

from itk.model.evidence import AgentChunk, AgentStep, ErrorFact, LogEvent
from itk.model.ids import Id
from itk.reading.aws.trace_parts import is_part, step
from itk.reading.idtext import line_ids, run_ids, typed
from itk.reading.jsontext import clean, document
from itk.reading.logfields import evidence, text_of
from itk.reading.timetext import MS

_POSITION = re.compile(r"(\d{1,12})$")
_SILENT = ("returnControl", "files")


class AgentStream:
    """TraceParts, pieces of the answer, and how the stream ended."""

    name = "agent_stream"
    begins = "{"
    keys = ("trace", "chunk", "error", "end", *_SILENT)

    def read(self, event: LogEvent) -> tuple[AgentStep | AgentChunk, ...] | None:
        if event.source != "agent_stream":
            return None
        body = document(event.message)
        if not isinstance(body, dict):
            return None
        part = body if is_part(body) else body.get("trace")
        if isinstance(part, dict) and is_part(part):
            position = _POSITION.search(event.event_id)
            read = step(
                part, evidence(event, self.name), int(position[1]) if position else 0, ids=run_ids(event.message)
            )
            return None if read is None else (read,)
        if isinstance(chunk := body.get("chunk"), dict):
            text = text_of(chunk.get("text")) or _decoded(chunk.get("bytes"))
            return (self._chunk(event, text=text),)
        if isinstance(error := body.get("error"), dict):
            fact = ErrorFact(type=text_of(error.get("type")), message=text_of(error.get("message")), origin="service")
            return (self._chunk(event, ended=True, error=fact),)
        if body.get("end") is True:
            return (self._chunk(event, ended=True),)
        return () if any(key in body for key in _SILENT) else None

    def _chunk(self, event: LogEvent, **fields: Any) -> AgentChunk:
        own = typed("bedrock_invocation_id", event.stream)
        ids: dict[Id, None] = dict.fromkeys(line_ids(event.message))
        ids.update(dict.fromkeys(line_ids(fields.get("text", ""))))
        if own is not None:
            ids[own] = None
        return AgentChunk(evidence=evidence(event, self.name), time_ns=event.time_ms * MS, ids=tuple(ids), **fields)


def _decoded(value: Any) -> str:
    text = text_of(value)
    try:
        return clean(b64decode(text, validate=True).decode("utf-8", "replace"))
    except ValueError:
        return text


FORMAT = AgentStream()
