"""How the tools that were called may compare with those that were expected: AgentCore's and agentevals' names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from itk.checks._tool_calls import ToolCall

Match = Literal["exact_order", "in_order", "any_order", "subset", "superset"]


def fits(match: Match, expected: Sequence[str], calls: Sequence[ToolCall]) -> bool:
    """Do `calls` match? Each expected name is a tool's in any of its spellings."""
    match match:
        case "exact_order":
            same = (call.answers_to(name) for name, call in zip(expected, calls, strict=False))
            return len(expected) == len(calls) and all(same)
        case "in_order":
            return not left_over(expected, calls)
        case "any_order":
            return len(paired(expected, calls)) == len(expected)
        case "superset":
            return not absent(expected, calls)
        case "subset":
            return not stray(expected, calls)


def left_over(expected: Sequence[str], calls: Sequence[ToolCall]) -> Sequence[str]:
    """What of `expected` was not called after the one before it."""
    at = 0
    for call in calls:
        if at < len(expected) and call.answers_to(expected[at]):
            at += 1
    return expected[at:]


def absent(expected: Sequence[str], calls: Sequence[ToolCall]) -> list[str]:
    """What of `expected` was never called."""
    return [name for name in expected if not any(call.answers_to(name) for call in calls)]


def stray(expected: Sequence[str], calls: Sequence[ToolCall]) -> list[ToolCall]:
    """The calls that nobody expected."""
    return [call for call in calls if not any(call.answers_to(name) for name in expected)]


def paired(expected: Sequence[str], calls: Sequence[ToolCall]) -> dict[int, int]:
    """A call of its own for as many of `expected` as can be: call -> expected, both by place.

    One name may fit several calls and one call several names, so a pair gives way where that helps another.
    """
    taken: dict[int, int] = {}

    def place(want: int, tried: set[int]) -> bool:
        for at, call in enumerate(calls):
            if at in tried or not call.answers_to(expected[want]):
                continue
            tried.add(at)
            if at not in taken or place(taken[at], tried):
                taken[at] = want
                return True
        return False

    for want in range(len(expected)):
        place(want, set())
    return taken
