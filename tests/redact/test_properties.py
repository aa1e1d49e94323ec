"""Laws of the gate, over whole results."""

from __future__ import annotations

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from itk.redact import redact
from tests.redact.strategies import KINDS, Planted, build, innocent_runs, leaks, planted_runs

SALT = b"a salt for tests"


@given(planted_runs())
def test_no_canary_gets_through(planted: Planted) -> None:
    """Whatever the secret, wherever it stands, however it is wrapped."""
    out = msgspec.json.encode(redact(planted.result, salt=SALT).result)

    assert leaks(out, planted.canaries) == []


@given(planted_runs())
def test_redacting_twice_changes_nothing(planted: Planted) -> None:
    once = redact(planted.result, salt=SALT).result

    assert redact(once, salt=SALT).result == once
    assert redact(once, salt=b"another salt").result == once


@given(innocent_runs())
def test_a_result_without_secrets_stays_as_it_is(result: object) -> None:
    """UUIDs, epochs, X-Ray ids, ARNs, hashes, log streams, durations, order numbers."""
    assert redact(result, salt=SALT).result == result  # type: ignore[arg-type]


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
