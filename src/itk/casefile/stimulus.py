"""`entrypoint:` -> the stimulus that is sent, with targets that the case leaves open taken from the settings."""

from __future__ import annotations

from typing import Any

from itk.casefile.findings import did_you_mean
from itk.casefile.nodes import Node
from itk.casefile.reading import Reader
from itk.casefile.stimuli import KINDS, Kind
from itk.casefile.vocabulary import TargetDefaults
from itk.casefile.written import Written
from itk.model.case import Stimulus
from itk.model.problem import show


class StimulusReader:
    """Reads one `entrypoint:`."""

    def __init__(self, reader: Reader, defaults: TargetDefaults, *, targets_needed: bool) -> None:
        self._reader = reader
        self._findings = reader.findings
        self._defaults = defaults
        self._targets_needed = targets_needed

    def read(self, node: Node, key: Node, *, has_turns: bool = False) -> Stimulus | None:
        """The stimulus, or `None` where something is wrong (and told). `has_turns`: what is sent stands elsewhere."""
        if node.kind != "mapping":
            fix = f"write `type:` ({', '.join(KINDS)}), `target:` and `payload:` below it"
            self._findings.error(key if node.is_null else node, "`entrypoint` must be a mapping", fix)
            return None
        kind = self._kind(node, key)
        if kind is None:
            return None
        filled = self._reader.fill(kind.form, self._value(node, kind), node, of="`entrypoint`")
        if filled is None:
            return None
        needed = self._targets_needed
        written = Written(self._reader, self._defaults, node, key, targets_needed=needed, has_turns=has_turns)
        return kind.read(filled, written)

    def _kind(self, node: Node, key: Node) -> Kind | None:
        named = node.get("type")
        if named is None:
            self._findings.error(key, "`entrypoint` needs `type`", f"add `type:` with one of {', '.join(KINDS)}")
            return None
        kind = KINDS.get(named.text) if named.kind == "scalar" else None
        if kind is None:
            what = f"unknown entrypoint type `{show(named.text)}`"
            self._findings.error(named, what, did_you_mean(named.text, KINDS))
        return kind

    def _value(self, node: Node, kind: Kind) -> dict[str, Any]:
        value: dict[str, Any] = {}
        for key, item in node.pairs:
            # Recorded evidence needs nothing that is sent; a file can be right before its targets are known.
            lenient = self._defaults.mode != "live" or (key.text == "target" and not self._targets_needed)
            value[key.text] = self._reader.value(item, lenient=lenient, data=key.text == "payload")
        if node.get("target") is not None and value["target"] is None:
            value["target"] = {}
        if kind.shorthand and isinstance(value.get("payload"), str):
            value["payload"] = {kind.shorthand: value["payload"]}
        return value
