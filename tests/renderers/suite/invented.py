"""Invented suites for laws: any mixture of statuses, tries, checks and texts."""

from __future__ import annotations

from hypothesis import strategies as st
from msgspec.structs import replace

from itk.model.run import Near
from itk.model.suite import CaseRow, JudgedCheck, Shard, SuiteResult, Try
from tests import suites
from tests.renderers.hostile import FRAGMENTS
from tests.suite_rows import MS, T0

# What breaks XML, Markdown, GitHub's commands and terminals, in any mixture; surrogates too.
words = st.lists(
    st.one_of(
        st.sampled_from(
            (*FRAGMENTS, "::error file=x::", "%0A", "\n::warning::", "]]>", "\x1b[1;31mred\x1b[0m", "\ufffe")
        ),
        st.text(st.characters(), max_size=8),
    ),
    max_size=4,
).map("".join)
ids = st.text("abcdefgh-", min_size=1, max_size=8)


@st.composite
def judged(draw: st.DrawFn) -> JudgedCheck:
    return JudgedCheck(
        index=0,
        name=draw(words),
        title=draw(words),
        status=draw(st.sampled_from(("failed", "error", "inconclusive", "warning", "xfailed", "skipped"))),
        message=draw(words),
        expected=draw(words),
        actual=draw(words),
        nearest=tuple(
            Near(span_id=draw(words), label=draw(words), differs=draw(words)) for _ in range(draw(st.integers(0, 2)))
        ),
        span_id=draw(words),
        path=draw(words),
        line=draw(st.integers(0, 99)),
        column=draw(st.integers(0, 9)),
    )


@st.composite
def rows(draw: st.DrawFn) -> CaseRow:
    status = draw(st.sampled_from(("passed", "warning", "failed", "error", "inconclusive", "skipped")))
    n = 0 if status == "skipped" else draw(st.integers(1, 3))
    tries = [
        Try(
            run_id=draw(words),
            directory=draw(words),
            status=draw(st.sampled_from(("failed", "error", "inconclusive", "passed", "warning"))),
            reasons=(draw(words),),
            started_ns=T0 + draw(st.integers(0, 10**6)) * MS,
            ended_ns=T0 + draw(st.integers(0, 10**6)) * MS,
        )
        for _ in range(n)
    ]
    if tries:
        tries[-1] = replace(tries[-1], status=status)
    flaky = status in ("passed", "warning") and any(each.status not in ("passed", "warning") for each in tries)
    return CaseRow(
        id=draw(words),
        name=draw(words),
        path=draw(words),
        group=draw(words),
        tags=(draw(words),),
        status=status,
        flaky=flaky,
        reasons=tuple(draw(st.lists(words, max_size=2))),
        tries=tuple(tries),
        judged=tuple(draw(st.lists(judged(), max_size=2))),
        signature=draw(words),
        duration_ms=draw(st.none() | st.floats(0, 1e7)),
        tokens=draw(st.none() | st.integers(0, 10**6)),
    )


@st.composite
def invented(draw: st.DrawFn) -> SuiteResult:
    absent = draw(st.lists(st.integers(1, 4).map(lambda n: Shard(n, 4)), max_size=2))
    return replace(
        suites.suite(*draw(st.lists(rows(), max_size=5))),
        name=draw(words),
        absent=tuple(absent),
        stopped=draw(st.just("") | words),
        selection=(draw(words),),
    )
