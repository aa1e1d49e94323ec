"""Does the telemetry keep its contract?"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema, model_validator

from itk.casefile.forms import wrong
from itk.checks._answers import NEAREST_MAX, Wishes, names, near, nothing_to_judge, seen
from itk.checks._measures import in_cycles, orphans, told_and_silent
from itk.checks._parts import Part, conclude
from itk.checks.matching.bounds import read_bound
from itk.checks.matching.matchers import Matcher, why_not
from itk.checks.matching.schemas import MATCHER, shown_as
from itk.checks.matching.wrongs import Wrongs, refuse
from itk.model.case import CheckSpec
from itk.model.run import CheckVerdict
from itk.model.wording import counted
from itk.ports import Early, Facts


def _read(written: Any) -> Matcher:
    """A number alone is the least that is wanted."""
    wrongs = Wrongs()
    matcher = read_bound(written, (), wrongs, alone="gte")
    if isinstance(written, int | float) and written > 1:
        wrongs.add((), "a share is at most 1", "write `0.9` for 90 %")
    wrongs.raise_any("coverage")
    return matcher


def _true(written: bool) -> bool:
    if not written:
        raise wrong("it can only be asked for, not against", "write `true`, or leave it out")
    return written


def _checked(written: Any) -> Any:
    _read(written)
    return written


Asked = Annotated[bool, AfterValidator(_true), WithJsonSchema({"const": True})]


class TraceParams(Wishes):
    complete: Asked = Field(False, description="everything that started was seen to finish")
    no_orphans: Asked = Field(False, description="every span but the first has a proven parent")
    no_cycles: Asked = Field(False, description="no span is its own ancestor, by proven parents")
    coverage: Annotated[Any, BeforeValidator(_checked), shown_as(MATCHER)] = Field(
        None,
        description="of the functions, agents, APIs, state machines and services that took part, the share that told "
        "of themselves: from 0 to 1; a number alone is the least",
    )

    @model_validator(mode="after")
    def _asks(self) -> TraceParams:
        if not any((self.complete, self.no_orphans, self.no_cycles, self.coverage is not None)):
            refuse((), "it asks for nothing", "write for example `- trace: {complete: true, no_orphans: true}`")
        return self


class TraceContract:
    name = "trace"
    summary = (
        "The telemetry of the run is whole: complete, no orphans, no cycles, and the components told of themselves."
    )
    params = TraceParams
    shorthand = None
    beside: tuple[str, ...] = ()

    def settles_early(self, spec: CheckSpec) -> Early:
        """neither answer: the record that completes it may come last."""
        return ""

    def judge(self, spec: CheckSpec, facts: Facts) -> CheckVerdict:
        params = TraceParams(**spec.params)
        if not seen(facts.trace):
            asked = ", ".join(name for name in params.model_fields_set)
            return nothing_to_judge(spec, "no span was seen", expected=asked)
        asked_parts = (
            (params.complete, _complete),
            (params.no_orphans, _no_orphans),
            (params.no_cycles, _no_cycles),
        )
        parts = [part(facts) for asked_for, part in asked_parts if asked_for]
        if params.coverage is not None:
            parts.append(_coverage(_read(params.coverage), facts))
        return conclude(spec, parts)


def _complete(facts: Facts) -> Part:
    missing = "; ".join(entry.what for entry in facts.trace.missing) or "records were still arriving"
    said = "everything that started has finished" if facts.complete else missing
    actual = "complete" if facts.complete else f"not complete: {missing}"
    return Part(holds=facts.complete or None, message=said, expected="complete", actual=actual)


def _no_orphans(facts: Facts) -> Part:
    alone = orphans(facts.trace)
    return Part(
        holds=not alone,
        message=f"who called {names(alone)} is not proven" if alone else "every span has a proven parent",
        expected="0 orphans",
        actual=counted(len(alone), "orphan"),
        spans=alone,
        nearest=tuple(near(span, "its parent is not proven") for span in alone[:NEAREST_MAX]),
    )


def _no_cycles(facts: Facts) -> Part:
    turning = in_cycles(facts.trace)
    return Part(
        holds=not turning,
        message=f"their own ancestors: {names(turning)}" if turning else "no span is its own ancestor",
        expected="0 cycles",
        actual=f"{counted(len(turning), 'span')} in cycles" if turning else "0 cycles",
        spans=turning,
        nearest=tuple(near(span, "is its own ancestor") for span in turning[:NEAREST_MAX]),
    )


def _coverage(matcher: Matcher, facts: Facts) -> Part:
    told, silent = told_and_silent(facts.trace)
    expected = f"coverage {matcher.wants}"
    everybody = len(told) + len(silent)
    if not everybody:
        message = "nothing took part that could tell of itself"
        return Part(holds=None, message=message, expected=expected, actual="no such component")
    share = len(told) / everybody
    actual = f"{share:.2f}: {len(told)} of {counted(everybody, 'component')}"
    unsaid = f"; only others told of {', '.join(silent)}" if silent else ""
    return Part(
        holds=not why_not(matcher, share),
        message=f"coverage is {actual}{unsaid}",
        expected=expected,
        actual=actual + unsaid,
        spans=tuple(silent.values()),
        nearest=tuple(near(span, "only others told of it") for span in list(silent.values())[:NEAREST_MAX]),
    )


trace = TraceContract()
