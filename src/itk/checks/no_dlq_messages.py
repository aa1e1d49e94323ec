"""Did a message of this run die?"""

from __future__ import annotations

from itk.checks._answers import Params, counted, failed, names, nothing_to_judge, passed, seen
from itk.model.case import CheckSpec
from itk.model.run import CheckVerdict
from itk.model.trace import Span
from itk.ports import Facts


class NoDlqMessages:
    name = "no_dlq_messages"
    summary = (
        "No message of this run went to a dead-letter queue, by the run's own evidence. "
        "Growth of the queue that may be another run's is reported, not judged."
    )
    params = Params
    shorthand = None
    settles_early = "failed"

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
        received = [span for span in seen(facts.trace) if "sqs_message_id" in span.ids or _got_a_message(span)]
        if not received:
            return nothing_to_judge(spec, "no message of this run was seen to be received", expected="0 messages")
        grown = [
            queue
            for queue in facts.dead_letter_queues
            if queue.before is not None and queue.after is not None and queue.after > queue.before
        ]
        note = "".join(
            f"; {q.name} grew by {(q.after or 0) - (q.before or 0)}, which may be another run's" for q in grown
        )
        return passed(spec, f"every message was processed{note}", received, expected="0 messages", actual="0 messages")


def _got_a_message(span: Span) -> bool:
    """An invocation that a message of this run is proven to have started, whether or not its lines say more of it."""
    return span.kind == "CONSUMER" and span.join is not None and span.join.rule == "message_id"


no_dlq_messages = NoDlqMessages()
