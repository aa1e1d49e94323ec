"""Links from a suite's report to the pages of its cases, which lie in directories below it."""

from __future__ import annotations

from string import ascii_letters, digits

from itk.model.suite import CaseRow, JudgedCheck, Try
from itk.renderers import files
from itk.renderers.text import well_formed

PAGES = (
    (files.VIEWER, "Diagram", "the messages as a sequence diagram"),
    (files.TIMELINE, "Timeline", "the same on a time scale"),
    (files.REPORT, "Report", "the findings as text"),
    (files.RUN, files.RUN, "everything that is known of the run, as data"),
)
_SAFE = frozenset((ascii_letters + digits + "-_.~").encode())


def base(sent: Try) -> str:
    """Where the artifacts of a try lie, as the beginning of an address; empty where there are none.

    A directory that would lead out of the suite's own is none: an address comes from data, and data may lie.
    """
    parts = sent.directory.split("/")
    return "/".join(map(_encoded, parts)) if all(part.strip(".") for part in parts) else ""


def base_of(case: CaseRow) -> str:
    """That of the try that decided."""
    return base(case.tries[-1]) if case.tries else ""


def to_check(check: JudgedCheck) -> str:
    """What stands behind `#` in the address of the page that opens at a check, and at the span that it rests on."""
    span = f"&span={_encoded(check.span_id)}" if check.span_id else ""
    return f"check=~{check.index}{span}"


def to_span(span_id: str) -> str:
    return f"span={_encoded(span_id)}"


def _encoded(text: str) -> str:
    """Percent-encoded, but for what needs no escape anywhere in an address."""
    return "".join(chr(byte) if byte in _SAFE else f"%{byte:02X}" for byte in well_formed(text).encode("utf-8"))
