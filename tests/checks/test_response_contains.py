from __future__ import annotations

from itk.model.trace import Payload
from tests.checks.build import facts, receipt, root, said, span

ANSWER = span(response=Payload(value={"status": "shipped"}))


def test_passes_where_it_is_said() -> None:
    assert said("response_contains", facts(root(), ANSWER), text="shipped") == "passed"
    assert said("response_contains", facts(root(), ANSWER), text='"status":"shipped"') == "passed"
    assert said("response_contains", facts(root(), ANSWER), text="shipped", component="intake") == "passed"


def test_fails_where_something_else_is() -> None:
    assert said("response_contains", facts(root(), ANSWER), text="lost") == "failed"


def test_what_was_sent_to_answers_for_itself() -> None:
    """Asked directly, a function must say it itself; what others said within does not count."""
    called = receipt("lambda")
    assert said("response_contains", facts(root(), ANSWER, receipt=called), text="shipped") == "failed"
    answered = root(response=Payload(value="shipped"))
    assert said("response_contains", facts(answered, receipt=called), text="shipped") == "passed"


def test_what_was_said_stays_said() -> None:
    assert said("response_contains", facts(root(), ANSWER, complete=False), text="shipped") == "passed"
    assert said("response_contains", facts(root(), ANSWER, complete=False), text="lost") == "inconclusive"
