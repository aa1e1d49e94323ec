"""How a check answers: small constructors that keep every answer in the same words."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase

from pydantic import BaseModel, ConfigDict

from itk.model.case import CheckSpec
from itk.model.run import CheckStatus, CheckVerdict
from itk.model.trace import Component, Span, Trace

NAMED_MAX = 5  # spans that an answer names


class Params(BaseModel):
    """What a person may write behind a check's name."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def passed(
    spec: CheckSpec, message: str, spans: Iterable[Span] = (), *, expected: str = "", actual: str = ""
) -> CheckVerdict:
    return _verdict(spec, "passed", message, spans, expected, actual)


def failed(
    spec: CheckSpec, message: str, spans: Iterable[Span] = (), *, expected: str = "", actual: str = ""
) -> CheckVerdict:
    return _verdict(spec, "failed", message, spans, expected, actual)


def nothing_to_judge(spec: CheckSpec, what: str, *, expected: str = "") -> CheckVerdict:
    """A check that looked at nothing has proven nothing: `judge` fails it, unless evidence may still come."""
    return _verdict(spec, "inconclusive", f"nothing to judge: {what}", (), expected, "nothing")


def seen(trace: Trace) -> tuple[Span, ...]:
    """Spans that somebody's record proves, ITK's own sending apart."""
    return tuple(span for span in trace.spans if span.evidence)


def is_inferred(span: Span) -> bool:
    """Was its parent chosen by likelihood? Such a parent decides nothing: not who called, not who took part."""
    return span.join is not None and span.join.tier == "inferred"


def took_part(trace: Trace) -> tuple[Span, ...]:
    """Spans that are proven, and those whose work somebody proves: a queue that delivered has no record of its own."""
    answered = {span.parent_span_id for span in trace.spans if span.evidence and not is_inferred(span)}
    return tuple(span for span in trace.spans if span.evidence or span.span_id in answered)


def matches(wanted: str, component: Component) -> bool:
    """`lambda:intake`, `intake` and `lambda:*` all name the component `lambda:intake`."""
    return fnmatchcase(component.label, wanted) or fnmatchcase(component.name, wanted)


def names(spans: Iterable[Span]) -> str:
    """The first few spans in words."""
    listed = [f"{span.component.label} `{span.name}`" for span in spans]
    rest = len(listed) - NAMED_MAX
    return ", ".join(listed[:NAMED_MAX]) + (f" and {rest} more" if rest > 0 else "")


def _verdict(
    spec: CheckSpec, status: CheckStatus, message: str, spans: Iterable[Span], expected: str, actual: str
) -> CheckVerdict:
    return CheckVerdict(
        name=spec.name,
        status=status,
        message=message,
        expected=expected,
        actual=actual,
        span_ids=tuple(span.span_id for span in spans),
        where=spec.where,
    )
