"""Did the right words come back?"""

from __future__ import annotations

import msgspec
from pydantic import Field

from itk.checks._answers import (
    NEAREST_MAX,
    Params,
    failed,
    matches,
    near,
    near_component,
    nothing_to_judge,
    once_passed,
    passed,
)
from itk.model.case import CheckSpec
from itk.model.ids import turn_span_id
from itk.model.run import CheckVerdict, Receipt
from itk.model.trace import Span
from itk.ports import Facts

NEAR_TEXT_MAX = 120  # characters of a response that stand beside a span
_SILENT = frozenset({"queue", "topic", "bus", "bucket"})


class ResponseContainsParams(Params):
    text: str = Field(min_length=1, description="must occur, letter for letter, in a response")
    component: str | None = Field(None, description="look at the responses of this component")


def response_text(span: Span) -> str:
    if span.response is None:
        return ""
    value = span.response.value
    return value if isinstance(value, str) else msgspec.json.encode(value).decode("utf-8", "replace")


class ResponseContains:
    name = "response_contains"
    summary = (
        "A response holds `text`: that of `component`; else the answer to what was sent (function, agent, API, "
        "synchronous execution; of a conversation any turn's); where nobody answers (queue, topic, bus, bucket, "
        "execution), any response of the run."
    )
    params = ResponseContainsParams
    shorthand = "text"
    beside: tuple[str, ...] = ()
    settles_early = once_passed

    def judge(self, spec: CheckSpec, facts: Facts) -> CheckVerdict:
        params = ResponseContainsParams(**spec.params)
        spans = [span for span in self._where(params, facts) if span.response is not None]
        expected = f"`{params.text}`"
        if not spans:
            what = f"no response of `{params.component or 'the run'}` was seen"
            close = near_component(params.component, facts.trace) if params.component else ()
            return nothing_to_judge(spec, what, expected=expected, nearest=close)
        hits = [span for span in spans if params.text in response_text(span)]
        if hits:
            return passed(
                spec, f"found in the response of {hits[0].component.label}", hits, expected=expected, actual="found"
            )
        close = tuple(
            near(span, f"its response is {response_text(span)[:NEAR_TEXT_MAX]}") for span in spans[-NEAREST_MAX:]
        )
        actual = response_text(spans[-1])[:300] or "an empty response"
        return failed(spec, "not in any response", spans, expected=expected, actual=actual, nearest=close)

    @staticmethod
    def _where(params: ResponseContainsParams, facts: Facts) -> list[Span]:
        if params.component is not None:
            return [span for span in facts.trace.spans if matches(params.component, span.component)]
        if facts.receipt is not None and facts.receipt.turns:
            own = {turn_span_id(facts.trace.run_id, n) for n in range(1, len(facts.receipt.turns) + 1)}
            return [span for span in facts.trace.spans if span.span_id in own]
        if facts.receipt is not None and _answers(facts.receipt):
            return [span for span in facts.trace.spans if span.parent_span_id is None]
        return [span for span in facts.trace.spans if span.parent_span_id is not None]


def _answers(receipt: Receipt) -> bool:
    return receipt.target_type not in _SILENT and receipt.operation != "StartExecution"


response_contains = ResponseContains()
