"""A conversation with an agent: one turn after the other in one session, each written down before the next is sent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from itk.model.case import Turn
from itk.model.progress import Sent
from itk.model.run import QueueReading, Receipt
from itk.ports import Cleared, Entrypoint
from itk.workflows.scene import Scene


@dataclass(frozen=True, slots=True)
class Held:
    """A conversation as far as it went."""

    receipt: Receipt
    interrupted: bool = False


def hold(
    scene: Scene,
    cleared: Cleared,
    entrypoint: Callable[[Turn], Entrypoint],
    unanswered: Callable[[], Receipt],
    queues: Sequence[QueueReading],
) -> Held:
    """Send the turns that were cleared, and stop where one fails that must not. `unanswered`: a call before its answer.

    Whatever ends this process, the turns that were answered are on disk with all that they said.
    """
    turns, sent = cleared.case.turns, list[Receipt]()
    for n, turn in enumerate(turns, 1):
        asked = unanswered()
        try:
            sent.append(entrypoint(turn).send(cleared, scene.order.run_id))
        except KeyboardInterrupt:
            return Held(as_one([*sent, asked]), interrupted=True)
        receipt = as_one(sent)
        scene.report(_told(sent[-1], n, len(turns)))
        last = n == len(turns)
        scene.keep_safe(receipt, queues, "" if last else f"ITK stopped after turn {n} of {len(turns)}")
        if not last and turn.on_fail == "stop" and (sent[-1].error is not None or scene.fails(receipt, n)):
            break
    return Held(as_one(sent))


def as_one(turns: Sequence[Receipt]) -> Receipt:
    """The receipt of a conversation: from the first question to the last answer, with the turns as they were."""
    first, last = turns[0], turns[-1]
    return replace(
        first,
        answered_ns=last.answered_ns,
        ids=tuple(dict.fromkeys(i for turn in turns for i in turn.ids)),
        request=None,
        response=None,
        error=first.error if all(_was_refused(turn) for turn in turns) else None,
        sdk_retries=sum(turn.sdk_retries for turn in turns),
        events=tuple(event for turn in turns for event in turn.events),
        turns=tuple(replace(turn, events=()) for turn in turns),
    )


def _was_refused(turn: Receipt) -> bool:
    return turn.error is not None and turn.error.origin == "client"


def _told(turn: Receipt, n: int, total: int) -> Sent:
    ids: dict[str, str] = {i.kind: i.value for i in turn.ids}
    target = f"{turn.target_type} {turn.target_name}, turn {n} of {total}"
    return Sent(run_id=turn.run_id, operation=turn.operation, target=target, ids=ids)
