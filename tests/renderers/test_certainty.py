"""How sure we are, in words: nothing that was inferred may sound proven."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from itk.model.trace import Inference, Join, Trace
from itk.renderers import certainty
from itk.renderers.layout.pills import pills_of
from tests.renderers import build, strategies


def inferred(**more: object) -> Join:
    return Join(tier="inferred", rule="assignment", inference=Inference(**more))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("confidence", "badge"),
    [
        (None, "inferred"),
        (0.97, "inferred 0.97"),
        (0.99996, "inferred 0.999"),
        (1.0, "inferred 0.999"),
        (0.0, "inferred 0"),
    ],
)
def test_a_badge_never_rounds_up(confidence: float | None, badge: str) -> None:
    assert certainty.badge(inferred(confidence=confidence)) == badge


def test_only_ids_are_certain() -> None:
    assert certainty.number(Join(tier="exact", rule="message_id")) == 1.0
    for tier in ("structural", "inferred", "unresolved"):
        assert certainty.number(Join(tier=tier, rule="r")) is None  # type: ignore[arg-type]
    assert certainty.number(inferred(confidence=0.9)) == 0.9


@given(strategies.traces())
def test_what_is_proven_is_not_doubted_and_all_else_is(trace: Trace) -> None:
    for span in trace.spans:
        proven = span.join is None or span.join.tier in ("exact", "structural")
        assert (certainty.why(span) == "") == proven
        marked = any(kind == "doubt" for kind, _ in pills_of(span))
        assert marked == (span.join is not None and span.join.tier == "inferred")
    assert sum(n for _, n, _ in certainty.tiers(trace)) == sum(span.join is not None for span in trace.spans)


@given(st.floats(0, 1))
def test_figures_are_a_number_that_is_not_too_high(confidence: float) -> None:
    shown = float(certainty.badge(inferred(confidence=confidence)).split()[1])
    assert shown <= confidence + 1e-9
    assert confidence - shown <= 0.001 + 1e-9


def test_an_abstention_says_what_it_would_have_needed() -> None:
    sentence = "would be exact if lambda:a logged messageId"
    join = Join(tier="unresolved", rule="abstained", inference=Inference(candidates=4, would_be_exact=sentence))
    t = build.Tape()
    t.add("x", build.INTAKE, "process", 0, 1)
    doubted = msgspec.structs.replace(t.spans[0], join=join)

    assert certainty.why(doubted) == f"who called is not proven; out of 4 candidates; {sentence}"
    trace = Trace(trace_id="t", run_id="r", spans=(doubted,))
    assert certainty.would_be_exact(trace) == ((sentence, (doubted,)),)
