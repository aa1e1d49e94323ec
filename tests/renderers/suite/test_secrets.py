"""Gate two, for every file of a suite's report: no secret, wherever it stood in the suite, is in any byte of it."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from itk.model.suite import RedactedSuite, SuiteResult
from itk.ports import SuiteRenderer
from itk.redact import redact_suite
from itk.renderers.suite import SUITE_RENDERERS
from tests import suites
from tests.redact.strategies import SHAPES, Canary, leaks
from tests.renderers.hostile import poisoned

KINDS = ("email", "card", "iban", "jwt", "aws-access-key", "aws-session-token", "github", "slack", "openai", "npm")
each = pytest.mark.parametrize("renderer", SUITE_RENDERERS, ids=lambda renderer: renderer.name)


def planted() -> Iterator[tuple[Canary, SuiteResult]]:
    """For each kind of secret that its own shape gives away, a suite with it in every text."""
    for kind in KINDS:
        canary = Canary(kind, SHAPES[kind](random.Random(kind)))
        found = poisoned(suites.small(), f"{canary.secret} and ", keep=True)
        assert isinstance(found, SuiteResult)
        yield canary, found


@each
def test_no_renderer_shows_a_secret(renderer: SuiteRenderer) -> None:
    for canary, suite in planted():
        for artifact in renderer.render(redact_suite(suite, salt=b"for these tests")):
            assert leaks(artifact.content, (canary,)) == [], artifact.path


@each
def test_the_secrets_would_be_seen(renderer: SuiteRenderer) -> None:
    """Without this the law above could hold for want of secrets."""
    shown = [
        leaks(artifact.content, (canary,))
        for canary, suite in planted()
        for artifact in renderer.render(RedactedSuite(suite))
    ]

    assert any(shown)
