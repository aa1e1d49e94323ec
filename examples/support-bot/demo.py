"""`make demo`: start a sandbox, deploy support-bot to it, run one case as a user would, and say what to open.

With `--suite` (`make demo-suite`) all cases of `suite/` at once: one of each way to end.

The sandbox, the functions in it and the settings file are gone when this ends; the artifacts stay.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from deploy import deploy, env_lines

from itk.sandbox import Sandbox

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]


# What `suite/failures/forbidden.yaml` runs into.
NO_EVENTS = {"service": "events", "operation": "PutEvents", "code": "AccessDeniedException", "times": 1_000}


def main() -> int:
    parser = argparse.ArgumentParser(description="Run cases against support-bot in a sandbox of its own.")
    parser.add_argument("--case", type=Path, default=ROOT / "cases" / "example-001.yaml")
    parser.add_argument("--suite", action="store_true", help="run all cases of examples/support-bot/suite instead")
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    out = options.out or ROOT / "artifacts" / ("demo-suite" if options.suite else "demo")
    cases = ["suite", "--cases-dir", shown(HERE / "suite")] if options.suite else ["run", "--case", shown(options.case)]
    with Sandbox.start() as sandbox, tempfile.TemporaryDirectory(prefix="itk-demo-") as directory:
        say(f"sandbox at {sandbox.endpoint}; deploying support-bot")
        env_file = Path(directory) / ".env"
        env_file.write_text(env_lines(deploy(sandbox.endpoint)), encoding="utf-8")
        sandbox.faults([NO_EVENTS])
        arguments = [*cases, "--out", shown(out), "--overwrite"]
        say(f"itk {' '.join(arguments)}")
        itk = [sys.executable, "-m", "itk", *arguments, "--env-file", str(env_file)]
        code = subprocess.run(itk, env={**os.environ, **sandbox.env()}, check=False).returncode  # noqa: S603
    page = out / ("index.html" if options.suite else "trace-viewer.html")
    if page.exists():
        say(f"open {page.resolve().as_uri()}")
    return code


def shown(path: Path) -> str:
    """As short as a user would write it."""
    return str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
