"""Laws of the gate, over whole results."""

from __future__ import annotations

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from itk.redact import Redactor, redact
from itk.redact.forms import leaves
from tests.redact.strategies import KINDS, Planted, build, carried, examples, innocent_runs, leaks, planted_runs

pytestmark = pytest.mark.slow

SALT = b"a salt for tests"


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_in_every_carrier(kind: str) -> None:
    redactor = Redactor(salt=SALT)
    found = {}
    for seed in range(3):
        for canary, how, value in carried(kind, seed):
            out = redactor.value(value)
            if leaked := leaks(json.dumps(out), (canary,)):
                found[how] = leaked
            assert redactor.value(out) == out, how

    assert found == {}


@examples
@given(planted_runs())
def test_no_canary_gets_through(planted: Planted) -> None:
    """Whatever the secret, wherever it stands, however it is wrapped."""
    out = msgspec.json.encode(redact(planted.result, salt=SALT).result)

    assert leaks(out, planted.canaries) == []


@examples
@given(planted_runs())
def test_redacting_twice_changes_nothing(planted: Planted) -> None:
    once = redact(planted.result, salt=SALT).result

    assert redact(once, salt=SALT).result == once
    assert redact(once, salt=b"another salt").result == once


@examples
@given(innocent_runs())
def test_a_result_without_secrets_stays_as_it_is(innocent: Planted) -> None:
    """UUIDs, epochs, X-Ray ids, ARNs, hashes, log streams, durations, order numbers."""
    before = msgspec.to_builtins(innocent.result)
    after = msgspec.to_builtins(redact(innocent.result, salt=SALT).result)

    assert [(a, b) for a, b in zip(leaves(before), leaves(after), strict=True) if a != b] == []


@examples
@given(st.sampled_from(KINDS), st.integers(0, 1000), st.integers(0, 2**32))
def test_our_own_ids_stay(kind: str, choice: int, seed: int) -> None:
    planted = build(seed, {n: (kind, choice + n) for n in range(0, 400, 7)})

    clean = redact(planted.result, salt=SALT).result

    assert clean.run_id == planted.result.run_id
    assert clean.trace.trace_id == planted.result.trace.trace_id
    for before, after in zip(planted.result.trace.spans, clean.trace.spans, strict=True):
        assert (after.span_id, after.parent_span_id) == (before.span_id, before.parent_span_id)
        assert [link.span_id for link in after.links] == [link.span_id for link in before.links]
        assert (after.kind, after.status, after.component.type) == (before.kind, before.status, before.component.type)
    for before, after in zip(planted.result.checks, clean.checks, strict=True):
        assert after.span_ids == before.span_ids
