"""Fault rules: the next N calls of an operation fail, or come late. With an audit of what was done."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import Any

from itk.sandbox.server.aws_error import AwsAnswerError
from itk.sandbox.server.operations import Call

FIELDS = {"service", "operation", "code", "status", "message", "times", "latency_s"}

# The HTTP status AWS sends with a code; what is not here is a 400.
STATUS = {
    "RequestThrottled": 403,
    "ExpiredToken": 403,
    "AccessDenied": 403,
    "InvalidClientTokenId": 403,
    "SignatureDoesNotMatch": 403,
    "TooManyRequestsException": 429,
    "ThrottledException": 429,
    "InternalFailure": 500,
    "InternalServerException": 500,
    "ServiceException": 500,
    "DependencyFailedException": 424,
    "ServiceUnavailable": 503,
    "ServiceUnavailableException": 503,
    "SlowDown": 503,
}


class RuleError(ValueError):
    """A fault rule that would never do what its author meant."""


@dataclass(slots=True)
class Rule:
    """`times` calls of service.operation ("" = any) wait `latency_s`, then fail with `code` ("" = do not fail)."""

    service: str
    operation: str = ""
    code: str = ""
    status: int = 400
    message: str = ""
    times: int = 1
    latency_s: float = 0.0
    left: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        self.left = self.times

    def matches(self, call: Call) -> bool:
        return self.left > 0 and self.service == call.service and self.operation in ("", call.operation)


@dataclass(frozen=True, slots=True)
class Fault:
    latency_s: float
    error: AwsAnswerError | None


class FaultRules:
    """The rules in force, first match wins, and every fault that fired."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rules: list[Rule] = []
        self._fired: list[dict[str, Any]] = []

    def replace(self, rules: object) -> None:
        parsed = _parse(rules)
        with self._lock:
            self._rules = parsed

    def pick(self, call: Call) -> Fault | None:
        with self._lock:
            rule = next((rule for rule in self._rules if rule.matches(call)), None)
            if rule is None:
                return None
            rule.left -= 1
            self._fired.append(
                {
                    "service": call.service,
                    "operation": call.operation,
                    "code": rule.code,
                    "status": rule.status if rule.code else None,
                    "latency_s": rule.latency_s,
                    "at": time.time(),
                }
            )
        error = AwsAnswerError(rule.code, rule.message, rule.status) if rule.code else None
        return Fault(rule.latency_s, error)

    def fired(self) -> list[dict[str, Any]]:
        with self._lock:
            return [dict(fault) for fault in self._fired]

    def forget_fired(self) -> None:
        with self._lock:
            self._fired.clear()

    def describe(self) -> list[dict[str, Any]]:
        with self._lock:
            return [{**{name: getattr(rule, name) for name in FIELDS}, "left": rule.left} for rule in self._rules]


def _parse(rules: object) -> list[Rule]:
    if not isinstance(rules, list):
        raise RuleError("fault rules are a list of objects")
    return [_rule(raw) for raw in rules]


def _rule(raw: object) -> Rule:
    if not isinstance(raw, dict) or not raw.get("service"):
        raise RuleError(f"a fault rule needs at least `service` (a boto3 client name), got {raw!r}")
    if unknown := sorted(set(raw) - FIELDS):
        raise RuleError(f"unknown key `{unknown[0]}` in a fault rule; known: {', '.join(sorted(FIELDS))}")
    if not raw.get("code") and not raw.get("latency_s"):
        raise RuleError("a fault rule needs `code`, `latency_s` or both; this one would do nothing")
    return Rule(**{"status": _usual_status(str(raw["service"]), str(raw.get("code", ""))), **raw})


def _usual_status(service: str, code: str) -> int:
    if service.startswith("bedrock") and code == "ThrottlingException":
        return 429  # REST services throttle with 429, JSON-RPC ones (logs) with 400
    return STATUS.get(code, 400)
