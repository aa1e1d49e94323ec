"""An `entrypoint:` as it is written: where its keys stand, and what a target means together with the settings."""

from __future__ import annotations

import re
from typing import Any

from itk.casefile.nodes import Node
from itk.casefile.reading import Reader
from itk.casefile.vocabulary import TargetDefaults
from itk.model.problem import show

_PLACEHOLDER = re.compile(r"(?i:replace_?me|change_?me|fixme.*|todo|your_.*_here|<[^>]*>)", re.ASCII)


def without_run_id(text: str) -> str:
    """`text` with a run's id where it will have one, so that its form can be looked at before there is a run."""
    return text.replace("${run.id}", "itk-00000000000000000000")


class Written:
    """The `entrypoint:` mapping at `node`, under the key at `key`."""

    def __init__(
        self,
        reader: Reader,
        defaults: TargetDefaults,
        node: Node,
        key: Node,
        *,
        targets_needed: bool,
        has_turns: bool = False,
    ) -> None:
        self.reader = reader
        self.findings = reader.findings
        self.defaults = defaults
        self.node = node
        self.key = key
        self.has_turns = has_turns  # `expect` says what is sent
        self._targets_needed = targets_needed

    def at(self, *keys: str) -> Node:
        """The node under `keys`, or the nearest that is there."""
        node, place = self.node, self.key
        for key in keys:
            found = node.get(key)
            if found is None:
                return place
            node, place = found, (found if found.kind == "scalar" else node.key(key) or found)
        return place

    def mapping(self, *keys: str) -> Node:
        """The mapping under `keys`, for those who look for its keys; where it is none, the nearest that is there."""
        node = self.node
        for key in keys:
            found = node.get(key)
            if found is None:
                return self.at(*keys)
            node = found
        return node if node.kind == "mapping" else self.at(*keys)

    def unsaid(self, key: str, *names: str) -> None:
        """Tell where `key` (its `names`, if it is a mapping) says what is sent although the turns say it."""
        node = self.node.get(key)
        if node is None or node.is_null:
            return
        said = node if node.kind == "scalar" or not names else next(filter(None, map(node.get, names)), None)
        if said is not None:
            place = next(filter(None, map(node.key, names)), None) or self.node.key(key) or node
            fix = "move it into the first turn: `- input: …`"
            self.findings.error(place, "`turns` say what is sent, and the entrypoint says it too", fix)

    def one_of(self, *names: str, only_conflict_with: str = "") -> bool:
        """Whether several keys of `target` name the same thing; told, if so."""
        target = self.node.get("target")
        if target is None or target.kind != "mapping":
            return False
        given = [key for key, _ in target.pairs if key.text in names]
        if len(given) < 2 or (only_conflict_with and only_conflict_with not in [key.text for key in given]):
            return False
        what = f"`{given[0].text}` and `{given[1].text}` name the same thing"
        self.findings.error(given[1], what, "keep one of them")
        return True

    def given(self, name: str, written: str) -> str:
        """What stands under `name` of `target`; a placeholder is nothing."""
        if written and _PLACEHOLDER.fullmatch(written):
            node = self.at("target", name)
            self.findings.warning(node, f"`{show(written)}` is a placeholder and counts as not given")
            return ""
        return written

    def or_setting(self, written: str, field: str, setting: str) -> str:
        """`written`, or what the settings hold under `field`."""
        found = written or str(getattr(self.defaults, field))
        self._missing(found or self._told(field, written), f"neither `{field}` here nor {setting}",
                      f"add `{field}: …` to `target`, or set {setting} in .env or the environment")  # fmt: skip
        return found

    def needed(self, name: str, written: str) -> str:
        """What stands under `name` of `target`, which no setting can fill in."""
        found = self.given(name, written)
        self._missing(found or self._told(name, written), f"`target` has no `{name}`",
                      f"add `{name}: …` to `target`; `${{NAME}}` reads it from .env or the environment")  # fmt: skip
        return found

    def _told(self, name: str, written: str) -> bool:
        target = self.node.get("target")
        return target is not None and target.get(name) is not None and not written and self.findings.any_errors

    def _missing(self, there: Any, what: str, fix: str) -> None:
        if not there:
            tell = self.findings.error if self._targets_needed else self.findings.warning
            tell(self.at("target"), f"nothing says where to send: {what}", fix)

    def matches(self, name: str, written: str, form: re.Pattern[str], what: str, fix: str) -> None:
        """Tell that `written`, under `name` of `target`, is not `what`, unless it has that `form`."""
        shown = without_run_id(written)
        if shown and "${" not in shown and not form.fullmatch(shown):
            self.findings.error(self.at("target", name), f"`{show(written)}` is not {what}", fix)

    def region(self, written: str) -> None:
        """Tell of a region that is not the one of the settings."""
        if not written or written == self.defaults.region:
            return
        node = self.at("target", "region")
        if self.defaults.region:
            what = f"this case wants {show(written)}, but the settings say {show(self.defaults.region)}"
            self.findings.error(node, what, "one run talks to one region: change ITK_AWS_REGION, or remove the key")
        else:
            self.findings.warning(node, "`region` is not used here", f"set ITK_AWS_REGION={show(written)}")
