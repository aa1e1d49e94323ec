"""Which Python runs the server: this one if it has ministack, else a private virtual environment that is made for it.

ministack pins botocore exactly, so it cannot always live beside a project's own boto3.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import subprocess
import sys
import venv
from pathlib import Path

from itk.errors import ItkError

REQUIREMENTS = (
    "ministack>=1.5.33,<1.6",
    "awslambdaric>=3.0; sys_platform == 'linux'",
    "aws-lambda-powertools>=3.0",
    "pyyaml>=6.0",
    "msgspec>=0.19",
)


def find() -> Path:
    """The interpreter to use. Making the private one needs the package index once, and says so."""
    if importlib.util.find_spec("ministack") is not None:
        return Path(sys.executable)
    return _private()


def _private() -> Path:
    digest = hashlib.sha256(repr((REQUIREMENTS, sys.version_info[:2])).encode()).hexdigest()[:12]
    folder = cache_folder() / f"sandbox-{digest}"
    python = folder / "bin" / "python"
    complete = folder / "complete"
    if complete.exists():
        return python
    _say(f"ministack is not installed here; making a private environment for the sandbox in {folder} (once)")
    venv.create(folder, with_pip=True, clear=True)
    command = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *REQUIREMENTS]
    done = subprocess.run(command, stdout=sys.stderr, check=False)  # noqa: S603 - our own list
    if done.returncode != 0:
        raise ItkError(
            "the sandbox's requirements could not be installed",
            where=str(folder),
            fix="see pip's words above; or install the extra yourself: pip install 'integration-test-kit[sandbox]'",
        )
    complete.touch()
    return python


def cache_folder() -> Path:
    """Where a user's caches are kept on this system."""
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "itk"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "itk"


def _say(message: str) -> None:
    print(message, file=sys.stderr)  # noqa: T201 - talk goes to stderr
