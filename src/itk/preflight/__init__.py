"""Gate one: the pre-flight list. All findings come at once, and only here `Cleared` is made."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

import msgspec

from itk.aws.session import Aws
from itk.model.case import BedrockInvokeAgent, Case, SqsEvent, Stimulus
from itk.model.run import Environment, Finding
from itk.ports import Cleared
from itk.preflight.account import check_account, check_region
from itk.preflight.credentials import check_credentials
from itk.preflight.log_groups import check_log_groups
from itk.preflight.names import check_names
from itk.preflight.output_dir import check_output_dir
from itk.preflight.target import Target, check_target


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """What the settings say about where tests may run."""

    allowed_accounts: tuple[str, ...]
    forbidden: Callable[[str], str | None]
    log_groups: tuple[str, ...]
    environment_name: str = ""


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """The list, and leave to send if nothing on it was bad."""

    findings: tuple[Finding, ...]
    cleared: Cleared | None = None
    target: Target | None = None
    environment: Environment = Environment()


def preflight(
    case: Case, aws: Aws, rules: Rules, output: Path | None, *, overwrite: bool, now: datetime, itk_version: str
) -> Outcome:
    """Ask every question that can be asked; a bad answer never hides another."""
    offline = [*_case(case), check_names(_names(case.stimulus, rules), rules.forbidden), check_region(aws.region)]
    if output is not None:
        offline.append(check_output_dir(output, overwrite=overwrite))
    credentials, caller = check_credentials(aws, now)
    if caller is None:
        return Outcome(findings=(*offline, credentials))
    environment = Environment(
        account=caller.account,
        region=aws.region,
        name=rules.environment_name,
        caller_arn=caller.arn,
        emulated_endpoint=aws.emulated_endpoint(),
        itk_version=itk_version,
    )
    account = check_account(caller.account, rules.allowed_accounts)
    about_target, target = check_target(aws, case.stimulus, caller.account)
    groups = check_log_groups(aws, rules.log_groups, int(now.timestamp() * 1000))
    late_names = _late_names(target, rules)
    findings = (*offline, credentials, account, *_emulated(environment), *about_target, *late_names, *groups)
    if target is None or not all(finding.ok for finding in findings):
        return Outcome(findings=findings, environment=environment)
    cleared = Cleared(case, target.name, target.id)
    return Outcome(findings=findings, cleared=cleared, target=target, environment=environment)


def preflight_recorded(case: Case, output: Path, *, overwrite: bool) -> Outcome:
    """For dev-fixtures: nothing is sent, so only the case and the output directory are asked about."""
    findings = (*_case(case), check_output_dir(output, overwrite=overwrite))
    cleared = Cleared(case, "", "") if all(finding.ok for finding in findings) else None
    return Outcome(findings=findings, cleared=cleared)


def _case(case: Case) -> Sequence[Finding]:
    return (Finding(check="case", ok=True, what=f"{case.path} is valid, {len(case.expect)} check(s)"),)


def _names(stimulus: Stimulus, rules: Rules) -> tuple[str, ...]:
    if isinstance(stimulus, BedrockInvokeAgent):
        return (stimulus.agent_id, stimulus.agent_alias_id, *rules.log_groups, rules.environment_name)
    queue = stimulus.queue_url.rsplit("/", 1)[-1] if isinstance(stimulus, SqsEvent) else ""
    return (queue, stimulus.function_name, *rules.log_groups, rules.environment_name)


def _late_names(target: Target | None, rules: Rules) -> Sequence[Finding]:
    """Names that only AWS knows: the agent's, the dead-letter queue's."""
    if target is None:
        return ()
    dead = target.queue.dead_letter_name if target.queue else ""
    finding = check_names([target.name, dead], rules.forbidden)
    return () if finding.ok else (finding,)


def _emulated(environment: Environment) -> Sequence[Finding]:
    if not environment.emulated_endpoint:
        return ()
    what = f"{environment.emulated_endpoint} is no AWS: everything that is written will say emulated"
    return (Finding(check="endpoint", ok=True, what=what),)
