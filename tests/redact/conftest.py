"""Modest examples by default; `ITK_HYPOTHESIS=thorough` looks longer."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, Phase, settings

_SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]
_PHASES = [Phase.explicit, Phase.generate, Phase.shrink]  # a plan is small: no explanation is worth its time
settings.register_profile(
    "itk-modest", max_examples=40, deadline=None, suppress_health_check=_SLOW, derandomize=True, phases=_PHASES
)
settings.register_profile("itk-thorough", max_examples=5000, deadline=None, suppress_health_check=_SLOW)
settings.load_profile("itk-thorough" if os.environ.get("ITK_HYPOTHESIS") == "thorough" else "itk-modest")
