"""What rules say of a span that both runs have, and that is not the same in both."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from itk.compare.noting import cut, ms, noted, where
from itk.compare.ranks import span_rank, tier_rank
from itk.model.comparison import Aspect, Change, Delta, Pair
from itk.model.regression import Noted
from itk.model.rules import RuleName, Rules, Slower
from itk.model.trace import Span

_PLACES: tuple[Aspect, ...] = ("component", "operation", "kind", "order", "place")
_NAMED_MAX = 5
_SPOKEN: dict[str, str] = {"order": "turn", "place": "caller"}


def of_pair(before: Span, after: Span, pair: Pair, rules: Rules) -> Iterator[Noted]:
    """A note for each thing that changed; of payloads one together."""
    common: dict[str, Any] = {"where": where(after), "a": before.span_id, "b": after.span_id}
    by_aspect: dict[Aspect, Change] = {change.what: change for change in pair.changes}
    yield from _outcome(by_aspect, rules, common)
    for what in _PLACES:
        if change := by_aspect.get(what):
            says = f"another {_SPOKEN.get(what, what)}: {cut(change.before)} -> {cut(change.after)}"
            yield noted(rules, "path_changed", says, fires=True, figures=_sides(change), **common)
    if change := by_aspect.get("attempts"):
        says = f"attempt {cut(change.before)} -> {cut(change.after)}"
        yield noted(rules, "retries", says, fires=False, figures=_sides(change), **common)
    if change := by_aspect.get("tier"):
        worse = tier_rank(change.after) > tier_rank(change.before)
        says = f"the link to its caller is {change.after or 'none'}; it was {change.before or 'none'}"
        yield noted(rules, "link", says, fires=worse, figures=_sides(change), **common)
    yield from _slower("latency", rules.latency, pair.latency, by_aspect, rules, common, _starts(before, after))
    yield from _slower("wait", rules.wait, pair.wait, by_aspect, rules, common, "")
    yield from _payload(pair, rules, common)
    yield from _tokens([change for change in pair.changes if change.what == "tokens"], rules, common)


def _outcome(changes: dict[Aspect, Change], rules: Rules, common: dict[str, Any]) -> Iterator[Noted]:
    """Status and error are told together: the one says that it failed, the other how."""
    status, error = changes.get("status"), changes.get("error")
    worse = status is not None and span_rank(status.after) > span_rank(status.before)
    figures = _sides(error or status)
    told = "" if status is None else f"{status.before} -> {status.after}"
    if error is not None and error.edit != "removed":
        was = "" if error.before is None else f" (it was {cut(error.before)})"
        says = f"{told + ', ' if told else ''}{cut(error.after)}{was}"
        yield noted(rules, "new_error", says, fires=True, figures=figures, **common)
    elif status is not None and worse:
        rule: RuleName = "new_error" if span_rank(status.after) == 2 else "status"
        yield noted(rules, rule, told, fires=True, figures=figures, **common)
    elif error is not None or status is not None:
        gone = "" if error is None else f"no longer {cut(error.before)}"
        says = ", ".join(part for part in (told, gone) if part)
        yield noted(rules, "new_error" if error is not None else "status", says, fires=False, figures=figures, **common)


def _slower(
    name: RuleName,
    rule: Slower,
    delta: Delta | None,
    changes: dict[Aspect, Change],
    rules: Rules,
    common: dict[str, Any],
    why: str,
) -> Iterator[Noted]:
    if delta is None or name not in changes:
        return
    fires = rule.fires(delta.before_ns, delta.after_ns)
    factor = delta.after_ns / delta.before_ns if delta.before_ns > 0 else None
    times = "" if factor is None else f", ×{factor:.2f}"
    word = "took" if name == "latency" else "waited"
    says = f"{word} {ms(delta.before_ns)} -> {ms(delta.after_ns)} ({delta.by_ns / 1e6:+,.0f} ms{times}){why}"
    figures = {"before_ns": delta.before_ns, "after_ns": delta.after_ns, "factor": factor}
    yield noted(rules, name, says, fires=fires, figures=figures, **common)


def _starts(before: Span, after: Span) -> str:
    """A cold start explains much of a latency; the rule fires all the same."""
    cold = [span.faas is not None and bool(span.faas.cold_start) for span in (before, after)]
    return "" if cold[0] == cold[1] else "; a cold start in B only" if cold[1] else "; a cold start in A only"


def _payload(pair: Pair, rules: Rules, common: dict[str, Any]) -> Iterator[Noted]:
    found = [change for change in pair.changes if change.what in ("request", "response")]
    if not found:
        return
    said = [f"{change.what} {change.path}: {_edit(change)}".replace(" :", ":") for change in found[:_NAMED_MAX]]
    rest = len(found) - len(said) + pair.more
    says = "; ".join([*said, *([f"{rest:,} more"] if rest else [])])
    figures = {"differences": len(found) + pair.more}
    yield noted(rules, "payload", says, fires=True, figures=figures, **common)


def _edit(change: Change) -> str:
    match change.edit:
        case "added":
            return f"added {_value(change.after)}"
        case "removed":
            return f"removed {_value(change.before)}"
        case _:
            return f"{_value(change.before)} -> {_value(change.after)}"


def _value(value: Any) -> str:
    """As JSON has it: that there is `null` is another thing than that there is nothing."""
    return "null" if value is None else str(value).lower() if isinstance(value, bool) else cut(value)


def _tokens(changes: Sequence[Change], rules: Rules, common: dict[str, Any]) -> Iterator[Noted]:
    if not changes:
        return
    fires = any(
        change.before is not None and (change.after or 0) > change.before
        and (change.after or 0) >= rules.tokens.factor * change.before
        for change in changes
    )  # fmt: skip
    says = "; ".join(f"{change.path} {cut(change.before)} -> {cut(change.after)}" for change in changes)
    figures = {change.path: [change.before, change.after] for change in changes}
    yield noted(rules, "tokens", says, fires=fires, figures=figures, **common)


def _sides(change: Change | None) -> dict[str, Any]:
    return {} if change is None else {"before": _short(change.before), "after": _short(change.after)}


def _short(value: Any) -> Any:
    return cut(value) if isinstance(value, str) else value
