"""What the cases of a suite have in common: one account, one reader of logs, one way to be interrupted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from itk.aws.session import Aws, Tally, tallied
from itk.entrypoints import entrypoint_for
from itk.model.case import Stimulus
from itk.model.evidence import LogEvent
from itk.model.ids import Id
from itk.model.run import GroupReading, Receipt, TargetType
from itk.ports import Cleared, Entrypoint, Report, Source
from itk.preflight import Outcome
from itk.settings import Settings
from itk.sources.shared_logs import SharedLogs
from itk.workflows import dead_letters
from itk.workflows.clock import Clock
from itk.workflows.evidence import Proofs
from itk.workflows.run import Ways, run_cleared, run_recorded
from itk.workflows.scene import Finished, Order
from itk.workflows.sources import insights_for, sources_of
from itk.workflows.suite.stop import Stop, StoppableClock


class Company:
    """Runs cases side by side. Thread-safe. `aws` is None where evidence is recorded and nothing is sent."""

    def __init__(self, settings: Settings, aws: Aws | None, clock: Clock, stop: Stop) -> None:
        self.settings, self.aws, self.stop = settings, aws, stop
        self.clock = StoppableClock(clock, stop)
        self._proofs = Proofs()
        self._logs = _shared_logs(settings, aws, self.clock) if aws is not None else None

    def run(self, order: Order, outcome: Outcome, report: Report) -> Finished:
        """One try of one case, as `itk run` would do it."""
        if self.aws is None:
            return run_recorded(order, self.settings, self.clock, report)
        with tallied() as tally:
            ways = Ways(self._entrypoint, self._sources, partial(_own, tally), self._proofs.read)
            try:
                outcome = dead_letters.fresh(self.aws, outcome)
                return run_cleared(order, outcome, self.settings, self.aws, self.clock, report, ways)
            finally:
                self._close(order.run_id)

    def _entrypoint(self, stimulus: Stimulus, aws: Aws, attribute: str, now_ns: Callable[[], int]) -> Entrypoint:
        return _StoppableEntrypoint(entrypoint_for(stimulus, aws, attribute, now_ns), self.stop)

    def _sources(self, receipt: Receipt, settings: Settings, aws: Aws, clock: Clock) -> Sequence[Source]:
        assert self._logs is not None
        logs = self._logs.reader(receipt.run_id, receipt.sent_ns // 1_000_000)
        return [_StoppableSource(source, self.stop) for source in sources_of(receipt, settings, aws, clock, logs)]

    def _close(self, run_id: str) -> None:
        if self._logs is not None:
            self._logs.close(run_id)
            self._proofs.forget_before(self._logs.earliest_ms)


class _StoppableEntrypoint:
    """Sends, and does not wait for an answer that the user no longer wants."""

    def __init__(self, entrypoint: Entrypoint, stop: Stop) -> None:
        self._entrypoint, self._stop = entrypoint, stop

    @property
    def operation(self) -> str:
        return self._entrypoint.operation

    @property
    def target_type(self) -> TargetType:
        return self._entrypoint.target_type

    def send(self, cleared: Cleared, run_id: str) -> Receipt:
        return self._stop.unless(lambda: self._entrypoint.send(cleared, run_id))


class _StoppableSource:
    """Looks, and does not wait for records that the user no longer wants.

    A look that nobody waited for may still be at work, so what is told is how things stood after the last whole one.
    """

    def __init__(self, source: Source, stop: Stop) -> None:
        self._source, self._stop = source, stop
        self._readings = source.readings()

    @property
    def awaited(self) -> bool:
        return self._source.awaited

    def poll(self, known_ids: Sequence[Id]) -> Sequence[LogEvent]:
        found = self._stop.unless(lambda: self._source.poll(known_ids))
        self._readings = self._source.readings()
        return found

    def readings(self) -> tuple[GroupReading, ...]:
        return self._readings


def _shared_logs(settings: Settings, aws: Aws, clock: Clock) -> SharedLogs:
    insights = insights_for(settings, aws, clock)
    return SharedLogs(aws, settings.log_groups, settings.query_window_s, clock.now_ns, clock.sleep, insights)


def _own(tally: Tally, aws: Aws) -> Tally:
    return tally
