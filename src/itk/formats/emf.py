"""CloudWatch's embedded metric format: numbers that a function reports through its log. Never work, so never a span.

{"_aws":{"Timestamp":1795332662120,"CloudWatchMetrics":[{"Namespace":"shop","Dimensions":[["service"]],
 "Metrics":[{"Name":"ColdStart","Unit":"Count"}]}]},"service":"orders","ColdStart":1}
{"_aws":{"Timestamp":1795332662120,"CloudWatchMetrics":[...]},"function_request_id":"7f0c2a52-...","Accepted":[2,1]}
"""

from __future__ import annotations

from typing import Any

from itk.model.evidence import Line, LogEvent
from itk.reading.idtext import line_ids, request_id
from itk.reading.jsontext import document
from itk.reading.logfields import evidence, first, line_time, text_of
from itk.reading.timetext import moment

_NAMES_MAX = 20


class Emf:
    """Lines whose `_aws` says that they are metrics."""

    name = "emf"
    begins = "{"
    keys = ("_aws",)

    def read(self, event: LogEvent) -> tuple[Line, ...] | None:
        body = document(event.message)
        if not isinstance(body, dict):
            return None
        aws = body.get("_aws")
        if not isinstance(aws, dict) or not isinstance(aws.get("CloudWatchMetrics"), list):
            return None
        request = request_id(body)
        return (
            Line(
                evidence=evidence(event, self.name),
                time_ns=line_time(moment(aws.get("Timestamp")), event),
                text=_summary(body, aws["CloudWatchMetrics"]),
                body=body,
                request_id=request,
                service=text_of(first(body, ("service", "Service"))) or None,
                function_name=text_of(body.get("function_name")) or None,
                ids=line_ids(event.message, body, request),
            ),
        )


def _summary(body: dict[str, Any], directives: list[Any]) -> str:
    """`metrics: ColdStart=1`, as a person would note it."""
    names: list[str] = []
    for directive in directives[:_NAMES_MAX]:
        metrics = directive.get("Metrics") if isinstance(directive, dict) else None
        for metric in metrics[:_NAMES_MAX] if isinstance(metrics, list) else []:
            name = text_of(metric.get("Name")) if isinstance(metric, dict) else ""
            if name in body and isinstance(body[name], int | float | list):
                names.append(f"{name}={str(body[name])[:60]}")
    return "metrics: " + ", ".join(names[:_NAMES_MAX])


FORMAT = Emf()
