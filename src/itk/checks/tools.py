"""Did the agent keep to its tools, and did it not go round in circles?"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from pydantic import ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from itk.checks._answers import NAMED_MAX, Params, failed, nothing_to_judge, once_failed, passed
from itk.checks._tool_calls import ToolCall, arguments_of, listed, tool_calls
from itk.model.case import CheckSpec
from itk.model.run import CheckVerdict, Near
from itk.model.wording import counted
from itk.ports import Facts

Offence = tuple[ToolCall, str]  # a call that must not be, and why in words


class ToolsParams(Params):
    model_config = ConfigDict(json_schema_extra={"minProperties": 1})

    allow: tuple[str, ...] | None = Field(
        None, description="Tools that may be called, and no others; `orders/*` works."
    )
    deny: tuple[str, ...] = Field((), description="Tools that must not be called.")
    max_calls: int | None = Field(None, ge=0, description="So many calls of tools at most.")
    max_repeat: int | None = Field(
        None,
        ge=1,
        description="The same tool with the same arguments so often at most: more is going round in circles.",
    )

    @model_validator(mode="after")
    def _asks_something(self) -> ToolsParams:
        if self.allow is None and not self.deny and self.max_calls is None and self.max_repeat is None:
            raise PydanticCustomError(
                "itk",
                "{what}",
                {"what": "nothing is asked of the tools", "fix": "write `allow`, `deny`, `max_calls` or `max_repeat`"},
            )
        return self


class Tools:
    name = "tools"
    summary = "The run's agents called none but these tools, not too often, and not the same again and again."
    params = ToolsParams
    shorthand = None
    beside: tuple[str, ...] = ()
    settles_early = once_failed

    def judge(self, spec: CheckSpec, facts: Facts) -> CheckVerdict:
        params = ToolsParams(**spec.params)
        calls = tool_calls(facts.trace)
        expected = _asked(params)
        # An agent that took part and called nothing has kept to its tools; who was not seen has shown nothing.
        if not calls.agents and not calls.known:
            return nothing_to_judge(spec, "no agent and no tool call was seen", expected=expected)
        offences = _offences(params, calls.proven)
        if not offences and (doubts := _offences(params, calls.known)):
            who = f"who called {listed(calls.doubtful)} is only inferred; if an agent did: {doubts[0][1]}"
            return nothing_to_judge(spec, who, expected=expected)
        actual = f"{counted(len(calls.proven), 'call')}: {listed(calls.proven)}" if calls.proven else "no tool call"
        if not offences:
            spans = [call.span for call in calls.proven] or calls.agents
            return passed(spec, actual, spans, expected=expected, actual=actual)
        bad = list(dict.fromkeys(why for _, why in offences))
        spans = list({call.span.span_id: call.span for call, _ in offences}.values())
        verdict = failed(spec, "; ".join(bad[:NAMED_MAX]), spans, expected=expected, actual=actual)
        return msgspec.structs.replace(verdict, nearest=_nearest(offences))


def _offences(params: ToolsParams, calls: Sequence[ToolCall]) -> list[Offence]:
    found = list[Offence]()
    for call in calls:
        if any(call.answers_to(name) for name in params.deny):
            found.append((call, f"`{call.name}` is denied"))
        elif params.allow is not None and not any(call.answers_to(name) for name in params.allow):
            found.append((call, f"`{call.name}` is not allowed"))
    if params.max_calls is not None:
        why = f"{counted(len(calls), 'call')}, {params.max_calls} at most"
        found += [(call, why) for call in calls[params.max_calls :]]
    if params.max_repeat is not None:
        found += _repeats(params.max_repeat, calls)
    return found


def _repeats(most: int, calls: Sequence[ToolCall]) -> list[Offence]:
    same: dict[tuple[str, str], list[ToolCall]] = {}
    for call in calls:
        told = msgspec.json.encode(arguments_of(call), order="deterministic").decode("utf-8", "replace")
        same.setdefault((call.span.component.name, told), []).append(call)
    return [
        (call, f"`{call.name}` was called {len(group)} times with the same arguments, {most} at most")
        for group in same.values()
        for call in group[most:]
    ]


def _asked(params: ToolsParams) -> str:
    said = [
        f"only {', '.join(params.allow) or 'none'}" if params.allow is not None else "",
        f"not {', '.join(params.deny)}" if params.deny else "",
        f"at most {counted(params.max_calls, 'call')}" if params.max_calls is not None else "",
        f"the same call at most {counted(params.max_repeat, 'time')}" if params.max_repeat is not None else "",
    ]
    return "; ".join(filter(None, said))


def _nearest(offences: Sequence[Offence]) -> tuple[Near, ...]:
    near = (
        Near(span_id=call.span.span_id, label=f"{call.span.component.label} `{call.span.name}`", differs=why)
        for call, why in offences
    )
    return tuple({one.span_id: one for one in near}.values())[:NAMED_MAX]


tools = Tools()
