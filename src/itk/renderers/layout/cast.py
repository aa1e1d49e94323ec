"""Who takes part: one lifeline a component, in the order in which they come on."""

from __future__ import annotations

from typing import get_args

import msgspec

from itk.model.trace import Component, ComponentType
from itk.renderers.text import one_line

KINDS: tuple[str, ...] = get_args(ComponentType)


class Participant(msgspec.Struct, frozen=True, kw_only=True):
    """A lifeline. `ghost`: nothing of it was seen, it is only missed."""

    component: Component
    label: str
    ghost: bool = False


class Cast:
    """Participants in the order of their first appearance."""

    def __init__(self) -> None:
        self.members: list[Participant] = []
        self._index: dict[tuple[str, str], int] = {}

    def of(self, component: Component, *, ghost: bool = False) -> int:
        key = (component.type, component.name)
        if key not in self._index:
            self._index[key] = len(self.members)
            label = one_line(component.name) or "(unnamed)"
            self.members.append(Participant(component=component, label=label, ghost=ghost))
        return self._index[key]

    def by_label(self, label: str) -> int:
        for at, member in enumerate(self.members):
            if member.component.label == label:
                return at
        kind, _, name = label.partition(":")
        if kind in KINDS and name:
            return self.of(Component(type=kind, name=name), ghost=True)  # type: ignore[arg-type]
        return self.of(Component(type="service", name=label), ghost=True)
