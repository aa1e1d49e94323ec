"""The X-Ray header of a run: a root that is its own, asking to be sampled."""

from __future__ import annotations

from itk.model.ids import span_id, trace_id


def trace_header(run_id: str, now_ns: int) -> str:
    """`Root=1-<epoch, 8 hex>-<24 hex>;Parent=<16 hex>;Sampled=1` (X-Ray developer guide, tracing header)."""
    return f"Root=1-{now_ns // 1_000_000_000:08x}-{trace_id(run_id)[:24]};Parent={span_id('xray', run_id)};Sampled=1"
