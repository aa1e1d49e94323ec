"""What is masked in texts and values, and what stays."""

from __future__ import annotations

import random
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itk.compare.volatile import Volatile
from itk.compare.volatile_keys import kind_by_key
from itk.model.trace import Payload
from tests.compare.recorded import compared, told
from tests.compare.strategies import MS, T0
from tests.compare.test_growth import flat

DOC = Path(__file__).parents[2] / "docs" / "reference" / "comparing.md"
BLOCK = re.search(r"<!-- example: each line is tested -->\n```text\n(.*?)```", DOC.read_text("utf-8"), re.DOTALL)
assert BLOCK
EXAMPLES = [re.split(r" +->  ", line) for line in BLOCK[1].splitlines()]
VOLATILE = Volatile(
    {"session/with/no/shape": "session_id"}, run_id="itk-67d3932ca799c97016da", near=(T0, T0 + 9_000 * MS)
)


@pytest.mark.parametrize(("before", "after"), EXAMPLES)
def test_example_of_the_reference(before: str, after: str) -> None:
    assert VOLATILE.text(before).template == after


@pytest.mark.parametrize(
    "text",
    [
        "order 42, 17.90 EUR, 3 items, SKU-2231-B",
        "2027-01-31 is the day of delivery",
        "deadbeef cafe facade",
        "getOrderItemsV2FromTheDynamoTable",
        "arn:aws:lambda:eu-west-1:123456789012:function:support-intake",
        "amazon.nova-lite-v1:0",
        "anthropic.claude-3-haiku-20240307-v1:0",
        "within 30 seconds, 2 days",
        "+31 20 123 4567",
        "1234567890 pieces",
        "https://api.example.com:8443/orders/42",
        "msg_welcome_to_our_store_2026",
        "BUILD-2026-RELEASE",
    ],
)
def test_business_stays(text: str) -> None:
    assert VOLATILE.text(text).template == text


def test_what_can_be_equal_by_chance_has_no_identity() -> None:
    found = VOLATILE.text("2026-03-01T07:31:02Z 12 ms 155424cb-e3a3-4ca9-aff4-c56e25346583")

    assert found.values == (("uuid", "155424cb-e3a3-4ca9-aff4-c56e25346583"),)


@pytest.mark.parametrize(
    ("key", "value", "kind"),
    [
        ("SentTimestamp", "1795349174680", "time"),
        ("createdAt", 1795349174, "time"),
        ("seat", 12, None),
        ("time", "in the morning", None),
        ("x-amzn-RequestId", "JKJaXmPLvHcESHA1", "id"),
        ("messageId", "welcome", None),
        ("ReceiptHandle", "abc", "receipt-handle"),
        ("MD5OfMessageBody", "3ab5ec2533dec545", "hash"),
        ("ETag", '"abc"', "hash"),
        ("latencyMs", 12, "duration"),
        ("latencyMs", None, None),
        ("logStreamName", "anything", "log-stream"),
        ("amount", 1795349174, None),
    ],
)
def test_keys(key: str, value: Any, kind: str | None) -> None:
    assert kind_by_key(key, value) == kind


@given(st.text(st.sampled_from("0123456789abcdefABCDEFTZ-:./[]$_ #"), max_size=200))
def test_masking_a_template_again_changes_nothing_that_has_an_identity(text: str) -> None:
    """What is masked is masked whole: no tail of an id is left to differ."""
    once = VOLATILE.text(text).template

    assert VOLATILE.text(once).values == ()


@pytest.mark.parametrize("unit", ["a", "1", "a1", "1-", "2026-", "[redacted:", "arn:aws:", "1.", " ", "itk-", "\u0663"])
def test_long_texts_take_a_step_for_each_character(unit: str) -> None:
    """A regex that goes back over its steps would take hours here."""
    VOLATILE.text(unit * (200_000 // len(unit)))


def a_payload(seed: int) -> dict[str, Any]:
    """The same business, with everything volatile that an AWS application can put around it."""
    chance = random.Random(seed)

    def hexes(n: int) -> str:
        return "".join(chance.choice("0123456789abcdef") for _ in range(n - 2)) + "a7"

    def uuid() -> str:
        return "-".join(map(hexes, (8, 4, 4, 4, 12)))

    order, handle, second = uuid(), "AQEB" + hexes(200), chance.randrange(10, 60)
    ms = T0 // MS + chance.randrange(10_000)
    return {
        "Records": [
            {
                "messageId": uuid(),
                "receiptHandle": handle,
                "body": f'{{"order":"{order}","sku":"B-17","at":"2026-03-01T07:31:{second}.120Z"}}',
                "attributes": {"SentTimestamp": str(ms), "SequenceNumber": str(18_850_000_000_000_000_000 + ms)},
                "md5OfBody": hexes(32),
                "eventSourceARN": "arn:aws:sqs:eu-west-1:123456789012:intake",
            }
        ],
        order: {"state": "open"},
        "executionArn": f"arn:aws:states:eu-west-1:123456789012:execution:orders:{hexes(12)}",
        "headers": {"x-amzn-trace-id": f"Root=1-{hexes(8)}-{hexes(24)};Parent={hexes(16)}", "ETag": f'"{hexes(32)}"'},
        "log": f"2026/03/01/[$LATEST]{hexes(32)}",
        "url": f"http://127.0.0.1:{chance.randrange(20_000, 60_000)}/123456789012/intake",
        "said": f"order {order} took {chance.random() * 100:.2f} ms at {ms}",
        "ttl": T0 // (1000 * MS) + chance.randrange(10_000_000),
        "now": ms / 1000,
        "owner": f"[redacted:email#{hexes(6)}]",
        "total": 17.9,
        "text": "My lamp is broken",
    }


@pytest.mark.parametrize("seed", range(1, 21))
def test_everything_that_is_volatile_may_differ(seed: int) -> None:
    a, b = (flat_with(a_payload(seed)), flat_with(a_payload(seed + 100)))

    assert told(compared(a, b), a, b) == []


def test_business_within_it_is_seen() -> None:
    changed = a_payload(2)
    changed["Records"][0]["body"] = changed["Records"][0]["body"].replace("B-17", "B-18")
    a, b = flat_with(a_payload(1)), flat_with(changed)

    assert told(compared(a, b), a, b) == [
        "lambda:intake Invoke | request | $.Records[0].body.sku | changed | B-17 -> B-18"
    ]


def flat_with(payload: dict[str, Any]) -> Any:
    import msgspec

    trace = flat(3)
    first = msgspec.structs.replace(trace.spans[0], start_ns=T0, end_ns=T0 + MS, request=Payload(value=payload))
    return msgspec.structs.replace(trace, spans=(first, *trace.spans[1:]))
