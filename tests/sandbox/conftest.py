"""The fixtures that `pip install` registers by entry point, for a checkout that is not installed; and an AWS client."""

from __future__ import annotations

import pytest

from itk.sandbox import Sandbox
from itk.sandbox.pytest_plugin import itk_sandbox, itk_sandbox_fresh  # noqa: F401
from tests.sandbox.support import Aws


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if {"aws", "itk_sandbox", "itk_sandbox_fresh"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.sandbox)


@pytest.fixture
def aws(itk_sandbox: Sandbox) -> Aws:  # noqa: F811
    """boto3 against the session's sandbox, with its knobs reset."""
    itk_sandbox.faults([])
    itk_sandbox.log_paging(empty_pages=0)
    return Aws(itk_sandbox)
