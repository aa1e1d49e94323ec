"""Which records belong to this run, decided by ids alone."""

from __future__ import annotations

from itk.stitch.ownership.following import Ownership, decide

__all__ = ["Ownership", "decide"]
