"""Did the agent call the right tools, in the right order, with the right arguments?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import msgspec
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from itk.checks._answers import NAMED_MAX, Params, failed, never_early, nothing_to_judge, passed
from itk.checks._tool_calls import ToolCall, ToolCalls, arguments_of, listed, tool_calls
from itk.checks._trajectories import Match, absent, fits, left_over, paired, stray
from itk.model.case import CheckSpec
from itk.model.run import CheckVerdict, Near
from itk.ports import Facts

TRAJECTORY_MAX = 200


class Arguments(Params):
    mode: Literal["exact", "subset", "superset", "ignore"] = Field(
        "superset",
        description="What the call's arguments are beside `value`: the same, none but these, at least these, anything.",
    )
    value: dict[str, Any] = Field({}, description="Arguments by name.")


class ExpectedTrajectoryParams(Params):
    tools: tuple[str, ...] = Field(
        max_length=TRAJECTORY_MAX,
        description="The tools in order: `lookupOrder`, `orders/lookupOrder`, `GET /orders/{id}`, or a pattern.",
    )
    match: Match = Field("in_order", description="How the calls must compare with the list; `in_order` allows others.")
    args: dict[str, Arguments] = Field({}, description="What every call of a tool must be called with, by tool.")

    @model_validator(mode="after")
    def _says_something(self) -> ExpectedTrajectoryParams:
        if not self.tools and self.match != "exact_order":
            what = f"an empty list says nothing with `{self.match}`"
            fix = "write `match: exact_order` beside it for: no tool is called"
            raise PydanticCustomError("itk", "{what}", {"what": what, "fix": fix})
        return self


class ExpectedTrajectory:
    name = "expectedTrajectory"
    summary = (
        "The run's agents called these tools: `exact_order`, `in_order` (others may come between), `any_order` (others "
        "may be called as well), `superset` (each at least once) or `subset` (no others); with these arguments."
    )
    params = ExpectedTrajectoryParams
    shorthand = "tools"
    beside: tuple[str, ...] = ("match", "args")
    settles_early = never_early  # a further call may come before or after those that were seen

    def judge(self, spec: CheckSpec, facts: Facts) -> CheckVerdict:
        params = ExpectedTrajectoryParams(**spec.params)
        calls = tool_calls(facts.trace)
        expected = f"{params.match}: {', '.join(params.tools) or 'no tool call'}"
        if not calls.agents and not calls.known:
            return nothing_to_judge(spec, "no agent and no tool call was seen", expected=expected)
        wrong = _wrong(params, calls.proven)
        if calls.doubtful and (wrong == "") != (_wrong(params, calls.known) == ""):
            who = f"who called {listed(calls.doubtful)} is only inferred, and the answer depends on it"
            return nothing_to_judge(spec, who, expected=expected)
        seen = [call.span for call in calls.proven]
        if wrong:
            verdict = failed(spec, wrong, seen, expected=expected, actual=listed(calls.proven))
            return msgspec.structs.replace(verdict, nearest=_nearest(params, calls))
        return passed(spec, f"called {listed(calls.proven)}", seen, expected=expected, actual=listed(calls.proven))


def _wrong(params: ExpectedTrajectoryParams, calls: Sequence[ToolCall]) -> str:
    """Why the calls are not what was expected; empty where they are."""
    if not calls and params.tools:
        return "no tool was called"
    if not fits(params.match, params.tools, calls):
        return _mismatch(params, calls)
    for tool, wanted in params.args.items():
        own = [call for call in calls if call.answers_to(tool)]
        if not own:
            return f"`{tool}`, whose arguments are expected, was not called"
        for call in own:
            if differs := _differs(wanted, arguments_of(call)):
                return f"`{call.name}`: {differs}"
    return ""


def _mismatch(params: ExpectedTrajectoryParams, calls: Sequence[ToolCall]) -> str:
    never, others = absent(params.tools, calls), stray(params.tools, calls)
    if params.match == "subset":
        return f"not expected: {listed(others)}"
    if never:
        return f"not called: {', '.join(dict.fromkeys(never))}"
    if params.match == "any_order":
        at = set(paired(params.tools, calls).values())
        rare = [name for n, name in enumerate(params.tools) if n not in at]
        return f"not called as often as expected: {', '.join(rare)}"
    if params.match == "in_order":
        return f"not called in this order: no call of `{left_over(params.tools, calls)[0]}` follows the one before it"
    return f"not expected: {listed(others)}" if others else "called in another order, or another number of times"


def _differs(wanted: Arguments, told: dict[str, Any] | None) -> str:
    """What keeps arguments from being as expected, in words."""
    if wanted.mode == "ignore":
        return ""
    if told is None:
        return "what it was called with was not seen"
    other = [name for name in wanted.value if name in told and not _same(wanted.value[name], told[name])]
    if other:
        name = other[0]
        return f"argument `{name}` is {_shown(told[name])}, not {_shown(wanted.value[name])}"
    lacking = [name for name in wanted.value if name not in told]
    if lacking and wanted.mode in ("exact", "superset"):
        return f"argument `{lacking[0]}` is missing"
    further = [name for name in told if name not in wanted.value]
    if further and wanted.mode in ("exact", "subset"):
        return f"argument `{further[0]}` is not expected"
    return ""


def _same(wanted: Any, told: Any) -> bool:
    """Bedrock writes every argument as text, whatever its type: `42` and `"42"` are the same."""
    if wanted == told and type(wanted) is type(told):
        return True
    if isinstance(told, str) and not isinstance(wanted, str):
        try:
            return bool(msgspec.json.decode(told) == wanted)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return False
    numbers = isinstance(wanted, int | float) and isinstance(told, int | float)
    same_kind = isinstance(wanted, bool) == isinstance(told, bool)
    return bool(wanted == told) and (same_kind if numbers else type(wanted) is type(told))


def _shown(value: Any) -> str:
    return msgspec.json.encode(value).decode("utf-8", "replace")[:80]


def _nearest(params: ExpectedTrajectoryParams, calls: ToolCalls) -> tuple[Near, ...]:
    """The calls that are the reason, or that come closest."""
    found = list[Near]()
    for n, call in enumerate(calls.proven, 1):
        if not any(call.answers_to(name) for name in params.tools):
            found.append(_near(call, f"call {n} is {call.name}, which is not expected"))
            continue
        own = next((args for tool, args in params.args.items() if call.answers_to(tool)), None)
        if own is not None and (differs := _differs(own, arguments_of(call))):
            found.append(_near(call, f"call {n}: {differs}"))
        elif n > len(params.tools) or not call.answers_to(params.tools[n - 1]):
            wanted = f", where {params.tools[n - 1]} is expected" if n <= len(params.tools) else ", one more"
            found.append(_near(call, f"call {n} is {call.name}{wanted}"))
    found += [_near(call, "who called it is only inferred") for call in calls.doubtful]
    return tuple(found[:NAMED_MAX])


def _near(call: ToolCall, differs: str) -> Near:
    return Near(span_id=call.span.span_id, label=f"{call.span.component.label} `{call.span.name}`", differs=differs)


expected_trajectory = ExpectedTrajectory()
