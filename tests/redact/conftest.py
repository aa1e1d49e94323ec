"""Modest examples by default; `ITK_HYPOTHESIS=thorough` looks longer."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

_SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]
settings.register_profile("itk-modest", max_examples=120, deadline=None, suppress_health_check=_SLOW, derandomize=True)
settings.register_profile("itk-thorough", max_examples=5000, deadline=None, suppress_health_check=_SLOW)
settings.load_profile("itk-thorough" if os.environ.get("ITK_HYPOTHESIS") == "thorough" else "itk-modest")
