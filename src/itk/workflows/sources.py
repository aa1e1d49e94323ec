"""Which ways back a run has: what the settings and the receipt suggest."""

from __future__ import annotations

from itk.aws.session import Aws
from itk.model.run import Receipt
from itk.ports import Source
from itk.settings import Settings
from itk.sources.cloudwatch_logs import CloudWatchLogs
from itk.sources.logs_insights import Insights
from itk.sources.stepfunctions import StepFunctions
from itk.sources.xray import XRay
from itk.workflows.clock import Clock


def sources_of(
    receipt: Receipt, settings: Settings, aws: Aws, clock: Clock, logs: Source | None = None
) -> list[Source]:
    """The log groups first: they decide when a run is complete. What follows adds to what they prove.

    Runs of one process have their `logs` from one reader; a run of its own reads for itself.
    """
    logs = logs or _own_logs(receipt, settings, aws, clock)
    # `itk_trace_id` is the key that docs/guides/logging.md tells handlers to use.
    attributes, sent_ms = (settings.trace_id_attr, "itk_trace_id"), receipt.sent_ns // 1_000_000
    xray = XRay(aws, attributes, sent_ms, lambda: clock.now_ns() // 1_000_000)
    return [logs, StepFunctions(aws), *([xray] if settings.xray == "auto" else [])]


def insights_for(settings: Settings, aws: Aws, clock: Clock) -> Insights | None:
    if settings.logs_insights != "auto":
        return None
    return Insights(aws, settings.query_window_s, clock.now_ns, clock.sleep)


def _own_logs(receipt: Receipt, settings: Settings, aws: Aws, clock: Clock) -> CloudWatchLogs:
    insights, sent_ms = insights_for(settings, aws, clock), receipt.sent_ns // 1_000_000

    def now_ms() -> int:
        return clock.now_ns() // 1_000_000

    return CloudWatchLogs(aws, settings.log_groups, sent_ms, settings.query_window_s, now_ms, insights)
