"""`run.json`: the truth of a run, from which everything else can be rendered again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO
from typing import Any

from msgspec.structs import asdict, replace

from itk.model.run import RedactedRun, RunResult
from itk.model.trace import Trace
from itk.ports import Artifact
from itk.renderers import files, json_form


class RunJson:
    """The whole result as indented JSON."""

    name = "run_json"

    def render(self, run: RedactedRun) -> Sequence[Artifact]:
        written = BytesIO()
        written.writelines(_run(run.result))
        written.write(b"\n")
        return (Artifact(path=files.RUN, content=written.getvalue()),)


def _run(result: RunResult) -> Iterator[bytes]:
    """`json_form.run_line`, indented, span by span: of a big run the whole would lie in memory three times."""
    formed = asdict(json_form.form(replace(result, trace=replace(result.trace, spans=()), recorded_events=())))
    del formed["recorded_events"]
    return _object(
        ((name, _trace(result.trace) if name == "trace" else (_whole(value, 1),)) for name, value in formed.items()),
        depth=0,
    )


def _trace(trace: Trace) -> Iterator[bytes]:
    formed = asdict(json_form.form(replace(trace, spans=())))
    return _object(
        ((name, _spans(trace) if name == "spans" else (_whole(value, 2),)) for name, value in formed.items()), depth=1
    )


def _spans(trace: Trace) -> Iterator[bytes]:
    before = b"[\n      "
    for span in trace.spans:
        yield before
        yield _whole(json_form.form(span), 3)
        before = b",\n      "
    yield b"\n    ]" if trace.spans else b"[]"


def _object(members: Iterable[tuple[str, Iterable[bytes]]], *, depth: int) -> Iterator[bytes]:
    edge = b"\n" + b"  " * depth
    before = b"{"
    for name, pieces in members:
        yield before + edge + b"  " + json_form.encoded(name) + b": "
        yield from pieces
        before = b","
    yield edge + b"}"


def _whole(formed: Any, depth: int) -> bytes:
    return json_form.indented(json_form.encoded(formed)).replace(b"\n", b"\n" + b"  " * depth)
