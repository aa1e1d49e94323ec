"""What an earlier suite found: which cases failed, and how long each took."""

from __future__ import annotations

from pathlib import Path

from itk.errors import ItkError, UsageError
from itk.model.suite import SuiteResult
from itk.redact import reload_suite

_FIX = "name the directory of a finished suite, or its index.json"


def read_earlier(named: Path | None, out: Path) -> SuiteResult | None:
    """The report in `named` (a directory or an index.json); else the one that lies in `out`, if one does."""
    place = _index(named if named is not None else out)
    try:
        return reload_suite(place.read_bytes()).result
    except OSError as error:
        if named is None:
            return None
        raise UsageError(f"cannot read index.json: {error.strerror or error}", where=str(named), fix=_FIX) from error
    except ItkError as error:
        if named is None:
            return None
        raise UsageError(error.what, where=str(place), fix=error.fix) from error


def _index(named: Path) -> Path:
    return named if named.suffix == ".json" else named / "index.json"
