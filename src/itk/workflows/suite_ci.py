"""What a suite tells the CI system that it runs in: GitHub's annotations and the summary of the step."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from itk.model.suite import RedactedSuite
from itk.renderers.suite.github import commands
from itk.renderers.suite.summary import SUMMARY_BYTES_MAX, cut_short, summary, unlinked
from itk.workflows.artifacts import append

Echo = Callable[[str], None]


def announce(suite: RedactedSuite, environment: Mapping[str, str], echo: Echo) -> None:
    """Where `environment` is that of a GitHub job: annotations through `echo`, and the summary into the step's file.

    Raises ItkError where that file cannot be written.
    """
    if environment.get("GITHUB_ACTIONS") != "true":
        return
    root = environment.get("GITHUB_WORKSPACE", "")
    for line in commands(suite, place=lambda path: _from_root(path, root)):
        echo(line)
    if step := environment.get("GITHUB_STEP_SUMMARY"):
        _add_summary(Path(step), unlinked(summary(suite)))


def _add_summary(step: Path, text: str) -> None:
    """GitHub refuses the file whole where it is larger than 1 MiB, so what earlier commands wrote counts."""
    there = step.stat().st_size if step.exists() else 0
    append(step, cut_short(text, SUMMARY_BYTES_MAX - there).encode("utf-8"))


def _from_root(path: str, root: str) -> str:
    """The path that GitHub knows the file by: from the root of the repository, wherever the command was started."""
    if not root:
        return path
    file, top = Path(path).resolve(), Path(root).resolve()
    return file.relative_to(top).as_posix() if file.is_relative_to(top) else path
