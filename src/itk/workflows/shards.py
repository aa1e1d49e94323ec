"""Reports of the parts of a suite -> one suite. Rows are taken over as they are; every figure is made from them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from heapq import merge as in_order
from itertools import combinations
from typing import NamedTuple

from msgspec.structs import replace

from itk.errors import ExitCode, UsageError
from itk.model.run import Environment
from itk.model.suite import CaseRow, CaseStatus, Shard, SuiteResult
from itk.model.wording import counted
from itk.redact.masks import MASK
from itk.renderers.suite import figures

_OVERLAPS_MAX = 10
_SAME = "merge only what one `itk suite --shard` wrote, all parts with the same options"
_CODES: dict[CaseStatus, ExitCode] = {
    "passed": ExitCode.PASSED,
    "warning": ExitCode.PASSED,
    "failed": ExitCode.FAILED,
    "error": ExitCode.RUNTIME,
    "inconclusive": ExitCode.INCONCLUSIVE,
    "skipped": ExitCode.USAGE,
}


class Part(NamedTuple):
    """A report that is to be merged, and where it lies."""

    where: str
    suite: SuiteResult

    @property
    def shards(self) -> tuple[Shard, ...]:
        """The parts of the suite that it holds; none where it holds the whole."""
        return (self.suite.shard,) if self.suite.shard is not None else self.suite.shards


def merged(parts: Sequence[Part]) -> SuiteResult:
    """The suite that `parts` are of, whatever their order. One whole report is its own merger.

    Raises UsageError where they overlap or are not of one suite.
    """
    parts = sorted(parts, key=lambda part: ([shard.index for shard in part.shards], part.suite.suite_id, part.where))
    if len(parts) == 1 and parts[0].suite.shard is None:
        return parts[0].suite
    _refuse_strangers(parts)
    _refuse_overlaps(parts)
    suites = [part.suite for part in parts]
    shards = tuple(sorted((shard for part in parts for shard in part.shards), key=lambda shard: shard.index))
    every = (Shard(n, shards[0].of) for n in range(1, shards[0].of + 1))
    return replace(
        suites[0],
        suite_id=_id(sorted({suite.suite_id for suite in suites})),
        environment=_environment([suite.environment for suite in suites]),
        started_ns=min(suite.started_ns for suite in suites),
        ended_ns=max(suite.ended_ns for suite in suites),
        max_inflight=max(suite.max_inflight for suite in suites),  # of one part: nobody knows which ran at once
        shard=None,
        shards=shards,
        absent=tuple(shard for shard in every if shard not in shards),
        stopped="; ".join(filter(None, map(_stopped, suites))),
        interrupted=any(suite.interrupted for suite in suites),
        cases=tuple(in_order(*(suite.cases for suite in suites), key=_place)),
    )


def exit_code(suite: SuiteResult) -> ExitCode:
    """The code to leave with: interrupted > nothing judged > failed > error > inconclusive or not whole > passed."""
    return ExitCode.INTERRUPTED if suite.interrupted else _CODES[figures.verdict(suite).status]


def _id(ids: Sequence[str]) -> str:
    """Equal parts make equal suites, so the id comes from theirs."""
    return ids[0] if len(ids) == 1 else f"suite-{sha256(' '.join(ids).encode('utf-8', 'replace')).hexdigest()[:16]}"


def _place(row: CaseRow) -> tuple[object, ...]:
    """Where a case stands among others: cases of a directory are sent in the order of their paths.

    The order within each part stays as it is, so that of a suite file or of a shuffle is kept as far as it is known.
    """
    return tuple(row.path.split("/")), row.id


def _stopped(suite: SuiteResult) -> str:
    if not suite.stopped or suite.shard is None:
        return suite.stopped
    return f"shard {suite.shard.index} of {suite.shard.of}: {suite.stopped}"


def _environment(all_of_them: Sequence[Environment]) -> Environment:
    """Where they ran. What may differ from machine to machine is told of each."""

    def told(of: Callable[[Environment], str]) -> str:
        return ", ".join(sorted({of(each) for each in all_of_them} - {""}))

    return replace(
        all_of_them[0],
        caller_arn=told(lambda each: each.caller_arn),
        emulated_endpoint=told(lambda each: each.emulated_endpoint),
        itk_version=told(lambda each: each.itk_version),
    )


def _refuse_strangers(parts: Sequence[Part]) -> None:
    """All must be parts, of as many parts, of one suite."""
    for part in parts:
        if not part.shards:
            what = "this report is no part of a suite: it was made without --shard"
            raise UsageError(what, where=part.where, fix=_SAME)
    first = parts[0]
    for other in parts[1:]:
        for name, mine, theirs in zip(_NAMES, _identity(first), _identity(other), strict=True):
            if mine != theirs:
                what = f"these are not parts of one suite: {name} is {theirs or 'not set'} here"
                raise UsageError(f"{what} and {mine or 'not set'} in {first.where}", where=other.where, fix=_SAME)


_NAMES = (
    "the number of shards",
    "the name",
    "the mode",
    "the account",
    "the region",
    "the environment",
    "the selection",
    "the seed",
    "the number of retries",
)


def _identity(part: Part) -> tuple[str, ...]:
    """What all parts of a suite have in common, in words. Each part has an id of its own."""
    suite, where = part.suite, part.suite.environment
    said = (
        str(part.shards[0].of),
        suite.name,
        suite.mode,
        where.account,
        where.region,
        where.name,
        " ".join(suite.selection),
        "" if suite.seed is None else str(suite.seed),
        str(suite.retries_allowed),
    )
    # Each part masked with a salt of its own, so equal secrets look different here.
    return tuple(MASK.sub("[redacted]", text) for text in said)


def _refuse_overlaps(parts: Sequence[Part]) -> None:
    """No part twice and no case twice; ids name directories, so not even two that differ in their capitals alone."""
    for one, other in combinations(parts, 2):
        for shard in set(one.shards) & set(other.shards):
            what = f"shard {shard.index} of {shard.of} is here and in {one.where}"
            raise UsageError(what, where=other.where, fix="name each part once")
    places: dict[str, list[str]] = {}
    for part in parts:
        for row in part.suite.cases:
            places.setdefault(row.id.casefold(), []).append(part.where)
    twice = {name: found for name, found in places.items() if len(found) > 1}
    if twice:
        raise UsageError(_overlap(twice.items()), fix="run all parts on the same cases, with the same earlier report")


def _overlap(twice: Iterable[tuple[str, list[str]]]) -> str:
    found = list(twice)
    shown = "; ".join(f"`{name}` is in {' and in '.join(where)}" for name, where in found[:_OVERLAPS_MAX])
    more = f"; and {len(found) - _OVERLAPS_MAX:,} more" if len(found) > _OVERLAPS_MAX else ""
    return f"{counted(len(found), 'case')} in more than one report: {shown}{more}"
