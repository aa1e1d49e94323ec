"""Segment documents and trace headers: what X-Ray accepts, and how its ids are written elsewhere. Pure."""

from __future__ import annotations

import hashlib
import json
import re
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Document = dict[str, Any]

DOCUMENT_BYTES_MAX = 64 * 1024
_TRACE_ID = re.compile(r"1-[0-9a-f]{8}-[0-9a-f]{24}")
_ID = re.compile(r"[0-9a-f]{16}")


class SegmentError(ValueError):
    """Why X-Ray does not process a document; `code` is the ErrorCode of the answer."""

    def __init__(self, code: str, message: str, segment_id: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.segment_id = segment_id


@dataclass(frozen=True, slots=True)
class Header:
    """X-Amzn-Trace-Id. `sampled` is None where the caller leaves the decision to whoever comes first."""

    root: str = ""
    parent: str = ""
    sampled: bool | None = None

    def __str__(self) -> str:
        parts = [f"Root={self.root}"] + ([f"Parent={self.parent}"] if self.parent else [])
        return ";".join(parts + ([f"Sampled={int(self.sampled)}"] if self.sampled is not None else []))


def parse_header(text: str) -> Header:
    """Any order, any case of the keys, other keys beside them.

    >>> parse_header("sampled=1; Lineage=a:1|b:2; root=1-632BB806-0123456789abcdef01234567")
    Header(root='1-632bb806-0123456789abcdef01234567', parent='', sampled=True)
    """
    pairs = (part.strip().partition("=") for part in text.split(";"))
    fields = {name.lower(): value.strip().lower() for name, _, value in pairs}
    root, parent = fields.get("root", ""), fields.get("parent", "")
    return Header(
        root if _TRACE_ID.fullmatch(root) else "",
        parent if _ID.fullmatch(parent) else "",
        {"0": False, "1": True}.get(fields.get("sampled", "")),
    )


def new_trace_id() -> str:
    return f"1-{int(time.time()):08x}-{secrets.token_hex(12)}"


def new_id() -> str:
    return secrets.token_hex(8)


def id_of(*parts: str) -> str:
    """The same id for the same parts: for segments that X-Ray makes up."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def hex_id(trace_id: str) -> str:
    """`1-5759e988-bd862e3fe1be46a994272793` as OpenTelemetry writes it."""
    return trace_id.removeprefix("1-").replace("-", "")


def read_document(text: str) -> Document:
    """A document that X-Ray would take, or `SegmentError`."""
    try:
        document = json.loads(text)
    except ValueError as error:
        raise SegmentError("ParseError", "Invalid segment. ErrorCode: ParseError") from error
    if not isinstance(document, dict):
        raise SegmentError("ParseError", "Invalid segment. ErrorCode: ParseError")
    segment_id = str(document.get("id") or "")
    if len(text.encode()) > DOCUMENT_BYTES_MAX:
        raise SegmentError("SegmentSizeExceeded", f"a segment has at most {DOCUMENT_BYTES_MAX} bytes", segment_id)
    for field, code in (("id", "Id"), ("trace_id", "TraceId"), ("name", "Name"), ("start_time", "StartTime")):
        if not document.get(field):
            raise SegmentError(f"Missing{code}", f"Invalid segment. ErrorCode: Missing{code}", segment_id)
    _check(document, segment_id)
    return document


def _check(document: Document, segment_id: str) -> None:
    wrong = ""
    if not _ID.fullmatch(segment_id):
        wrong = "InvalidId"
    elif not _TRACE_ID.fullmatch(str(document["trace_id"])):
        wrong = "InvalidTraceId"
    elif not isinstance(document["start_time"], int | float):
        wrong = "InvalidStartTime"
    elif document.get("type") == "subsegment" and not document.get("parent_id"):
        wrong = "MissingParentId"
    elif "end_time" not in document and not document.get("in_progress"):
        wrong = "MissingEndTime"
    if wrong:
        raise SegmentError(wrong, f"Invalid segment. ErrorCode: {wrong}", segment_id)


def walk(document: Document) -> Iterator[Document]:
    """The document and its subsegments, at every depth."""
    yield document
    for child in document.get("subsegments") or ():
        yield from walk(child)
