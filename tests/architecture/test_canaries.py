"""Gate two, for every file that ITK can write: no secret, planted anywhere in a run, is in any byte of it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given

from itk.ports import Renderer
from itk.redact import redact
from itk.renderers import EXPORTERS, RENDERERS
from itk.sources.recorded import recording_lines
from tests.redact.strategies import Planted, examples, leaks, planted_runs

pytestmark = pytest.mark.slow

SALT = b"for these tests"


@pytest.mark.parametrize("renderer", [*RENDERERS, *EXPORTERS], ids=lambda renderer: renderer.name)
@examples
@given(planted=planted_runs())
def test_no_renderer_shows_a_secret(renderer: Renderer, planted: Planted) -> None:
    for artifact in renderer.render(redact(planted.result, salt=SALT)):
        assert leaks(artifact.content, planted.canaries) == [], artifact.path
        assert leaks(artifact.path, planted.canaries) == []
        assert re.fullmatch(r"(payloads/)?[a-z0-9._-]+", artifact.path)


@examples
@given(planted=planted_runs())
def test_no_recording_shows_a_secret(planted: Planted) -> None:
    lines = recording_lines(redact(planted.result, salt=SALT))
    assert leaks(lines, planted.canaries) == []


def test_the_canaries_would_be_seen() -> None:
    """Without this the laws above could hold for want of canaries: unredacted, each renderer that draws text leaks."""
    from itk.model.run import RedactedRun
    from tests.redact.strategies import KINDS, build

    plan = {slot: (KINDS[slot % len(KINDS)], slot) for slot in range(400)}
    planted = build(1, plan)
    for renderer in (*RENDERERS, *EXPORTERS):
        artifacts = renderer.render(RedactedRun(planted.result))
        assert any(leaks(artifact.content, planted.canaries) for artifact in artifacts), renderer.name
