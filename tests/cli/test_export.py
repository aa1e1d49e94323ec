"""`itk export`: from the directory of a run to a file for another tool, or an error that says what is missing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from itk.errors import ExitCode
from itk.renderers import render_all
from itk.workflows.export import FORMATS
from tests.cli.test_help import itk
from tests.renderers import build


@pytest.fixture
def run(tmp_path: Path) -> Path:
    for artifact in render_all(build.redacted(build.doubtful())):
        if artifact.path == "run.json":
            (tmp_path / artifact.path).write_bytes(artifact.content)
    return tmp_path


@pytest.mark.parametrize("name", FORMATS)
def test_it_writes_the_file_beside_the_run_and_names_it(run: Path, name: str) -> None:
    shown = itk("export", "--format", name, str(run))

    assert (shown.returncode, shown.stdout) == (0, f"{run / name}.json\n")
    written = (run / f"{name}.json").read_bytes()
    (artifact,) = FORMATS[name].render(build.redacted(build.doubtful()))
    assert written == artifact.content


def test_it_writes_where_it_is_told_to(run: Path) -> None:
    assert itk("export", "-f", "jaeger", str(run), "-o", str(run / "new" / "x.json")).returncode == 0
    assert json.loads((run / "new" / "x.json").read_text(encoding="utf-8"))["data"]
    assert "resourceSpans" in json.loads(itk("export", "-f", "otlp", str(run), "-o", "-").stdout)


@pytest.mark.parametrize(
    ("arguments", "content", "said"),
    [
        (("-f", "jaeger"), None, "cannot read run.json"),
        (("-f", "jaeger"), b"{", "this is no run.json of ITK"),
        (("-f", "otlp"), b'{"schema_version": 1}', "run.json is damaged"),
        (("-f", "otlp"), b'{"schema_version": 99}', "run.json has schema_version 99"),
        (("-f", "jager"), b"", "did you mean `jaeger`?"),
        (("-f", "zipkin"), b"", "known: otlp, jaeger"),
    ],
)
def test_what_cannot_be_read_is_said(tmp_path: Path, arguments: tuple[str, ...], content: bytes, said: str) -> None:
    if content is not None:
        (tmp_path / "run.json").write_bytes(content)
    shown = itk("export", *arguments, str(tmp_path))

    assert shown.returncode == ExitCode.USAGE
    assert said in shown.stderr
    assert "hint: " in shown.stderr
    assert "Traceback" not in shown.stderr
    assert [path.name for path in tmp_path.iterdir()] in ([], ["run.json"])


def test_a_directory_is_no_file(run: Path) -> None:
    shown = itk("export", "-f", "otlp", str(run), "-o", str(run))

    assert shown.returncode == ExitCode.USAGE
    assert "this is a directory" in shown.stderr
