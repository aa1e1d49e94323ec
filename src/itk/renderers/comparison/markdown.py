"""`comparison.md`: the verdict, the rules that fired with their evidence, every case, and the rules themselves."""

from __future__ import annotations

from collections.abc import Iterator

from itk.model.regression import WEIGHTS, CaseCompared, ComparisonReport, Noted, Weight
from itk.model.rules import RuleName, Rules
from itk.model.wording import counted
from itk.renderers.comparison import wording
from itk.renderers.comparison.case_md import details
from itk.renderers.markdown import bullets, code, table, text

ROWS_MAX = 100  # of each table; comparison.json holds more
CASES_MAX = 1_000
DETAILED_MAX = 50


def written(report: ComparisonReport) -> bytes:
    lines = [
        *_head(report),
        *(line for weight in WEIGHTS for line in _weight(report, weight)),
        *_cases(report),
        *_details(report),
        *_rules(report.rules),
    ]
    return ("\n".join(lines).rstrip() + "\n").encode("utf-8")


def _head(report: ComparisonReport) -> list[str]:
    a, b = report.a, report.b
    sides = (("A, the baseline", a), ("B, the new one", b))
    return [
        f"# {wording.VERDICTS[report.verdict].upper()}: {text(b.given)} compared with {text(a.given)}",
        "",
        *(line for note in report.notes for line in (f"> **NOTE**: {text(note)}", "")),
        wording.headline(report),
        "",
        *table(("side", "given", "what it is"), ([name, code(each.given), text(each.what)] for name, each in sides)),
    ]


def _weight(report: ComparisonReport, weight: Weight) -> list[str]:
    found = list(wording.of_weight(report, weight))
    if not found:
        return []
    rows = (
        [code(note.rule), *([_named(case)] if len(report.cases) > 1 else []), _where(case, note), text(note.says)]
        for case, note in found[:ROWS_MAX]
    )
    head = ("rule", *(["case"] if len(report.cases) > 1 else []), "where", "evidence")
    more = len(found) - ROWS_MAX
    said = [f"{counted(more, 'more')} in comparison.json.", ""] if more > 0 else []
    if unlisted := wording.not_listed(report, weight):
        said += [f"{unlisted:,} more were counted, and are listed nowhere.", ""]
    return [f"## {wording.HEADINGS[weight]}", "", wording.MEANINGS[weight], "", *table(head, rows), *said]


def _where(case: CaseCompared, note: Noted) -> str:
    where, link = code(note.where) if note.where else "the case", wording.link(case, note)
    return f"[{where}]({link})" if link else where


def _named(case: CaseCompared) -> str:
    return f"[{text(case.id)}]({case.page})" if case.page else text(case.id)


def _cases(report: ComparisonReport) -> list[str]:
    rows = (
        [
            _named(case),
            text(wording.side(case.a)),
            text(wording.side(case.b)),
            wording.VERDICTS[case.verdict],
            *(f"{case.count(weight):,}" for weight in WEIGHTS),
        ]
        for case in report.cases[:CASES_MAX]
    )
    head = ("case", "in A", "in B", "verdict", "regressions", "warnings", "others")
    return ["## Cases", "", *_left_out(report), *table(head, rows)]


def _left_out(report: ComparisonReport) -> Iterator[str]:
    linked = [case for case in report.cases if case.page]
    if linked:
        yield "A linked case leads to both runs in one drawing."
        yield ""
    if report.pages_left_out:
        yield f"{counted(report.pages_left_out, 'case')} that differ have no such page, for there are too many: compare"
        yield "their two runs by their own directories."
        yield ""
    if (more := len(report.cases) - CASES_MAX) > 0:
        yield f"The first {CASES_MAX:,}; {counted(more, 'more case')} in comparison.json."
        yield ""


def _details(report: ComparisonReport) -> Iterator[str]:
    shown = [case for case in report.cases if case.verdict != "same" or len(report.cases) == 1]
    for case in shown[:DETAILED_MAX]:
        yield from details(case)
    if (more := len(shown) - DETAILED_MAX) > 0:
        yield f"{counted(more, 'more case')} that differ: see comparison.json."
        yield ""


def _rules(rules: Rules) -> list[str]:
    names: tuple[RuleName, ...] = RuleName.__args__  # type: ignore[attr-defined]
    rows = ([code(name), rules.level(name), _thresholds(rules, name)] for name in names)
    said = f"Statements about many runs are made with a confidence of {rules.confidence:g}."
    return [
        "## Rules",
        "",
        "Set them with `--rules`.",
        "",
        *table(("rule", "level", "threshold"), rows),
        *bullets([said]),
    ]


def _thresholds(rules: Rules, name: RuleName) -> str:
    rule = getattr(rules, name)
    said = []
    if (factor := getattr(rule, "factor", None)) is not None:
        said.append(f"at least ×{factor:g}")
    if (floor := getattr(rule, "floor_ms", None)) is not None:
        said.append(f"and {floor:g} ms more")
    if (allow := getattr(rule, "allow", None)) is not None:
        said.append(f"more than {allow:,}")
    return " ".join(said)
