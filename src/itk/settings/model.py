"""Every setting: its name, its type, its default and what it does. The reference page is made from this file."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from itk.model.duration import seconds
from itk.model.problem import Problem, show
from itk.settings.names import DEFAULT_PATTERNS, ForbiddenNames, split_patterns


def _wrong(what: str, fix: str) -> PydanticCustomError:
    return PydanticCustomError("itk", "{what}", {"what": what, "fix": fix})


def _list(value: Any, separators: str) -> tuple[str, ...]:
    parts = re.split(separators, value) if isinstance(value, str) else [str(part) for part in value]
    return tuple(dict.fromkeys(part.strip() for part in parts if part.strip()))


def _mode(value: Any) -> str:
    mode = str(value).strip()
    if mode not in ("live", "dev-fixtures"):
        raise _wrong(f"`{show(mode)}` is no mode", "write `live` or `dev-fixtures`")
    return mode


def _switch(value: Any) -> str:
    switch = str(value).strip().lower()
    if switch not in ("auto", "off"):
        raise _wrong(f"`{show(value)}` is neither `auto` nor `off`", "write `auto` or `off`")
    return switch


def _assets(value: Any) -> str:
    assets = str(value).strip().lower()
    if assets not in ("inline", "split"):
        raise _wrong(f"`{show(value)}` is neither `inline` nor `split`", "write `inline` or `split`")
    return assets


def _region(value: Any) -> str:
    if not re.fullmatch(r"[a-z]{2}(-[a-z]+){1,3}-[0-9]{1,2}", str(value)):
        raise _wrong(f"`{show(value)}` is no AWS region", "write a region's code, for example eu-west-1")
    return str(value)


def _accounts(value: Any) -> tuple[str, ...]:
    accounts = _list(value, r"[\s,]+")
    for account in accounts:
        if not re.fullmatch(r"[0-9]{12}", account, re.ASCII):
            fix = "write ids of 12 digits, separated by commas (`aws sts get-caller-identity` shows yours)"
            raise _wrong(f"`{show(account)}` is no AWS account id", fix)
    return accounts


def _queue_url(value: Any) -> str:
    if not re.fullmatch(r"https?://[^/\s]+/\S+", str(value)):
        fix = "write https://sqs.<region>.amazonaws.com/<account>/<name> (`aws sqs list-queues` shows them)"
        raise _wrong(f"`{show(value)}` is not the URL of a queue", fix)
    return str(value)


def _log_groups(value: Any) -> tuple[str, ...]:
    groups = _list(value, r"[\s,]+")
    for group in groups:
        if arn := re.fullmatch(r"arn:aws[a-z-]*:logs:[^:]*:[^:]*:log-group:([^:]+)(?::.*)?", group):
            raise _wrong(f"`{show(group)}` is an ARN", f"write the name alone: {show(arn[1])}")
        if not re.fullmatch(r"[A-Za-z0-9_/.#-]{1,512}", group):
            fix = "write names, separated by commas (`aws logs describe-log-groups` shows them)"
            raise _wrong(f"`{show(group)}` is no name of a log group", fix)
    return groups


def _word(value: Any) -> str:
    word = str(value).strip()
    if re.search(r"[\s\x00-\x1f]", word):
        raise _wrong(f"`{show(word)}` holds a space", "remove it")
    return word


def _attribute(value: Any) -> str:
    name = str(value)
    if not re.fullmatch(r"(?!\.)(?!(?i:aws|amazon)\.)(?!.*\.\.)[A-Za-z0-9_.-]{1,256}(?<!\.)", name):
        fix = "use letters, digits, `_`, `-` and `.`; do not start with `AWS.` or `Amazon.`"
        raise _wrong(f"`{show(name)}` is no name of a message attribute", fix)
    return name


def _seconds(least: float, most: float) -> BeforeValidator:
    def check(value: Any) -> float:
        found = seconds(value)
        if found is None:
            raise _wrong(f"`{show(value)}` is not a number of seconds", "write a number such as 30, or `2m`")
        if not least <= found <= most:
            raise _wrong(f"{show(value)} is out of range", f"write {least:g} to {most:g} seconds")
        return found

    return BeforeValidator(check)


def _count(value: Any) -> int:
    if not re.fullmatch(r"[0-9]{1,4}", str(value), re.ASCII) or not 1 <= int(str(value)) <= 1000:
        raise _wrong(f"`{show(value)}` is no number from 1 to 1000", "write a whole number such as 5")
    return int(str(value))


def _patterns(value: Any) -> tuple[str, ...]:
    patterns = split_patterns(value) if isinstance(value, str) else [str(pattern) for pattern in value]
    for pattern in patterns:
        try:
            re.compile(pattern)
        except (re.error, OverflowError, RecursionError) as error:
            fix = "write Python regular expressions, one a line or separated by commas (`\\,` is a comma)"
            raise _wrong(f"`{show(pattern)}` is no regular expression: {error}", fix) from error
        if re.compile(pattern).fullmatch(""):
            raise _wrong(f"`{show(pattern)}` matches empty text", "write a pattern that needs at least one character")
    return tuple(patterns)


def _forbidden(value: Any) -> ForbiddenNames:
    return value if isinstance(value, ForbiddenNames) else ForbiddenNames(_patterns(value))


Word = Annotated[str, BeforeValidator(_word)]
Assets = Literal["inline", "split"]
Switch = Annotated[Literal["auto", "off"], BeforeValidator(_switch)]


class Settings(BaseModel):
    """What holds for this command, decided once. Empty text: nobody said."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)

    mode: Annotated[Literal["live", "dev-fixtures"], BeforeValidator(_mode)] = Field(
        "live",
        alias="ITK_MODE",
        description="`live` talks to AWS. `dev-fixtures` reads recorded evidence and sends nothing.",
    )
    region: Annotated[str, BeforeValidator(_region)] = Field(
        "",
        alias="ITK_AWS_REGION",
        description="The region of every AWS call. `AWS_REGION`, then `AWS_DEFAULT_REGION`, when not set; "
        "then what the AWS profile says.",
        examples=["eu-west-1"],
    )
    env_name: Word = Field(
        "", alias="ITK_ENV", description="What this environment is called; shown in reports.", examples=["qa"]
    )
    allowed_accounts: Annotated[tuple[str, ...], BeforeValidator(_accounts)] = Field(
        (),
        alias="ITK_ALLOWED_ACCOUNTS",
        description="AWS accounts that may be touched, 12 digits each, separated by commas or spaces.",
        examples=["123456789012"],
    )
    forbidden_patterns: Annotated[ForbiddenNames, BeforeValidator(_forbidden)] = Field(
        ForbiddenNames(),
        alias="ITK_FORBIDDEN_PATTERNS",
        description="Regular expressions for words that no resource's name may hold, whatever their case. Words are "
        "parted by anything that is not alphanumeric, by camelCase and by digits: `orders-prod2` and `ordersProd` are "
        "refused, `product` is not. Separated by commas or line breaks.",
        json_schema_extra={"default": DEFAULT_PATTERNS},
    )
    queue_url: Annotated[str, BeforeValidator(_queue_url)] = Field(
        "",
        alias="ITK_SQS_QUEUE_URL",
        description="The queue that `sqs_event` cases send to when they name none.",
        examples=["https://sqs.eu-west-1.amazonaws.com/123456789012/orders-qa"],
    )
    log_groups: Annotated[tuple[str, ...], BeforeValidator(_log_groups)] = Field(
        (),
        alias="ITK_LOG_GROUPS",
        description="The CloudWatch log groups to read, separated by commas or line breaks.",
        examples=["/aws/lambda/orders-qa,/aws/lambda/notify-qa"],
    )
    function_name: Word = Field(
        "",
        alias="ITK_LAMBDA_FUNCTION_NAME",
        description="The function (name or ARN) that `lambda_invoke` cases call when they name none.",
        examples=["orders-qa"],
    )
    agent_id: Word = Field(
        "",
        alias="ITK_BEDROCK_AGENT_ID",
        description="The agent that `bedrock_invoke_agent` cases ask when they name none.",
        examples=["ABCDE12345"],
    )
    agent_alias_id: Word = Field(
        "",
        alias="ITK_BEDROCK_AGENT_ALIAS_ID",
        description="The alias of that agent. `TSTALIASID` is its draft.",
        examples=["TSTALIASID"],
    )
    trace_id_attr: Annotated[str, BeforeValidator(_attribute)] = Field(
        "ITK_TRACE_ID",
        alias="ITK_TRACE_ID_ATTR",
        description="The message attribute that carries the run's id.",
    )
    quiet_s: Annotated[float, _seconds(0, 3600)] = Field(
        5.0,
        alias="ITK_LOG_DELAY_SECONDS",
        description="The quiet period: a run that looks complete is complete when nothing new came for this long.",
    )
    query_window_s: Annotated[float, _seconds(1, 604_800)] = Field(
        900.0,
        alias="ITK_LOG_QUERY_WINDOW_SECONDS",
        description="The widest range of time that one CloudWatch query asks for. Smaller windows answer faster.",
    )
    logs_insights: Switch = Field(
        "auto",
        alias="ITK_LOGS_INSIGHTS",
        description="`auto`: a log group with more than 10,000 records since the stimulus is searched by Logs "
        "Insights, which bills the bytes that it scans. `off`: by FilterLogEvents, one group and a few ids at a time.",
    )
    xray: Switch = Field(
        "auto",
        alias="ITK_XRAY",
        description="`auto`: X-Ray is asked for the traces of the run, and Transaction Search where it is on; "
        "not being allowed to is no error. `off`: it is not asked.",
    )
    wait_timeout_s: Annotated[float, _seconds(1, 86_400)] = Field(
        120.0,
        alias="ITK_WAIT_TIMEOUT_SECONDS",
        description="How long to wait for evidence. What is still missing then makes a run inconclusive.",
    )
    redact_keys: Annotated[tuple[str, ...], BeforeValidator(lambda value: _list(value, r"[\s,]+"))] = Field(
        (),
        alias="ITK_REDACT_KEYS",
        description="Keys whose values never reach an artifact, besides the ones that ITK always redacts. "
        "Separated by commas, spaces or line breaks.",
        examples=["customer_name,iban"],
    )
    redact_patterns: Annotated[tuple[str, ...], BeforeValidator(_patterns)] = Field(
        (),
        alias="ITK_REDACT_PATTERNS",
        description="Regular expressions for texts that never reach an artifact. One a line, or separated by commas "
        "outside brackets, or a JSON list.",
        examples=["ORD-[0-9]{6,9}"],
    )
    soak_max_inflight: Annotated[int, BeforeValidator(_count)] = Field(
        5,
        alias="ITK_SOAK_MAX_INFLIGHT",
        description="How many iterations of a soak may be under way at once. Read and checked already; the "
        "command that uses it is not in this version.",
    )
    suite_max_inflight: Annotated[int, BeforeValidator(_count)] = Field(
        8,
        alias="ITK_SUITE_MAX_INFLIGHT",
        description="How many cases of a suite may be under way at once: sent, and not judged yet.",
    )
    artifacts_dir: Path = Field(
        Path("artifacts"),
        alias="ITK_ARTIFACTS_DIR",
        description="Where artifacts go when `--out` is not given. In a `.env`, a relative path starts at that file.",
    )
    assets: Annotated[Assets, BeforeValidator(_assets)] = Field(
        "inline",
        alias="ITK_ASSETS",
        description="`inline`: each page is one file. `split`: its script, style and payloads lie in files beside it, "
        "for hosts that show reports but forbid inline scripts, as some CI servers do.",
    )
    cases_dir: Path = Field(
        Path("cases"),
        alias="ITK_CASES_DIR",
        description="Where cases are when none are named. In a `.env`, a relative path starts at that file.",
    )
    resolver_cmd: str = Field(
        "",
        alias="ITK_RESOLVER_CMD",
        repr=False,
        description="A shell command that prints a JSON object of settings, for environments that change, such as one "
        'per branch: `{"ITK_SQS_QUEUE_URL": "https://…"}` (or `{"sqs_queue_url": "https://…"}`). Commands that act '
        "run it once; its values rank below the environment and above `.env`.",
        examples=["python scripts/resolve_targets.py"],
    )

    # Not settings by themselves: what was found beside them. Kept out of `repr`, for they may hold secrets.
    aws_environment: dict[str, str] = Field({}, repr=False)
    values: dict[str, str] = Field({}, repr=False)
    origins: dict[str, str] = Field({}, repr=False)
    warnings: tuple[Problem, ...] = Field((), repr=False)

    @model_validator(mode="after")
    def _quiet_fits(self) -> Self:
        if self.quiet_s >= self.wait_timeout_s:
            what = (
                f"the quiet period ({self.quiet_s:g} s) does not fit into the time to wait ({self.wait_timeout_s:g} s)"
            )
            raise _wrong(what, "make ITK_LOG_DELAY_SECONDS smaller than ITK_WAIT_TIMEOUT_SECONDS")
        return self


FIELDS: dict[str, str] = {info.alias: name for name, info in Settings.model_fields.items() if info.alias}
