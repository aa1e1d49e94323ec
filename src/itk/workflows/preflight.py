"""`itk preflight`: the list that every run goes through, asked for by itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from itk import __version__
from itk.aws.session import Aws
from itk.errors import Refused
from itk.model.case import BedrockInvokeAgent, Case, LambdaInvoke, SqsEvent, Stimulus
from itk.model.run import Finding
from itk.model.wording import counted
from itk.preflight import Rules, look, preflight
from itk.preflight.output_dir import check_output_dir
from itk.settings import Settings
from itk.workflows.clock import Clock


def preflight_list(
    case: Case | None, settings: Settings, aws: Aws, clock: Clock, out: Path, *, overwrite: bool
) -> tuple[Finding, ...]:
    """All findings for a case; without one, for every target that the settings name. Nothing is sent."""
    rules, now = rules_of(settings), datetime.fromtimestamp(clock.now_ns() / 1e9, tz=UTC)
    if case is not None:
        return preflight(case, aws, rules, out, overwrite=overwrite, now=now, itk_version=__version__).findings
    stimuli = _configured(settings)
    mode = Finding(
        check="mode", ok=settings.mode == "live", what=f"ITK_MODE is {settings.mode}", fix="set ITK_MODE=live"
    )
    known = [mode, check_output_dir(out, overwrite=overwrite)]
    if not stimuli:
        fix = "set ITK_SQS_QUEUE_URL, ITK_LAMBDA_FUNCTION_NAME or ITK_BEDROCK_AGENT_ID, or give --case"
        known.append(Finding(check="target", ok=False, what="no target is set", fix=fix))
    return look(aws, rules, stimuli, known, now=now, itk_version=__version__).findings


def rules_of(settings: Settings) -> Rules:
    return Rules(
        allowed_accounts=settings.allowed_accounts,
        forbidden=settings.forbidden_patterns.hits,
        log_groups=settings.log_groups,
        environment_name=settings.env_name,
    )


def refusal(findings: Sequence[Finding]) -> Refused:
    bad = [finding for finding in findings if not finding.ok]
    return Refused(
        f"pre-flight found {counted(len(bad), 'problem')}; nothing was sent", fix="mend what is listed above"
    )


def _configured(settings: Settings) -> list[Stimulus]:
    found: list[Stimulus] = []
    if settings.queue_url:
        found.append(SqsEvent(mode="publish_sqs", queue_url=settings.queue_url, body=""))
    if settings.function_name:
        found.append(LambdaInvoke(function_name=settings.function_name))
    if settings.agent_id and settings.agent_alias_id:
        agent, alias = settings.agent_id, settings.agent_alias_id
        found.append(BedrockInvokeAgent(agent_id=agent, agent_alias_id=alias, input_text=""))
    return found
