"""How a check answers: small constructors that keep every answer in the same words."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import SequenceMatcher
from fnmatch import fnmatchcase
from typing import Any

from pydantic import BaseModel, ConfigDict, SerializerFunctionWrapHandler, model_serializer

from itk.model.case import CheckSpec
from itk.model.run import CheckStatus, CheckVerdict, Near
from itk.model.trace import Component, Span, Trace
from itk.ports import Early

NAMED_MAX = 5  # spans that an answer names
NEAREST_MAX = 5  # spans that a failed check came close to
_ALIKE = 0.5  # of 1: names that are less alike are not mixed up


class Params(BaseModel):
    """What a person may write behind a check's name."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Wishes(Params):
    """Parameters of which any may be left out: one that is written but empty is a mistake, not one less to check."""

    @model_serializer(mode="wrap")
    def _only_what_was_written(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        return {name: value for name, value in write(self).items() if name in self.model_fields_set}


def once_passed(check: object, spec: CheckSpec) -> Early:
    """passed."""
    return "passed"


def once_failed(check: object, spec: CheckSpec) -> Early:
    """failed."""
    return "failed"


def never_early(check: object, spec: CheckSpec) -> Early:
    """neither answer."""
    return ""


def passed(
    spec: CheckSpec, message: str, spans: Iterable[Span] = (), *, expected: str = "", actual: str = ""
) -> CheckVerdict:
    return _verdict(spec, "passed", message, spans, expected, actual)


def failed(
    spec: CheckSpec,
    message: str,
    spans: Iterable[Span] = (),
    *,
    expected: str,
    actual: str,
    nearest: tuple[Near, ...] = (),
) -> CheckVerdict:
    return _verdict(spec, "failed", message, spans, expected, actual, nearest)


def nothing_to_judge(
    spec: CheckSpec, what: str, *, expected: str, actual: str = "nothing", nearest: tuple[Near, ...] = ()
) -> CheckVerdict:
    """A check that looked at nothing has proven nothing: `judge` fails it, unless evidence may still come."""
    return _verdict(spec, "inconclusive", f"nothing to judge: {what}", (), expected, actual, nearest)


def near(span: Span, differs: str) -> Near:
    return Near(span_id=span.span_id, label=f"{span.component.label} `{span.name}`", differs=differs)


def near_component(wanted: str, trace: Trace) -> tuple[Near, ...]:
    """The components whose names look most like one that was not seen, each by its first span."""
    first: dict[str, Span] = {}
    for span in took_part(trace):
        first.setdefault(span.component.label, span)
    likeness = {label: _likeness(wanted, span.component) for label, span in first.items()}
    alike = sorted((label for label in first if likeness[label] >= _ALIKE), key=lambda label: -likeness[label])
    return tuple(near(first[label], f"component is {label}, not {wanted}") for label in alike[:NEAREST_MAX])


def _likeness(wanted: str, component: Component) -> float:
    return max(SequenceMatcher(None, wanted[:200], name[:200]).ratio() for name in (component.label, component.name))


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
    spec: CheckSpec,
    status: CheckStatus,
    message: str,
    spans: Iterable[Span],
    expected: str,
    actual: str,
    nearest: tuple[Near, ...] = (),
) -> CheckVerdict:
    return CheckVerdict(
        name=spec.name,
        status=status,
        message=message,
        expected=expected,
        actual=actual,
        span_ids=tuple(span.span_id for span in spans),
        nearest=nearest,
        where=spec.where,
    )
