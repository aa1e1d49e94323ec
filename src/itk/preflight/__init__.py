"""Gate one: the pre-flight list. All findings come at once, and only here `Cleared` is made."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

import msgspec

from itk.aws.session import Aws
from itk.model.case import Case, Stimulus
from itk.model.run import Environment, Finding
from itk.model.wording import counted
from itk.ports import Cleared
from itk.preflight.account import check_account, check_region
from itk.preflight.credentials import check_credentials
from itk.preflight.found import Found, Target
from itk.preflight.log_groups import check_log_groups, no_log_groups
from itk.preflight.names import check_names
from itk.preflight.output_dir import check_output_dir
from itk.preflight.target import check_target, target_key
from itk.preflight.target_names import names_of
from itk.preflight.watched_queues import WatchedQueues, check_watched


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
    queues: WatchedQueues = {}


def preflight(
    case: Case, aws: Aws, rules: Rules, output: Path, *, overwrite: bool, now: datetime, itk_version: str
) -> Outcome:
    """Ask every question that a run of `case` raises; a bad answer never hides another. A good list gives leave."""
    about_output = check_output_dir(output, overwrite=overwrite)
    outcome = look(aws, rules, [case.stimulus], [_valid(case), about_output], now=now, itk_version=itk_version)
    about_queues, queues = check_watched(aws, case.expect, outcome.target, outcome.environment.account, rules.forbidden)
    outcome = msgspec.structs.replace(outcome, findings=(*outcome.findings, *about_queues), queues=queues)
    if outcome.target is None or not all(finding.ok for finding in outcome.findings):
        return outcome
    target = outcome.target
    return msgspec.structs.replace(outcome, cleared=Cleared(case, target.name, target.id, target.log_group))


def preflight_all(
    cases: Sequence[Case],
    aws: Aws,
    rules: Rules,
    known: Sequence[Finding],
    *,
    now: datetime,
    itk_version: str,
) -> tuple[Outcome, ...]:
    """The list of each case of a suite. What they have in common is asked once, and a target once for all its cases.

    Leave is given to all or to none: a suite that lacks some of its cases is not the suite that was asked for.
    """
    targets = {target_key(case.stimulus): case.stimulus for case in cases}
    asked = _ask(aws, rules, [case.stimulus for case in cases], tuple(targets.values()), known, now, itk_version)
    found = dict(zip(targets, asked.targets, strict=bool(asked.targets)))
    outcomes = [_of_case(case, asked, found.get(target_key(case.stimulus)), aws, rules) for case in cases]
    all_good = all(finding.ok for outcome in outcomes for finding in outcome.findings)
    return tuple(
        _cleared(outcome, case) if all_good else outcome for outcome, case in zip(outcomes, cases, strict=True)
    )


def again(outcome: Outcome, case: Case, rules: Rules) -> Outcome:
    """Leave to send a case once more, under another run id. What was found out about its target still holds."""
    before, target = outcome.cleared, outcome.target
    if before is None or target is None or target_key(before.case.stimulus) != target_key(case.stimulus):
        bad = Finding(check="target", ok=False, what="the case is aimed at another target than before")
        return msgspec.structs.replace(outcome, findings=(*outcome.findings, bad), cleared=None)
    names = check_names(names_of(case.stimulus), rules.forbidden)
    cleared = Cleared(case, target.name, target.id, target.log_group) if names.ok else None
    return msgspec.structs.replace(outcome, findings=(*outcome.findings, names), cleared=cleared)


def _of_case(case: Case, asked: _Asked, found: Found | None, aws: Aws, rules: Rules) -> Outcome:
    about_target, target = found or ((), None)
    about_queues, queues = check_watched(aws, case.expect, target, asked.environment.account, rules.forbidden)
    findings = (*asked.before, _valid(case), *about_target, *asked.after, *about_queues)
    return Outcome(findings=findings, target=target, environment=asked.environment, queues=queues)


def _cleared(outcome: Outcome, case: Case) -> Outcome:
    target = outcome.target
    if target is None:
        return outcome
    return msgspec.structs.replace(outcome, cleared=Cleared(case, target.name, target.id, target.log_group))


def look(
    aws: Aws, rules: Rules, stimuli: Sequence[Stimulus], known: Sequence[Finding], *, now: datetime, itk_version: str
) -> Outcome:
    """The list without leave to send: what is `known` already, and everything that AWS must be asked."""
    asked = _ask(aws, rules, stimuli, stimuli, known, now, itk_version)
    target = asked.targets[0][1] if asked.targets else None
    return Outcome(findings=asked.findings, target=target, environment=asked.environment)


class _Asked(msgspec.Struct, frozen=True, kw_only=True):
    """The list in parts: what holds for all, and what was found about each target."""

    before: tuple[Finding, ...]
    targets: tuple[Found, ...] = ()
    after: tuple[Finding, ...] = ()
    environment: Environment = Environment()

    @property
    def findings(self) -> tuple[Finding, ...]:
        return (*self.before, *(finding for found, _ in self.targets for finding in found), *self.after)


def _ask(
    aws: Aws,
    rules: Rules,
    named: Sequence[Stimulus],
    aimed: Sequence[Stimulus],
    known: Sequence[Finding],
    now: datetime,
    itk_version: str,
) -> _Asked:
    """Ask about all that is `named`, and of AWS about the targets that are `aimed` at."""
    offline = (*known, check_names(_names(named, rules), rules.forbidden), check_region(aws.region))
    credentials, caller = check_credentials(aws, now)
    if caller is None:
        return _Asked(before=(*offline, credentials, *_unset(rules)))
    environment = Environment(
        account=caller.account,
        region=aws.region,
        name=rules.environment_name,
        caller_arn=caller.arn,
        emulated_endpoint=aws.emulated_endpoint(),
        itk_version=itk_version,
    )
    account = check_account(caller.account, rules.allowed_accounts)
    asked = [check_target(aws, stimulus, caller.account) for stimulus in aimed]
    return _Asked(
        before=(*offline, credentials, account, *_emulated(environment)),
        targets=tuple(((*found, *_late_names(target, rules)), target) for found, target in asked),
        after=check_log_groups(aws, rules.log_groups, int(now.timestamp() * 1000)),
        environment=environment,
    )


def preflight_recorded(case: Case, output: Path, *, overwrite: bool) -> Outcome:
    """For dev-fixtures: nothing is sent, so only the case and the output directory are asked about."""
    findings = (_valid(case), check_output_dir(output, overwrite=overwrite))
    cleared = Cleared(case, "", "") if all(finding.ok for finding in findings) else None
    return Outcome(findings=findings, cleared=cleared)


def _unset(rules: Rules) -> Sequence[Finding]:
    """Settings that are missing whoever calls."""
    account = () if rules.allowed_accounts else (check_account("", rules.allowed_accounts),)
    return (*account, *(() if rules.log_groups else (no_log_groups(),)))


def _valid(case: Case) -> Finding:
    return Finding(check="case", ok=True, what=f"{case.path} is valid, {counted(len(case.expect), 'check')}")


def _names(stimuli: Sequence[Stimulus], rules: Rules) -> tuple[str, ...]:
    named = (name for stimulus in stimuli for name in names_of(stimulus))
    return (*rules.log_groups, rules.environment_name, *named)


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
