"""Runs as they lie on disk, each redacted with a salt of its own, and `itk compare` over them."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest

from itk.cli import main
from itk.model.run import CaseSummary, RunResult
from itk.model.suite import CaseRow, SuiteResult, Try
from itk.model.trace import Trace
from itk.redact import redact, redact_suite
from itk.renderers.run_json import RunJson
from itk.renderers.suite import render_suite
from itk.workflows.artifacts import write_artifacts
from tests.renderers import build

MS = build.MS


class Said(NamedTuple):
    """What the command left behind. `report` and `markdown` are empty where it wrote nothing."""

    code: int
    out: str
    err: str
    report: dict[str, Any]
    markdown: str

    def noted(self, weight: str = "") -> list[tuple[str, str, str]]:
        """Weight, rule, and place of each note."""
        return [
            (note["weight"], note["rule"], note["where"])
            for case in self.report["cases"]
            for note in case["noted"]
            if weight in ("", note["weight"])
        ]


def save(directory: Path, run: RunResult | Trace, *, case: str = "refund", **more: Any) -> Path:
    """A run as `itk run` leaves it: redacted, with a salt that no other run has."""
    result = build.result(run, run_id=run.run_id) if isinstance(run, Trace) else run
    summary = CaseSummary(id=case, name=f"The case {case}", path=f"cases/{case}.yaml")
    result = msgspec.structs.replace(result, case=summary, **more)
    write_artifacts(directory, RunJson().render(redact(result, salt=str(directory).encode())))
    return directory


def row(case: str, status: str = "passed", **more: Any) -> CaseRow:
    made = Try(run_id=f"run-of-{case}", directory=case, status="passed", started_ns=0, ended_ns=1)
    values: dict[str, Any] = {"tries": (made,), **more}
    return CaseRow(id=case, name=f"The case {case}", path=f"cases/{case}.yaml", status=status, **values)  # type: ignore[arg-type]


def save_suite(directory: Path, *rows: CaseRow, **more: Any) -> Path:
    values: dict[str, Any] = {"suite_id": directory.name, "mode": "live", "started_ns": 0, "ended_ns": 1, **more}
    suite = SuiteResult(cases=rows, **values)
    write_artifacts(directory, render_suite(redact_suite(suite, salt=b"s")))
    return directory


def itk_compare(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, a: Path, b: Path, out: Path, *more: str
) -> Said:
    monkeypatch.setattr(sys, "argv", ["itk", "compare", str(a), str(b), "--out", str(out), *more])
    with pytest.raises(SystemExit) as ended:
        main()
    said = capsys.readouterr()
    data, text = out / "comparison.json", out / "comparison.md"
    report = json.loads(data.read_bytes()) if data.exists() else {}
    code = ended.value.code
    assert isinstance(code, int)
    return Said(code, said.out, said.err, report, text.read_text(encoding="utf-8") if text.exists() else "")
