"""Which spans are there, how many, where, when, and what is in them?"""

from __future__ import annotations

from pydantic import Field, model_validator

from itk.checks._answers import NEAREST_MAX, Wishes, near, nothing_to_judge, seen, took_part
from itk.checks._parts import Part, conclude
from itk.checks.matching.asked import Asked
from itk.checks.matching.counts import Count, WrittenCount, read_count
from itk.checks.matching.fields import wanted
from itk.checks.matching.nearest import nearest
from itk.checks.matching.order import ORDER, absence, found_ones, in_relation
from itk.checks.matching.positions import WrittenPositions
from itk.checks.matching.quantifiers import POSITIONS, QUANTIFIERS, at_position
from itk.checks.matching.selection import Selection, select
from itk.checks.matching.span_fields import SomeSpanFields, SpanFields, read_span_fields
from itk.checks.matching.wrongs import refuse
from itk.model.case import CheckSpec
from itk.model.run import CheckVerdict, Near
from itk.model.wording import counted
from itk.ports import Early, Facts

_OF_EACH = (*QUANTIFIERS, *POSITIONS, "nth")


class SpansParams(Wishes):
    spans: SpanFields = Field(description="the spans that are meant: fields, each with a value or a matcher")
    count: WrittenCount = Field(
        None, description="how many: a number, `{min, max}`, or `0` for none; at least one when not given"
    )
    under: SomeSpanFields = Field(
        {}, description="only spans that are proven to lie under one with these fields, at whatever depth"
    )
    after: SomeSpanFields = Field(
        {}, description="each of them starts after a span with these fields ended; with `count: 0` none does"
    )
    before: SomeSpanFields = Field(
        {}, description="each of them ends before a span with these fields starts; with `count: 0` none does"
    )
    all: SomeSpanFields = Field({}, description="all of them have these fields")
    any: SomeSpanFields = Field({}, description="at least one of them has these fields")
    none: SomeSpanFields = Field({}, description="none of them has these fields")
    first: SomeSpanFields = Field({}, description="the one that started first has these fields")
    last: SomeSpanFields = Field({}, description="the one that started last has these fields")
    nth: WrittenPositions = Field({}, description="those at these places by start, from 1, have these fields")

    @model_validator(mode="after")
    def _agrees(self) -> SpansParams:
        asked = [name for name in _OF_EACH if getattr(self, name)]
        if asked and self.count is not None and read_count(self.count).most == 0:
            refuse(
                (asked[0],),
                "there is nothing to look at where `count` is 0",
                "put these fields into `spans`, or remove `count: 0`",
            )
        return self


class Spans:
    name = "spans"
    summary = (
        "So many spans with these fields are there, where and when they should be, and what is in them is right. "
        "Where no span has the fields it fails, unless `count: 0` is written."
    )
    params = SpansParams
    shorthand = "spans"
    beside: tuple[str, ...] = ("count", "under", "after", "before", *_OF_EACH)

    def settles_early(self, spec: CheckSpec) -> Early:
        """`passed` where spans are to exist (`any` among them), `failed` where `count: 0`, `max`, `all` or `none`
        limits them; neither with an exact count, an order or a position."""
        asked = _read(spec)
        if asked.count.most == 0:
            return "failed"
        if asked.count.exact or asked.order or asked.nth or asked.each.keys() & POSITIONS.keys():
            return ""
        return "failed" if asked.count.most is not None or asked.each.keys() & {"all", "none"} else "passed"

    def judge(self, spec: CheckSpec, facts: Facts) -> CheckVerdict:
        asked = _read(spec)
        if not seen(facts.trace):
            return nothing_to_judge(spec, "no span was seen", expected=asked.wants)
        selection = select(facts.trace, asked.fields, facts.complete, asked.under)
        others = {name: select(facts.trace, fields, facts.complete) for name, fields in asked.order.items()}
        if asked.count.most == 0:
            return conclude(spec, [absence(asked, selection, others, facts)])
        parts = [_count(asked, selection, facts)]
        if selection.sure:
            parts += [in_relation(name, asked, selection, others[name], facts) for name in asked.order]
            parts += _of_each(asked, selection, facts.complete)
        return conclude(spec, parts)


def _of_each(asked: Asked, selection: Selection, complete: bool) -> list[Part]:
    """What must hold of the spans that are meant."""
    parts = [
        at_position(name, POSITIONS[name], selection, fields, complete)
        if name in POSITIONS
        else QUANTIFIERS[name](selection, fields, complete)
        for name, fields in asked.each.items()
    ]
    return parts + [at_position(f"nth {n}", n, selection, fields, complete) for n, fields in asked.nth.items()]


def _read(spec: CheckSpec) -> Asked:
    params = SpansParams(**spec.params)
    fields = {name: read_span_fields(getattr(params, name)) for name in params.model_fields_set - {"count", "nth"}}
    return Asked(
        fields=fields["spans"],
        count=Count() if params.count is None else read_count(params.count),
        under=fields.get("under"),
        order={name: fields[name] for name in ORDER if name in fields},
        each={name: fields[name] for name in _OF_EACH if name in fields},
        nth={int(n): read_span_fields(given) for n, given in params.nth.items()},
    )


def _count(asked: Asked, selection: Selection, facts: Facts) -> Part:
    found, doubts = len(selection.sure), selection.doubts
    told = asked.count.holds(found, len(selection.doubtful), facts.complete)
    few = found < asked.count.least
    spans = selection.sure or tuple(each.span for each in selection.doubtful)
    return Part(
        holds=told,
        message=f"{counted(found, 'span')} found"
        + ("" if told else f"{doubts and '; '}{doubts}, wanted: {asked.wants}"),
        expected=asked.wants,
        actual=counted(found, "span") + (f"; {doubts}" if doubts and not told else ""),
        spans=spans,
        nearest=() if told else _close(asked, selection, facts) if few else found_ones(selection),
    )


def _close(asked: Asked, selection: Selection, facts: Facts) -> tuple[Near, ...]:
    """What comes close to a span that is missing: doubtful ones, those elsewhere, then those with other fields."""
    here = tuple(near(each.span, each.why) for each in selection.doubtful)
    if asked.under is not None:
        meant = {span.span_id for span in selection.sure} | {each.span_id for each in here}
        elsewhere = select(facts.trace, asked.fields, facts.complete).sure
        here += tuple(
            near(span, f"is not under one with {wanted(asked.under)}")
            for span in elsewhere
            if span.span_id not in meant
        )
    return (*here, *nearest(took_part(facts.trace), asked.fields))[:NEAREST_MAX]


spans = Spans()
