from __future__ import annotations

from typing import Any

import pytest

from itk.model.evidence import Usage
from itk.model.trace import Attempt, Component, Faas, Span
from tests.checks.build import facts, root, said, span, verdict


def model(span_id: str, *tokens: int | None, parent: str = "b", **fields: Any) -> Span:
    usage = Usage(input_tokens=tokens[0], output_tokens=tokens[1]) if tokens else None
    component = Component(fields.pop("type_", "model"), "nova")
    return span(span_id, parent, component=component, kind="CLIENT", name="chat nova", usage=usage, **fields)


AGAIN = span("r", attempt=Attempt(n=2, kind="sqs_receive"))
REFUSED = span("t", status="throttled")
COLD = span(faas=Faas(cold_start=True))
WARM = span("w", faas=Faas(cold_start=False))
RUN = facts(root(), COLD, WARM, model("m", 100, 20), model("n", 80, 0))


def test_passes_within_every_bound() -> None:
    asked = {"e2e": "20ms", "tokens": 200, "retries": 0, "throttles": 0, "cold_starts": {"lte": 2}}
    found = verdict("budget", RUN, **asked)
    assert found.status == "passed", found.message
    assert found.expected.startswith("at most 20 ms end to end; at most 200 tokens")
    assert said("budget", RUN, tokens={"gt": 100, "lt": 201}) == "passed"


@pytest.mark.parametrize(
    ("asked", "expected", "actual", "nearest"),
    [
        ({"e2e": "19ms"}, "at most 19 ms end to end", "20 ms end to end", "ended last"),
        ({"tokens": 199}, "at most 199 tokens", "200 tokens", "used 120 tokens"),
        ({"tokens": {"gt": 200}}, "more than 200 tokens", "200 tokens", "used 120 tokens"),
        ({"retries": 0}, "at most 0 retries", "1 retry", "is attempt 2"),
        ({"throttles": 0}, "at most 0 throttles", "1 throttle", "was throttled"),
        ({"cold_starts": 0}, "at most 0 cold starts", "1 cold start", "was a cold start"),
    ],
    ids=str,
)
def test_fails_beyond_a_bound(asked: dict[str, Any], expected: str, actual: str, nearest: str) -> None:
    spent = facts(*RUN.trace.spans, *([AGAIN, REFUSED] if asked.keys() & {"retries", "throttles"} else []))
    found = verdict("budget", spent, **asked)
    assert (found.status, found.expected, found.actual) == ("failed", expected, actual)
    assert found.nearest[0].differs == nearest


def test_unknown_usage_is_not_zero() -> None:
    for spans in ([], [model("m")]):
        found = verdict("budget", facts(root(), span(), *spans), tokens=8000)
        assert (found.status, found.actual) == ("failed", "nobody told of tokens")
        allowed = verdict("budget", facts(root(), span(), *spans), tokens=8000, allow_unknown=True)
        assert (allowed.status, allowed.message) == ("passed", "nobody told of tokens, which is allowed")


def test_a_sum_that_lacks_some_may_fail_but_not_pass() -> None:
    partly = facts(root(), span(), model("m", 100, 20), model("n"))
    found = verdict("budget", partly, tokens=8000)
    assert (found.status, found.actual) == ("failed", "at least 120 tokens: 1 call of models told of no tokens")
    assert found.nearest[0].differs == "told of no tokens"
    assert said("budget", partly, tokens=8000, allow_unknown=True) == "passed"
    assert said("budget", partly, tokens=100, allow_unknown=True) == "failed"
    assert said("budget", partly, tokens={"gte": 100}) == "passed"
    early = facts(root(), span(), model("m", 100, 20), model("n"), complete=False)
    assert said("budget", early, tokens=100) == "failed"
    assert said("budget", early, tokens=8000) == "inconclusive"
    half = facts(root(), span(), model("m", 100, None))
    assert verdict("budget", half, tokens=8000).actual == "at least 100 tokens: 1 span told of input or output alone"


def test_each_token_counts_once() -> None:
    repeated = model("n", 120, 0, type_="agent")
    counted_below = facts(root(), span(), model("m", 100, 20), span(
        "n", component=repeated.component, usage=Usage(input_tokens=120, output_tokens=0, counted=False)))  # fmt: skip
    assert said("budget", counted_below, tokens=120) == "passed"
    sum_above = facts(root(), span(), repeated, model("m", parent="n"))
    assert said("budget", sum_above, tokens=120) == "passed"


def test_nobody_told_of_cold_starts() -> None:
    assert verdict("budget", facts(root(), span()), cold_starts=0).actual == "nobody told of cold starts"
    other = span("x", component=Component("lambda", "other"))
    found = verdict("budget", facts(root(), WARM, other), cold_starts=0)
    assert (found.status, found.actual) == ("failed", "at least 0 cold starts: not told of 1 invocation")


def test_nothing_to_judge() -> None:
    assert said("budget", facts(root()), retries=0) == "failed"
    assert said("budget", facts(root(), complete=False), retries=0) == "inconclusive"


def test_what_is_spent_stays_spent() -> None:
    """More evidence makes every sum larger, so only a bound from above can be broken early."""
    early = facts(root(), span(), AGAIN, complete=False)
    assert said("budget", early, retries=0) == "failed"
    assert said("budget", early, retries=1) == "inconclusive"
    assert said("budget", early, retries={"gte": 2}) == "inconclusive"
    assert said("budget", early, retries={"between": [0, 0]}) == "inconclusive"
