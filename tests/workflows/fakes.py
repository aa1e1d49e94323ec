"""A clock that only moves when somebody sleeps, and a source that delivers when it is time."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec.structs import replace

from itk.model.evidence import LogEvent
from itk.model.ids import Id
from itk.model.progress import Polled, Progress
from itk.model.run import GroupReading, Receipt
from itk.workflows.collect import Collected, Patience, collect
from tests.stitch.lines import POLICY, to_queue
from tests.stitch.traffic import BASE_MS


class FakeClock:
    """Starts at the moment of sending."""

    def __init__(self) -> None:
        self.began = self.ns = BASE_MS * 1_000_000
        self.slept: list[float] = []
        self.interrupt_after: int | None = None

    @property
    def s(self) -> float:
        return (self.ns - self.began) / 1e9

    def now_ns(self) -> int:
        return self.ns

    def sleep(self, seconds: float) -> None:
        assert seconds >= 0
        self.slept.append(seconds)
        assert len(self.slept) < 1_000, "it never ends"
        self.ns += int(seconds * 1e9) + 1
        if self.interrupt_after is not None and len(self.slept) >= self.interrupt_after:
            raise KeyboardInterrupt


class Deliveries:
    """Records that become visible some seconds after sending; those once visible come at every look, as from AWS."""

    awaited = True

    def __init__(self, clock: FakeClock, *batches: tuple[float, Sequence[LogEvent]]) -> None:
        self.clock, self.batches = clock, batches
        self.asked: list[Sequence[Id]] = []
        self.look: Callable[[], None] = lambda: None
        self.group = "/aws/lambda/intake"

    def poll(self, known_ids: Sequence[Id]) -> Sequence[LogEvent]:
        self.asked.append(known_ids)
        self.look()
        return [event for visible_s, batch in self.batches if visible_s <= self.clock.s for event in batch]

    def readings(self) -> tuple[GroupReading, ...]:
        return (GroupReading(group=self.group, events=1),)


class Waited:
    """One collection, and what was said meanwhile."""

    def __init__(
        self,
        clock: FakeClock,
        *sources: Deliveries,
        required: Sequence[str] = (),
        timeout_s: float = 120.0,
        quiet_s: float = 10.0,
        events: tuple[LogEvent, ...] = (),
        receipt: Receipt | None = None,
    ) -> None:
        self.said: list[Progress] = []
        receipt = replace(receipt or to_queue(), events=events)
        patience = Patience(timeout_s, quiet_s)
        self.result: Collected = collect(
            receipt, sources, required, POLICY, patience, clock, self.said.append, lambda: 7
        )

    @property
    def polls(self) -> list[Polled]:
        return [event for event in self.said if isinstance(event, Polled)]
