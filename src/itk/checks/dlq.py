"""Did a dead-letter queue grow?"""

from __future__ import annotations

from pydantic import Field

from itk.checks._answers import Params, failed, nothing_to_judge, once_failed, passed
from itk.checks._queues import beside, change, growth, name_of, own_dead_letter_queue, watched, why_unread
from itk.model.case import CheckSpec
from itk.model.run import CheckVerdict, WatchedQueue
from itk.model.wording import counted
from itk.ports import Facts


class DlqParams(Params):
    queue: str = Field("", description="URL, ARN or name; left out: that of the queue which is sent to")
    grew_by: int = Field(
        0, ge=0, description="how many messages more must lie in it after the run, no more and no less"
    )


class Dlq:
    name = "dlq"
    summary = (
        "A dead-letter queue holds `grew_by` messages more after the run than before it, by its attributes and the "
        "run's own records. It judges the queue, whoever filled it; `no_dlq_messages` judges this run alone."
    )
    params = DlqParams
    shorthand = "queue"
    beside: tuple[str, ...] = ()
    settles_early = once_failed

    def judge(self, spec: CheckSpec, facts: Facts) -> CheckVerdict:
        params = DlqParams(**spec.params)
        name = name_of(params.queue) or own_dead_letter_queue(facts)
        expected = f"grown by {params.grew_by}"
        own = [s for s in facts.trace.spans if s.operation == "DeadLetter" and name and s.component.name == name]
        queue = watched(name, facts.queues)
        grown = growth(queue) if queue is not None else None
        if queue is not None and grown is not None and grown < 0:
            what = f"{change(queue)}: somebody took messages out of it, so nobody knows how many came"
            return nothing_to_judge(spec, what, expected=expected)
        most = max(grown or 0, len(own))
        actual = f"grown by {most}"
        if most > params.grew_by:
            return failed(spec, _told(name, queue, grown, len(own)), own, expected=expected, actual=actual)
        if queue is None or grown is None:
            return nothing_to_judge(spec, why_unread(name, queue), expected=expected)
        if most == params.grew_by:
            return passed(spec, _told(name, queue, grown, len(own)), own, expected=expected, actual=actual)
        if not facts.complete:  # it may still grow
            return nothing_to_judge(spec, change(queue), expected=expected)
        return failed(spec, _told(name, queue, grown, len(own)), own, expected=expected, actual=actual)


def _told(name: str, queue: WatchedQueue | None, grown: int | None, own: int) -> str:
    """By whose word it grew: the queue's own count, this run's records, or both."""
    parts = [change(queue)] if queue is not None and grown is not None else [name]
    if own:
        parts.append(f"{counted(own, 'message')} of this run ended there by its own records")
    if own > (grown or 0):
        parts.append("the queue's attributes do not show all of it yet: SQS moves a message at its next receive")
    if (others := (grown or 0) - own) > 0:
        parts.append(f"{counted(others, 'message')} may be of another run")
    return ", ".join(parts) + (beside(queue) if queue is not None and grown else "")


dlq = Dlq()
