"""`summary.md`: a suite in a page of Markdown, for a pull request, a chat or the summary of a CI step."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from itk.model.suite import CaseRow, JudgedCheck, RedactedSuite, SuiteResult
from itk.model.wording import counted
from itk.ports import Artifact
from itk.renderers import units
from itk.renderers.markdown import LONG, bullets, code, table, text
from itk.renderers.suite import figures, telling
from itk.renderers.text import uncoloured

SUMMARY = "summary.md"
SUMMARY_BYTES_MAX = 900_000  # GitHub refuses the summary of a step that is larger than 1 MiB whole
ROWS_MAX = 200
CHECKS_MAX = 20
VALUE_MAX = 1_000
SLOWEST_MAX = 10
_MS = 1_000_000
# What stands outside of the lists: verdict, figures, headings, and what was left out.
_FRAME_BYTES = 60_000
_LINK = re.compile(r"\[([^\]\n]*)\]\(([^)\n]*)\)")  # brackets of a log's own are entities
_LEFT_OUT = "\n\nThis was cut to fit; the whole is in summary.md of the suite's report.\n"


class SummaryMd:
    """Writes `summary.md`."""

    name = "summary_md"

    def render(self, suite: RedactedSuite) -> list[Artifact]:
        return [Artifact(path=SUMMARY, content=summary(suite).encode("utf-8"))]


class _List(NamedTuple):
    """A section that may be long: what stands above its items, the items, each whole lines, and what an item is."""

    head: Sequence[str]
    items: Iterable[str]
    total: int
    noun: str


def summary(suite: RedactedSuite) -> str:
    """The whole page, never more than `SUMMARY_BYTES_MAX`: what has no room is counted."""
    result = suite.result
    lines = [*_verdict(result), *_counts(result)]
    room = SUMMARY_BYTES_MAX - _FRAME_BYTES
    for section in _lists(result):
        # Half of what is left, so that many failures leave room for what could not be judged.
        shown, used = _fitted(section, room // 2)
        lines += shown
        room -= used
    lines += _look_closer()
    return cut_short("\n".join(lines).rstrip() + "\n", SUMMARY_BYTES_MAX)


def cut_short(page: str, limit: int) -> str:
    """At most `limit` bytes of `page`, whole lines, with a word on the cut; nothing where not even that has room."""
    content = page.encode("utf-8")
    if len(content) <= limit:
        return page
    room = limit - len(_LEFT_OUT.encode("utf-8"))
    if room < 0:
        return ""
    return content[:room].decode("utf-8", "ignore").rpartition("\n")[0] + _LEFT_OUT


def unlinked(page: str) -> str:
    """`page` for a place that is not the report's directory, where its links would lead nowhere: paths, to be read."""
    return _LINK.sub(lambda m: m[1] if m[1] == m[2] else f"`{m[2]}`", page)


def _fitted(section: _List, room: int) -> tuple[list[str], int]:
    """The section as far as there is room for it, and how much of that it took."""
    if not section.total:
        return [], 0
    shown: list[str] = []
    used = 0
    for item in section.items:
        size = len(item.encode("utf-8")) + 1
        if len(shown) == ROWS_MAX or used + size > room:
            break
        shown.append(item)
        used += size
    left = section.total - len(shown)
    more = [f"{counted(left, section.noun)} more: see [index.html](index.html).", ""] if left else []
    return [*section.head, *shown, "", *more], used


def _verdict(result: SuiteResult) -> list[str]:
    said = figures.verdict(result)
    lines = [f"# {said.status.upper()}: {_text(result.name or result.suite_id)}", "", f"{_text(said.sentence)}.", ""]
    for word, sentence in _banners(result):
        lines += [f"> **{word}**: {_text(sentence)}", ""]
    return lines


def _banners(result: SuiteResult) -> list[tuple[str, str]]:
    """What a reader must know before any figure."""
    where = result.environment
    found = []
    if result.mode == "dev-fixtures":
        found.append(("DEV-FIXTURES", "recorded evidence, nothing was sent."))
    if where.emulated_endpoint:
        found.append(("EMULATED", f"this was not AWS, {where.emulated_endpoint} answered."))
    if result.absent:
        names = ", ".join(f"{shard.index} of {shard.of}" for shard in result.absent)
        found.append(("NOT WHOLE", f"missing shard {names}; their cases are in no figure of this report."))
    if result.interrupted or result.stopped:
        found.append(("STOPPED", result.stopped or "interrupted; not everything was sent"))
    return found


def _counts(result: SuiteResult) -> list[str]:
    found = figures.by_status(result.cases)
    times = figures.times(result)
    where = result.environment
    part = f"{result.shard.index} of {result.shard.of}" if result.shard else ""
    facts = [
        *((status, f"{n:,}") for status, n in found.items()),
        ("flaky", f"{len(figures.flaky(result.cases)):,}"),
        ("sent again", f"{figures.sent_again(result.cases):,}"),
        ("took", f"{units.milliseconds(times.total_ms)}; one after the other {units.milliseconds(times.summed_ms)}"),
        ("tokens", _tokens(result.cases)),
        ("where", ", ".join(code(part) for part in (where.account, where.region, where.name) if part)),
        ("selection", ", ".join(map(code, result.selection))),
        ("shard", part),
        ("merged from", counted(len(result.shards), "shard") if result.shards else ""),
        ("suite", code(result.suite_id)),
        ("started", units.clock(result.started_ns)),
        ("ITK", code(where.itk_version)),
    ]
    return table(("Cases", f"{len(result.cases):,}"), ((name, value) for name, value in facts if value))


def _tokens(cases: Sequence[CaseRow]) -> str:
    known = [case.tokens for case in cases if case.tokens is not None]
    return f"{sum(known):,} of {counted(len(known), 'case')} that told" if known else ""


def _lists(result: SuiteResult) -> Iterable[_List]:
    cases = result.cases
    failed = [case for case in cases if case.status in ("failed", "error")]
    yield _List(["## Failures", ""], map(_detailed, failed), len(failed), "failure")
    clusters = [cluster for cluster in figures.clusters(cases) if len(cluster.cases) > 1]
    yield _List(["## What failed alike", ""], map(_cluster, clusters), len(clusters), "group")
    unsure = [case for case in cases if case.status == "inconclusive"]
    yield _List(["## Inconclusive: evidence is missing", ""], map(_detailed, unsure), len(unsure), "case")
    flaky = figures.flaky(cases)
    yield _List(["## Flaky: passed when sent again", ""], map(_flaky, flaky), len(flaky), "case")
    blemished = [case for case in cases if case.status == "warning"]
    yield _List(["## Warnings", ""], map(_short, blemished), len(blemished), "warning")
    skipped = [case for case in cases if case.status == "skipped"]
    yield _List(["## Skipped", ""], map(_short, skipped), len(skipped), "case")
    slow = figures.slowest(cases, most=SLOWEST_MAX)
    head = table(("Slowest", "Took"), ())[:-1]
    yield _List(["## Slowest", "", *head], map(_slow, slow), len(slow), "case")


def _detailed(case: CaseRow) -> str:
    """One case with all that its checks saw."""
    checks = telling.deciding(case)
    facts = [
        code(case.path) or "no file",
        _length(case),
        counted(len(case.tries), "try", "tries") if len(case.tries) > 1 else "",
    ]
    lines = [f"### {case.status.upper()}: {_linked(case)}", "", f"In {', '.join(filter(None, facts))}", ""]
    for check in checks[:CHECKS_MAX]:
        lines += _check(case, check)
    if len(checks) > CHECKS_MAX:
        lines.append(f"- and {counted(len(checks) - CHECKS_MAX, 'check')} more")
    if not checks or case.status == "inconclusive":
        lines += bullets(_text(reason, VALUE_MAX) for reason in case.reasons[:CHECKS_MAX])
    return "\n".join(lines).rstrip() + "\n"


def _check(case: CaseRow, check: JudgedCheck) -> list[str]:
    where = f" ({code(f'{check.path}:{check.line}:{check.column}')})" if check.line else ""
    page = telling.page(case, check)
    link = f" [look]({page})" if page else ""
    said, *seen = (_text(line, VALUE_MAX) for line in telling.lines(check))
    return [f"- {said}{where}{link}", *(f"  - {line}" for line in seen)]


def _cluster(cluster: figures.Cluster) -> str:
    names = ", ".join(_linked(case) for case in cluster.cases[:CHECKS_MAX])
    more = len(cluster.cases) - CHECKS_MAX
    rest = f" and {more:,} more" if more > 0 else ""
    return f"- {counted(len(cluster.cases), 'case')}, {_text(figures.why(cluster.cases[0]))}: {names}{rest}"


def _flaky(case: CaseRow) -> str:
    tries = [f"try {n} {each.status}: {'; '.join(each.reasons)}" for n, each in enumerate(case.tries[:-1], 1)]
    return "\n".join([f"- {_linked(case)}", *(f"  - {_text(line, VALUE_MAX)}" for line in tries[:CHECKS_MAX])])


def _short(case: CaseRow) -> str:
    why = _text("; ".join(case.reasons))
    return f"- {_linked(case)}" + (f": {why}" if why else "")


def _slow(case: CaseRow) -> str:
    return f"| {_linked(case)} | {_length(case)} |"


def _linked(case: CaseRow) -> str:
    name = code(case.id) + (f" {_text(case.name, 120)}" if case.name not in ("", case.id) else "")
    page = telling.page(case)
    return f"{name} ([page]({page}))" if page else name


def _length(case: CaseRow) -> str:
    return "" if case.duration_ms is None else units.milliseconds(case.duration_ms)


def _text(value: str, limit: int = LONG) -> str:
    return text(uncoloured(value), limit)


def _look_closer() -> list[str]:
    files = (
        ("index.html", "all cases, to filter and to open"),
        ("junit.xml", "the same for a CI system"),
        ("index.json", "the same for a program; everything else is made from it"),
    )
    return ["## Look closer", "", *(f"- [{name}]({name}): {what}" for name, what in files)]
