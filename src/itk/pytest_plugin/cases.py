"""Case files as pytest sees them: a file holds one test, and a case that cannot be read is an error of collection."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from itk.casefile import read_case_file
from itk.errors import ExitCode, ItkError
from itk.model.case import Case
from itk.model.progress import Progress, Sent, Written
from itk.model.run import RedactedRun
from itk.pytest_plugin import ItkWarning
from itk.pytest_plugin.verdict import CaseError, Verdict, told, verdict_of
from itk.settings import Settings, load_settings, run_resolver
from itk.workflows import cases
from itk.workflows.clock import SystemClock, new_run_id
from itk.workflows.run import run_live, run_recorded
from itk.workflows.scene import Finished, Order

_SETTINGS = pytest.StashKey[Settings]()
# Other YAML lies beside cases. Two of the keys that a case has make one, so that a misspelt third is told, not skipped.
_KEY = re.compile(r"""(?m)(?:^|[{,]\s*)["']?(id|entrypoint|expect|expected|invariants)["']?\s*:""")
_NAME = re.compile(r"[A-Za-z][\w.+-]*")  # what `-m` can name


def prepare(config: pytest.Config) -> None:
    """Read the settings once. What is wrong with them ends the session with pytest's code for wrong usage."""
    flags = {"ITK_MODE": config.getoption("itk_mode")}
    try:
        settings = load_settings(
            cwd=config.invocation_params.dir,
            env=os.environ,
            env_file=config.getoption("itk_env_file"),
            flags=flags,
            resolver=run_resolver,
        )
    except ItkError as error:
        raise pytest.UsageError(str(error)) from None
    for warning in settings.warnings:
        config.issue_config_time_warning(ItkWarning(str(warning)), stacklevel=1)
    config.stash[_SETTINGS] = settings


def is_case(path: Path) -> bool:
    """Does it look like a case, well written or not?"""
    text = read_case_file(path).decode("utf-8", "replace")
    return len(set(_KEY.findall(text))) >= 2


class CaseFile(pytest.File):
    """One case file."""

    def collect(self) -> Iterator[pytest.Item]:
        try:
            case = load(self.path, self.config, "itk-collect")
        except ItkError as error:
            raise self.CollectError(str(error)) from None
        yield CaseItem.from_parent(self, name=case.id, case=case)


class CaseItem(pytest.Item):
    """One case: `cases/refund.yaml::refund-001`. Its tags are words for `-k` and markers for `-m`."""

    def __init__(self, *, case: Case, **more: object) -> None:
        super().__init__(**more)  # type: ignore[arg-type]
        self._case = case
        self.extra_keyword_matches.update(case.tags)
        for tag in filter(_NAME.fullmatch, case.tags):
            self.config.addinivalue_line("markers", f"{tag}: a tag of ITK cases")
            self.add_marker(tag)

    def runtest(self) -> None:
        """The same as `itk run --case`, with a directory of its own below --itk-out."""
        try:
            finished = self._run()
        except ItkError as error:
            raise CaseError(told(error)) from error
        self._keep(finished.run)
        if finished.exit_code == ExitCode.INTERRUPTED:
            raise KeyboardInterrupt
        verdict = verdict_of(finished.run, finished.files)
        if isinstance(verdict, ItkWarning):
            self.warn(verdict)
        elif verdict is not None:
            raise verdict

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], *rest: object) -> object:  # type: ignore[override]
        """What a check said, without a traceback. A bug of ITK keeps its own."""
        if isinstance(excinfo.value, Verdict | ItkWarning):
            return excinfo.getrepr(style="value", chain=False)
        return super().repr_failure(excinfo)

    def reportinfo(self) -> tuple[os.PathLike[str] | str, int | None, str]:
        return self.path, 0, self._case.name

    def _run(self) -> Finished:
        settings = self.config.stash[_SETTINGS]
        run_id = new_run_id()
        case = load(self.path, self.config, run_id)
        if case.skip:
            pytest.skip(case.skip)
        top = self.config.getoption("itk_out") or Path(settings.artifacts_dir)
        order = Order(case, run_id, self._shown(top) / f"{case.id}-{run_id}")
        if settings.mode != "live":
            return run_recorded(order, settings, SystemClock(), self._report)
        from itk.aws.session import Aws

        return run_live(order, settings, Aws(settings.region, settings.aws_environment), SystemClock(), self._report)

    def _keep(self, run: RedactedRun) -> None:
        """What junit.xml says beside the verdict."""
        self.user_properties.append(("itk_run_id", run.result.run_id))
        self.user_properties.append(("itk_status", run.result.status))

    def _report(self, event: Progress) -> None:
        match event:
            case Sent():
                line = f"sent {event.operation} to {event.target}, run {event.run_id}"
            case Written():
                line = f"{len(event.files)} artifacts in {event.directory}"
                self.user_properties.append(("itk_artifacts", event.directory))
            case _:
                return
        self.add_report_section("call", "itk", f"{line}\n")

    def _shown(self, directory: Path) -> Path:
        """As short as `itk run` would name it."""
        where = self.config.invocation_params.dir
        place = where / directory
        return place.relative_to(Path.cwd()) if place.is_relative_to(Path.cwd()) else place


def load(path: Path, config: pytest.Config, run_id: str) -> Case:
    """The case in `path`, read for the run `run_id`. Raises ItkError with all that is wrong."""
    settings = config.stash[_SETTINGS]
    where = config.invocation_params.dir
    shown = path.relative_to(where) if path.is_relative_to(where) else path
    return cases.load(path, settings, run_id, shown=shown)
