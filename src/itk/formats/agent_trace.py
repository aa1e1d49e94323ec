"""Payload: a part of a Bedrock agent's trace that an application logged, usually the Lambda function that called it.

    {"agentId":"AGENT00001","sessionId":"s-1","trace":{"orchestrationTrace":{"rationale":{"text":"...","traceId":"...-0"}}}}
    {"level":"INFO","message":{"event":{"trace":{"agentId":"AGENT00001","trace":{"orchestrationTrace":{...}}}}},...}

boto3 gives datetimes, so times look as `json.dumps(default=str)` leaves them: `2026-11-22 07:31:02.120131+00:00`; what
`print` leaves, `datetime.datetime(2026, 11, 22, ...)`, is read too.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from itk.model.evidence import AgentStep, Line
from itk.reading.aws.trace_parts import is_part, step
from itk.reading.jsontext import Inside

_PARTS_MAX = 500


class AgentTrace:
    """TraceParts, up to three keys deep, alone or in a list."""

    name = "agent_trace"
    keys = ("trace",)

    def read(self, line: Line, inside: Sequence[Inside]) -> tuple[AgentStep, ...] | None:
        steps: list[AgentStep] = []
        for _, found in inside:
            if is_part(found):
                # CloudWatch orders by time, then by id; a list of parts in one line keeps its own order.
                sequence = line.evidence.time_ms * 1_000 + len(steps)
                read = step(found, line.evidence, sequence, line.request_id, line.ids)
                if read is not None:
                    # The keys of the logger say whose call it is, even where the function dies before it logs the call.
                    steps.append(replace(read, ids=tuple(dict.fromkeys(read.ids + line.ids))))
                if len(steps) == _PARTS_MAX:
                    break
        return tuple(steps) or None


FORMAT = AgentTrace()
