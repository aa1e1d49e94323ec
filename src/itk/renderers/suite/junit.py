"""`junit.xml`: a suite as CI systems read it. A check that failed and a case that could not be judged are kept apart.

The form is the one that Jenkins' xUnit plugin checks (junit-10.xsd), which is Surefire's: `testcase` has no attribute
for a file and no properties of its own, so these stand in its output, as `name: value` lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import NamedTuple
from xml.etree import ElementTree as ET

from itk.model.suite import CaseRow, RedactedSuite, SuiteResult, Try
from itk.ports import Artifact
from itk.renderers import files
from itk.renderers.suite import figures, telling
from itk.renderers.text import shorten, uncoloured, visible

JUNIT = "junit.xml"
TEXT_MAX = 20_000
MESSAGE_MAX = 1_000
_NS = 1_000_000_000
# What XML 1.0 cannot hold in any form and `visible` lets through; tabs and line breaks it can.
_NO_XML = re.compile("[^\t\n -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# A row holds sentences, no codes: these words are what AWS and ITK say when it was that. First match wins.
_ERROR_TYPES = (
    ("Interrupted", re.compile(r"\binterrupted\b", re.IGNORECASE)),
    (
        "Credentials",
        re.compile(r"credential|security token|expired ?token|InvalidClientTokenId|UnrecognizedClient", re.I),
    ),
    ("Throttled", re.compile(r"throttl|TooManyRequests|Rate exceeded", re.IGNORECASE)),
    ("AwsError", re.compile(r"^(?:sending|collecting evidence) failed|was refused|\bAWS\b|\w+Exception\b")),
)


class JunitXml:
    """Writes `junit.xml`."""

    name = "junit_xml"

    def render(self, suite: RedactedSuite) -> list[Artifact]:
        root = _suites(suite.result)
        ET.indent(root, " ")
        content = ET.tostring(root, encoding="utf-8", xml_declaration=True) + b"\n"
        return [Artifact(path=JUNIT, content=content)]


def error_type(row: CaseRow) -> str:
    """What kept a case from being judged, as one word: `TraceIncomplete`, `AwsError`, `Credentials` ..."""
    said = "\n".join(row.reasons[:1])
    named = next((name for name, pattern in _ERROR_TYPES if pattern.search(said)), "")
    if row.status == "inconclusive":
        return named if named == "Interrupted" else "TraceIncomplete"
    return named or "Error"


def _suites(result: SuiteResult) -> ET.Element:
    suites = [_group(result, group) for group in figures.groups(result.cases)]
    gaps = tuple(_gaps(result))
    if gaps:
        suites.append(_incomplete(gaps))
    root = _element("testsuites", name=result.name or result.suite_id, **_totals(result.cases, len(gaps)))
    root.set("time", _seconds(result.ended_ns - result.started_ns))
    del root.attrib["skipped"]  # the schema knows it of a testsuite alone
    root.extend(suites)
    return root


def _group(result: SuiteResult, group: figures.Group) -> ET.Element:
    name = group.name or result.name or "cases"
    spent = sum(_spent_ns(case) for case in group.cases)
    suite = _element("testsuite", name=name, **_totals(group.cases), time=_seconds(spent), timestamp=_moment(result))
    suite.append(_properties(result, group.cases))
    suite.extend(_case(name, case) for case in group.cases)
    return suite


class _Gap(NamedTuple):
    """Why a suite is not whole, which no row of it tells."""

    name: str
    type: str
    message: str


def _gaps(result: SuiteResult) -> Iterator[_Gap]:
    for shard in result.absent:
        name = f"shard {shard.index} of {shard.of}"
        yield _Gap(name, "ShardMissing", f"{name} is missing: its cases are not in this report")
    if result.stopped or result.interrupted:
        why = result.stopped or "interrupted; not everything was sent"
        yield _Gap("stopped", "Interrupted" if result.interrupted else "Stopped", why)
    if not figures.judged(result.cases):
        yield _Gap("nothing judged", "NothingJudged", figures.verdict(result).sentence)


def _incomplete(gaps: Sequence[_Gap]) -> ET.Element:
    """A suite that is not whole must not look green, even where every case in it is."""
    n = str(len(gaps))
    suite = _element("testsuite", name="itk suite", tests=n, failures="0", errors=n, skipped="0")
    for gap in gaps:
        case = _element("testcase", classname="itk suite", name=gap.name, time="0")
        case.append(_element("error", type=gap.type, message=gap.message))
        suite.append(case)
    return suite


def _properties(result: SuiteResult, cases: Sequence[CaseRow]) -> ET.Element:
    where = result.environment
    tokens = [case.tokens for case in cases if case.tokens is not None]
    named = (
        ("suite_id", result.suite_id),
        ("mode", result.mode),
        ("account", where.account),
        ("region", where.region),
        ("environment", where.name),
        ("emulated_endpoint", where.emulated_endpoint),
        ("itk_version", where.itk_version),
        ("selection", " ".join(result.selection)),
        ("seed", "" if result.seed is None else str(result.seed)),
        ("shard", f"{result.shard.index} of {result.shard.of}" if result.shard else ""),
        ("stopped", result.stopped),
        ("tokens", str(sum(tokens)) if tokens else ""),
        ("retries", str(sum(case.retries for case in cases))),
        ("throttles", str(sum(case.throttles for case in cases))),
        ("flaky", str(len(figures.flaky(cases)))),
    )
    properties = ET.Element("properties")
    properties.extend(_element("property", name=name, value=value) for name, value in named if value)
    return properties


def _case(suite: str, row: CaseRow) -> ET.Element:
    case = _element("testcase", classname=suite.replace("/", "."), name=row.id, time=_seconds(_spent_ns(row)))
    if (verdict := _verdict(row)) is not None:
        case.append(verdict)
    # Surefire: what a passed case failed with before is flaky, what a failed one did before is a rerun.
    kind = "flaky" if row.flaky else "rerun"
    case.extend(_earlier(kind, n, each) for n, each in enumerate(row.tries[:-1], 1) if each.status not in _GREEN)
    case.append(_element("system-out", "\n".join(_output(row))))
    return case


_GREEN = ("passed", "warning")


def _verdict(row: CaseRow) -> ET.Element | None:
    checks = telling.deciding(row)
    first = telling.lines(checks[0])[0] if checks else "; ".join(row.reasons)
    seen = [
        line for check in checks for line in (*telling.lines(check), *_stands(check.path, check.line, check.column))
    ]
    page = telling.page(row, checks[0] if checks else None)
    body = "\n".join([*(seen or telling.reasons(row)), *((f"page: {page}",) if page else ())])
    match row.status:
        case "failed":
            return _element("failure", body, type="assertion", message=shorten(first, MESSAGE_MAX))
        case "error" | "inconclusive":
            why = "; ".join(row.reasons) or first
            body = "\n".join([*telling.reasons(row), body]) if seen else body
            return _element("error", body, type=error_type(row), message=shorten(why, MESSAGE_MAX))
        case "skipped":
            return _element("skipped", message=shorten("; ".join(row.reasons), MESSAGE_MAX))
        case _:
            return None


def _stands(path: str, line: int, column: int) -> tuple[str, ...]:
    return (f"at: {path}:{line}:{column}",) if path and line else ()


def _earlier(kind: str, n: int, each: Try) -> ET.Element:
    """An earlier sending of a case that was sent again."""
    failed = each.status == "failed"
    said = "; ".join(each.reasons) or each.status
    tag = f"{kind}{'Failure' if failed else 'Error'}"
    element = _element(tag, type="assertion" if failed else each.status, message=shorten(said, MESSAGE_MAX))
    element.append(_element("stackTrace", "\n".join([f"try {n}, run {each.run_id}", *each.reasons])))
    if each.directory:
        element.append(_element("system-out", f"[[ATTACHMENT|{_file(each.directory, files.VIEWER)}]]"))
    return element


def _output(row: CaseRow) -> Iterable[str]:
    """What has no place of its own in the format, a line each; then the files, as Jenkins and GitLab look for them."""
    last = row.tries[-1] if row.tries else None
    line = next((check.line for check in telling.deciding(row) if check.line), 0)
    facts = (
        ("case", row.name),
        ("status", f"{row.status}, flaky" if row.flaky else row.status),
        ("file", row.path + (f":{line}" if line else "")),
        ("tags", " ".join(row.tags)),
        ("run_id", last.run_id if last else ""),
        ("tries", str(len(row.tries)) if len(row.tries) > 1 else ""),
        ("checks", f"{row.checks_passed} of {row.checks} passed"),
        ("duration_ms", "" if row.duration_ms is None else f"{row.duration_ms:.1f}"),
        ("tokens", "" if row.tokens is None else str(row.tokens)),
        ("retries", str(row.retries)),
        ("throttles", str(row.throttles)),
        *(("warning", reason) for reason in row.reasons if row.status == "warning"),
    )
    yield from (f"{name}: {telling.plain(value)}" for name, value in facts if value)
    if last is not None and last.directory:
        yield from (f"[[ATTACHMENT|{_file(last.directory, name)}]]" for name in (files.VIEWER, files.REPORT, files.RUN))


def _file(directory: str, name: str) -> str:
    """A path as a reader of attachments takes it: one line, and no bracket that would end it early."""
    return f"{telling.plain(directory).replace(']', '_')}/{name}"


def _totals(cases: Sequence[CaseRow], gaps: int = 0) -> dict[str, str]:
    found = figures.by_status(cases)
    return {
        "tests": str(len(cases) + gaps),
        "failures": str(found["failed"]),
        "errors": str(found["error"] + found["inconclusive"] + gaps),
        "skipped": str(found["skipped"]),
    }


def _spent_ns(row: CaseRow) -> int:
    return sum(each.ended_ns - each.started_ns for each in row.tries)


def _seconds(ns: int) -> str:
    """Integers all the way, and never less than nothing: a clock may have been set back."""
    whole, rest = divmod(max(ns, 0), _NS)
    return f"{whole}.{rest // 1_000_000:03d}"


def _moment(result: SuiteResult) -> str:
    try:
        return datetime.fromtimestamp(result.started_ns // _NS, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    except (OverflowError, OSError, ValueError):
        return ""


def _element(tag: str, said: str = "", /, **attributes: str) -> ET.Element:
    element = ET.Element(tag, {name: _legal(value) for name, value in attributes.items()})
    if said:
        element.text = _legal(said)
    return element


def _legal(text: str) -> str:
    """Text that XML 1.0 can hold: no colours of a terminal, unseen characters spelled out, the rest as U+FFFD."""
    return _NO_XML.sub("\ufffd", visible(shorten(uncoloured(text), TEXT_MAX)))
