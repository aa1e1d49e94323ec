"""Did a message of this run die?"""

from __future__ import annotations

from itk.checks._answers import Params, failed, names, nothing_to_judge, once_failed, passed, seen
from itk.model.case import CheckSpec
from itk.model.run import CheckVerdict
from itk.model.wording import counted
from itk.ports import Facts


class NoDlqMessages:
    name = "no_dlq_messages"
    summary = (
        "No message of this run went to a dead-letter queue, by the run's own evidence. "
        "Growth of the queue that may be another run's is reported, not judged."
    )
    params = Params
    shorthand = None
    beside: tuple[str, ...] = ()
    settles_early = once_failed

    def judge(self, spec: CheckSpec, facts: Facts) -> CheckVerdict:
        dead = [span for span in facts.trace.spans if span.operation == "DeadLetter"]
        if dead:
            return failed(
                spec,
                f"{counted(len(dead), 'message')} failed on the last allowed receive: {names(dead)}",
                dead,
                expected="0 messages",
                actual=counted(len(dead), "message"),
            )
        received = [span for span in facts.trace.spans if "sqs_message_id" in span.ids and span.evidence]
        if not received:
            return nothing_to_judge(spec, _why_nothing(facts), expected="0 messages")
        grown = [
            queue
            for queue in facts.dead_letter_queues
            if queue.before is not None and queue.after is not None and queue.after > queue.before
        ]
        note = "".join(
            f"; {q.name} grew by {(q.after or 0) - (q.before or 0)}, which may be another run's" for q in grown
        )
        return passed(spec, f"every message was processed{note}", received, expected="0 messages", actual="0 messages")


def _why_nothing(facts: Facts) -> str:
    """An invocation that ended well is no proof: it may have given the message back as a failed item of its batch."""
    taken = [span for span in seen(facts.trace) if span.kind == "CONSUMER"]
    if not taken:
        return "no message of this run was seen to be received"
    return (
        f"{names(taken)} got the message, but no line says what became of it there; "
        "log one CONSUMER span per record (docs/guides/logging.md)"
    )


no_dlq_messages = NoDlqMessages()
