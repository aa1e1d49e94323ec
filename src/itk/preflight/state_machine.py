"""Is the state machine there, can it be called so, and does it log?"""

from __future__ import annotations

from itk.aws import stepfunctions
from itk.aws.session import Aws
from itk.model.case import StepFunctionsExecution
from itk.model.run import Finding
from itk.preflight.account import same_place
from itk.preflight.found import Found, Target, arn_place, bad


def check_state_machine(aws: Aws, stimulus: StepFunctionsExecution, account: str) -> Found:
    """Read the state machine. What an express workflow did is in its logs alone, so it must have some to be seen."""
    arn = stimulus.state_machine_arn
    if elsewhere := same_place(f"state machine {arn.split(':')[-1]}", *arn_place(arn), account, aws.region):
        return bad("state_machine", elsewhere)
    found = stepfunctions.state_machine(aws, arn)
    if found.status not in ("ACTIVE", ""):
        return bad("state_machine", f"{found.name} is {found.status}, not ACTIVE")
    if stimulus.sync and found.type != "EXPRESS":
        fix = "remove `sync`, or make the workflow an express one"
        return bad("state_machine", f"{found.name} is {found.type}: only EXPRESS can be waited for", fix)
    finding = Finding(check="state_machine", ok=True, what=f"{found.name}, {found.type}")
    return (finding, *_logging(found)), Target(name=found.name, id=arn)


def _logging(found: stepfunctions.StateMachine) -> tuple[Finding, ...]:
    if found.type != "EXPRESS":
        return ()
    if found.log_level == "OFF":
        what = f"{found.name} logs nothing, and an express execution leaves no other history: its states cannot be seen"
        fix = (
            "set its loggingConfiguration to level ALL with includeExecutionData, and list the group in ITK_LOG_GROUPS"
        )
        return (Finding(check="logging", ok=True, what=what, fix=fix),)
    data = "with" if found.logs_data else "without"
    return (Finding(check="logging", ok=True, what=f"{found.name} logs at level {found.log_level}, {data} data"),)
