"""Several runs of one case on each side: rates and latencies, and what of their differences is more than chance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from itk.compare.latencies import latencies
from itk.compare.noting import heaviest_first, ms, noted
from itk.compare.samples import Sample
from itk.model.regression import ErrorShare, ManyRuns, Noted, PathShare, Position, Range, Rate
from itk.model.rules import RuleName, Rules
from itk.statistics import detectable_drop, newcombe

LISTED_MAX = 100  # paths, errors and positions in a report, each
_PASSED = ("passed", "warning")
_JUDGED = (*_PASSED, "failed")


def compare_many(a: Sequence[Sample], b: Sequence[Sample], rules: Rules) -> tuple[ManyRuns, list[Noted]]:
    """The figures, and the notes by the rules, the heaviest first."""
    paths, failing, positions = _paths(a, b, rules), _failing(a, b, rules), latencies(a, b, rules)
    many = ManyRuns(
        passed=_passed(a, b, rules),
        inconclusive=(_count(a, "inconclusive"), _count(b, "inconclusive")),
        errors=(_count(a, "error"), _count(b, "error")),
        retried=_rate(a, b, lambda each: each.retries > 0, rules.confidence),
        paths=tuple(paths[:LISTED_MAX]),
        more_paths=max(0, len(paths) - LISTED_MAX),
        failing=tuple(failing[:LISTED_MAX]),
        more_failing=max(0, len(failing) - LISTED_MAX),
        positions=tuple(positions[:LISTED_MAX]),
        more_positions=max(0, len(positions) - LISTED_MAX),
    )
    return many, heaviest_first(_notes(many, paths, failing, positions, rules))


def _notes(
    many: ManyRuns,
    paths: Sequence[PathShare],
    failing: Sequence[ErrorShare],
    positions: Sequence[Position],
    rules: Rules,
) -> Iterator[Noted]:
    yield from _share(rules, "pass_rate", "the pass rate", many.passed, worse_if_more=False)
    yield from _share(rules, "retries", "runs with a retry", many.retried, worse_if_more=True)
    for path in paths:
        rule: RuleName = "path_new" if not path.rate.a else "path_missing" if not path.rate.b else "path_changed"
        yield from _share(rules, rule, f"path {path.path[:8]}", path.rate, worse_if_more=None)
    for error in failing:
        yield from _share(rules, "new_error", error.error, error.rate, worse_if_more=True, where=error.where)
    for position in positions:
        yield from _latency(rules, position)


def _share(
    rules: Rules, rule: RuleName, what: str, rate: Rate, *, worse_if_more: bool | None, where: str = ""
) -> Iterator[Noted]:
    """A note where the shares differ. It fires where that is no chance, and for the worse if there is a worse."""
    if rate.difference is None or rate.share_a == rate.share_b:
        return
    more = (rate.share_b or 0.0) > (rate.share_a or 0.0)
    low, high = (f"{end:+.1%}" for end in (rate.difference.low, rate.difference.high))
    interval = f"{100 * rate.confidence:.4g} % interval of the difference: {low} to {high}"
    says = f"{what}: {rate.a}/{rate.n_a} -> {rate.b}/{rate.n_b}, {interval}{_not_shown(rule, rate)}"
    figures = {
        "a": rate.a,
        "n_a": rate.n_a,
        "b": rate.b,
        "n_b": rate.n_b,
        "low": rate.difference.low,
        "high": rate.difference.high,
    }
    fires = rate.shown and worse_if_more in (None, more)
    yield noted(rules, rule, says, fires=fires, where=where, figures=figures)


def _not_shown(rule: RuleName, rate: Rate) -> str:
    if rate.shown:
        return ""
    if rule != "pass_rate":
        return "; not shown: it may be chance"
    if rate.detectable is None:
        return "; not shown: no drop could be, with this rate and so few runs"
    return f"; not shown: it may be chance. A drop by {rate.detectable:.1%} would show in four of five such comparisons"


def _latency(rules: Rules, position: Position) -> Iterator[Noted]:
    if not position.shown or position.shift_ns is None or position.interval_ns is None:
        return
    low, high = (f"{end / 1e6:+,.0f}" for end in (position.interval_ns.low, position.interval_ns.high))
    medians = f"median {ms(position.median_a_ns)} -> {ms(position.median_b_ns)}"
    says = (
        f"{medians}, shifted by {position.shift_ns / 1e6:+,.0f} ms"
        f" ({low} to {high} ms), p {position.p_holm:.2g}, n {position.n_a} and {position.n_b}"
    )
    after = position.median_a_ns + position.shift_ns
    figures = {"shift_ns": position.shift_ns, "p_holm": position.p_holm, "n_a": position.n_a, "n_b": position.n_b}
    fires = rules.latency_shift.fires(position.median_a_ns, after)
    yield noted(rules, "latency_shift", says, fires=fires, where=position.where, figures=figures)


def _passed(a: Sequence[Sample], b: Sequence[Sample], rules: Rules) -> Rate:
    """Runs that nothing could be said of prove nothing of the application: they are counted beside."""
    judged = [[each for each in side if each.status in _JUDGED] for side in (a, b)]
    rate = _rate(judged[0], judged[1], lambda each: each.status in _PASSED, rules.confidence)
    if not rate.n_a or not rate.n_b:
        return rate
    drop = detectable_drop(rate.a, rate.n_a, rate.n_b, confidence=rules.confidence)
    return Rate(
        a=rate.a, n_a=rate.n_a, b=rate.b, n_b=rate.n_b, difference=rate.difference, confidence=rate.confidence,
        shown=rate.shown, detectable=drop,
    )  # fmt: skip


def _paths(a: Sequence[Sample], b: Sequence[Sample], rules: Rules) -> list[PathShare]:
    """Every path, the most travelled first."""
    examples: dict[str, Sample] = {}
    for each in (*a, *b):
        examples.setdefault(each.path, each)
    confidence = _together(rules, len(examples))
    left, right = Counter(each.path for each in a), Counter(each.path for each in b)
    found = [
        PathShare(
            path=path,
            spans=example.spans,
            example=example.run_id,
            rate=_of(left[path], len(a), right[path], len(b), confidence),
        )
        for path, example in examples.items()
    ]
    return sorted(found, key=lambda share: (-share.rate.a - share.rate.b, share.path))


def _failing(a: Sequence[Sample], b: Sequence[Sample], rules: Rules) -> list[ErrorShare]:
    left, right = (Counter(error for each in side for error in each.errors) for side in (a, b))
    errors = sorted({*left, *right})
    confidence = _together(rules, len(errors))
    return [
        ErrorShare(
            where=where, error=error, rate=_of(left[where, error], len(a), right[where, error], len(b), confidence)
        )
        for where, error in errors
    ]


def _together(rules: Rules, questions: int) -> float:
    """Of many questions at once each needs to be surer (Bonferroni), or one would be answered by chance."""
    return 1 - (1 - rules.confidence) / max(1, questions)


def _rate(a: Sequence[Sample], b: Sequence[Sample], did: Callable[[Sample], bool], confidence: float) -> Rate:
    return _of(sum(map(did, a)), len(a), sum(map(did, b)), len(b), confidence)


def _of(a: int, n_a: int, b: int, n_b: int, confidence: float) -> Rate:
    if not n_a or not n_b:
        return Rate(a=a, n_a=n_a, b=b, n_b=n_b)
    found = newcombe(b, n_b, a, n_a, confidence=confidence)
    interval, shown = Range(found.low, found.high), not found.holds(0.0)
    return Rate(a=a, n_a=n_a, b=b, n_b=n_b, difference=interval, confidence=confidence, shown=shown)


def _count(side: Sequence[Sample], status: str) -> int:
    return sum(each.status == status for each in side)
