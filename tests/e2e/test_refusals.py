"""Bad input never sends anything, and what is printed leads out of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from itk.sandbox import Sandbox
from tests.e2e.conftest import Bot, deploy_bot

ACTS = ("sqs.SendMessage", "sqs.SendMessageBatch", "lambda.Invoke", "bedrock-agent-runtime.InvokeAgent")


def acted(bot: Bot) -> int:
    """How many calls that act reached the sandbox."""
    calls = bot.sandbox.calls()
    return sum(count for name, count in calls.items() if name.lower() in {act.lower() for act in ACTS})


@pytest.fixture
def bot(shared_bot: Bot) -> Iterator[Bot]:
    """Nothing is ever sent to this one, so all tests may share it."""
    yield shared_bot
    shared_bot.sandbox.faults([])


def test_the_count_of_acts_counts(itk_sandbox_fresh: Sandbox, tmp_path: Path) -> None:
    """Without this, every test below could pass for the wrong reason."""
    bot = deploy_bot(itk_sandbox_fresh, tmp_path)
    before = acted(bot)
    bot.itk("run", "--case", bot.quick("example-001"), out=tmp_path / "out")
    assert acted(bot) > before


@pytest.mark.parametrize(
    ("settings", "code", "words"),
    [
        ({"ITK_ALLOWED_ACCOUNTS": None}, 4, "add this line to .env: ITK_ALLOWED_ACCOUNTS=123456789012"),
        ({"ITK_ALLOWED_ACCOUNTS": "999999999999"}, 4, "account 123456789012 is not in ITK_ALLOWED_ACCOUNTS"),
        ({"ITK_LOG_GROUPS": "/aws/lambda/support-intake,/aws/lambda/nope"}, 4, "no log group `/aws/lambda/nope`"),
        (
            {"ITK_LOG_GROUPS": "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/support-intake:*"},
            2,
            "write the name alone: /aws/lambda/support-intake",
        ),
        ({"ITK_LOG_GROUPS": ""}, 4, "ITK_LOG_GROUPS is empty"),
        ({"ITK_SQS_QUEUE_URL": None}, 2, "ITK_SQS_QUEUE_URL"),
        ({"ITK_AWS_REGION": "us-east-1", "AWS_REGION": "us-east-1"}, 4, "region"),
        ({"ITK_MODE": "banana"}, 2, "ITK_MODE"),
        (
            {"ITK_SQS_QUEUE_URL": "https://sqs.eu-west-1.amazonaws.com/999999999999/support-intake"},
            4,
            "queue support-intake is in account 999999999999, the credentials are for 123456789012",
        ),
        (
            {"ITK_SQS_QUEUE_URL": "https://sqs.us-east-1.amazonaws.com/123456789012/support-intake"},
            4,
            "queue support-intake is in region us-east-1, the session is in eu-west-1",
        ),
        ({"AWS_PROFILE": "no-such-profile"}, 4, "no-such-profile"),
    ],
)
def test_settings_that_are_wrong(
    bot: Bot, tmp_path: Path, settings: dict[str, str | None], code: int, words: str
) -> None:
    before = acted(bot)
    left = bot.itk("run", "--case", bot.quick("example-001"), out=tmp_path / "out", **settings)

    assert left.code == code, left.stderr
    assert words in left.stderr
    assert acted(bot) == before
    assert not (tmp_path / "out").exists()


def test_a_queue_that_looks_like_production(bot: Bot, tmp_path: Path) -> None:
    url = bot.settings["ITK_SQS_QUEUE_URL"].replace("support-intake", "orders-prod")
    left = bot.itk("run", "--case", bot.quick("example-001"), out=tmp_path / "out", ITK_SQS_QUEUE_URL=url)

    assert left.code == 4
    assert "`orders-prod` holds the forbidden word `prod`" in left.stderr
    assert acted(bot) == 0


def test_expired_credentials(bot: Bot, tmp_path: Path) -> None:
    bot.sandbox.faults([{"service": "sts", "operation": "", "code": "ExpiredToken", "status": 403, "times": 99}])
    left = bot.itk("run", "--case", bot.quick("example-001"), out=tmp_path / "out")

    assert left.code == 4
    assert "credentials expired" in left.stderr
    assert "aws sso login" in left.stderr
    assert acted(bot) == 0


def test_no_credentials(bot: Bot, tmp_path: Path) -> None:
    nothing = str(tmp_path / "none")
    without: dict[str, str | None] = {
        "AWS_ACCESS_KEY_ID": None,
        "AWS_SECRET_ACCESS_KEY": None,
        "AWS_SHARED_CREDENTIALS_FILE": nothing,
        "AWS_CONFIG_FILE": nothing,
    }
    left = bot.itk("run", "--case", bot.quick("example-001"), out=tmp_path / "out", **without)
    assert left.code == 4
    assert "no AWS credentials" in left.stderr


def test_an_output_directory_that_cannot_be_written_or_is_not_empty(bot: Bot, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    blocked = bot.itk("run", "--case", bot.quick("example-001"), out=tmp_path / "file" / "out")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "precious.txt").write_text("x")
    full = bot.itk("run", "--case", bot.quick("example-001"), out=tmp_path / "full")

    assert (blocked.code, full.code) == (4, 4)
    assert "is a file" in blocked.stderr
    assert "--overwrite" in full.stderr
    assert acted(bot) == 0


def test_an_unresolved_variable(bot: Bot, tmp_path: Path) -> None:
    case = bot.case(
        "unset",
        bot.quick("example-001").read_text(encoding="utf-8").replace("${ITK_SQS_QUEUE_URL}", "${NOBODY_SET_THIS}"),
    )
    left = bot.itk("run", "--case", case, out=tmp_path / "out")

    assert left.code == 2
    assert "`${NOBODY_SET_THIS}` is not set" in left.stderr
    assert acted(bot) == 0


def test_everything_that_is_wrong_is_said_at_once(bot: Bot, tmp_path: Path) -> None:
    wrong = {"ITK_ALLOWED_ACCOUNTS": None, "ITK_LOG_GROUPS": "/aws/lambda/nope", "ITK_ENV": "prod"}
    left = bot.itk("run", "--case", bot.quick("example-001"), out=tmp_path / "out", **wrong)
    for words in ("ITK_ALLOWED_ACCOUNTS", "/aws/lambda/nope", "forbidden word"):
        assert words in left.stderr
    assert left.code == 4


def test_preflight_prints_the_list_and_sends_nothing(bot: Bot, tmp_path: Path) -> None:
    good = bot.itk("preflight", out=tmp_path / "out")
    bad = bot.itk("preflight", "--case", bot.quick("example-001"), ITK_ALLOWED_ACCOUNTS=None)

    assert good.code == 0, good.stderr
    for word in ("credentials", "account", "queue", "function", "agent", "log_groups", "output"):
        assert f"ok  {word}: " in good.stderr, word
    assert bad.code == 4
    assert acted(bot) == 0


def test_what_is_unset_is_said_without_credentials_too(bot: Bot, tmp_path: Path) -> None:
    nothing = str(tmp_path / "none")
    bare: dict[str, str | None] = {"AWS_ACCESS_KEY_ID": None, "AWS_SECRET_ACCESS_KEY": None}
    unset: dict[str, str | None] = {"ITK_ALLOWED_ACCOUNTS": None, "ITK_LOG_GROUPS": None}
    elsewhere: dict[str, str | None] = {"AWS_SHARED_CREDENTIALS_FILE": nothing, "AWS_CONFIG_FILE": nothing}
    left = bot.itk("run", "--case", bot.quick("example-001"), out=tmp_path / "out", **bare, **unset, **elsewhere)

    assert left.code == 4
    for words in ("no AWS credentials", "ITK_ALLOWED_ACCOUNTS is not set", "ITK_LOG_GROUPS is empty"):
        assert words in left.stderr
