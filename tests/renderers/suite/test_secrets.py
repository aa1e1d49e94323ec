"""No file of a suite, and nothing that GitHub is told, shows a secret, wherever it was in the suite."""

from __future__ import annotations

import pytest

from itk.ports import SuiteRenderer
from itk.redact import redact_suite
from itk.renderers.suite import SUITE_RENDERERS
from itk.renderers.suite.github import commands
from tests import suites
from tests.redact.strategies import SHAPES, Canary, carried, leaks
from tests.renderers.hostile import poisoned


def planted(kind: str) -> tuple[Canary, str]:
    return next((canary, f"{text}; ") for canary, how, text in carried(kind, 7) if how == "sentence")


@pytest.mark.parametrize("renderer", SUITE_RENDERERS, ids=lambda renderer: renderer.name)
@pytest.mark.parametrize("kind", SHAPES)
def test_no_file_shows_it(renderer: SuiteRenderer, kind: str) -> None:
    canary, text = planted(kind)
    suite = poisoned(suites.small(), text, keep=True)

    assert any(leaks(artifact.content, (canary,)) for artifact in renderer.render(suites.redacted(suite)))
    for artifact in renderer.render(redact_suite(suite, salt=b"for these tests")):
        assert leaks(artifact.content, (canary,)) == [], artifact.path


@pytest.mark.parametrize("kind", SHAPES)
def test_github_is_not_told(kind: str) -> None:
    canary, text = planted(kind)
    suite = redact_suite(poisoned(suites.small(), text, keep=True), salt=b"for these tests")

    assert leaks("\n".join(commands(suite)), (canary,)) == []
