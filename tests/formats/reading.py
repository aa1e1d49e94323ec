"""Samples and how they are read: one JSON object a line, with the record and what it must prove."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from itk import formats
from itk.model.evidence import LogEvent, Observation, Unread
from tests.corpus import Sample, files_of, sample

ROOT = Path(__file__).parents[2]
SAMPLES = Path(__file__).parent / "samples"
TIME_MS = 1_795_332_662_120  # 2026-11-22T07:31:02.120Z, the time of every sample
REQUEST_ID = "7f0c2a52-3d0f-4c7e-9a55-0b6f1c9f7a11"
RUN_ID = "itk-0123456789abcdef0123"


def event(message: str, **fields: Any) -> LogEvent:
    return LogEvent(
        **{"group": "/aws/lambda/intake", "stream": "s", "event_id": "1", "time_ms": TIME_MS, **fields}, message=message
    )


def samples(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (SAMPLES / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


def sample_event(sample: dict[str, Any]) -> LogEvent:
    fields = {key: sample[key] for key in ("time_ms", "source", "group", "stream", "event_id") if key in sample}
    return event(sample["message"], **fields)


def each(name: str) -> pytest.MarkDecorator:
    """A parameter for each sample of a format, named by its note."""
    return pytest.mark.parametrize("sample", [pytest.param(s, id=s["note"]) for s in samples(name)])


def assert_proves(sample: dict[str, Any], format_name: str | None = None) -> None:
    """The sample reads as it says: the right kinds in the right order, with at least these fields."""
    found = formats.read(sample_event(sample))

    assert not isinstance(found, Unread)
    assert [type(o).__name__ for o in found] == [expected["is"] for expected in sample["proves"]]
    for observation, expected in zip(found, sample["proves"], strict=True):
        seen = json.loads(msgspec.json.encode(observation))
        wanted = {key: value for key, value in expected.items() if key != "is"}
        assert {key: _asked(_field(seen, observation, key), value) for key, value in wanted.items()} == wanted
        if format_name is not None:
            assert observation.evidence.format == format_name


def _asked(seen: Any, wanted: Any) -> Any:
    """Of a nested value, the fields that the sample speaks of."""
    if isinstance(seen, dict) and isinstance(wanted, dict):
        return {key: _asked(seen.get(key), value) for key, value in wanted.items()}
    return seen


def _field(seen: dict[str, Any], observation: Observation, key: str) -> Any:
    assert key in observation.__struct_fields__, f"no field {key}"
    return seen[key]


def read(message: str, **fields: Any) -> tuple[Observation, ...]:
    found = formats.read(event(message, **fields))
    assert not isinstance(found, Unread)
    return found


def corpus(*parts: str) -> Path:
    """Real lines, kept outside the project: third-party data. Tests skip where they are absent."""
    root = _corpus().joinpath(*parts)
    if not root.exists():
        pytest.skip(f"the corpus of recorded lines is not here ({'/'.join(parts)}): set ITK_CORPUS")
    return root


def recorded(*parts: str) -> list[Sample]:
    """The files of one folder, or one file, of the corpus."""
    where = corpus(*parts)
    return [sample(path, _corpus()) for path in (files_of(where) if where.is_dir() else [where])]


def documents(*parts: str) -> Iterator[tuple[str, Any]]:
    """The JSON objects that the events of a folder are, with their file's name."""
    for one in recorded(*parts):
        values = (_json(each.message) for each in one.events)
        yield from ((one.path.name, value) for value in values if isinstance(value, dict))


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _corpus() -> Path:
    return Path(os.environ.get("ITK_CORPUS") or ROOT.parent / "shared" / "corpus")
