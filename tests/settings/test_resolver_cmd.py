"""ITK_RESOLVER_CMD: a real command, in a real shell."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from itk.errors import UsageError
from itk.settings import load_settings, run_resolver

ENV = {"PATH": os.environ["PATH"]}


def test_what_it_prints_are_settings(tmp_path: Path) -> None:
    (tmp_path / "targets.json").write_text(
        '{"sqs_queue_url": "https://sqs.eu-west-1.amazonaws.com/123456789012/qa", "log_groups": ["/a", "/b"],'
        ' "ITK_ENV": "branch-7", "table": 5, "none": null}'
    )
    (tmp_path / ".env").write_text("ITK_RESOLVER_CMD='cat targets.json | cat'\nITK_ENV=file\n")
    found = load_settings(cwd=tmp_path, env=ENV, resolver=run_resolver)

    assert found.queue_url.endswith("/qa")
    assert found.log_groups == ("/a", "/b")
    assert (found.env_name, found.origins["ITK_ENV"]) == ("branch-7", "resolver")
    assert found.values["table"] == "5"


def test_it_runs_only_for_commands_that_act(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("ITK_RESOLVER_CMD='touch ran; echo {}'\n")

    load_settings(cwd=tmp_path, env=ENV)
    assert not (tmp_path / "ran").exists()
    load_settings(cwd=tmp_path, env=ENV, resolver=run_resolver)
    assert (tmp_path / "ran").exists()


def test_it_sees_what_the_file_says(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(
        """AWS_PROFILE=qa\nITK_RESOLVER_CMD='echo "{\\"ITK_ENV\\": \\"$AWS_PROFILE\\"}"'\n"""
    )

    assert load_settings(cwd=tmp_path, env=ENV, resolver=run_resolver).env_name == "qa"


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("echo no such branch >&2; exit 3", "exit code 3: no such branch"),
        ("echo hello", "did not print JSON"),
        ("echo '[1]'", "no object"),
        ("printf '\\377'", "did not print JSON"),
        ("no-such-command-at-all", "exit code 127"),
    ],
)
def test_a_failure_says_what_happened_and_where_it_was_set(tmp_path: Path, command: str, said: str) -> None:
    with pytest.raises(UsageError) as raised:
        run_resolver(command, tmp_path, ENV, ".env:1:1")

    assert said in raised.value.what
    assert raised.value.where == ".env:1:1"
    assert raised.value.fix


def test_it_is_stopped_with_all_its_children(tmp_path: Path) -> None:
    started = time.monotonic()

    with pytest.raises(UsageError, match=r"0\.3 seconds"):
        run_resolver("(sleep 30; touch late) | cat", tmp_path, ENV, "x", timeout_s=0.3)
    assert time.monotonic() - started < 10
