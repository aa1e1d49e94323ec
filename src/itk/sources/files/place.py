"""Where in a file something stands, and what is remarked about the file on the way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from itk.model.evidence import LogEvent
from itk.reading.timetext import MS, unix_ns

Json = dict[str, Any]
# Reads one JSON object. `None`: not mine.
Shape = Callable[[Json, "Place"], Iterator[LogEvent] | None]


class NotInForm(Exception):
    """A record of a known form that lacks what the form must have."""


@dataclass(slots=True)
class Place:
    """One file under way. `group` stands in for the log group where records name none: the file's name."""

    group: str
    remarks: Counter[str] = field(default_factory=Counter)
    head: Json | None = None  # the receipt line of a recording
    agent: tuple[str, str] | None = None  # group and stream of the agent's turn that the file holds
    _records: int = 0

    def next_id(self) -> str:
        """An id for a record that brings none: its number in the file."""
        self._records += 1
        return f"{self._records:08d}"

    def skip(self, why: str) -> None:
        self.remarks[f"skipped, {why}"] += 1


def milliseconds(value: Any, what: str) -> int:
    """A time as any of the forms writes it. Raises NotInForm."""
    ns = unix_ns(value)
    if ns is None:
        raise NotInForm(f"{what} is no time: {str(value)[:40]!r}")
    return ns // MS


def text(value: Any, what: str) -> str:
    if not isinstance(value, str):
        raise NotInForm(f"{what} is no text")
    return value


def objects(value: Any, what: str) -> list[Json]:
    """The entries of a list, all of which must be objects."""
    if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
        raise NotInForm(f"{what} is no list of objects")
    return value
