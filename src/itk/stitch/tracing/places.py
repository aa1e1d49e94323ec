"""Which span of the run each recorded span is: two views of one thing are one span, and are never nested.

An invocation is recorded up to three times (the caller's subsegment, Lambda's segment, the function's) and told by the
platform's log lines a fourth time; a call of a table by its caller, by the copy that X-Ray infers, and by the
application's own line. Ids say what is the same: Lambda's RequestId, the request id of an API call, a messageId.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from itk.model import ids
from itk.model.evidence import TracedSpan
from itk.model.ids import IdKind
from itk.stitch.draft import Draft
from itk.stitch.invocations import unit_span_id
from itk.stitch.ownership.traces import PHASES, is_lambda
from itk.stitch.tracing.nodes import Node, Nodes, is_attempt, is_phase
from itk.stitch.units import Unit


@dataclass(slots=True)
class Places:
    """Span id -> the nodes that it stands for, the outermost first; `of` finds the span of a node."""

    nodes: dict[str, list[Node]] = field(default_factory=dict)
    of: dict[int, str] = field(default_factory=dict)  # id() of a node -> span id

    def put(self, node: Node, span_id: str) -> None:
        self.of[id(node)] = span_id
        self.nodes.setdefault(span_id, []).append(node)


def find_places(draft: Draft, nodes: Nodes) -> Places:
    """A place for every node: a span that is known, or the id of one that is to be made."""
    return _Finder(draft, nodes).run()


class _Finder:
    def __init__(self, draft: Draft, nodes: Nodes) -> None:
        self.draft, self.nodes = draft, nodes
        self.places = Places()
        self.units: dict[str, list[Unit]] = {}
        for unit in sorted(draft.units, key=lambda unit: unit.occurrence):
            self.units.setdefault(unit.request_id, []).append(unit)
        self.known = _known_spans(draft)
        self.viewed = {node.entry.request_id for node in nodes.ordered if _is_view(node.entry)}
        self.runs: dict[str, int] = {}  # RequestId -> how many segments of the function were seen under it

    def run(self) -> Places:
        for node in self.nodes.ordered:
            self.places.put(node, self._place(node))
        return self.places

    def _place(self, node: Node) -> str:
        entry = node.entry
        above = self.places.of.get(id(node.above)) if node.above is not None else None
        if _is_view(entry):
            return self._invocation(entry.request_id or "", 1)
        if node.above is not None and above is not None:
            if is_attempt(node):
                return self._attempt(node, above)
            if is_phase(node) or (entry.inferred and node.is_direct):
                return above
            if is_lambda(entry) and is_lambda(_invocation_of(node.above).entry):
                return self._function(node, above)
        return self._same_call(entry) or self._phase_alone(node) or self._fresh(entry)

    def _invocation(self, request_id: str, n: int) -> str:
        units = self.units.get(request_id, ())
        sent = self.draft.root.ids.get("lambda_request_id")
        if n == 1 and request_id == sent and self.draft.receipt.target_type == "lambda":
            return self.draft.root_id  # what ITK called: one span with its log lines, early or late
        unit = next((unit for unit in units if unit.occurrence == n), None)
        return self.draft.final(unit_span_id(unit) if unit else ids.span_id("lambda", request_id, n))

    def _attempt(self, node: Node, above: str) -> str:
        request_id = node.above.entry.request_id if node.above is not None else None
        number = node.entry.name.rpartition("#")[2].strip()
        known = request_id is not None and number.isdigit() and len(number) < 3
        return self._invocation(request_id or "", int(number)) if known else above

    def _function(self, node: Node, above: str) -> str:
        """The function's own segment: under an attempt that attempt's, else one more run for each of them."""
        parent = node.above
        if parent is None or is_attempt(parent) or parent.entry.request_id is None:
            return above
        request_id = parent.entry.request_id
        self.runs[request_id] = self.runs.get(request_id, 0) + 1
        units = self.units.get(request_id, ())
        n = self.runs[request_id]
        return self._invocation(request_id, n) if n <= len(units) else above

    def _phase_alone(self, node: Node) -> str | None:
        """A phase whose parent was not recorded, or not yet: of the one invocation that ran in its trace."""
        units = [u for u in self.draft.ours.traces.carriers.get(node.entry.trace_id, ()) if id(u) in self.draft.drawn]
        if node.above is not None or node.entry.name not in PHASES or len(units) != 1:
            return None
        return self._invocation(units[0].request_id, units[0].occurrence)

    def _same_call(self, entry: TracedSpan) -> str | None:
        for i in entry.ids:
            if i.kind in ("sqs_message_id", "sns_message_id") and entry.kind in ("SERVER", "INTERNAL"):
                continue  # work on a message is neither its sending nor its receipt
            found = self.known.get((i.kind, i.value, _side(entry)))
            if found is not None:
                return found
        native = self.known.get(("span_id", entry.span_id, ""))
        if native is not None:
            return native
        request = next((i.value for i in entry.ids if i.kind == "lambda_request_id"), None)
        if request is not None and (request in self.units or request in self.viewed):
            return self._invocation(request, 1)  # nobody logged the call: it is the invocation, as its caller saw it
        return None

    def _fresh(self, entry: TracedSpan) -> str:
        """The id of a new span: of an API call by its request id, so that it does not matter who recorded it first."""
        call = next((i.value for i in entry.ids if i.kind == "aws_request_id"), None)
        own = ids.span_id("call", call) if call else ids.span_id("traced", entry.trace_id, entry.span_id)
        if call:
            self.known.setdefault(("aws_request_id", call, _side(entry)), own)
        return own


def _is_view(entry: TracedSpan) -> bool:
    return is_lambda(entry) and entry.request_id is not None


def _invocation_of(node: Node) -> Node:
    return node.above if is_attempt(node) and node.above is not None else node


def _side(entry: TracedSpan) -> str:
    return "consumer" if entry.kind == "CONSUMER" else ""


def _known_spans(draft: Draft) -> dict[tuple[IdKind, str, str], str]:
    """Spans by the ids of the call that they are."""
    found: dict[tuple[IdKind, str, str], str] = {}
    invocations = {unit_span_id(unit) for unit in draft.units}
    for span_id, span in sorted(draft.spans.items()):
        kinds: list[tuple[IdKind, str]] = [("aws_request_id", "aws_request_id"), ("span_id", "span_id")]
        if span.component.type == "agent":
            kinds.append(("aws_request_id", "bedrock_invocation_id"))
        if span.kind == "CLIENT" and span_id not in invocations:
            kinds.append(("lambda_request_id", "lambda_request_id"))
        if span.kind == "PRODUCER" and span.operation != "DeadLetter":
            kinds += [("sqs_message_id", "sqs_message_id"), ("sns_message_id", "sns_message_id")]
        for kind, name in kinds:
            if name in span.ids:
                found.setdefault((kind, span.ids[name], ""), span_id)
    consumers: dict[str, list[str]] = {}
    for (_, message_id), span_id in draft.consumers.items():
        consumers.setdefault(message_id, []).append(span_id)
    for message_id, same in consumers.items():
        if len(same) == 1:  # of two receives, the message does not say which
            found[("sqs_message_id", message_id, "consumer")] = draft.final(same[0])
    return found
