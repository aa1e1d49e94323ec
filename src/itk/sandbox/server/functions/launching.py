"""What a handler process is started with: its code on disk, its environment variables, its place in the logs."""

from __future__ import annotations

import hashlib
import importlib.util
import io
import os
import sys
import threading
import time
import uuid
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from itk.sandbox.server.functions.environment import Launch

# The version that INIT_START names is the one that really runs; `Runtime` of the function may say another.
RUNTIME_VERSION = f"python:{sys.version_info.major}.{sys.version_info.minor}.v0"


@dataclass(frozen=True, slots=True)
class Host:
    """Where handlers run: the sandbox's endpoint and account, and its private folder."""

    endpoint: str
    account: str
    folder: Path


@dataclass(frozen=True, slots=True)
class Place:
    """Where an environment writes its lines; the stream is its own."""

    region: str
    group: str
    stream: str
    json_format: bool


def place_of(config: dict[str, Any]) -> Place:
    """A new environment's place."""
    logging = config.get("LoggingConfig") or {}
    day = time.strftime("%Y/%m/%d/", time.gmtime())
    return Place(
        region=config["FunctionArn"].split(":")[3],
        group=logging.get("LogGroup") or f"/aws/lambda/{config['FunctionName']}",
        stream=f"{day}[{config.get('Version', '$LATEST')}]{uuid.uuid4().hex}",
        json_format=logging.get("LogFormat") == "JSON",
    )


class Launcher:
    """Unpacks code once, and says how to start a function."""

    def __init__(self, host: Host, layer_zip: Callable[[Any], bytes | None]) -> None:
        self._host = host
        self._layer_zip = layer_zip
        self._lock = threading.Lock()
        self._scratch = host.folder / "tmp"
        self._scratch.mkdir(exist_ok=True)

    def launch(self, func: dict[str, Any], config: dict[str, Any], place: Place) -> Launch:
        code_dir = self._unpacked(func["code_zip"])
        layers = [self._unpacked(zipped) for a in config.get("Layers") or () if (zipped := self._layer_zip(a))]
        return Launch(
            handler=config["Handler"],
            code_dir=code_dir,
            variables=self._variables(config, place, code_dir, layers),
            ric="awslambdaric" if has_awslambdaric() else "fallback",
            memory_mb=int(config.get("MemorySize", 128)),
            timeout_s=float(config.get("Timeout", 3)),
        )

    def _variables(self, config: dict[str, Any], place: Place, code_dir: Path, layers: list[Path]) -> dict[str, str]:
        """Nothing of the host's environment; and nothing of the function's own may lead to the real AWS."""
        own: dict[str, str] = (config.get("Environment") or {}).get("Variables") or {}
        python_path = [str(layer / "python") for layer in layers] + [p for p in (own.get("PYTHONPATH"),) if p]
        usual = {
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}/usr/local/bin:/usr/bin:/bin",
            "LANG": "en_US.UTF-8",
            "TZ": ":UTC",
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        fixed = {
            "HOME": str(self._scratch),  # so that no ~/.aws is found
            "TMPDIR": str(self._scratch),
            "PYTHONPATH": os.pathsep.join(python_path),
            "LAMBDA_TASK_ROOT": str(code_dir),
            "_HANDLER": config["Handler"],
            "AWS_EXECUTION_ENV": f"AWS_Lambda_{config['Runtime']}",
            "AWS_LAMBDA_FUNCTION_NAME": config["FunctionName"],
            "AWS_LAMBDA_FUNCTION_VERSION": config.get("Version", "$LATEST"),
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(config.get("MemorySize", 128)),
            "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
            "AWS_LAMBDA_LOG_GROUP_NAME": place.group,
            "AWS_LAMBDA_LOG_STREAM_NAME": place.stream,
            "AWS_LAMBDA_LOG_FORMAT": "JSON" if place.json_format else "Text",
            "AWS_REGION": place.region,
            "AWS_DEFAULT_REGION": place.region,
            "AWS_ENDPOINT_URL": self._host.endpoint,
            "AWS_ACCESS_KEY_ID": "itk-sandbox",
            "AWS_SECRET_ACCESS_KEY": "itk-sandbox",
            "AWS_EC2_METADATA_DISABLED": "true",
        }
        if place.json_format:
            fixed["AWS_LAMBDA_LOG_LEVEL"] = (config.get("LoggingConfig") or {}).get("ApplicationLogLevel", "INFO")
        return usual | {name: value for name, value in own.items() if not _leads_out(name)} | fixed

    def _unpacked(self, zipped: bytes) -> Path:
        """The folder with this code; one for all environments that run it, as /var/task is read-only."""
        folder = self._host.folder / "code" / hashlib.sha256(zipped).hexdigest()[:24]
        with self._lock:
            if not folder.exists():
                with zipfile.ZipFile(io.BytesIO(zipped)) as archive:
                    archive.extractall(folder)
        return folder


def has_awslambdaric() -> bool:
    """The real runtime interface client has wheels for Linux with glibc only."""
    if os.environ.get("ITK_SANDBOX_RIC") == "fallback":
        return False
    return all(importlib.util.find_spec(name) for name in ("awslambdaric", "runtime_client"))


def _leads_out(variable: str) -> bool:
    return variable.startswith(("AWS_ENDPOINT_URL", "AWS_IGNORE_CONFIGURED", "AWS_PROFILE", "AWS_SESSION_TOKEN"))
