"""Can the artifacts be written, and would they overwrite something?"""

from __future__ import annotations

import tempfile
from pathlib import Path

from itk.model.run import Finding


def check_output_dir(directory: Path, *, overwrite: bool) -> Finding:
    """Write a probe into the directory, or into the nearest parent that exists. Nothing is left behind."""
    nearest = next(path for path in (directory, *directory.absolute().parents) if path.exists())
    if not nearest.is_dir():
        return Finding(check="output", ok=False, what=f"{nearest} is a file", fix="give another directory with --out")
    try:
        if directory.is_dir() and any(directory.iterdir()) and not overwrite:
            fix = "give a new directory with --out, or add --overwrite"
            return Finding(check="output", ok=False, what=f"{directory} is not empty", fix=fix)
        with tempfile.TemporaryFile(dir=nearest) as probe:
            probe.write(b"itk")
    except OSError as error:
        fix = "give a directory that you may write to with --out"
        return Finding(
            check="output", ok=False, what=f"{directory} cannot be written: {error.strerror or error}", fix=fix
        )
    return Finding(check="output", ok=True, what=f"{directory} can be written")
