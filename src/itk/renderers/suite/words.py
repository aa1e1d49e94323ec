"""What the head of a suite's report says, in finished words: what to know first, when, where, which cases, how long."""

from __future__ import annotations

from collections.abc import Sequence

from itk.model.suite import Shard, SuiteResult
from itk.model.wording import counted
from itk.renderers import units, words
from itk.renderers.suite import figures
from itk.renderers.text import begin, one_line

FILES = (
    ("summary.md", "Summary", "the same findings as text, to read or to paste"),
    ("junit.xml", "JUnit", "for build servers"),
    ("index.json", "index.json", "the whole suite as data"),
)
_MS = 1_000_000


def title(suite: SuiteResult) -> str:
    return begin(suite.name, 200) or begin(suite.suite_id, 200) or "Suite"


def word(verdict: figures.Verdict) -> str:
    """The verdict in one word, or two."""
    return "NOTHING JUDGED" if verdict.status == "skipped" else verdict.status.upper()


def banners(suite: SuiteResult) -> tuple[tuple[str, str], ...]:
    """What a reader must know before anything else, as words in capitals and a sentence."""
    found = list(words.banners(suite))
    if suite.interrupted or suite.stopped:
        found.append(("INTERRUPTED" if suite.interrupted else "STOPPED EARLY", _stopped(suite)))
    if suite.absent:
        found.append(
            ("PARTS ABSENT", f"{_shards(suite.absent)} of {suite.absent[0].of} never came: their cases are not here.")
        )
    return tuple(found)


def facts(suite: SuiteResult) -> tuple[tuple[str, str], ...]:
    """What stands beside the verdict, as far as there is anything to say."""
    named = (
        ("suite", one_line(suite.suite_id)),
        ("started", units.clock(suite.started_ns)),
        ("took", took(suite)),
        ("where", words.place(suite)),
        ("chosen by", ", ".join(map(one_line, suite.selection))),
        ("shuffled with", "" if suite.seed is None else f"seed {suite.seed}"),
        ("sent again", _again(suite)),
        ("part", "" if suite.shard is None else f"{suite.shard.index} of {suite.shard.of}"),
        ("merged from", f"{_shards(suite.shards)} of {suite.shards[0].of}" if suite.shards else ""),
        ("ITK", one_line(suite.environment.itk_version)),
    )
    return tuple((name, begin(value, 300)) for name, value in named if value)


def took(suite: SuiteResult) -> str:
    """`9.1 s; one after the other 41 s, 4.5 times as long`."""
    times = figures.times(suite)
    total = units.milliseconds(times.total_ms)
    if times.ratio is None or times.ratio < 1.1:
        return total
    return f"{total}; one after the other {units.milliseconds(times.summed_ms)}, {times.ratio:.1f} times as long"


def _stopped(suite: SuiteResult) -> str:
    never = sum(case.status == "skipped" and not case.tries for case in suite.cases)
    why = begin(suite.stopped, 300) or "it was stopped from outside"
    return f"{why}; {counted(never, 'case')} never sent." if never else f"{why}."


def _again(suite: SuiteResult) -> str:
    again = figures.sent_again(suite.cases)
    if not again and not suite.retries_allowed:
        return ""
    return f"{counted(again, 'time')}, {suite.retries_allowed:,} allowed for each case"


def _shards(shards: Sequence[Shard]) -> str:
    """`part 2`, `parts 2, 4`."""
    listed = ", ".join(str(shard.index) for shard in shards)
    return f"part {listed}" if len(shards) == 1 else f"parts {listed}"
