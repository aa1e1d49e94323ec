"""How the workers share the tests: one by one, but for modules that share what is dear to set up."""

from __future__ import annotations

import pytest

# One worker takes the whole file. The mark for that does nothing: pytest-xdist 3.8 sets a name that pytest 9.2 lost.
SHARED = (
    "tests/e2e/test_run.py",
    "tests/e2e/test_refusals.py",
    "tests/e2e/test_xray.py",
    "tests/renderers/test_viewer_budgets.py",
)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object:
    from xdist.scheduler import LoadScopeScheduling

    class Scheduling(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = nodeid.partition("::")[0]
            return file if file in SHARED else nodeid

    return Scheduling(config, log)
