"""However it ends, nothing is left: no process, no folder, no state file."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

import itk
from itk.errors import ItkError
from itk.sandbox import Sandbox, interpreter, launch
from tests.sandbox.support import Aws, wait_for

pytestmark = pytest.mark.sandbox
SOURCE = str(Path(itk.__file__).parents[1])
SLEEPER = """
    import os, subprocess, sys, time
    def handler(event, context):
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
        return [os.getpid(), child.pid]
"""


def gone(pid: int) -> bool:
    return not launch.is_alive(pid)


def folder_of(sandbox: Sandbox) -> Path:
    return sandbox._server.folder


def test_close_leaves_nothing(itk_sandbox_fresh: Sandbox) -> None:
    pids = Aws(itk_sandbox_fresh).invoke(Aws(itk_sandbox_fresh).deploy(SLEEPER))["Payload"]
    server, folder = itk_sandbox_fresh._server.pid, folder_of(itk_sandbox_fresh)
    assert folder.exists()
    assert not any(map(gone, [server, *pids]))

    itk_sandbox_fresh.close()

    wait_for(lambda: all(map(gone, [server, *pids])), 5)
    assert not folder.exists()


def test_a_killed_parent_takes_everything_along(tmp_path: Path) -> None:
    script = f"""
        import json, time
        from itk.sandbox import Sandbox
        from tests.sandbox.support import Aws
        sandbox = Sandbox.start()
        pids = Aws(sandbox).invoke(Aws(sandbox).deploy({SLEEPER!r}))["Payload"]
        print(json.dumps([sandbox._server.pid, *pids, str(sandbox._server.folder)]), flush=True)
        time.sleep(600)
    """
    root = str(Path(__file__).parents[2])
    env = {**os.environ, "PYTHONPATH": os.pathsep.join([SOURCE, root]), "TMPDIR": str(tmp_path)}
    parent = subprocess.Popen([sys.executable, "-c", textwrap.dedent(script)], stdout=subprocess.PIPE, env=env)
    assert parent.stdout
    *pids, folder = json.loads(parent.stdout.readline())
    assert not any(map(gone, pids))

    parent.kill()
    parent.wait()
    parent.stdout.close()

    wait_for(lambda: all(map(gone, pids)), 10)
    wait_for(lambda: not Path(folder).exists(), 5)


def test_handlers_die_with_a_killed_server(itk_sandbox_fresh: Sandbox) -> None:
    pids = Aws(itk_sandbox_fresh).invoke(Aws(itk_sandbox_fresh).deploy(SLEEPER))["Payload"]

    os.kill(itk_sandbox_fresh._server.pid, signal.SIGKILL)

    wait_for(lambda: all(map(gone, pids)), 5)
    with pytest.raises(ItkError, match="no sandbox answers"):
        itk_sandbox_fresh.calls()
    itk_sandbox_fresh.close()
    assert not folder_of(itk_sandbox_fresh).exists()


def test_the_next_start_sweeps_what_two_kills_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    for name, pid in (("dead", dead.pid), ("alive", os.getpid())):
        folder = tmp_path / f"{launch.FOLDER_PREFIX}{name}"
        folder.mkdir()
        (folder / "server.pid").write_text(str(pid))

    launch.sweep()

    assert [folder.name for folder in tmp_path.iterdir()] == [f"{launch.FOLDER_PREFIX}alive"]


def test_every_port_is_on_loopback(itk_sandbox_fresh: Sandbox) -> None:
    if not Path("/proc/net/tcp").exists():
        pytest.skip("needs /proc")
    Aws(itk_sandbox_fresh).invoke(Aws(itk_sandbox_fresh).deploy(SLEEPER))
    process = Path(f"/proc/{itk_sandbox_fresh._server.pid}")
    targets = [str(link.readlink()) for link in (process / "fd").iterdir()]
    inodes = {target[8:-1] for target in targets if target.startswith("socket:")}

    listening = [
        line.split()[1]
        for table in ("tcp", "tcp6", "udp", "udp6")
        for line in Path(f"/proc/net/{table}").read_text(encoding="ascii").splitlines()[1:]
        if line.split()[9] in inodes and (line.split()[3] == "0A" or table.startswith("udp"))
    ]

    assert len(listening) >= 2  # the endpoint, and a Runtime API
    assert all(address.startswith("0100007F:") for address in listening)


def test_the_control_api_does_not_answer_other_names(itk_sandbox: Sandbox) -> None:
    with pytest.raises(HTTPError, match="403"):
        urlopen(Request(f"{itk_sandbox.endpoint}/_itk/health", headers={"Host": "evil.example:80"}))  # noqa: S310


def test_the_server_inherits_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "LOG_LEVEL", "PERSIST_STATE", "MINISTACK_ACCOUNT_ID"):
        monkeypatch.setenv(name, "from-the-host")
    with Sandbox.start(account="210987654321", region="us-west-2") as sandbox:
        monkeypatch.undo()  # boto3 in this process would look for the profile
        aws = Aws(sandbox)
        function = aws.deploy("import os\ndef handler(event, context):\n    return dict(os.environ)")
        assert "from-the-host" not in aws.invoke(function)["Payload"].values()
        assert aws.client("sts").get_caller_identity()["Account"] == "210987654321"
        assert (
            aws.client("lambda")
            .get_function(FunctionName=function)["Configuration"]["FunctionArn"]
            .startswith("arn:aws:lambda:us-west-2:210987654321:")
        )


def test_the_fallback_runtime_writes_the_same_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where awslambdaric has no wheel; compared here with the real one."""
    source = """
        import logging
        logging.getLogger().setLevel("INFO")
        def handler(event, context):
            print("printed", end="")
            logging.info("logged")
            assert context.client_context is None and context.get_remaining_time_in_millis() > 0
            raise ValueError("boom\u00e9")
    """
    written: dict[str, list[str]] = {}
    for ric in ("awslambdaric", "fallback"):
        monkeypatch.setenv("ITK_SANDBOX_RIC", ric)
        with Sandbox.start() as sandbox:
            aws = Aws(sandbox)
            for log_format in ("Text", "JSON"):
                name = aws.deploy(source, name=f"f-{log_format}", LoggingConfig={"LogFormat": log_format})
                failed = aws.invoke(name)
                written.setdefault(ric, []).append(f"{failed['FunctionError']} {failed['Payload']['errorType']}")
                written[ric] += [_without_numbers(message) for message in aws.messages(name)]
    assert written["fallback"] == written["awslambdaric"]


def _without_numbers(message: str) -> str:
    message = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{64}", "ID", message)
    return re.sub(r"[\d.:-]+(?=Z)|\b\d+\.\d+\b|\b\d+(?= (ms|MB))|(?<=Ms\":)\d+|(?<=MB\":)\d+", "N", message)


@pytest.fixture
def private_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A Python without ministack, and an empty cache directory."""
    real = importlib.util.find_spec
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None if name == "ministack" else real(name))
    return tmp_path


def test_without_ministack_a_private_environment_is_made_once(
    private_cache: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    commands: list[list[str]] = []

    def run(command: list[str], **_: Any) -> subprocess.CompletedProcess[bytes]:
        commands.append(command)
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr("subprocess.run", run)
    monkeypatch.setattr("venv.create", lambda folder, **_: Path(folder).mkdir(parents=True))

    python = interpreter.find()
    assert python == interpreter.find()
    assert private_cache in python.parents
    [command] = commands
    assert command[:4] == [str(python), "-m", "pip", "install"]
    assert set(interpreter.REQUIREMENTS) <= set(command)
    assert "making a private environment" in capsys.readouterr().err


def test_importing_the_package_is_cheap() -> None:
    code = (
        "import sys, itk.sandbox, itk.sandbox.pytest_plugin\n"
        "print([name for name in ('boto3', 'botocore', 'ministack') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env={"PYTHONPATH": SOURCE}, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_starting_is_quick() -> None:
    started = time.monotonic()
    with Sandbox.start():
        assert time.monotonic() - started < 15


@pytest.mark.parametrize(("account", "region"), [("123", "eu-west-1"), ("123456789012", "Ireland")])
def test_an_account_or_region_that_cannot_be(account: str, region: str) -> None:
    with pytest.raises(ItkError):
        Sandbox.start(account=account, region=region)
