"""Which records belong to this run: decided by ids alone, so that none is ever silently in a wrong run.

Every kind of id has a class, and the class says what it may join (`rules.CLASSES` is this table as code):

| ids                                             | class    | what they join                                    |
|-------------------------------------------------|----------|---------------------------------------------------|
| run_id                                          | owner    | all; a record that names another run is never     |
|                                                 |          | ours, whatever else it names                      |
| sqs_message_id, sns_message_id, s3_version_id,  | identity | all: each names one thing that was caused once    |
| eventbridge_event_id, apigw_request_id,         |          |                                                   |
| aws_request_id                                  |          |                                                   |
| execution_arn                                   | identity | all, unless the execution names another run, lines|
|                                                 |          | of another name it, or it was started with        |
|                                                 |          | several things at once                            |
| bedrock_invocation_id                           | alias    | it is the aws_request_id of InvokeAgent           |
| lambda_request_id                               | carrier  | where the invocation served this run alone: it    |
|                                                 |          | was called for it, or got nothing but the run's   |
| xray_root, otel_trace_id (the same digits)      | carrier  | where ITK minted the trace, or `trace_trust` says |
|                                                 |          | that it served this run alone                     |
| session_id                                      | carrier  | where the receipt names it: ITK made it           |
| span_id, parent_span_id, xray_segment_id,       | label    | nothing; they link what is in one run already     |
| correlation_id, apigw_extended_request_id       |          |                                                   |

An id on a line is not believed where it may be a key that a logger kept from an earlier message (`leftovers`).
Joining on every shared id instead mixes runs: `benchmarks/log_lines.py` prints by how much.

`rules`: what ids mean. `served`: whom an invocation served, by its own records. `leftovers`: which keys are stale.
`trace_trust`: which traces are ours. `following`: from what sending returned, until nothing new is found. `owned`: the
answer.
"""

from __future__ import annotations

from itk.stitch.ownership.following import decide
from itk.stitch.ownership.owned import Ownership

__all__ = ["Ownership", "decide"]
