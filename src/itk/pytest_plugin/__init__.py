"""pytest plugin: `pytest --itk cases/` runs case files as tests. Without --itk it does nothing and imports nothing."""

from __future__ import annotations

from pathlib import Path

import pytest


class ItkWarning(pytest.PytestWarning):
    """A case passed, but not without a remark."""


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("itk", "live integration tests of ITK")
    group.addoption("--itk", action="store_true", help="Run case files (YAML) as tests: one test a case.")
    group.addoption(
        "--itk-out",
        metavar="DIR",
        type=Path,
        help="Where each case gets a directory for its artifacts, instead of ITK_ARTIFACTS_DIR.",
    )
    group.addoption("--itk-mode", metavar="MODE", help="`live` or `dev-fixtures`, instead of ITK_MODE.")
    group.addoption("--itk-env-file", metavar="FILE", type=Path, help="Settings, instead of the nearest .env.")


@pytest.hookimpl(tryfirst=True)
def pytest_collection(session: pytest.Session) -> None:
    """Settings that are wrong end the session before anything is collected."""
    if session.config.getoption("itk"):
        from itk.pytest_plugin.cases import prepare

        prepare(session.config)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    if not parent.config.getoption("itk") or file_path.suffix not in (".yaml", ".yml"):
        return None
    from itk.pytest_plugin.cases import CaseFile, is_case

    return CaseFile.from_parent(parent, path=file_path) if is_case(file_path) else None
