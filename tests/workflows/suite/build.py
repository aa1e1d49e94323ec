"""Suites made of nothing but what a test says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from itk.model.case import Case, LambdaInvoke
from itk.model.suite import CaseRow, CaseStatus, SuiteResult, Try
from itk.workflows.suite.listing import Candidate


def candidate(case_id: str, *tags: str, name: str = "", group: str = "") -> Candidate:
    path = f"cases/{case_id}.yaml"
    case = Case(id=case_id, name=name or case_id, path=path, tags=tags, stimulus=LambdaInvoke(function_name="f"))
    return Candidate(case=case, run_id=f"itk-{case_id}", file=Path(path), group=group)


def row(case_id: str, status: CaseStatus = "passed", *, tries: int = 1, took_ms: float = 0, **more: Any) -> CaseRow:
    sent = Try(run_id="itk-1", directory=case_id, status="passed", started_ns=0, ended_ns=int(took_ms * 1e6))
    done = () if status == "skipped" else (sent,) * tries
    values = {"checks": 0 if status == "skipped" else 1, "flaky": tries > 1 and status in ("passed", "warning"), **more}
    return CaseRow(id=case_id, name=case_id, path=f"{case_id}.yaml", status=status, tries=done, **values)


def suite(*rows: CaseRow, **more: Any) -> SuiteResult:
    return SuiteResult(suite_id="suite-1", mode="live", started_ns=0, ended_ns=1, cases=rows, **more)
