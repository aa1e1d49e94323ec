"""Evidence in files, in the forms people have it. The form is found by content: docs/reference/sources.md lists them.

JSON lines and text are read a line at a time; a document over many lines is read whole. What is skipped is counted.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

from itk.errors import UsageError
from itk.model.evidence import LogEvent
from itk.sources.files import cloudwatch, services, traces
from itk.sources.files.lines import read_lines
from itk.sources.files.opening import SIZE_MAX, lines_of
from itk.sources.files.place import Json, NotInForm, Place, Shape

__all__ = ["FileReading", "read_file"]

SHAPES: tuple[Shape, ...] = (
    cloudwatch.single,
    cloudwatch.answer,
    cloudwatch.insights,
    cloudwatch.subscription,
    services.history,
    services.agent_stream,
    traces.otlp,
    traces.jaeger,
    traces.xray,
    traces.segment,
    traces.span_record,
    traces.toolkit_row,
    cloudwatch.insights_row,
)
# `[INFO] text` and `[2026-11-22 ...]` begin like JSON and are none.
_LIKE_JSON = re.compile(r'\s*(\{\s*(["}]|$)|\[\s*([\[{"\]]|$))')
_INK = re.compile(r"\S")
_FIX = "docs/reference/sources.md lists the forms of files; is a part of it missing?"


def read_file(path: Path) -> FileReading:
    """A file to iterate over. Raises UsageError, with the line, where it is not what it began as."""
    return FileReading(path)


class FileReading:
    """The records of one file. `head` and `notes` are complete when the iteration is."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._place = Place(path.name.removesuffix(".gz").rpartition(".")[0] or path.name)

    @property
    def head(self) -> Json | None:
        """The receipt line of a recording."""
        return self._place.head

    @property
    def notes(self) -> tuple[str, ...]:
        """What was skipped and why, and which limits the file itself shows."""
        return tuple(f"{self._path.name}: {what}: {n:,}" for what, n in sorted(self._place.remarks.items()))

    def __iter__(self) -> Iterator[LogEvent]:
        lines = self._counted(lines_of(self._path))
        numbered = enumerate(lines, 1)
        number, first = next(((n, line) for n, line in numbered if line.strip()), (0, ""))
        if not number:
            return
        if not _LIKE_JSON.match(first):
            yield from read_lines(first, (line for _, line in numbered), self._place)
            return
        value = _json(first)
        if value is None:
            yield from self._document(first, number, numbered)
        elif (found := self._opened(value, number)) is None:  # an application's own JSON, a line a record
            yield from read_lines(first, (line for _, line in numbered), self._place)
        else:
            yield from found
            yield from self._json_lines(numbered)

    def _json_lines(self, numbered: Iterator[tuple[int, str]]) -> Iterator[LogEvent]:
        for number, line in numbered:
            if not line.strip():
                continue
            value = _json(line)
            if value is None:
                raise self._error("this line is no JSON, though the lines above are", number)
            found = self._opened(value, number)
            if found is None:
                self._place.skip("JSON of another form than the lines above")
            else:
                yield from found

    def _document(self, first: str, number: int, numbered: Iterator[tuple[int, str]]) -> Iterator[LogEvent]:
        """JSON over many lines, one or several after another; text that only begins like JSON stays lines."""
        text = [first]
        size = len(first)
        for _, line in numbered:
            text.append(line)
            size += len(line) + 1
            if size > SIZE_MAX:
                raise self._error(f"a document of more than {SIZE_MAX >> 20} MB", number)
        values = list(_several("\n".join(text)))
        opened = [self._opened(value, number + before) for before, value in values]
        if not values:
            yield from read_lines(first, iter(text[1:]), self._place)
            return
        for (before, value), found in zip(values, opened, strict=True):
            if found is None:
                keys = ", ".join(list(value)[:6]) if isinstance(value, dict) else type(value).__name__
                raise self._error(f"JSON of no form that ITK reads ({keys})", number + before)
            yield from found

    def _opened(self, value: object, number: int) -> Iterator[LogEvent] | None:
        """The records of one JSON value; None where it is of no known form."""
        if isinstance(value, list):
            parts = [self._opened(entry, number) if isinstance(entry, dict) else None for entry in value]
            known = [part for part in parts if part is not None]
            if value and not known:
                return None
            for _ in range(len(parts) - len(known)):
                self._place.skip("JSON of another form than its neighbours")
            return (event for part in known for event in part)
        if not isinstance(value, dict):
            return None
        with_place = (shape(value, self._place) for shape in SHAPES)
        try:
            found = next((events for events in with_place if events is not None), None)
        except NotInForm as error:
            raise self._error(str(error), number) from error
        return None if found is None else self._guarded(found, number)

    def _guarded(self, events: Iterator[LogEvent], number: int) -> Iterator[LogEvent]:
        try:
            yield from events
        except NotInForm as error:
            raise self._error(str(error), number) from error

    def _counted(self, lines: Iterator[str]) -> Iterator[str]:
        for line in lines:
            if "\ufffd" in line:
                self._place.remarks["line with bytes that are no text in its encoding"] += 1
            yield line

    def _error(self, what: str, number: int) -> UsageError:
        return UsageError(what, where=f"{self._path}:{number}", fix=_FIX)


def _json(text: str) -> object:
    try:
        value: object = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value


def _several(text: str) -> Iterator[tuple[int, object]]:
    """JSON values one after another, each with the lines before it; none at all where the text is not that."""
    decoder, at, lines = json.JSONDecoder(), 0, 0
    found: list[tuple[int, object]] = []
    while ink := _INK.search(text, at):
        lines += text.count("\n", at, ink.start())
        try:
            value, end = decoder.raw_decode(text, ink.start())
        except (ValueError, RecursionError):
            return
        found.append((lines, value))
        lines += text.count("\n", ink.start(), end)
        at = end
    yield from found
