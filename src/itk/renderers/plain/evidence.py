"""How much the picture can be trusted: links by tier, counts, clocks, dead-letter queues, warnings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from itk.model.run import QueueReading, RunResult, WatchedQueue
from itk.model.trace import Trace
from itk.model.wording import counted
from itk.renderers import certainty, files, words
from itk.renderers.markup import Child, Markup, el
from itk.renderers.plain.limits import rest, said, take

LINES_MAX = 60


def section(result: RunResult) -> Markup:
    return el(
        "div",
        _certainty(result.trace),
        _counts(result),
        _dead_letters(result.dead_letter_queues),
        _queues(result.queues),
        _warnings(result),
        class_="p-evidence",
    )


def _certainty(trace: Trace) -> Markup:
    better = [f"{sentence} ({counted(len(spans), 'span')})" for sentence, spans in certainty.would_be_exact(trace)]
    shifted = certainty.shifts(trace)
    return el(
        "section",
        el("h2", "How sure we are"),
        _table((tier, f"{n:,}", meaning) for tier, n, meaning in certainty.tiers(trace)),
        [el("h3", "What to log, so that links become exact"), *_lines(better, "hint")] if better else None,
        [el("h3", "Clocks"), *_lines(shifted, "clock")] if shifted else None,
    )


def _counts(result: RunResult) -> Markup:
    rows = ((name, f"{n:,}", meaning) for name, n, meaning in words.counts(result))
    return el("section", el("h2", "Counts"), _table(rows))


def _dead_letters(readings: Sequence[QueueReading]) -> Markup | None:
    if not readings:
        return None
    rows = [(said(reading.name, 120), _change(reading), "") for reading in readings[:LINES_MAX]]
    more = rest(len(readings) - len(rows), "queue", files.RUN)
    return el("section", el("h2", "Dead-letter queues"), _table(rows), more)


def _queues(queues: Sequence[WatchedQueue]) -> Markup | None:
    if not queues:
        return None
    rows = [(said(queue.name, 120), said(words.queue_change(queue), 300), "") for queue in queues[:LINES_MAX]]
    more = rest(len(queues) - len(rows), "queue", files.RUN)
    return el("section", el("h2", "Queues that the case asks about"), _table(rows), more)


def _change(reading: QueueReading) -> str:
    before, after = ("?" if n is None else f"{n:,}" for n in (reading.before, reading.after))
    grew = reading.before is not None and reading.after is not None and reading.after > reading.before
    return f"{before} before, {after} after" + (", MORE" if grew else "")


def _warnings(result: RunResult) -> Markup | None:
    lines = list(result.trace.warnings)
    for group in result.collection.groups:
        lines += [f"{group.group}: reading stopped at the limit"] if group.truncated else []
        lines += [f"{group.group}: {group.error}"] if group.error else []
    return el("section", el("h2", "Warnings"), *_lines(lines, "warning")) if lines else None


def _lines(lines: Sequence[str], noun: str) -> list[Markup | None]:
    shown = take((el("li", said(line, 400)) for line in lines), most=LINES_MAX, room=10_000)
    return [el("ul", shown), rest(len(lines) - len(shown), noun, files.REPORT)]


def _table(rows: Iterable[tuple[str, str, str]]) -> Markup:
    cells: list[Child] = []
    for name, value, meaning in rows:
        cells.append(el("tr", el("th", name, scope="row"), el("td", value), el("td", meaning) if meaning else None))
    return el("table", el("tbody", cells))
