"""What counts as a regression when two runs, suites or soaks are compared: one level a kind of difference."""

from __future__ import annotations

from typing import Literal

import msgspec

from itk.model.comparison import Tolerance

Level = Literal["fail", "warn", "off"]
RuleName = Literal[
    "case_missing",
    "case_new",
    "status",
    "flaky",
    "new_error",
    "path_new",
    "path_missing",
    "path_changed",
    "retries",
    "latency",
    "wait",
    "payload",
    "tokens",
    "link",
    "pass_rate",
    "latency_shift",
]
_MS = 1_000_000


class Plain(msgspec.Struct, frozen=True, kw_only=True):
    """A rule without thresholds."""

    level: Level = "fail"


class Retries(msgspec.Struct, frozen=True, kw_only=True):
    """More retries than A had, by more than `allow`."""

    level: Level = "fail"
    allow: int = 0


class Slower(msgspec.Struct, frozen=True, kw_only=True):
    """Slower than A by `factor` at least, and by `floor_ms` at least."""

    level: Level = "fail"
    factor: float = 2.0
    floor_ms: float = 200.0

    def fires(self, before_ns: float, after_ns: float) -> bool:
        more = after_ns - before_ns
        return more > 0 and more >= self.floor_ms * _MS and after_ns >= self.factor * max(before_ns, 0)


class More(msgspec.Struct, frozen=True, kw_only=True):
    """More than A had, by `factor` at least."""

    level: Level = "warn"
    factor: float = 1.5


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """Every rule. `confidence` is that of each statement about many runs."""

    case_missing: Plain = Plain()  # a case that A has and B has not
    case_new: Plain = Plain(level="off")
    status: Plain = Plain()  # of the case, of a check, or of a span that is no longer seen to end
    flaky: Plain = Plain(level="warn")  # passed only when it was sent again
    new_error: Plain = Plain()
    path_new: Plain = Plain()  # a hop that A has not; of many runs a path
    path_missing: Plain = Plain()
    path_changed: Plain = Plain()  # another component, operation, order or caller at the same place
    retries: Retries = Retries()
    latency: Slower = Slower()
    wait: Slower = Slower(level="warn", floor_ms=1000.0)
    payload: Plain = Plain(level="warn")
    tokens: More = More()
    link: Plain = Plain(level="warn")  # a parent that is less sure
    pass_rate: Plain = Plain()  # of many runs
    latency_shift: Slower = Slower(factor=1.1, floor_ms=20.0)  # of many runs
    confidence: float = 0.95

    def level(self, rule: RuleName) -> Level:
        level: Level = getattr(self, rule).level
        return level

    @property
    def tolerance(self) -> Tolerance:
        """Small enough that whatever a rule asks for is told."""
        usual, rules = Tolerance(), (self.latency, self.wait)
        return Tolerance(
            relative=max(0.0, min(usual.relative, *(rule.factor - 1 - 1e-9 for rule in rules))),
            absolute_ns=max(0, min(usual.absolute_ns, *(round(rule.floor_ms * _MS) - 1 for rule in rules))),
        )
