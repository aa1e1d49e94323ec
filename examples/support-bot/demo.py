"""`make demo`: start a sandbox, deploy support-bot to it, run one case as a user would, and say what to open.

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

ROOT = Path(__file__).resolve().parents[2]


def main() -> int:
    parser = argparse.ArgumentParser(description="Run one case against support-bot in a sandbox of its own.")
    parser.add_argument("--case", type=Path, default=ROOT / "cases" / "example-001.yaml")
    parser.add_argument("--out", type=Path, default=ROOT / "artifacts" / "demo")
    options = parser.parse_args()
    with Sandbox.start() as sandbox, tempfile.TemporaryDirectory(prefix="itk-demo-") as directory:
        say(f"sandbox at {sandbox.endpoint}; deploying support-bot")
        env_file = Path(directory) / ".env"
        env_file.write_text(env_lines(deploy(sandbox.endpoint)), encoding="utf-8")
        arguments = ["run", "--case", str(options.case), "--out", str(options.out), "--overwrite"]
        say(f"itk {' '.join(arguments)}")
        itk = [sys.executable, "-m", "itk", *arguments, "--env-file", str(env_file)]
        code = subprocess.run(itk, env={**os.environ, **sandbox.env()}, check=False).returncode  # noqa: S603
    page = options.out / "trace-viewer.html"
    if page.exists():
        say(f"open {page.resolve().as_uri()}")
    return code


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
