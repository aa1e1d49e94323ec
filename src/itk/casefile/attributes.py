"""Message attributes, as SQS and SNS take them."""

from __future__ import annotations

import re
from typing import Any

from pydantic import AliasChoices, Field

from itk.casefile.forms import Form
from itk.casefile.nodes import Node
from itk.casefile.written import Written
from itk.model.problem import show

ATTRIBUTES_MAX = 9  # SQS allows 10, and one carries the run's id
_NAME = re.compile(r"(?!(?:aws|amazon)\.)(?!\.)[A-Za-z0-9_.-]{1,256}(?<!\.)", re.ASCII | re.IGNORECASE)


class AttributeForm(Form):
    """A message attribute as the AWS API writes it."""

    data_type: str = Field(default="String", validation_alias=AliasChoices("DataType", "dataType"))
    string_value: str = Field(validation_alias=AliasChoices("StringValue", "stringValue"))


def read_attributes(at: Written, written: dict[str, Any], node: Node) -> dict[str, str]:
    """Names and texts. `node` is the mapping that they stand in."""
    attributes: dict[str, str] = {}
    for name, value in written.items():
        place = node.get(name) or node
        if not _NAME.fullmatch(name) or ".." in name:
            fix = "use letters, digits, `_`, `-` and `.`; do not start with `AWS.` or `Amazon.`"
            at.findings.error(node.key(name) or node, f"`{show(name)}` is no name of a message attribute", fix)
        elif isinstance(value, dict):
            form = at.reader.fill(AttributeForm, value, place, of=f"`{name}`")
            if form is not None and form.data_type.startswith("Binary"):
                at.findings.error(place, "binary attributes are not supported", "send text")
            elif form is not None:
                attributes[name] = form.string_value
        elif isinstance(value, str | int | float):
            attributes[name] = value if isinstance(value, str) else place.text
            if not attributes[name]:
                fix = "SQS needs a value: write one or remove it"
                at.findings.error(place, f"the attribute `{name}` is empty", fix)
        else:
            at.findings.error(place, f"`{name}`: expected text, found {place.named()}", "write a text")
    return attributes


def not_too_many(at: Written, attributes: dict[str, str]) -> None:
    """Tell of more attributes than SQS takes; SNS with raw delivery drops a message that has more, unseen."""
    if len(attributes) > ATTRIBUTES_MAX:
        what = f"{len(attributes)} message attributes: SQS allows 10, and ITK adds one of its own"
        at.findings.error(at.mapping("target", "message_attributes"), what, "move some into the body")


def fifo(at: Written, name: str, kind: str, group: str) -> None:
    """Tell that a FIFO queue or topic needs a group."""
    if name.endswith(".fifo") and not group:
        what = f"a FIFO {kind} needs `message_group_id`"
        at.findings.error(at.at("target"), what, "add `message_group_id: itk-${run.id}` to `target`")
