"""What names the trace of a run to those who trace: X-Ray's header and the W3C's, which say the same 32 digits."""

from __future__ import annotations

from itk.model.ids import header_span_id, trace_id


def xray_root(run_id: str, now_ns: int) -> str:
    """`1-<epoch, 8 hex>-<24 hex>`: a trace of the run's own."""
    return f"1-{now_ns // 1_000_000_000:08x}-{trace_id(run_id)[:24]}"


def trace_header(run_id: str, now_ns: int, turn: int = 1) -> str:
    """`Root=1-<epoch, 8 hex>-<24 hex>;Parent=<16 hex>;Sampled=1` (X-Ray developer guide, tracing header)."""
    return f"Root={xray_root(run_id, now_ns)};Parent={header_span_id(run_id, turn)};Sampled=1"


def otel_trace_id(run_id: str, now_ns: int) -> str:
    """The same trace as OpenTelemetry writes it: the root without `1-` and dashes."""
    return xray_root(run_id, now_ns)[2:].replace("-", "")


def trace_parent(run_id: str, now_ns: int, turn: int = 1) -> str:
    """`00-<32 hex>-<16 hex>-01` (W3C Trace Context, section 3.2), sampled."""
    return f"00-{otel_trace_id(run_id, now_ns)}-{header_span_id(run_id, turn)}-01"
