"""pytest fixtures: a sandbox per session, or a fresh one per test. Nothing is started until a test asks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from itk.sandbox import Sandbox


@pytest.fixture(scope="session")
def itk_sandbox() -> Iterator[Sandbox]:
    """One sandbox for the whole session: name your resources apart."""
    with Sandbox.start() as sandbox:
        yield sandbox


@pytest.fixture
def itk_sandbox_fresh() -> Iterator[Sandbox]:
    """A sandbox of its own for this test; costs about half a second."""
    with Sandbox.start() as sandbox:
        yield sandbox
