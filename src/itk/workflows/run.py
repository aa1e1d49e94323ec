"""`itk run`: send one case, collect what really happened, judge it, and leave artifacts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from itk import __version__
from itk.aws.session import Aws, Tally
from itk.entrypoints import entrypoint_for
from itk.errors import AwsError, UsageError
from itk.formats import read_record
from itk.model.case import Stimulus
from itk.model.ids import Id
from itk.model.progress import PreflightDone, Sent
from itk.model.run import QueueReading, Receipt
from itk.ports import Cleared, Entrypoint, Report, Source
from itk.preflight import Outcome, preflight, preflight_recorded
from itk.settings import Settings
from itk.sources.recorded import Recorded, read_recording
from itk.workflows import dead_letters
from itk.workflows.artifacts import claimed
from itk.workflows.clock import Clock, new_salt
from itk.workflows.collect import Collected, nothing_sent
from itk.workflows.conversation import Held, hold
from itk.workflows.evidence import Read
from itk.workflows.in_flight import IN_FLIGHT
from itk.workflows.preflight import refusal, rules_of
from itk.workflows.queues import Watch, watch
from itk.workflows.raw_lines import receipt_of
from itk.workflows.scene import Finished, Order, Scene
from itk.workflows.sources import sources_of


def _all_counted(aws: Aws) -> Tally:
    return Tally(sum(aws.calls.values()), aws.throttles)


@dataclass(frozen=True, slots=True)
class Ways:
    """Ways in and back, what reads records, and the count of calls: what runs of a suite have in common."""

    entrypoint: Callable[[Stimulus, Aws, str, Callable[[], int]], Entrypoint] = entrypoint_for
    sources: Callable[[Receipt, Settings, Aws, Clock], Sequence[Source]] = sources_of
    tally: Callable[[Aws], Tally] = _all_counted
    read: Read = read_record


def run_live(order: Order, settings: Settings, aws: Aws, clock: Clock, report: Report) -> Finished:
    """Pre-flight, send, collect, judge, redact, write. Raises Refused before anything is sent."""
    now = datetime.fromtimestamp(clock.now_ns() / 1e9, tz=UTC)
    outcome = preflight(
        order.case, aws, rules_of(settings), order.out, overwrite=order.overwrite, now=now, itk_version=__version__
    )
    report(PreflightDone(findings=outcome.findings, cleared=outcome.cleared is not None))
    return run_cleared(order, outcome, settings, aws, clock, report)


def run_cleared(
    order: Order, outcome: Outcome, settings: Settings, aws: Aws, clock: Clock, report: Report, ways: Ways = Ways()
) -> Finished:
    """Send what pre-flight gave leave to send, and see it through. Raises Refused where it gave none."""
    if outcome.cleared is None:
        raise refusal(outcome.findings)
    sources = outcome.target.event_sources if outcome.target is not None else ()
    scene = Scene(order, settings, outcome, clock, report, sources, salt=new_salt())
    with claimed(order.out), IN_FLIGHT.run(order.run_id) as others:
        return _act(scene, outcome.cleared, aws, ways, others)


def _act(scene: Scene, cleared: Cleared, aws: Aws, ways: Ways, others: Callable[[], int]) -> Finished:
    """Send and see it through. What is about to be sent is written down first, so that nothing is lost at any point."""
    order, settings, outcome, clock = scene.order, scene.settings, scene.outcome, scene.clock
    queues = dead_letters.read_before(outcome)
    scene.watch = watch(aws, outcome.queues, clock)
    entrypoint = ways.entrypoint(order.case.stimulus, aws, settings.trace_id_attr, clock.now_ns)
    unknown = _unanswered(order, cleared, entrypoint, clock.now_ns())
    scene.write_before_sending(unknown, queues)
    held = (
        hold(
            scene,
            cleared,
            lambda turn: ways.entrypoint(turn.stimulus, aws, settings.trace_id_attr, clock.now_ns),
            lambda: _unanswered(order, cleared, entrypoint, clock.now_ns()),
            queues,
        )
        if cleared.case.turns
        else _sent_once(scene, cleared, entrypoint, unknown, queues)
    )
    receipt = held.receipt
    if held.interrupted:
        return scene.finish(receipt, nothing_sent(receipt, interrupted_ns=clock.now_ns()), queues, api_calls=0)
    sources = ways.sources(receipt, settings, aws, clock)
    collected = (
        nothing_sent(receipt)
        if _was_refused(receipt)
        else scene.collect(receipt, sources, queues, lambda: ways.tally(aws).throttles, ways.read)
    )
    if not collected.collection.interrupted and collected.error is None:  # else AWS is not to be waited for again
        queues = dead_letters.read_after(aws, outcome, queues)
        collected = _queues_after(scene, collected)
    scene.watch.met(others())
    return scene.finish(receipt, collected, queues, api_calls=ways.tally(aws).calls)


def _queues_after(scene: Scene, collected: Collected) -> Collected:
    """Read the queues that the case asks about once more. Without that, what it asks cannot be judged."""
    if not collected.collection.polls:  # AWS refused the stimulus
        return collected
    try:
        scene.watch.read_after(scene.clock)
    except KeyboardInterrupt:
        return collected.cut_short()
    except AwsError as error:
        return collected.cut_short(error)
    return collected


def _sent_once(
    scene: Scene, cleared: Cleared, entrypoint: Entrypoint, unknown: Receipt, queues: Sequence[QueueReading]
) -> Held:
    try:
        receipt = entrypoint.send(cleared, scene.order.run_id)
    except KeyboardInterrupt:
        return Held(unknown, interrupted=True)
    scene.report(_sent(receipt))
    scene.keep_safe(receipt, queues)
    return Held(receipt)


def run_recorded(order: Order, settings: Settings, clock: Clock, report: Report) -> Finished:
    """The same pipeline over recorded evidence: nothing is sent, and everything that is written says so."""
    if not order.case.fixture:
        fix = "name recorded evidence with `fixture:`, or run the case live; `itk run --record FILE` makes a fixture"
        raise UsageError("the case has no fixture, which --mode dev-fixtures needs", where=order.case.path, fix=fix)
    fixture = Path(order.case.fixture)
    recording = read_recording(fixture)
    outcome = preflight_recorded(order.case, order.out, overwrite=order.overwrite)
    report(PreflightDone(findings=outcome.findings, cleared=outcome.cleared is not None))
    if outcome.cleared is None:
        raise refusal(outcome.findings)
    receipt = recording.receipt or receipt_of(recording, fixture.stem, order.run_id)
    scene = Scene(order, settings, outcome, clock, report, recording.event_sources, salt=new_salt())
    scene.watch = Watch(recording.queues)
    collected = scene.collect(receipt, [Recorded(recording)], recording.dead_letter_queues, lambda: 0)
    return scene.finish(receipt, collected, recording.dead_letter_queues, api_calls=0)


def _unanswered(order: Order, cleared: Cleared, entrypoint: Entrypoint, now_ns: int) -> Receipt:
    """What is known of a stimulus before AWS answers: where it goes, and the run id that it carries."""
    return Receipt(
        run_id=order.run_id,
        entrypoint=str(type(order.case.stimulus).__struct_config__.tag),
        operation=entrypoint.operation,
        target_type=entrypoint.target_type,
        target_name=cleared.target_name,
        target_id=cleared.target_id,
        sent_ns=now_ns,
        ids=(Id("run_id", order.run_id),),
    )


def _was_refused(receipt: Receipt) -> bool:
    return receipt.error is not None and receipt.error.origin == "client"


def _sent(receipt: Receipt) -> Sent:
    ids: dict[str, str] = {i.kind: i.value for i in receipt.ids}
    target = f"{receipt.target_type} {receipt.target_name}"
    return Sent(run_id=receipt.run_id, operation=receipt.operation, target=target, ids=ids)
