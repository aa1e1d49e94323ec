"""`stepfunctions_execution`: one execution of a state machine."""

from __future__ import annotations

import re
from typing import Any, Literal

from pydantic import Field

from itk.casefile.forms import Form, Word
from itk.casefile.written import Written
from itk.model.case import StepFunctionsExecution

_STATE_MACHINE = re.compile(
    r"arn:aws[a-z-]*:states:[a-z0-9-]+:\d{12}:stateMachine:[^:\s]{1,80}(?::[^:\s]{1,80})?", re.ASCII
)


class StepFunctionsTarget(Form):
    state_machine_arn: Word = Field(default="", description="The state machine, or an alias or version of it.")
    sync: bool = Field(default=False, description="Wait for the output. Only express workflows can.")


class StepFunctionsEntrypoint(Form):
    type: Literal["stepfunctions_execution"]
    target: StepFunctionsTarget = Field(default_factory=StepFunctionsTarget)
    payload: dict[str, Any] | None = Field(
        default=None, description="The input, a mapping: ITK adds the run's id to it."
    )


def read(form: StepFunctionsEntrypoint, at: Written) -> StepFunctionsExecution:
    """The stimulus; what is wrong with it is told."""
    arn = at.needed("state_machine_arn", form.target.state_machine_arn)
    fix = "write `arn:aws:states:<region>:<account>:stateMachine:<name>`"
    at.matches("state_machine_arn", arn, _STATE_MACHINE, "the ARN of a state machine", fix)
    return StepFunctionsExecution(state_machine_arn=arn, input=form.payload or {}, sync=form.target.sync)
