"""What `spans` asks for, read: which spans, how many, where, when, and what is in them."""

from __future__ import annotations

import msgspec

from itk.checks.matching.counts import Count
from itk.checks.matching.fields import Fields, wanted


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """The parameters, read."""

    fields: Fields
    count: Count
    under: Fields | None
    order: dict[str, Fields]
    each: dict[str, Fields]
    nth: dict[int, Fields]

    @property
    def wants(self) -> str:
        """The spans that are meant, and how many."""
        said = f"{self.count.wants} with {wanted(self.fields)}" if self.fields else self.count.wants
        said += f", under one with {wanted(self.under)}" if self.under is not None else ""
        if self.count.most == 0:
            said += "".join(f", {name} one with {wanted(fields)}" for name, fields in self.order.items())
        return said
