"""What a suite would do, in lines for a person: `--list` and `--dry-run`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from itk.aws.session import Aws
from itk.entrypoints import entrypoint_for
from itk.model.wording import counted
from itk.preflight import Outcome
from itk.settings import Settings
from itk.workflows.suite.listing import Candidate
from itk.workflows.suite.order import SuiteOrder


def listed_lines(candidates: Sequence[Candidate]) -> Iterator[str]:
    """`refund-001  cases/refund.yaml  [smoke, refund]`, and how many there are."""
    width = _width(candidates)
    for each in candidates:
        tags = f"  [{', '.join(each.case.tags)}]" if each.case.tags else ""
        skipped = f"  skipped: {each.case.skip}" if each.case.skip else ""
        yield f"{each.case.id:<{width}}  {each.case.path}{tags}{skipped}"
    yield counted(len(candidates), "case")


def dry_lines(order: SuiteOrder, outcomes: Sequence[Outcome], settings: Settings, aws: Aws | None) -> Iterator[str]:
    """What pre-flight found wrong; else what would be sent, where to, and with how many calls."""
    bad = [finding for outcome in outcomes for finding in outcome.findings if not finding.ok]
    if bad:
        for finding in dict.fromkeys(bad):
            yield f"NO  {finding.check}: {finding.what}" + (f" ({finding.fix})" if finding.fix else "")
        yield f"nothing was sent; a real run would be refused: {counted(len(set(bad)), 'problem')}"
    elif aws is None:
        yield from _recorded(order)
    else:
        yield from _live(order, outcomes, settings, aws)


def _recorded(order: SuiteOrder) -> Iterator[str]:
    width = _width(order.candidates)
    for each in order.sent:
        yield f"{each.case.id:<{width}}  reads {each.case.fixture}"
    yield from _skipped(order)
    yield f"would judge {counted(len(order.sent), 'case')} from recorded evidence into {order.out}"
    yield "nothing is sent in dev-fixtures mode, and AWS is not asked"


def _live(order: SuiteOrder, outcomes: Sequence[Outcome], settings: Settings, aws: Aws) -> Iterator[str]:
    width, calls = _width(order.candidates), Counter[str]()
    for each, outcome in zip(order.sent, outcomes, strict=True):
        operation = entrypoint_for(each.case.stimulus, aws, settings.trace_id_attr, lambda: 0).operation
        calls[operation] += len(each.case.turns) or 1
        target = outcome.target
        times = f"{len(each.case.turns)} times " if each.case.turns else ""
        yield f"{each.case.id:<{width}}  {operation} {times}to {target.name} ({target.id})" if target else each.case.id
    yield from _skipped(order)
    place = outcomes[0].environment
    told = ", ".join(f"{n} {operation}" for operation, n in sorted(calls.items()))
    retries = order.limits.retries
    most = f", and up to {calls.total() * retries} more with --retries {retries}" if retries else ""
    sends = counted(calls.total(), "stimulus", "stimuli")
    yield f"would send {sends} to account {place.account}, {place.region}: {told}{most}"
    yield f"at most {order.limits.max_inflight} at once; artifacts would go to {order.out}"
    groups = len(settings.log_groups)
    yield (
        f"waiting costs {counted(groups, 'FilterLogEvents call')} a look for all cases together, at most one look a "
        "second, and what each case asks of X-Ray and Step Functions for itself"
    )
    yield f"nothing was sent; pre-flight made {counted(sum(aws.calls.values()), 'call')}, all of which only read"


def _skipped(order: SuiteOrder) -> Iterator[str]:
    width = _width(order.candidates)
    for each in order.candidates:
        if each.case.skip:
            yield f"{each.case.id:<{width}}  skipped: {each.case.skip}"


def _width(candidates: Sequence[Candidate]) -> int:
    return max((len(each.case.id) for each in candidates), default=0)
