"""Firefox, driven over its own wire protocol: https://firefox-source-docs.mozilla.org/testing/marionette/Protocol.html"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import time
from pathlib import Path
from typing import Any

NAMES = ("firefox-esr", "firefox")
START_S, ANSWER_S = 60, 30


def firefox() -> str | None:
    """The one that ITK_FIREFOX names, else an installed one."""
    return os.environ.get("ITK_FIREFOX") or next(filter(None, map(shutil.which, NAMES)), None)


class Firefox:
    """A headless Firefox with a profile of its own; what it downloads lands in `downloads`."""

    def __init__(self, program: str, profile: Path, downloads: Path) -> None:
        self.downloads = downloads
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        choices = {
            "marionette.port": port,
            "browser.download.folderList": 2,
            "browser.download.dir": str(downloads),
            "browser.shell.checkDefaultBrowser": False,
            "datareporting.policy.dataSubmissionEnabled": False,
        }
        lines = (f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in choices.items())
        (profile / "user.js").write_text("\n".join(lines), encoding="utf-8")
        command = [program, "--headless", "--no-remote", "--marionette", "--profile", str(profile)]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.wire = self._connected(port)
        self.asked = 0
        self._read()  # it greets
        self.ask("WebDriver:NewSession", capabilities={"alwaysMatch": {"pageLoadStrategy": "normal"}})

    def _connected(self, port: int) -> socket.socket:
        deadline = time.monotonic() + START_S
        while True:
            try:
                return socket.create_connection(("127.0.0.1", port), timeout=ANSWER_S)
            except OSError:
                if time.monotonic() > deadline or self.process.poll() is not None:
                    self.process.kill()
                    raise
                time.sleep(0.2)

    def ask(self, command: str, **parameters: Any) -> Any:
        self.asked += 1
        message = json.dumps([0, self.asked, command, parameters]).encode()
        self.wire.sendall(b"%d:%s" % (len(message), message))
        _, _, error, found = self._read()
        if error:
            raise RuntimeError(f"{command}: {error['error']}: {error['message']}")
        return found["value"] if isinstance(found, dict) and "value" in found else found

    def _read(self) -> Any:
        size = b""
        while not size.endswith(b":"):
            size += self.wire.recv(1)
        length, data = int(size[:-1]), b""
        while len(data) < length:
            data += self.wire.recv(length - len(data))
        return json.loads(data)

    def open(self, url: str) -> None:
        self.ask("WebDriver:Navigate", url=url)

    def run(self, script: str, *arguments: Any) -> Any:
        """The value of a script in the page, apart from the page's own policy."""
        return self.ask("WebDriver:ExecuteScript", script=script, args=list(arguments), sandbox="default")

    def until(self, script: str, *arguments: Any) -> Any:
        """The first true value of a script, asked again and again."""
        deadline = time.monotonic() + ANSWER_S
        while not (found := self.run(script, *arguments)):
            if time.monotonic() > deadline:
                raise TimeoutError(script)
            time.sleep(0.1)
        return found

    def press(self, *keys: str) -> None:
        strokes = [{"type": kind, "value": key} for key in keys for kind in ("keyDown", "keyUp")]
        self.ask("WebDriver:PerformActions", actions=[{"type": "key", "id": "keys", "actions": strokes}])

    def click(self, selector: str) -> None:
        found = self.ask("WebDriver:FindElement", using="css selector", value=selector)
        self.ask("WebDriver:ElementClick", id=next(iter(found.values())))

    def close(self) -> None:
        self.wire.close()
        self.process.terminate()
        self.process.wait(timeout=ANSWER_S)
