"""Invented suites for laws: any mixture of statuses, tries, checks and texts."""

from __future__ import annotations

import random
from collections.abc import Sequence

from hypothesis import strategies as st
from msgspec.structs import replace

from itk.model.run import CheckStatus, Near
from itk.model.suite import CaseRow, CaseStatus, JudgedCheck, Shard, SuiteResult, Try
from tests import suites
from tests.renderers.hostile import FRAGMENTS
from tests.suite_rows import MS, T0

# What breaks XML, Markdown, GitHub's commands and terminals, in any mixture; surrogates too.
BAD = (*FRAGMENTS, "::error file=x::", "%0A", "\n::warning::", "]]>", "\x1b[1;31mred\x1b[0m", "\ufffe")
words = st.lists(st.sampled_from(BAD) | st.text(st.characters(), max_size=8), max_size=4).map("".join)
GREEN = ("passed", "warning")
STATUSES: tuple[CaseStatus, ...] = ("passed", "warning", "failed", "error", "inconclusive", "skipped")
CHECKS: tuple[CheckStatus, ...] = ("failed", "error", "inconclusive", "warning", "xfailed", "skipped")


class Inventor:
    """Makes values from a few words and chance: thousands of draws would take minutes."""

    def __init__(self, pool: Sequence[str], seed: int) -> None:
        self._pool = ("", *pool)
        self._chance = random.Random(seed)

    def word(self) -> str:
        return self._chance.choice(self._pool)

    def words(self) -> tuple[str, ...]:
        return tuple(self.word() for _ in range(self.upto(2)))

    def upto(self, most: int) -> int:
        return self._chance.randint(0, most)

    def judged(self) -> JudgedCheck:
        word = self.word
        return JudgedCheck(
            index=self.upto(3),
            name=word(),
            title=word(),
            status=self._chance.choice(CHECKS),
            message=word(),
            expected=word(),
            actual=word(),
            nearest=tuple(Near(span_id=word(), label=word(), differs=word()) for _ in range(self.upto(2))),
            span_id=word(),
            path=word(),
            line=self.upto(99),
            column=self.upto(9),
        )

    def sent(self, status: str) -> Try:
        return Try(
            run_id=self.word(),
            directory=self.word(),
            status=status,  # type: ignore[arg-type]
            reasons=self.words(),
            started_ns=T0 + self.upto(10**6) * MS,
            ended_ns=T0 + self.upto(10**6) * MS,
        )

    def row(self) -> CaseRow:
        status = self._chance.choice(STATUSES)
        earlier = [self._chance.choice(STATUSES[:-1]) for _ in range(self.upto(2))]
        tries = () if status == "skipped" else tuple(map(self.sent, (*earlier, status)))
        return CaseRow(
            id=self.word(),
            name=self.word(),
            path=self.word(),
            group=self.word(),
            tags=self.words(),
            status=status,
            flaky=status in GREEN and any(each.status not in GREEN for each in tries),
            reasons=self.words(),
            tries=tries,
            judged=tuple(self.judged() for _ in range(self.upto(2))),
            signature=self.word(),
            duration_ms=self._chance.choice((None, self.upto(10**7) / 7)),
            tokens=self._chance.choice((None, self.upto(10**6))),
        )

    def suite(self) -> SuiteResult:
        return replace(
            suites.suite(*(self.row() for _ in range(self.upto(5)))),
            name=self.word(),
            absent=tuple(Shard(1 + self.upto(3), 4) for _ in range(self.upto(2))),
            stopped=self.word(),
            selection=self.words(),
        )


inventors = st.builds(Inventor, st.lists(words, min_size=1, max_size=4), st.integers(0, 2**32))
invented = inventors.map(Inventor.suite)
rows = inventors.map(lambda inventor: [inventor.row() for _ in range(inventor.upto(12))])
