"""What names the trace of a run to those who trace: X-Ray's header and the W3C's, which say the same 32 digits.

Each turn of a conversation has a trace of its own, so that what was done for it is told apart.
"""

from __future__ import annotations

from itk.model.ids import span_id, trace_id


def xray_root(run_id: str, now_ns: int, turn: int = 1) -> str:
    """`1-<epoch, 8 hex>-<24 hex>`: a trace of the run's own."""
    whose = run_id if turn == 1 else f"{run_id}/{turn}"
    return f"1-{now_ns // 1_000_000_000:08x}-{trace_id(whose)[:24]}"


def trace_header(run_id: str, now_ns: int, turn: int = 1) -> str:
    """`Root=1-<epoch, 8 hex>-<24 hex>;Parent=<16 hex>;Sampled=1` (X-Ray developer guide, tracing header)."""
    return f"Root={xray_root(run_id, now_ns, turn)};Parent={span_id('xray', run_id)};Sampled=1"


def otel_trace_id(run_id: str, now_ns: int, turn: int = 1) -> str:
    """The same trace as OpenTelemetry writes it: the root without `1-` and dashes."""
    return xray_root(run_id, now_ns, turn)[2:].replace("-", "")


def trace_parent(run_id: str, now_ns: int, turn: int = 1) -> str:
    """`00-<32 hex>-<16 hex>-01` (W3C Trace Context, section 3.2), sampled."""
    return f"00-{otel_trace_id(run_id, now_ns, turn)}-{span_id('xray', run_id)}-01"
