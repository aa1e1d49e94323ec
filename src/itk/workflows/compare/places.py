"""Where and how the runs of each side took place: what differs there may explain every other difference."""

from __future__ import annotations

from collections.abc import Iterator

from itk.model.run import Environment, Mode, RedactedRun
from itk.model.suite import SuiteResult


class Places:
    """Learns the modes and environments of both sides, run by run."""

    def __init__(self) -> None:
        self._said: tuple[dict[str, dict[str, None]], ...] = ({}, {})

    def add(self, a: RedactedRun, b: RedactedRun) -> None:
        self.add_to(0, a)
        self.add_to(1, b)

    def add_to(self, side: int, run: RedactedRun) -> None:
        self._add(side, run.result.mode, run.result.environment)

    def add_suite(self, side: int, suite: SuiteResult) -> None:
        self._add(side, suite.mode, suite.environment)

    def _add(self, side: int, mode: Mode, where: Environment) -> None:
        said = {
            "mode": mode,
            "account": where.account,
            "region": where.region,
            "environment": where.name,
            "AWS": "emulated" if where.emulated_endpoint else "real" if mode == "live" else "",
            "ITK": where.itk_version,
        }
        for name, value in said.items():
            if value:
                self._said[side].setdefault(name, {})[value] = None

    def notes(self) -> Iterator[str]:
        """A sentence for each thing that is not the same on both sides."""
        for name in dict.fromkeys((*self._said[0], *self._said[1])):
            a, b = (sorted(side.get(name, {})) for side in self._said)
            if a != b:
                yield f"not the same {name}: A {' and '.join(a) or 'unknown'}, B {' and '.join(b) or 'unknown'}"
