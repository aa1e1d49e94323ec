"""`itk` as users start it, against support-bot in a sandbox: a process of its own, real HTTP, nothing patched."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from itk.sandbox import Sandbox
from itk.sandbox.pytest_plugin import itk_sandbox_fresh  # noqa: F401
from tests.renderers.span_line import LINE
from tests.sandbox.support import Aws

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples" / "support-bot"
CASES = ROOT / "cases"
Json = dict[str, Any]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.sandbox)


@dataclass(frozen=True)
class Left:
    """What a command left behind."""

    code: int
    stdout: str
    stderr: str
    out: Path

    @property
    def run(self) -> Json:
        return json.loads((self.out / "run.json").read_text(encoding="utf-8"))

    @property
    def spans(self) -> list[Json]:
        lines = [json.loads(line) for line in (self.out / "spans.jsonl").read_text(encoding="utf-8").splitlines()]
        for line in lines:
            LINE.validate(line)
        return lines

    @property
    def components(self) -> set[str]:
        return {f"{span['component']['type']}:{span['component']['name']}" for span in self.spans}

    def check(self, name: str) -> Json:
        return next(check for check in self.run["checks"] if check["name"] == name)


@dataclass(frozen=True)
class Bot:
    """A deployed support-bot, and `itk` pointed at it."""

    sandbox: Sandbox
    prefix: str
    settings: dict[str, str]
    work: Path

    def environment(self, **settings: str | None) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("ITK_", "AWS_"))}
        merged: dict[str, str | None] = {**kept, **self.sandbox.env(), **self.settings, **settings}
        return {k: v for k, v in merged.items() if v is not None} | {"PYTHONPATH": str(ROOT / "src")}

    def start(self, *arguments: str | Path, **settings: str | None) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "itk", *map(str, arguments)],
            cwd=self.work,
            env=self.environment(**settings),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            process_group=0,
            # A shell's background jobs ignore Ctrl-C, and so would all that they start.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )

    def itk(self, *arguments: str | Path, out: Path | None = None, **settings: str | None) -> Left:
        process = self.start(*arguments, *(("--out", out) if out else ()), **settings)
        try:
            stdout, stderr = process.communicate(timeout=100)
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
        return Left(process.returncode, stdout, stderr, out or self.work)

    def case(self, name: str, text: str) -> Path:
        path = self.work / f"{name}.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    def quick(self, name: str, timeout_s: int = 60, extra: str = "", quiet_s: int = 1) -> Path:
        """An example case that does not wait as long as CloudWatch would need."""
        written = (CASES / f"{name}.yaml").read_text(encoding="utf-8").splitlines()
        lines = [line for line in written if not line.startswith("fixture:")]
        at = lines.index("wait:")
        rest = next((n for n in range(at + 1, len(lines)) if lines[n] and not lines[n].startswith(" ")), len(lines))
        text = "\n".join([*lines[:at], f"wait: {{timeout: {timeout_s}s, quiet: {quiet_s}s}}", *lines[rest:], extra])
        return self.case(name, text.replace("support-", f"{self.prefix}-"))

    @contextmanager
    def retries_after(self, seconds: int) -> Iterator[None]:
        """Give the intake queue another visibility timeout for a while."""
        sqs, url = self.client("sqs"), self.settings["ITK_SQS_QUEUE_URL"]
        before = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["VisibilityTimeout"])["Attributes"]
        sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": str(seconds)})
        try:
            yield
        finally:
            sqs.set_queue_attributes(QueueUrl=url, Attributes=before)

    def client(self, service: str) -> Any:
        return Aws(self.sandbox).client(service)

    def group(self, function: str) -> str:
        return f"/aws/lambda/{self.prefix}-{function}"


def deploy_bot(sandbox: Sandbox, work: Path, **options: Any) -> Bot:
    """Deploy with a visibility timeout as in an account.

    Where it is shorter than an invocation takes on a busy machine, the message is received again meanwhile, as SQS
    promises, and the run rightly has two of everything. Tests that want a retry say `retries_after`.
    """
    sys.path.insert(0, str(EXAMPLE))
    try:
        from deploy import deploy
    finally:
        sys.path.remove(str(EXAMPLE))
    options = {"prefix": "support", "visibility_timeout_s": 60, **options}
    return Bot(sandbox, options["prefix"], deploy(sandbox.endpoint, **options), work)


@pytest.fixture(scope="module")
def shared_bot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bot]:
    """One application for the tests of a module that leave its knobs alone."""
    with Sandbox.start() as sandbox:
        yield deploy_bot(sandbox, tmp_path_factory.mktemp("shared"))


@pytest.fixture
def bot(itk_sandbox_fresh: Sandbox, tmp_path: Path) -> Bot:  # noqa: F811
    """An application and an AWS of its own: for tests that turn knobs or count calls."""
    return deploy_bot(itk_sandbox_fresh, tmp_path)
