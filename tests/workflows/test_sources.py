"""Which ways back a run has: the logs first, the rest by its settings."""

from __future__ import annotations

import pytest

from itk.aws.session import Aws
from itk.settings import Settings
from itk.sources.cloudwatch_logs import CloudWatchLogs
from itk.sources.stepfunctions import StepFunctions
from itk.sources.xray import XRay
from itk.workflows.clock import SystemClock
from itk.workflows.sources import sources_of
from tests.stitch.lines import to_queue


@pytest.mark.parametrize(
    ("xray", "expected"),
    [("auto", [CloudWatchLogs, StepFunctions, XRay]), ("off", [CloudWatchLogs, StepFunctions])],
)
def test_the_settings_choose(xray: str, expected: list[type]) -> None:
    settings = Settings.model_validate({"ITK_XRAY": xray})
    assert [type(source) for source in sources_of(to_queue(), settings, Aws("eu-west-1"), SystemClock())] == expected
