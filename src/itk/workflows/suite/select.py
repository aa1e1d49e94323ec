"""Which of the cases are meant: by words, by tags, by what failed last time."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from itk.errors import UsageError
from itk.model.suite import Shard, SuiteResult
from itk.model.wording import closest, counted
from itk.workflows.suite.balance import shards, shuffled
from itk.workflows.suite.keyword import keyword
from itk.workflows.suite.listing import Candidate

_WELL = ("passed", "warning")


class Selection(msgspec.Struct, frozen=True, kw_only=True):
    """What the user asked for. Of several tags a case needs one."""

    keyword: str = ""
    tags: tuple[str, ...] = ()
    last_failed: bool = False
    shard: Shard | None = None
    seed: int | None = None

    @property
    def written(self) -> tuple[str, ...]:
        """The options that chose the cases, as a user would write them."""
        return (
            *((f"-k '{self.keyword}'",) if self.keyword else ()),
            *(f"--tag {tag}" for tag in self.tags),
            *(("--last-failed",) if self.last_failed else ()),
        )


def selected(
    candidates: Sequence[Candidate], selection: Selection, earlier: SuiteResult | None
) -> tuple[Candidate, ...]:
    """The cases that are meant, in their order, or shuffled. Raises UsageError where none is."""
    by_id = {candidate.case.id: candidate for candidate in candidates}
    fits = keyword(selection.keyword) if selection.keyword else None
    ids = [
        each
        for each, candidate in by_id.items()
        if _has_tag(candidate, selection.tags) and (fits is None or fits(_words(candidate)))
    ]
    if selection.last_failed:
        ids = _failed_of(ids, earlier)
    if not ids:
        raise _nothing(candidates, selection)
    if selection.shard is not None:
        part, of = selection.shard.index, selection.shard.of
        ids = list(shards(ids, durations(earlier), of)[part - 1])
        if not ids:
            what = f"shard {part}/{of} holds no case: fewer than {of} are selected"
            raise UsageError(what, where="--shard", fix="use fewer shards")
    if selection.seed is not None:
        ids = list(shuffled(ids, selection.seed))
    return tuple(by_id[each] for each in ids)


def durations(earlier: SuiteResult | None) -> dict[str, float]:
    """How long each case took last time, all of its tries together, in ms."""
    rows = earlier.cases if earlier is not None else ()
    return {row.id: sum(t.ended_ns - t.started_ns for t in row.tries) / 1e6 for row in rows if row.tries}


def _has_tag(candidate: Candidate, tags: Sequence[str]) -> bool:
    return not tags or bool(set(tags) & set(candidate.case.tags))


def _words(candidate: Candidate) -> str:
    case = candidate.case
    return " ".join((case.id, case.name, case.path, *case.tags))


def _failed_of(ids: Sequence[str], earlier: SuiteResult | None) -> list[str]:
    """Those that did not pass last time, skipped ones included; a case that is new has not failed."""
    if earlier is None:
        fix = "run the whole suite once, or name an earlier report with --earlier"
        raise UsageError("there is no earlier index.json to read failures from", where="--last-failed", fix=fix)
    bad = {row.id for row in earlier.cases if row.status not in _WELL or row.flaky}
    if not bad:
        fix = "run the whole suite: leave --last-failed out"
        raise UsageError("nothing failed last time", where="--last-failed", fix=fix)
    return [each for each in ids if each in bad]


def _nothing(candidates: Sequence[Candidate], selection: Selection) -> UsageError:
    what = f"none of {counted(len(candidates), 'case')} is selected by {' '.join(selection.written)}"
    known = sorted({tag for candidate in candidates for tag in candidate.case.tags})
    near = next((found for tag in selection.tags if tag not in known and (found := closest(tag, known))), "")
    if near:
        fix = f"did you mean --tag {near}?"
    elif any(tag not in known for tag in selection.tags):
        fix = f"known tags: {', '.join(known) or 'none'}"
    else:
        fix = "`itk suite --list` shows the cases that there are"
    return UsageError(f"{what}; nothing was sent", where="the selection", fix=fix)
