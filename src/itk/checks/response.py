"""Is the answer to what was sent as it should be?"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from itk.checks._answers import Params, near, nothing_to_judge
from itk.checks._parts import Part, conclude
from itk.checks.matching.fields import Field as FieldOfAnswer
from itk.checks.matching.fields import Fields, read_fields, wanted
from itk.checks.matching.paths import look_up
from itk.checks.matching.schemas import FIELDS, shown_as
from itk.checks.matching.values import shown
from itk.checks.matching.wrongs import Wrongs
from itk.model.case import CheckSpec
from itk.model.run import CheckVerdict
from itk.model.trace import Span
from itk.ports import Early, Facts


def _read(written: Any) -> Fields:
    wrongs = Wrongs()
    fields = read_fields(written, (), wrongs)
    if written == {}:
        wrongs.add((), "expected fields, found nothing", "write `{field: value}`, for example `{body.status: ok}`")
    wrongs.raise_any("fields of a response")
    return fields


def _checked(written: Any) -> Any:
    _read(written)
    return written


class ResponseParams(Params):
    fields: Annotated[dict[str, Any], BeforeValidator(_checked), shown_as(FIELDS)] = Field(
        description="fields of the answer, each with a value or a matcher"
    )


class Response:
    name = "response"
    summary = (
        "The answer to what was sent has these fields. An answer that is no object has the field `text` or `value`."
    )
    params = ResponseParams
    shorthand = "fields"
    beside: tuple[str, ...] = ()

    def settles_early(self, spec: CheckSpec) -> Early:
        """either answer: no record changes what sending returned."""
        return "either"

    def judge(self, spec: CheckSpec, facts: Facts) -> CheckVerdict:
        fields = _read(ResponseParams(**spec.params).fields)
        answer = facts.receipt.response if facts.receipt is not None else None
        if answer in (None, ""):
            return nothing_to_judge(spec, "what was sent has no answer", expected=wanted(fields), actual="no response")
        sent = tuple(span for span in facts.trace.spans[:1] if span.parent_span_id is None)
        return conclude(spec, [_part(field, _document(answer), sent) for field in fields])


def _part(field: FieldOfAnswer, document: Any, sent: tuple[Span, ...]) -> Part:
    value = look_up(document, field.path.steps)
    why = field.why_not(value)
    actual = why or f"{field.path.text} is {shown(value)}"
    if value is None and why:
        actual += f"; the answer is {shown(document)}"
    differs = tuple(near(span, why) for span in sent) if why else ()
    return Part(holds=not why, message=why or actual, expected=field.wants, actual=actual, spans=sent, nearest=differs)


def _document(answer: Any) -> Any:
    """What paths start from. A text has no fields: it is one."""
    if isinstance(answer, dict | list | tuple):
        return answer
    return {"text": answer} if isinstance(answer, str) else {"value": answer}


response = Response()
