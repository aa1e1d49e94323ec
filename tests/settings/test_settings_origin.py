"""Where a setting comes from, and what happens when it is wrong."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from itk.errors import UsageError
from itk.model.problem import Problem, Problems
from itk.settings import FIELDS, Settings, load_settings
from itk.settings.dotenv import EnvFile, read

QUEUE = "https://sqs.eu-west-1.amazonaws.com/123456789012/orders-qa"


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    (tmp_path / "repo/.git").mkdir(parents=True)
    (tmp_path / "repo/sub/deep").mkdir(parents=True)
    return tmp_path / "repo"


def load(cwd: Path, dotenv: str | None = None, /, **env: str) -> Settings:
    if dotenv is not None:
        (cwd / ".env").write_text(dotenv, encoding="utf-8")
    return load_settings(cwd=cwd, env=env)


def test_nothing_set_gives_the_defaults(repo: Path) -> None:
    found = load(repo)

    assert (found.mode, found.region, found.trace_id_attr) == ("live", "", "ITK_TRACE_ID")
    assert (found.quiet_s, found.query_window_s, found.wait_timeout_s, found.soak_max_inflight) == (5, 900, 120, 5)
    assert (found.artifacts_dir, found.cases_dir) == (Path("artifacts"), Path("cases"))
    assert found.forbidden_patterns.hits("orders-prod") == "prod"
    assert set(found.origins.values()) == {"default"}
    assert found.warnings == ()


def test_a_flag_beats_the_environment_beats_the_resolver_beats_the_file(repo: Path) -> None:
    (repo / ".env").write_text("ITK_RESOLVER_CMD=x\nITK_ENV=file\n")
    layers: list[tuple[dict[str, object], dict[str, str], dict[str, str], str, str]] = [
        ({"env_name": "flag"}, {"ITK_ENV": "environment"}, {"ITK_ENV": "resolver"}, "flag", "flag"),
        ({"ITK_ENV": None}, {"ITK_ENV": "environment"}, {"ITK_ENV": "resolver"}, "environment", "environment"),
        ({}, {"ITK_ENV": ""}, {"ITK_ENV": "resolver"}, "resolver", "resolver"),
        ({}, {}, {}, "file", ".env:2"),
    ]
    for flags, env, printed, value, origin in layers:
        found = load_settings(cwd=repo, env=env, flags=flags, resolver=lambda *_, printed=printed: printed)

        assert (found.env_name, found.origins["ITK_ENV"]) == (value, origin)
        assert found.values["ITK_ENV"] == value


def test_the_file_is_found_upward_to_the_root_of_the_repository(repo: Path) -> None:
    (repo.parent / ".env").write_text("ITK_ENV=outside")
    assert load(repo / "sub/deep").env_name == ""

    (repo / ".env").write_text("ITK_ENV=root")
    found = load(repo / "sub/deep")
    assert (found.env_name, found.origins["ITK_ENV"]) == ("root", "../../.env:1")

    (repo / "sub/.env").write_text("ITK_ENV=sub")
    assert load(repo / "sub/deep").env_name == "sub"


def test_outside_a_repository_only_this_directory_counts(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / ".env").write_text("ITK_ENV=above")

    assert load(tmp_path / "a").env_name == ""
    assert load(tmp_path).env_name == "above"


def test_a_named_file_must_exist_and_replaces_the_one_that_is_found(repo: Path) -> None:
    (repo / ".env").write_text("ITK_ENV=found")
    (repo / "qa.env").write_text("ITK_MODE=dev-fixtures")
    named = load_settings(cwd=repo, env={}, env_file=Path("qa.env"))

    assert (named.mode, named.env_name) == ("dev-fixtures", "")
    with pytest.raises(UsageError, match="there is no such file"):
        load_settings(cwd=repo, env={}, env_file=Path("absent.env"))


def test_the_forms_of_a_line(repo: Path) -> None:
    found = load(
        repo,
        """\ufeff# settings of the QA account
export ITK_ENV=qa   # said out loud
ITK_SQS_QUEUE_URL="https://sqs.eu-west-1.amazonaws.com/123456789012/${ITK_ENV}-orders" # quoted
ITK_LOG_GROUPS='/aws/lambda/a,
/aws/lambda/b'

ITK_REDACT_PATTERNS='ORD-[0-9]{6,9}$, \\d{4}'
ITK_REDACT_KEYS = iban, name
ITK_ALLOWED_ACCOUNTS=123456789012 210987654321
ITK_LOG_DELAY_SECONDS=500ms
""",
    )

    assert found.env_name == "qa"
    assert found.queue_url.endswith("/qa-orders")
    assert found.log_groups == ("/aws/lambda/a", "/aws/lambda/b")
    assert found.redact_patterns == ("ORD-[0-9]{6,9}$", "\\d{4}")
    assert found.redact_keys == ("iban", "name")
    assert found.allowed_accounts == ("123456789012", "210987654321")
    assert found.quiet_s == 0.5
    assert found.origins["ITK_REDACT_PATTERNS"] == ".env:7"


def test_a_variable_of_the_file_that_is_not_set_is_an_error(repo: Path) -> None:
    with pytest.raises(Problems, match="STAGE"):
        load(repo, "ITK_SQS_QUEUE_URL=https://sqs.eu-west-1.amazonaws.com/123456789012/${STAGE}-orders")

    assert load(repo, STAGE="qa").queue_url.endswith("/qa-orders")


@pytest.mark.parametrize(
    ("env", "region"),
    [
        ({"AWS_DEFAULT_REGION": "us-east-1"}, "us-east-1"),
        ({"AWS_DEFAULT_REGION": "us-east-1", "AWS_REGION": "eu-west-1"}, "eu-west-1"),
        ({"AWS_REGION": "eu-west-1", "ITK_AWS_REGION": "us-gov-west-1"}, "us-gov-west-1"),
    ],
)
def test_the_region(repo: Path, env: dict[str, str], region: str) -> None:
    found = load(repo, **env)

    assert found.region == found.values["ITK_AWS_REGION"] == region


def test_itk_s_own_region_in_the_file_beats_aws_region_in_the_environment(repo: Path) -> None:
    assert load(repo, "ITK_AWS_REGION=eu-west-1", AWS_REGION="us-east-1").region == "eu-west-1"


def test_all_wrong_values_are_told_at_once_each_with_its_place(repo: Path) -> None:
    with pytest.raises(Problems) as raised:
        load(
            repo,
            """ITK_MODE=banana
ITK_ALLOWED_ACCOUNTS=123
ITK_SQS_QUEUE_URL=orders
ITK_LOG_GROUPS=/aws/lambda/a b!
ITK_LOG_QUERY_WINDOW_SECONDS=soon
ITK_WAIT_TIMEOUT_SECONDS=0
ITK_REDACT_PATTERNS=(
ITK_TRACE_ID_ATTR=aws.id
this is no setting
""",
            ITK_SOAK_MAX_INFLIGHT="many",
            AWS_REGION="moon",
        )

    told = {problem.what.partition(":")[0]: str(problem.where) for problem in raised.value.problems}
    assert told == {
        "this line is not NAME=value": ".env:9:1",
        "ITK_MODE": ".env:1:1",
        "ITK_ALLOWED_ACCOUNTS": ".env:2:1",
        "ITK_SQS_QUEUE_URL": ".env:3:1",
        "ITK_LOG_GROUPS": ".env:4:1",
        "ITK_LOG_QUERY_WINDOW_SECONDS": ".env:5:1",
        "ITK_WAIT_TIMEOUT_SECONDS": ".env:6:1",
        "ITK_REDACT_PATTERNS": ".env:7:1",
        "ITK_TRACE_ID_ATTR": ".env:8:1",
        "ITK_SOAK_MAX_INFLIGHT": "environment variable ITK_SOAK_MAX_INFLIGHT",
        "AWS_REGION": "environment variable AWS_REGION",
    }
    assert all(problem.fix for problem in raised.value.problems)


def test_a_quiet_period_must_fit_into_the_wait(repo: Path) -> None:
    with pytest.raises(Problems, match="quiet period"):
        load(repo, ITK_LOG_DELAY_SECONDS="120")


def test_unknown_names_warn_and_suggest(repo: Path) -> None:
    found = load(repo, "ITK_LOG_GROPUS=/a\nITK_ENV=a\nITK_ENV=b\nITK_MODE\n", ITK_TARGET_LAMBDA_ARN="x", ITK_WORKER="w")

    assert [(w.what, str(w.where), w.fix) for w in found.warnings] == [
        ("ITK_ENV is set twice: the last one counts", ".env:3:1", "the first is at line 2: keep one of them"),
        ("ITK_MODE has no value", ".env:4:1", "write ITK_MODE=value, or remove the line"),
        (
            "unknown setting ITK_TARGET_LAMBDA_ARN",
            "environment variable ITK_TARGET_LAMBDA_ARN",
            "use ITK_LAMBDA_FUNCTION_NAME (an ARN is fine there)",
        ),
        (
            "unknown setting ITK_WORKER",
            "environment variable ITK_WORKER",
            "cases may use it as ${ITK_WORKER}; ITK itself does not",
        ),
        ("unknown setting ITK_LOG_GROPUS", ".env:1:1", "did you mean ITK_LOG_GROUPS?"),
    ]
    assert found.values["ITK_WORKER"] == "w"


def test_aws_s_own_names_come_along(repo: Path) -> None:
    found = load(
        repo, "AWS_PROFILE=qa\nAWS_ENDPOINT_URL=http://localhost:4566\nAWS_REGION=eu-west-1\n", AWS_REGION="us-east-1"
    )

    assert found.aws_environment == {
        "AWS_PROFILE": "qa",
        "AWS_ENDPOINT_URL": "http://localhost:4566",
        "AWS_REGION": "us-east-1",
    }


def test_credentials_come_from_one_place(repo: Path) -> None:
    """A key of the environment with the session token of .env would be neither identity."""
    found = load(
        repo,
        "AWS_ACCESS_KEY_ID=file\nAWS_SECRET_ACCESS_KEY=file\nAWS_SESSION_TOKEN=file\n",
        AWS_ACCESS_KEY_ID="env",
        AWS_SECRET_ACCESS_KEY="env",
    )

    assert found.aws_environment == {"AWS_ACCESS_KEY_ID": "env", "AWS_SECRET_ACCESS_KEY": "env"}
    assert "credentials of the environment come first" in found.warnings[0].what


def test_secrets_show_nowhere(repo: Path) -> None:
    canary = "c4n4ry"
    found = load(repo, f"AWS_SECRET_ACCESS_KEY={canary}\nITK_RESOLVER_CMD=curl -H {canary}\nOTHER={canary}\n")
    assert canary not in repr(found) + str(found) + "".join(map(str, found.warnings))
    assert "AWS_SECRET_ACCESS_KEY" not in found.values

    with pytest.raises(Problems) as raised:
        load(repo, f'AWS_SECRET_ACCESS_KEY="{canary}\nITK_MODE=x{canary[:0]}\n')
    assert canary not in str(raised.value)


def test_a_relative_directory_of_the_file_starts_at_the_file(repo: Path) -> None:
    (repo / ".env").write_text("ITK_CASES_DIR=qa/cases\nITK_ARTIFACTS_DIR=/var/out\n")

    assert load(repo).cases_dir == Path("qa/cases")
    assert load(repo / "sub").cases_dir == Path("../qa/cases")
    assert load(repo / "sub").artifacts_dir == Path("/var/out")
    assert load(repo / "sub", ITK_CASES_DIR="here").cases_dir == Path("here")


@pytest.mark.parametrize("raw", [b"\x7fELF\0", b"ITK_ENV=\xe9", b"ITK_ENV=\xff\xfe"])
def test_a_file_that_is_no_text_is_an_error(repo: Path, raw: bytes) -> None:
    (repo / ".env").write_bytes(raw)

    with pytest.raises(Problems):
        load(repo)


def test_a_setting_that_does_not_exist_is_a_bug_of_the_command(repo: Path) -> None:
    with pytest.raises(KeyError):
        load_settings(cwd=repo, env={}, flags={"mood": "live"})


@settings(max_examples=120, deadline=5000)
@given(st.dictionaries(st.sampled_from(sorted(FIELDS)), st.text(max_size=40)))
def test_any_values_give_settings_or_problems(env: dict[str, str]) -> None:
    told: tuple[Problem, ...] = ()
    try:
        load_settings(cwd=Path("/nonexistent"), env=env)
    except Problems as wrong:
        told = wrong.problems

    assert all(problem.fix and problem.where.path for problem in told)


@settings(max_examples=120, deadline=5000)
@given(
    st.text(max_size=120)
    | st.lists(st.sampled_from(["A=", "'", '"', "\n", "${", "}", "export ", "#", "\\", "b"])).map("".join)
)
def test_any_file_can_be_read(text: str) -> None:
    from itk.settings.dotenv import _parse

    assert isinstance(_parse(Path(".env"), ".env", text, {}), EnvFile)


def test_every_setting_has_its_section() -> None:
    from itk.settings import settings_reference

    assert all(f"## {name}\n" in settings_reference() for name in FIELDS)


def test_the_examples_of_the_page_are_valid(repo: Path) -> None:
    from itk.settings import settings_reference

    examples = re.findall(r"```sh\n(.*?)```", settings_reference(), re.DOTALL)
    found = load(repo, "".join(examples))

    assert len(examples) == len([origin for origin in found.origins.values() if origin.startswith(".env")])


def test_reading_a_directory_in_place_of_a_file_is_told(tmp_path: Path) -> None:
    assert "cannot read" in read(tmp_path, ".env", {}).problems[0].what
