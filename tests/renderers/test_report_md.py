"""The report: what it must say first, and that no log line can change its shape."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from itk.model.run import Environment, RunResult
from itk.model.trace import SpanEvent
from itk.renderers import markdown
from itk.renderers.report_md import ReportMd
from tests.renderers import build, hostile


def report(run: RunResult) -> str:
    return ReportMd().render(build.redacted(run))[0].content.decode("utf-8")


def test_the_first_lines_say_verdict_and_that_it_was_not_aws() -> None:
    first = report(build.inconclusive()).splitlines()[:8]

    assert first[0] == "# INCONCLUSIVE: Refund of a broken lamp"
    assert any("EMULATED" in line for line in first)
    assert any("`http://localhost:4566`" in line for line in first)
    assert any("NOT COMPLETE" in line for line in first)


def test_the_first_lines_say_that_nothing_was_sent() -> None:
    first = report(build.happy(mode="dev-fixtures")).splitlines()[:4]

    assert "> **DEV-FIXTURES**: recorded evidence, nothing was sent." in first


def test_a_recording_without_a_receipt_says_what_it_is_of() -> None:
    run = build.happy(mode="dev-fixtures")
    assert run.receipt is not None
    recorded = replace(run.receipt, entrypoint="recorded", operation="Recorded", ids=())

    assert "| sent | nothing, a recording of queue:intake" in report(replace(run, receipt=recorded))


def test_a_live_run_on_aws_has_no_banner() -> None:
    text = report(build.happy(environment=Environment(account="111122223333")))

    assert "EMULATED" not in text
    assert "DEV-FIXTURES" not in text
    assert "NOT COMPLETE" not in text


def test_it_says_all_that_was_asked_for() -> None:
    text = report(build.poison())

    for said in (
        "| FAILED | `no_errors` | 3 spans failed |",
        "`cases/poison.yaml:20:5`",
        "process intake on lambda:intake `",
        "try 2 of 3 (sqs_receive)",
        "| `intake-dlq` | 0 | 1 | +1 | 3 |",
        "TRUNCATED",
        "1.84 s",
        "[trace-viewer.html](trace-viewer.html)",
        "account 111122223333",
        "`https://sqs.eu-west-1.amazonaws.com/111122223333/intake`",
    ):
        assert said in text
    for counted in ("unplaced", "unread", "foreign", "shared", "retries", "throttled reads"):
        assert f"| {counted} |" in text
    assert "| foreign | 128 |" in report(build.inconclusive())
    assert "batch of 5, shared with other runs" in report(build.happy())


def test_checks_say_their_titles_their_excuses_and_what_came_close() -> None:
    text = report(build.weighed())

    assert "1 of 8 checks passed, 2 warnings, 1 failed as expected, 1 skipped." in text
    assert (
        "| FAILED | The new intake ran once (`spans`) | no span matches | exactly 1 span: component lambda:intake-v2 |"
        in text
    )
    assert "1 span failed; expected to fail: JIRA-12: the ledger is late until 2026-12-31 |" in text
    assert re.search(
        r"^Nearest to The new intake ran once:\n\n"
        r"- lambda:intake &#96;process intake&#96; `[0-9a-f]{16}`: component is lambda:intake, not lambda:intake-v2\n"
        r"- table:orders &#96;GetItem&#96; `[0-9a-f]{16}`: component is table:orders$",
        text,
        re.MULTILINE,
    )


def test_a_record_that_fits_nowhere_shows_its_json_where_it_has_no_text() -> None:
    loose = SpanEvent(time_ns=1, name="gen_ai.choice", body={"message": "On its way."})
    run = build.happy()
    text = report(replace(run, trace=replace(run.trace, unplaced=(loose,))))

    assert '| gen_ai.choice | {"message":"On its way."} |' in text


def test_it_says_how_sure_each_link_is_and_what_would_make_it_exact() -> None:
    text = report(build.doubtful())

    for said in (
        "| exact | 5 |",
        "| structural | 3 |",
        "| inferred | 3 |",
        "| unresolved | 1 |",
        "| inferred 0.993, assignment |",
        "confidence 0.993; out of 3 candidates; starts 20 ms after its parent, expected 12 ms to 45 ms",
        "uncalibrated; out of 2 candidates",
        "- would be exact if lambda:lookup-order logged the RequestId of its caller (2 spans)",
        "- lambda:lookup-order: shifted by -42 ms for matching 1 span; times are shown as recorded",
    ):
        assert said in text


def test_links_are_told_with_both_ends() -> None:
    text = report(build.doubtful())

    assert "| sqs_batch | process intake on lambda:intake `" in text
    assert "| another run, trace `1-67891233-abcdef012345678912345678` | exact, xray |" in text
    assert re.search(r"\| retry_of \| process notify on lambda:notify `\w+` \| process notify on lambda:notify `", text)
    assert "## Links" not in report(build.small())


def test_tokens_are_counted_once() -> None:
    text = report(build.doubtful())

    assert "| all | 1,802 | 192 | 80 |   |" in text
    assert "| input tokens | 1,802 |" in text
    assert "1 span with tokens that another span counts; no sum holds them twice." in text
    assert "## Tokens" not in report(build.small())
    assert "input tokens" not in report(build.small())


def test_what_was_not_seen_is_named_with_its_log_group() -> None:
    assert "no REPORT (component `lambda:intake`, should appear in `/aws/lambda/intake`" in report(build.inconclusive())


@pytest.mark.parametrize("keep", [False, True])
@pytest.mark.parametrize("text", [*hostile.FRAGMENTS, hostile.ALL])
def test_hostile_text_adds_no_heading_cell_or_element(text: str, keep: bool) -> None:
    tame, wild = (report(hostile.poisoned(build.inconclusive(), word, keep=keep)) for word in ("x", text))

    assert shape(wild) == shape(tame)
    assert not re.search(r"<(?!3)", wild)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=60))
def test_any_text_fits_into_one_cell(text: str) -> None:
    for cell in (markdown.text(text), markdown.code(text)):
        assert not set(cell) & set("\n\r|<>\u2028\x00")
        assert cell.count("`") in (0, 2)


def shape(text: str) -> list[str]:
    """Per line: heading, table row with its number of cells, list item, or other."""
    return [_kind(line) for line in text.splitlines()]


def _kind(line: str) -> str:
    if line.startswith("|"):
        return f"row {line.count('|')}"
    return re.match(r"#+ |- |> |$|", line).group()  # type: ignore[union-attr]
