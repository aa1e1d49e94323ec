"""What `benchmarks/formats.py` claims, told by the records themselves and by nothing that the reader made of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from benchmarks.claim import Claim
from benchmarks.claims_of_agents import of_agents
from benchmarks.claims_of_failures import of_functions, of_state_machines
from benchmarks.claims_of_traces import of_traces

from tests.corpus import Told


def claims(read: Sequence[Told]) -> Iterator[Claim]:
    """Each claim with its cases; without a case nothing is claimed."""
    yield from of_agents(read)
    yield from of_traces(read)
    yield from of_functions(read)
    yield from of_state_machines(read)
