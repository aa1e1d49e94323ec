"""Calls of Bedrock agents: the agent's own spans, hung under whoever called it."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from itk.model.evidence import AgentChunk, AgentStep
from itk.model.trace import Join, Span
from itk.stitch.agents.turns import agent_spans
from itk.stitch.draft import Draft
from itk.stitch.units import Record


def add_agents(draft: Draft, own: Sequence[Record]) -> None:
    """Agent, model, tool and other spans of every agent invocation of this run."""
    steps = [record.observation for record in own if isinstance(record.observation, AgentStep)]
    chunks = [record.observation for record in own if isinstance(record.observation, AgentChunk)]
    carriers: dict[str, Record] = {}
    for record in own:
        if isinstance(step := record.observation, AgentStep):
            carriers.setdefault(step.invocation_id, record)
    calls = _calls(draft)
    for span in agent_spans(steps, chunks):
        invocation = span.ids.get("bedrock_invocation_id", "")
        if span.parent_span_id is not None:
            draft.spans[span.span_id] = span
        elif (own_call := draft.own_call(invocation)) is not None:
            draft.merge_into_call(span, own_call)
        else:
            _hang(draft, span, calls.get(invocation), carriers.get(invocation))


def _hang(draft: Draft, span: Span, call: Span | None, carrier: Record | None) -> None:
    if call is None:
        nobody = Join(tier="unresolved", rule="run_id", detail="no record says who called the agent")
        draft.put(span, *(draft.home(carrier) if carrier is not None else (draft.root_id, nobody)))
        return
    # The caller's line and the agent's own parts are two views of one call: the agent knows the times and the steps,
    # the caller knows the name, the question and the answer.
    draft.renamed[call.span_id] = span.span_id
    del draft.spans[call.span_id]
    draft.put(
        span,
        call.parent_span_id or draft.root_id,
        call.join,
        name=f"invoke_agent {call.component.name}",
        component=msgspec.structs.replace(span.component, name=call.component.name),
        ids={**call.ids, **span.ids},
        start_ns=span.start_ns if span.start_ns is not None else call.start_ns,
        end_ns=span.end_ns if span.end_ns is not None else call.end_ns,
        status=call.status if call.status in ("error", "timeout", "throttled") else span.status,
        error=span.error or call.error,
        request=call.request or span.request,
        response=call.response or span.response,
        evidence=call.evidence + span.evidence,
    )


def _calls(draft: Draft) -> dict[str, Span]:
    """Calls of agents that applications logged, by the request id of InvokeAgent."""
    found: dict[str, Span] = {}
    for span in draft.spans.values():
        if span.component.type == "agent" and span.kind == "CLIENT" and "aws_request_id" in span.ids:
            found.setdefault(span.ids["aws_request_id"], span)
    return found
