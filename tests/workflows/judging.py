"""Runs on disk, their cases, and settings: for tests of judging again."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from itk.casefile import load_case, read_case_file
from itk.checks import VOCABULARY
from itk.model.case import Case
from itk.model.progress import Progress
from itk.model.run import CaseSummary, RunResult
from itk.redact import redact
from itk.settings import Settings, load_settings
from itk.workflows.artifacts import write_run
from itk.workflows.judge import judge_run
from itk.workflows.run import run_recorded
from itk.workflows.scene import Finished, Order, expected_of, required_of
from itk.workflows.still_open import unseen
from itk.workflows.verdict import judged
from tests.workflows.fakes import FakeClock

ROOT = Path(__file__).parents[2]
URL = "https://sqs.eu-west-1.amazonaws.com/123456789012/support-intake"
Json = dict[str, Any]


def settings(**env: str) -> Settings:
    told = {"ITK_MODE": "dev-fixtures", "ITK_SQS_QUEUE_URL": URL, "ITK_LAMBDA_FUNCTION_NAME": "f",
            "ITK_BEDROCK_AGENT_ID": "A", "ITK_BEDROCK_AGENT_ALIAS_ID": "B", **env}  # fmt: skip
    return load_settings(cwd=ROOT, env=told)


def case_file(directory: Path, *checks: str, id_: str = "refund") -> Path:
    path = directory / "refund.yaml"
    expect = "".join(f"  - {check}\n" for check in checks)
    target = f"entrypoint: {{type: sqs_event, target: {{queue_url: '{URL}'}}, payload: hello}}"
    path.write_text(f"id: {id_}\n{target}\nexpect:\n{expect}", encoding="utf-8")
    return path


def loaded(path: Path, run_id: str) -> Case:
    with_settings = settings()
    values = {**with_settings.values, "run.id": run_id}
    return load_case(
        read_case_file(path), path.as_posix(), vocabulary=VOCABULARY, values=values, defaults=with_settings
    )


def ran(result: RunResult, path: Path, out: Path, **env: str) -> Path:
    """The run as `itk run` would have left it, had this come back for the case."""
    case, told = loaded(path, result.run_id), settings(**env)
    summary = CaseSummary(id=case.id, name=case.name, path=case.path, tags=case.tags, notes=case.notes)
    wanted = unseen(required_of(case, len(result.receipt.turns) if result.receipt else 0), result.trace)
    trace = replace(result.trace, missing=(*result.trace.missing, *wanted))
    collection = replace(result.collection, complete=result.collection.complete and not trace.missing)
    run = judged(replace(result, case=summary, trace=trace, collection=collection), expected_of(case))
    write_run(out, redact(run, keys=told.redact_keys, patterns=told.redact_patterns, salt=b"of the run"))
    return out


def recorded(name: str, out: Path) -> Path:
    """One of the cases that come along, run over its recording."""
    path = ROOT / "cases" / f"{name}.yaml"
    order = Order(loaded(path, "itk-" + "0" * 20), "itk-" + "0" * 20, out)
    run_recorded(order, settings(), FakeClock(), lambda event: None)
    return out


def again(run: Path, out: Path, said: list[Progress] | None = None, **options: Any) -> Finished:
    env = options.pop("env", {})
    return judge_run(run, settings(**env), FakeClock(), (said if said is not None else []).append, out=out, **options)


def run_json(directory: Path) -> Json:
    return json.loads((directory / "run.json").read_text(encoding="utf-8"))  # type: ignore[no-any-return]


def statuses(directory: Path) -> Sequence[str]:
    return [check["status"] for check in run_json(directory)["checks"]]
