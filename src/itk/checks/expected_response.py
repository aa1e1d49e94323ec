"""Did the agent answer just this?"""

from __future__ import annotations

from typing import Any

import msgspec
from pydantic import Field

from itk.checks._answers import Params, failed, never_early, nothing_to_judge, passed
from itk.model.case import CheckSpec
from itk.model.run import CheckVerdict
from itk.model.trace import Span
from itk.ports import Facts


class ExpectedResponseParams(Params):
    text: str = Field(min_length=1, description="the whole answer, letter for letter, but for white space around it")


def answer_of(span: Span) -> str | None:
    """What was answered to a call of ITK, as text: an agent's words, or a body as it came."""
    value: Any = span.response.value if span.response is not None else None
    for key in ("text", "body"):
        if isinstance(value, dict) and key in value:
            value = value[key]
            break
    if value is None or value == "":
        return None
    return value if isinstance(value, str) else msgspec.json.encode(value).decode("utf-8", "replace")


class ExpectedResponse:
    name = "expectedResponse"
    summary = (
        "What was sent was answered with exactly this text: AgentCore's `expectedResponse`, judged without a model."
    )
    params = ExpectedResponseParams
    shorthand = "text"
    beside: tuple[str, ...] = ()
    settles_early = never_early

    def judge(self, spec: CheckSpec, facts: Facts) -> CheckVerdict:
        wanted = ExpectedResponseParams(**spec.params).text.strip()
        called = next((span for span in facts.trace.spans if span.parent_span_id is None), None)
        answer = answer_of(called) if called is not None else None
        if called is None or answer is None:
            return nothing_to_judge(spec, "no answer to what was sent was seen", expected=f"`{wanted}`")
        if answer.strip() == wanted:
            return passed(spec, "answered so", [called], expected=f"`{wanted}`", actual="the same")
        return failed(spec, "answered something else", [called], expected=f"`{wanted}`", actual=answer[:300])


expected_response = ExpectedResponse()
