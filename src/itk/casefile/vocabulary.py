"""What `expect:` may ask for. The checks live in a higher layer and hand their forms down to whoever reads a case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, get_origin

from pydantic import BaseModel


class CheckForm(Protocol):
    """How a person writes one check. Every `itk.ports.Check` is one.

    `params` is a pydantic model (with `extra="forbid"`); `shorthand` names the field that `- name: value` fills;
    without it the check takes no bare value. `beside` names the fields that stand beside the check's name.
    """

    @property
    def name(self) -> str: ...
    @property
    def summary(self) -> str: ...
    @property
    def params(self) -> type[BaseModel]: ...
    @property
    def shorthand(self) -> str | None: ...
    @property
    def beside(self) -> tuple[str, ...]: ...


Vocabulary = Mapping[str, CheckForm]


def fills_shorthand(form: CheckForm) -> bool:
    """Is whatever stands behind the name the `shorthand`, a mapping too? So where parameters stand beside the name,
    and where the shorthand itself is a mapping (`- response: {body.status: ok}`)."""
    if form.shorthand is None:
        return False
    return bool(form.beside) or get_origin(form.params.model_fields[form.shorthand].annotation) is dict


class TargetDefaults(Protocol):
    """Where a stimulus goes when the case does not say. `itk.settings.Settings` is one."""

    @property
    def mode(self) -> str: ...
    @property
    def region(self) -> str: ...
    @property
    def queue_url(self) -> str: ...
    @property
    def function_name(self) -> str: ...
    @property
    def agent_id(self) -> str: ...
    @property
    def agent_alias_id(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Targets:
    """Target defaults without settings, for those who load a case by themselves."""

    mode: str = "live"
    region: str = ""
    queue_url: str = ""
    function_name: str = ""
    agent_id: str = ""
    agent_alias_id: str = ""
