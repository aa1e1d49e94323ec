"""What flows through the invented shop of `big_runs`: orders, prompts, answers, log lines, of realistic sizes.

No word of it is anybody's. A table's item has a few hundred bytes, a prompt some thousand, as in life.
"""

from __future__ import annotations

import random
from typing import Any

ITEMS = (
    "desk lamp",
    "floor lamp",
    "kettle",
    "toaster",
    "office chair",
    "standing desk",
    "monitor arm",
    "headphones",
    "water bottle",
    "rain jacket",
    "running shoes",
    "tent, two persons",
    "sleeping bag",
    "head torch",
)
CITIES = ("Berlin", "Lisbon", "Kraków", "Malmö", "Turin", "Gdańsk", "Utrecht", "Brno", "Porto", "Graz")
REASONS = (
    "arrived broken",
    "wrong colour",
    "arrived too late",
    "does not switch on",
    "is not what was ordered",
    "a part is missing",
    "was charged twice",
    "changed my mind",
)
OPENINGS = ("Hello,", "Good morning,", "Hi there,", "To whom it may concern:", "Dear team,", "Grüezi,", "Hey!")
SENTENCES = (
    "my {item} from order {order} {reason}.",
    "I would like to have my money back, please.",
    "the parcel went to {city}, although I live somewhere else by now.",
    "I wrote to you {n} days ago and nobody has answered me so far.",
    "could you tell me when the replacement will be with me?",
    "the invoice says {amount} EUR, my bank says something else.",
    "a photograph of the {item} is attached to this message.",
    "I have been a customer for {n} years and never had a complaint before.",
    "if a voucher is quicker for you, that is fine for me as well.",
    "please do not call me in the morning, I work at night.",
)
POLICY = (
    "Goods that {reason} may be returned within {n} days of delivery.",
    "Refunds above {amount} EUR need the consent of a second person.",
    "A replacement is sent from the warehouse in {city} as soon as the return was scanned.",
    "Vouchers are worth a tenth more than the money that was paid, rounded down.",
    "Whoever asks a third time within {n} months is handed over to a colleague.",
    "Never promise a day of delivery that the carrier has not confirmed.",
)
THOUGHTS = (
    "The customer says that the {item} {reason}, so I have to look up order {order} before I decide.",
    "The order was delivered {n} days ago, which is within the period for returns.",
    "The amount of {amount} EUR is below the limit, so no second person has to agree.",
    "I should ask the colleague who knows the policy about goods from {city}.",
    "Before I answer I check that no refund was made for order {order} yet.",
)
LINES = (
    ("INFO", "order {order} read, {n} positions, total {amount} EUR"),
    ("INFO", "customer of {city} found in segment {n}"),
    ("DEBUG", "cache miss for {order}, asking the table"),
    ("INFO", "decision refund for {order}: {amount} EUR"),
    ("WARNING", "order {order} is {n} days old"),
    ("INFO", "handed over to queue, {n} ms left of the time"),
    ("DEBUG", "feature flag returns-v{n} is on"),
    ("WARNING", "price of {item} differs from the catalogue by {amount} EUR"),
)


class Shop:
    """Payloads of one order after the other, all from one seeded chance."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance

    def order_id(self) -> str:
        return f"A-{self.chance.randrange(10**6):06d}"

    def filled(self, template: str, order: str) -> str:
        chance = self.chance
        return template.format(
            item=chance.choice(ITEMS),
            city=chance.choice(CITIES),
            reason=chance.choice(REASONS),
            order=order,
            n=chance.randrange(2, 40),
            amount=f"{chance.randrange(400, 90_000) / 100:.2f}",
        )

    def prose(self, templates: tuple[str, ...], order: str, least: int, most: int) -> str:
        return " ".join(self.filled(self.chance.choice(templates), order) for _ in range(self._some(least, most)))

    def letter(self, order: str) -> str:
        return f"{self.chance.choice(OPENINGS)} {self.prose(SENTENCES, order, 1, 6)}"

    def order(self, order: str) -> dict[str, Any]:
        chance = self.chance
        items = [
            {
                "sku": f"SKU-{chance.randrange(10**8):08d}",
                "title": chance.choice(ITEMS),
                "count": chance.randrange(1, 4),
                "price": {"amount": chance.randrange(400, 30_000) / 100, "currency": "EUR"},
            }
            for _ in range(self._some(1, 5))
        ]
        return {
            "orderId": order,
            "customer": {
                "id": f"C{chance.randrange(10**7):07d}",
                "city": chance.choice(CITIES),
                "premium": chance.random() < 0.2,
            },
            "items": items,
            "placedAt": f"2026-02-{chance.randrange(1, 29):02d}T{chance.randrange(24):02d}:15:11Z",
        }

    def item(self, order: str) -> dict[str, Any]:
        """One row as DynamoDB writes it."""
        chance = self.chance
        return {
            "pk": {"S": f"ORDER#{order}"},
            "state": {"S": chance.choice(("placed", "sent", "delivered", "returned"))},
            "total": {"N": f"{chance.randrange(400, 90_000) / 100:.2f}"},
            "version": {"N": str(chance.randrange(1, 9))},
            "city": {"S": chance.choice(CITIES)},
        }

    def prompt(self, order: str, turn: int) -> dict[str, Any]:
        """What a model is asked: the rules, the letter, and the turns so far."""
        messages: list[dict[str, Any]] = [{"role": "user", "content": [{"text": self.letter(order)}]}]
        for _ in range(turn):
            messages.append({"role": "assistant", "content": [{"text": self.prose(THOUGHTS, order, 1, 2)}]})
            messages.append(
                {"role": "user", "content": [{"toolResult": {"status": "success", "json": self.item(order)}}]}
            )
        system = f"You answer letters to a shop. {self.prose(POLICY, order, 6, 44)}"
        return {
            "system": [{"text": system}],
            "messages": messages,
            "inferenceConfig": {"maxTokens": 1024, "temperature": 0},
        }

    def completion(self, order: str) -> dict[str, Any]:
        return {
            "stopReason": self.chance.choice(("tool_use", "end_turn")),
            "output": {"message": {"role": "assistant", "content": [{"text": self.prose(THOUGHTS, order, 1, 4)}]}},
        }

    def line(self, order: str) -> tuple[str, str]:
        level, template = self.chance.choice(LINES)
        return level, self.filled(template, order)

    def _some(self, least: int, most: int) -> int:
        """Mostly few, at times many."""
        return least + int((most - least + 1) * self.chance.random() ** 2)
