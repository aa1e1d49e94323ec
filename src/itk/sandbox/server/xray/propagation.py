"""Which trace header a service passes on from the request that it answers to what it sets off. Pure."""

from __future__ import annotations

import json
from typing import Any

from itk.sandbox.server.operations import Call


def passed_on(call: Call, header: str, body: bytes) -> str:
    """The header of the HTTP request, unless the call names one of its own."""
    if call.service == "sqs" and not call.operation.startswith("SendMessage"):
        return ""  # receiving and deleting set nothing off
    if call.name in ("stepfunctions.StartExecution", "stepfunctions.StartSyncExecution"):
        return str(_parsed(body).get("traceHeader") or header)
    if call.name == "events.PutEvents":
        entries = _parsed(body).get("Entries") or []
        return str(entries[0].get("TraceHeader") or header) if len(entries) == 1 else header
    return header


def _parsed(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body or b"{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
