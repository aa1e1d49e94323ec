"""What every way in has in common: a receipt that is begun before the call and completed by its answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
from msgspec.structs import replace

from itk.aws.bodies import Body
from itk.aws.errors import NoAnswer
from itk.errors import AwsError
from itk.model.evidence import ErrorFact
from itk.model.ids import Id, IdKind
from itk.model.run import Receipt, TargetType
from itk.ports import Cleared


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """What an answer adds to a receipt. Ids without a value are left out."""

    ids: tuple[tuple[IdKind, str], ...] = ()
    response: Any = None
    error: ErrorFact | None = None
    retries: int = 0


def begun(
    entrypoint: str,
    operation: str,
    target_type: TargetType,
    cleared: Cleared,
    run_id: str,
    sent_ns: int,
    request: Any,
    *,
    carried: tuple[tuple[IdKind, str], ...] = (),
) -> Receipt:
    """The receipt as it is before the call. `carried` are the ids beside the run's that travel with it."""
    return Receipt(
        run_id=run_id,
        entrypoint=entrypoint,
        operation=operation,
        target_type=target_type,
        target_name=cleared.target_name,
        target_id=cleared.target_id,
        sent_ns=sent_ns,
        ids=(Id("run_id", run_id), *_ids(carried)),
        request=request,
    )


def answered(receipt: Receipt, call: Callable[[], Reply], now_ns: Callable[[], int]) -> Receipt:
    """Call, and complete the receipt. A call that failed is a receipt too: the run says so, and nothing is lost."""
    try:
        reply = call()
    except AwsError as failed:
        return replace(receipt, answered_ns=now_ns(), error=of_failure(failed))
    return replace(
        receipt,
        answered_ns=now_ns(),
        ids=tuple(dict.fromkeys((*receipt.ids, *_ids(reply.ids)))),
        response=reply.response,
        error=reply.error,
        sdk_retries=reply.retries,
    )


def of_failure(failed: AwsError) -> ErrorFact:
    """Why there is no answer. `client`: nothing was carried out; `service`: that is not known, so evidence may come."""
    return ErrorFact(message=failed.what, origin="service" if isinstance(failed, NoAnswer) else "client")


def not_whole(body: Body) -> ErrorFact | None:
    """An answer that began and was never whole; one that was too large to keep is no error."""
    return ErrorFact(message=f"the answer is not whole: {body.truncated}", origin="service") if body.broken else None


def _ids(named: tuple[tuple[IdKind, str], ...]) -> tuple[Id, ...]:
    return tuple(Id(kind, value) for kind, value in named if value)
